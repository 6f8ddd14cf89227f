"""Who reviews what, what changed from what to what, and when a reply is wanted."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_ready_assessment,
    make_submission,
    make_user,
)
from tests.test_review import QUEUE, desk, page_of, question, submission, under_review
from tracking.models import (
    Assessment,
    Cycle,
    Message,
    MessageKind,
    ReviewTurn,
    Role,
    State,
    Submission,
    User,
)

__all__ = ["desk", "submission", "under_review"]


def reviewer_in_queue(desk: Client, **query: str) -> list[str | None]:
    result = desk.get(QUEUE, query).context["cl"].result_list
    return [row.reviewer_name for row in result]


def test_a_review_is_whose_who_began_it_until_somebody_takes_it(
    desk: Client, submission: Submission, reviewer: User
) -> None:
    assert reviewer_in_queue(desk) == [None]
    colleague = make_user(Role.ADMINISTRATOR, name="Colleague")
    submission.begin_review(by=colleague)
    assert reviewer_in_queue(desk, reviewer="me") == []

    desk.post(page_of(submission), {"take": "1", "was": str(colleague.pk)})

    assert reviewer_in_queue(desk, reviewer="me") == [reviewer.name]
    assert reviewer_in_queue(desk, reviewer="nobody") == []
    assert "Taken by" in desk.get(page_of(submission)).text


def test_a_review_is_handed_over_and_the_colleague_is_told(
    desk: Client, under_review: Submission, reviewer: User
) -> None:
    colleague = make_user(Role.REVIEWER, name="Colleague")
    fields = {"hand": "1", "was": str(reviewer.pk)}

    page = desk.post(
        page_of(under_review), {**fields, "reviewer": str(colleague.pk)}, follow=True
    )

    assert "Colleague reviews this submission now" in page.text
    told = Message.objects.get(kind=MessageKind.REVIEW)
    assert (told.user, told.get_absolute_url()) == (colleague, page_of(under_review))
    # Who had the page open since before is told, and takes nothing away.
    late = desk.post(page_of(under_review), {"take": "1", "was": fields["was"]})
    assert late.status_code == 302
    assert reviewer_in_queue(desk) == ["Colleague"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ALTERNATE])
def test_nobody_who_may_not_review_is_handed_one(
    desk: Client, under_review: Submission, reviewer: User, state: State, role: Role
) -> None:
    other = make_user(role, state if role == Role.ALTERNATE else None)

    desk.post(
        page_of(under_review),
        {"hand": "1", "was": str(reviewer.pk), "reviewer": str(other.pk)},
    )

    assert reviewer_in_queue(desk) == [reviewer.name]
    with pytest.raises(ValueError, match="reviews"):
        ReviewTurn.objects.give(under_review, to=other, by=reviewer)


def test_several_are_taken_and_handed_over_at_once_but_not_what_is_decided(
    desk: Client, submission: Submission, other_state: State, cycle: Cycle
) -> None:
    accepted = make_accepted_submission(other_state, cycle)
    colleague = make_user(Role.REVIEWER, name="Colleague")
    chosen = [str(submission.pk), str(accepted.pk)]
    was = reviewer_in_queue(desk, stage="accepted")

    page = desk.post(
        QUEUE,
        {
            "action": "hand_over",
            "_selected_action": chosen,
            "reviewer": str(colleague.pk),
        },
        follow=True,
    )

    assert "1 submission has another reviewer now: Colleague" in page.text
    assert "1 of those chosen is decided already" in page.text
    assert reviewer_in_queue(desk, stage="submitted") == ["Colleague"]
    assert reviewer_in_queue(desk, stage="accepted") == was
    without = desk.post(
        QUEUE, {"action": "hand_over", "_selected_action": chosen}, follow=True
    )
    assert "Choose a colleague" in without.text
    desk.post(QUEUE, {"action": "take", "_selected_action": chosen})
    assert reviewer_in_queue(desk, reviewer="me", stage="submitted") != []


def test_what_changed_is_listed_from_what_to_what(
    desk: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    answer = make_ready_assessment(state, recommendation, cycle, law="Old law")
    make_accepted_submission(state, cycle)
    Assessment.objects.filter(pk=answer.pk).update(
        status="planned",
        target_date="2030",
        lead_institution="A ministry",
        law="New law",
        ready_for=cycle,
    )
    second = make_submission(state, cycle)

    page = desk.get(page_of(second)).text
    contents = page[page.index("contents-heading") : page.index("</table>")]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", contents))

    assert "Not started becomes Planned" in words
    assert "– becomes 2030" in words
    assert "– becomes A ministry" in words
    assert "Old law" not in words  # a text is named, and read beside the answer


def test_a_returned_submission_says_when_the_reply_is_wanted(
    desk: Client, under_review: Submission, recommendation: Recommendation
) -> None:
    day = timezone.localdate() + datetime.timedelta(days=14)
    desk.post(
        page_of(under_review),
        {
            "decision": "return",
            "due_on": day.isoformat(),
            **question(recommendation, "Since?"),
        },
    )

    (row,) = desk.get(QUEUE).context["cl"].result_list
    assert row.wanted_by == day
