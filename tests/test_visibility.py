"""Who may read a record: visibility × stage × reader."""

import pytest
from django.contrib.auth.models import AnonymousUser

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_state,
    make_submission,
    make_user,
)
from tracking.models import (
    Cycle,
    Role,
    State,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    User,
    Visibility,
    VisibilityChange,
    show_to,
)

RECORDS = [SubmittedAssessment, SubmittedMeasure, SubmittedEvidence]


@pytest.fixture
def readers(
    focal_point: User, viewer: User, stranger: User, reviewer: User
) -> dict[str, User | AnonymousUser]:
    outside = make_state("COL", protocol_status="none")
    return {
        "visitor": AnonymousUser(),
        "not a party": make_user(Role.FOCAL_POINT, outside),
        "party": stranger,
        "own focal point": focal_point,
        "own viewer": viewer,
        "secretariat": reviewer,
    }


READERS = [
    "visitor",
    "not a party",
    "party",
    "own focal point",
    "own viewer",
    "secretariat",
]
OWN = {"own focal point", "own viewer"}
ACCEPTED = {
    Visibility.SECRETARIAT: OWN | {"secretariat"},
    Visibility.PARTIES: OWN | {"secretariat", "party"},
    Visibility.PUBLIC: set(READERS),
}


def prepare(
    state: State, cycle: Cycle, recommendation: Recommendation, visibility: Visibility
) -> None:
    answer = make_ready_assessment(state, recommendation, cycle, visibility=visibility)
    measure = make_measure(state, recommendation, visibility=visibility)
    make_evidence(state, measure, answer, visibility=visibility)


@pytest.mark.parametrize("model", RECORDS)
@pytest.mark.parametrize("visibility", Visibility)
def test_what_was_accepted_is_read_as_the_state_says(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    readers: dict[str, User],
    visibility: Visibility,
    model: type[SubmittedAssessment],
) -> None:
    prepare(state, cycle, recommendation, visibility)
    make_accepted_submission(state, cycle)

    seen = {
        name
        for name, user in readers.items()
        if model.objects.visible_to(user).exists()
    }

    assert seen == ACCEPTED[visibility]


@pytest.mark.parametrize("model", RECORDS)
@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("submitted", OWN | {"secretariat"}),
        ("under_review", OWN | {"secretariat"}),
        ("returned", OWN | {"secretariat"}),
        ("recalled", OWN),
        ("withdrawn", OWN | {"secretariat"}),
    ],
)
def test_what_is_not_accepted_stays_with_the_state_and_the_secretariat(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    readers: dict[str, User],
    stage: str,
    expected: set[str],
    model: type[SubmittedAssessment],
) -> None:
    prepare(state, cycle, recommendation, Visibility.PUBLIC)
    submission = make_submission(state, cycle)
    by = readers["secretariat"]
    if stage == "recalled":
        submission.recall(by=readers["own focal point"])
    elif stage != "submitted":
        submission.begin_review(by=by)
    if stage == "returned":
        submission.send_back(by=by, questions={recommendation: "Why?"})
    if stage == "withdrawn":
        submission.accept(by=by)
        submission.withdraw(by=readers["own focal point"], reason="A mistake")
    assert submission.stage == stage

    seen = {
        name
        for name, user in readers.items()
        if model.objects.visible_to(user).exists()
    }

    assert seen == expected


def test_an_inactive_account_reads_nothing(
    state: State, cycle: Cycle, focal_point: User, reviewer: User
) -> None:
    make_accepted_submission(state, cycle, reviewer=reviewer)

    for user in (focal_point, reviewer):
        user.is_active = False
        assert not SubmittedAssessment.objects.visible_to(user).exists()


def test_narrowing_takes_effect_at_once_and_is_logged(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    submission = make_accepted_submission(state, cycle)
    record = submission.assessments.get()

    show_to(record, Visibility.SECRETARIAT, by=focal_point)

    assert not SubmittedAssessment.objects.public().exists()
    change = VisibilityChange.objects.get()
    assert (change.before, change.after, change.by) == (
        Visibility.PUBLIC,
        Visibility.SECRETARIAT,
        focal_point,
    )
