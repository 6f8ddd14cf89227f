"""What somebody with bad intentions would try, each time in vain."""

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import make_submission
from tracking.models import Cycle, State, Submission, User


def returned_submission(
    state: State, cycle: Cycle, recommendation: Recommendation, reviewer: User
) -> Submission:
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)
    submission.send_back(by=reviewer, questions={recommendation: "Why?"})
    return submission


@pytest.fixture
def desk(client: Client, reviewer: User) -> Client:
    """The browser of the reviewer."""
    client.force_login(reviewer)
    return client


# What the secretariat may not read yet ----------------------------------------


def test_a_reply_is_read_once_it_is_sent(
    desk: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    reviewer: User,
    focal_point: User,
) -> None:
    returned = returned_submission(state, cycle, recommendation, reviewer)
    page = reverse("admin:tracking_submission_change", args=[returned.pk])
    returned.questions.get().answer("Parliament hesitates.", by=focal_point)
    assert "hesitates" not in desk.get(page).content.decode()

    again = make_submission(state, cycle)
    assert "hesitates" in desk.get(page).content.decode()

    again.recall(by=focal_point)
    assert "hesitates" not in desk.get(page).content.decode()
