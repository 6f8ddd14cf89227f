"""Who may read and change what: every question that the rights answer, by reader."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from recommendations.models import Recommendation
from tests.factories import (
    make_evidence,
    make_measure,
    make_proposal,
    make_submission,
    make_user,
)
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    Measure,
    Proposal,
    Role,
    Stage,
    State,
    Submission,
    SubmittedAssessment,
    User,
    followed,
)

OWN_PEOPLE = ("viewer", "contributor", "alternate", "focal_point")
WRITERS = ("alternate", "focal_point")
REVIEWS = ("reviewer", "administrator")
SECRETARIAT = (*REVIEWS, "auditor")

# Question → whose own State's rows it gives, and who gets those of every State.
QUESTIONS: dict[str, tuple[Callable[[Any], QuerySet[Any]], Any, Any]] = {
    "States read": (State.objects.readable_by, OWN_PEOPLE, ()),
    "States written": (State.objects.editable_by, WRITERS, ()),
    "States proposed to": (State.objects.proposable_by, ("contributor",), ()),
    "States cleared": (
        State.objects.submittable_by,
        ("alternate", "focal_point"),
        (),
    ),
    "answers read": (Assessment.objects.all().visible_to, OWN_PEOPLE, ()),
    "answers written": (Assessment.objects.all().editable_by, WRITERS, ()),
    "measures read": (Measure.objects.all().visible_to, OWN_PEOPLE, ()),
    "measures written": (Measure.objects.all().editable_by, WRITERS, ()),
    "evidence read": (Evidence.objects.all().visible_to, OWN_PEOPLE, ()),
    "evidence written": (Evidence.objects.all().editable_by, WRITERS, ()),
    "proposals read": (Proposal.objects.all().visible_to, OWN_PEOPLE, ()),
    "proposals decided": (Proposal.objects.all().decidable_by, WRITERS, ()),
    "submissions read": (Submission.objects.visible_to, OWN_PEOPLE, SECRETARIAT),
    "submissions reviewed": (Submission.objects.reviewable_by, (), REVIEWS),
    "records read": (SubmittedAssessment.objects.visible_to, OWN_PEOPLE, SECRETARIAT),
}


@pytest.fixture
def people(
    state: State, other_state: State, cycle: Cycle, recommendation: Recommendation
) -> dict[str, User | AnonymousUser]:
    """One person per role; both States have one of everything, submitted."""
    for each in (state, other_state):
        make_evidence(each, make_measure(each, recommendation))
        by = make_user(Role.CONTRIBUTOR, each)
        make_submission(each, cycle, by=by)
        make_proposal(by, each.assessments.get())
    return {
        "visitor": AnonymousUser(),
        **{
            role.value: make_user(role, None if role in SECRETARIAT else state)
            for role in Role
        },
    }


def states_of(rows: QuerySet[Any]) -> set[str]:
    """Whose rows these are."""
    path = {State: "iso3", SubmittedAssessment: "submission__state__iso3"}
    return set(rows.values_list(path.get(rows.model, "state__iso3"), flat=True))


def test_rights_are_those_of_the_table(
    people: dict[str, User | AnonymousUser],
) -> None:
    given, expected = {}, {}
    for question, (ask, own, every) in QUESTIONS.items():
        for reader, person in people.items():
            place = (question, reader)
            given[place] = states_of(ask(person))
            expected[place] = {"NOR"} if reader in own else set()
            if reader in every:
                expected[place] = {"NOR", "ITA"}

    assert given == expected


def test_a_closed_account_has_no_rights(
    people: dict[str, User | AnonymousUser],
) -> None:
    kept = []
    for reader, person in people.items():
        if isinstance(person, User):
            person.is_active = False
        kept += [
            (question, reader)
            for question, (ask, _own, _every) in QUESTIONS.items()
            if isinstance(person, User) and ask(person).exists()
        ]

    assert kept == []


@pytest.mark.parametrize(
    "stage", [Stage.RETURNED, Stage.ACCEPTED, Stage.RECALLED, Stage.WITHDRAWN]
)
def test_what_is_decided_is_not_reviewed_again(
    state: State, cycle: Cycle, reviewer: User, stage: Stage
) -> None:
    submission = make_submission(state, cycle)
    if stage == Stage.RECALLED:
        submission.recall(by=reviewer)
    else:
        submission.begin_review(by=reviewer)
        if stage == Stage.RETURNED:
            questions = {followed().get(): "Why?"}
            submission.send_back(by=reviewer, questions=questions)
        else:
            submission.accept(by=reviewer)
        if stage == Stage.WITHDRAWN:
            submission.withdraw(by=reviewer, reason="A mistake.")

    assert not Submission.objects.reviewable_by(reviewer).exists()
