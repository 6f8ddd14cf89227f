"""Showing to more readers, where a second person confirms."""

from typing import Any

import pytest
from django.utils import timezone

from config.addresses import sealed
from tests.factories import (
    make_accepted_submission,
    make_ready_assessment,
    make_recommendation,
)
from tests.test_four_eyes import SETTING, alternate, answer, as_, chosen, prepared
from tracking.models import (
    Cycle,
    FourEyes,
    Message,
    Prepared,
    Stage,
    State,
    Submission,
    SubmittedAssessment,
    User,
    Visibility,
)

__all__ = ["alternate", "answer", "as_", "chosen", "prepared"]


# Showing to more readers -----------------------------------------------------------


@pytest.fixture
def accepted(state: State, cycle: Cycle, focal_point: User) -> Submission:
    for number, visibility in ((1, Visibility.PUBLIC), (2, Visibility.SECRETARIAT)):
        make_ready_assessment(
            state, make_recommendation(number), cycle, visibility=visibility
        )
    return make_accepted_submission(state, cycle, by=focal_point)


def _shown(submission: Submission) -> list[str]:
    rows = SubmittedAssessment.objects.filter(submission=submission)
    return list(
        rows.order_by("recommendation__number").values_list("shown_to", flat=True)
    )


def test_widening_waits_and_narrowing_does_not(
    as_: Any,
    accepted: Submission,
    state: State,
    focal_point: User,
    alternate: User,
) -> None:
    FourEyes.objects.begin(state, by=focal_point)
    narrowed, widened = accepted.assessments.order_by("recommendation__number")
    path = f"{accepted.get_absolute_url()}visibility/"
    wanted = {
        f"answer-{narrowed.pk}": "secretariat",
        f"answer-{widened.pk}": "public",
        "consent": "on",
    }
    assert as_(focal_point).post(path, wanted).status_code == 302

    assert _shown(accepted) == ["secretariat", "secretariat"]
    prepared = Prepared.objects.get()
    assert prepared.widens == accepted
    assert "wider publication" in Message.objects.of(alternate).latest("pk").title
    as_(focal_point).post(f"{SETTING}{sealed(prepared.pk)}/confirm/")
    assert _shown(accepted) == ["secretariat", "secretariat"]

    client = as_(alternate)
    assert f"{sealed(prepared.pk)}/confirm/".encode() in client.get(path).content
    client.post(f"{SETTING}{sealed(prepared.pk)}/confirm/")
    assert _shown(accepted) == ["secretariat", "public"]
    assert widened.visibility_changes.get().by == alternate


@pytest.mark.parametrize("how", ["changed", "withdrawn", "alone"])
def test_widening_is_refused_when_things_moved(
    as_: Any,
    accepted: Submission,
    state: State,
    focal_point: User,
    alternate: User,
    how: str,
) -> None:
    FourEyes.objects.begin(state, by=focal_point)
    if how == "alone":
        alternate.nominations.update(ended_at=timezone.now())
    record = accepted.assessments.get(recommendation__number=2)
    path = f"{accepted.get_absolute_url()}visibility/"
    wanted = {f"answer-{record.pk}": "public", "consent": "on"}
    response = as_(focal_point).post(path, wanted)
    if how == "alone":
        assert response.status_code == 422
        assert not Prepared.objects.exists()
        return
    if how == "changed":
        SubmittedAssessment.objects.filter(pk=record.pk).update(shown_to="parties")
    else:
        accepted.withdraw(by=focal_point, reason="x")
    before = _shown(accepted)
    as_(alternate).post(f"{SETTING}{sealed(Prepared.objects.get().pk)}/confirm/")

    assert _shown(accepted) == before


def test_one_person_is_enough_to_take_back(
    as_: Any, accepted: Submission, state: State, focal_point: User, alternate: User
) -> None:
    FourEyes.objects.begin(state, by=focal_point)
    path = f"{accepted.get_absolute_url()}withdraw/"

    assert as_(focal_point).post(path, {"reason": "wrong"}).status_code == 302
    accepted.refresh_from_db()
    assert accepted.stage == Stage.WITHDRAWN
