"""What people are told, once each: in the inbox, in their language, without drafts."""

import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_ready_assessment,
    make_recommendation,
    make_submission,
    make_user,
)
from tracking.models import (
    Assignment,
    Cycle,
    Mailing,
    Message,
    MessageKind,
    Proposal,
    ReviewQuestion,
    Role,
    State,
    User,
    announce,
    remind,
    remind_of_replies,
    reminder_due,
)
from tracking.worker.schedule import JOBS

SECRET = "a word of a draft"


@pytest.fixture
def alternate(state: State) -> User:
    return make_user(Role.ALTERNATE, state)


def told(user: User) -> list[str]:
    """Kinds of what is in the inbox of this person, first to last."""
    return list(Message.objects.of(user).order_by("pk").values_list("kind", flat=True))


def propose(by: User, recommendation: Recommendation, **fields: Any) -> Proposal:
    assert by.state is not None
    return Proposal.objects.propose(
        state=by.state,
        recommendation=recommendation,
        by=by,
        view="workspace:assessment",
        arguments={"iso3": by.state.key, "place": recommendation.key},
        **{"payload": {"law": [SECRET]}, "ready": True, **fields},
    )


# What happens ------------------------------------------------------------------


def test_a_submission_with_questions_is_told_to_who_clears_and_who_submitted(
    focal_point: User,
    alternate: User,
    contributor: User,
    stranger: User,
    reviewer: User,
    cycle: Cycle,
) -> None:
    state = focal_point.state
    assert state is not None
    earlier = make_user(Role.VIEWER, state)  # who submitted, and was replaced since
    submission = make_submission(state, cycle, by=earlier)
    submission.begin_review(by=reviewer)
    asked = submission.assessments.get().recommendation

    submission.send_back(by=reviewer, questions={asked: SECRET}, note=SECRET)

    for user in (focal_point, alternate, earlier):
        assert told(user) == ["questions"]
    for user in (contributor, stranger, reviewer):
        assert told(user) == []
    facts = Message.objects.first().facts  # type: ignore[union-attr]
    assert facts == {
        "cycle": "2026",
        "number": 1,
        "questions": 1,
        "recommendations": ["2019/1"],
        "due_on": None,
    }


def test_an_acceptance_is_told(focal_point: User, cycle: Cycle) -> None:
    assert focal_point.state is not None
    make_accepted_submission(focal_point.state, cycle)

    message = Message.objects.of(focal_point).get()
    assert message.kind == MessageKind.ACCEPTANCE
    assert message.title == "Submission 2026/1 was accepted"
    assert message.get_absolute_url() == "/en/my/nor/submissions/2026/1/"
    assert "now on its public page" in message.sentences[-1]


def test_an_acceptance_without_consent_speaks_of_no_publication(
    focal_point: User, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    make_accepted_submission(focal_point.state, cycle, consent=False)

    assert "None of it is published" in Message.objects.get().sentences[-1]


def test_what_is_undone_is_not_told(
    focal_point: User, reviewer: User, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    submission = make_submission(focal_point.state, cycle)
    submission.recall(by=focal_point)

    with pytest.raises(Exception, match="cannot become"):
        submission.accept(by=reviewer)

    assert told(focal_point) == []


def test_an_assignment_is_told_to_whom_it_is_given(
    focal_point: User, contributor: User, recommendation: Recommendation
) -> None:
    assert focal_point.state is not None
    answer = make_assessment(focal_point.state, recommendation)
    day = datetime.date(2027, 3, 1)

    for _twice in range(2):
        Assignment.objects.assign(
            answer, to=contributor, by=focal_point, due_on=day, note=SECRET
        )
    Assignment.objects.assign(answer, to=focal_point, by=focal_point)

    assert told(contributor) == ["assignment"]
    assert told(focal_point) == []
    message = Message.objects.get()
    assert message.sentences == [
        "Your focal point asks you to write about recommendation 2019/1.",
        "It is wanted by 1 March 2027.",
    ]
    assert message.get_absolute_url() == "/en/my/nor/2019/1/"


def test_a_proposal_is_told_when_it_is_ready(
    focal_point: User,
    alternate: User,
    contributor: User,
    recommendation: Recommendation,
) -> None:
    propose(contributor, recommendation, ready=False)
    assert told(focal_point) == []

    made = propose(contributor, recommendation)
    propose(contributor, recommendation)  # the same press of the button

    assert told(focal_point) == told(alternate) == ["proposal"]
    assert told(contributor) == []
    message = Message.objects.of(focal_point).get()
    assert message.get_absolute_url() == made.get_absolute_url()


def test_closed_accounts_are_told_nothing(alternate: User, cycle: Cycle) -> None:
    alternate.is_active = False
    alternate.save()
    assert alternate.state is not None

    make_accepted_submission(alternate.state, cycle, by=alternate)

    assert told(alternate) == []


def test_what_is_loaded_with_its_moment_sends_no_mail(
    focal_point: User, reviewer: User, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    at = timezone.now() - datetime.timedelta(days=100)
    submission = make_submission(focal_point.state, cycle)
    submission.begin_review(by=reviewer, at=at)
    submission.accept(by=reviewer, at=at)

    message = Message.objects.of(focal_point).get()
    assert (message.at, message.mailing) == (at, Mailing.NONE)


# What a cycle lets tell ----------------------------------------------------------


def test_the_opening_is_told_once(
    focal_point: User,
    alternate: User,
    contributor: User,
    reviewer: User,
    cycle: Cycle,
) -> None:
    announce(cycle)
    announce(cycle)

    assert told(focal_point) == told(alternate) == ["opening"]
    assert told(contributor) == told(reviewer) == []


def test_who_takes_over_later_is_told_too(focal_point: User, cycle: Cycle) -> None:
    announce(cycle)
    later = make_user(Role.ALTERNATE, focal_point.state)
    announce(cycle)

    assert told(focal_point) == told(later) == ["opening"]


@pytest.mark.parametrize("days", [-1, 61])
def test_before_and_after_a_cycle_nothing_is_announced(
    focal_point: User, cycle: Cycle, days: int
) -> None:
    first = cycle.opens_on if days < 0 else timezone.localdate()
    with time_machine.travel(first + datetime.timedelta(days=days)):
        announce(cycle)

    assert told(focal_point) == []


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (31, None),
        (30, 30),
        (15, 30),
        (14, 14),
        (4, 14),
        (3, 3),
        (0, 3),
        (-1, None),
    ],
)
def test_reminders_are_due_30_14_and_3_days_before(
    cycle: Cycle, left: int, due: int | None
) -> None:
    today = cycle.closes_on - datetime.timedelta(days=left)

    assert reminder_due(cycle, today) == due


def test_one_reminder_says_everything_that_is_left(
    focal_point: User, reviewer: User, cycle: Cycle
) -> None:
    state = focal_point.state
    assert state is not None
    asked = make_recommendation(1)
    make_ready_assessment(state, asked, cycle)
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)
    submission.send_back(by=reviewer, questions={asked: SECRET})
    make_assessment(state, make_recommendation(2), law=SECRET)
    make_ready_assessment(state, make_recommendation(3), cycle)

    for _twice in range(2):
        remind(cycle, 14)

    message = Message.objects.of(focal_point).get(kind=MessageKind.REMINDER)
    assert message.sentences == [
        "2 answers are not ready.",
        "1 answer is ready and not submitted yet.",
        "1 question of the secretariat has no reply.",
    ]


def test_each_reminder_comes_as_long_as_something_is_left(
    focal_point: User, recommendation: Recommendation, cycle: Cycle
) -> None:
    state = focal_point.state
    assert state is not None
    answer = make_assessment(state, recommendation)
    remind(cycle, 30)
    remind(cycle, 14)
    assert told(focal_point) == ["reminder", "reminder"]

    answer.status, answer.ready_for = "not_started", cycle
    answer.save()
    make_submission(state, cycle)
    remind(cycle, 3)

    assert told(focal_point) == ["reminder", "reminder"]


def test_what_a_state_never_began_is_not_asked_for_once_it_has_submitted(
    focal_point: User, cycle: Cycle
) -> None:
    state = focal_point.state
    assert state is not None
    make_ready_assessment(state, make_recommendation(1), cycle)
    make_assessment(state, make_recommendation(2))
    make_submission(state, cycle)

    remind(cycle, 30)

    assert told(focal_point) == []


def test_a_state_without_a_task_is_not_reminded(
    focal_point: User, viewer: User, reviewer: User, cycle: Cycle
) -> None:
    remind(cycle, 30)

    assert not Message.objects.exists()


def test_a_contributor_is_reminded_until_a_proposal_is_ready(
    focal_point: User, contributor: User, viewer: User, cycle: Cycle
) -> None:
    state = focal_point.state
    assert state is not None
    first, second = make_recommendation(1), make_recommendation(2)
    for recommendation in (first, second):
        answer = make_ready_assessment(state, recommendation, cycle)
        Assignment.objects.assign(answer, to=contributor, by=focal_point)
    propose(contributor, first)
    propose(contributor, second, ready=False)

    remind(cycle, 30)
    propose(contributor, second)
    remind(cycle, 14)

    reminder = Message.objects.of(contributor).get(kind=MessageKind.REMINDER)
    assert reminder.facts["recommendations"] == ["2019/2"]
    assert told(viewer) == []


def test_an_assignment_taken_back_is_not_reminded_of(
    focal_point: User, contributor: User, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    answer = make_assessment(focal_point.state, make_recommendation(1))
    Assignment.objects.assign(answer, to=contributor, by=focal_point).end()

    remind(cycle, 30)

    assert told(contributor) == ["assignment"]


# When a reply is wanted ---------------------------------------------------------


@pytest.fixture
def asked(focal_point: User, reviewer: User, cycle: Cycle) -> ReviewQuestion:
    """A question put today; the reply is wanted in two weeks."""
    state = focal_point.state
    assert state is not None
    recommendation = make_recommendation(1)
    make_ready_assessment(state, recommendation, cycle)
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)
    day = timezone.localdate() + datetime.timedelta(days=14)
    submission.send_back(by=reviewer, questions={recommendation: SECRET}, due_on=day)
    return ReviewQuestion.objects.get()


def in_days(number: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=number)


@pytest.mark.parametrize(
    ("day", "number"), [(1, 0), (6, 0), (7, 1), (13, 1), (14, 1), (15, 0)]
)
def test_a_state_is_reminded_a_week_before_a_reply_is_wanted_and_on_the_day(
    asked: ReviewQuestion, focal_point: User, day: int, number: int
) -> None:
    for _twice in range(2):
        remind_of_replies(in_days(day))

    reminders = Message.objects.of(focal_point).filter(kind=MessageKind.REMINDER)
    assert len(reminders) == number
    assert asked.due_on is not None
    for reminder in reminders:
        wanted = date_format(asked.due_on, "DATE_FORMAT")
        assert reminder.title == f"The secretariat wants a reply by {wanted}"
        assert "1 question of the secretariat has no reply." in reminder.sentences
        assert f"A reply is wanted by {wanted}." in reminder.sentences
        assert SECRET not in str(reminder.facts)


def test_a_reply_that_is_written_and_not_sent_is_reminded_of_as_that(
    asked: ReviewQuestion, focal_point: User
) -> None:
    asked.answer("A reply", by=focal_point)

    remind_of_replies(in_days(7))

    reminder = Message.objects.of(focal_point).get(kind=MessageKind.REMINDER)
    assert any("written and not sent" in sentence for sentence in reminder.sentences)
    assert not any("has no reply" in sentence for sentence in reminder.sentences)


def test_what_was_answered_or_sent_again_is_not_reminded_of(
    asked: ReviewQuestion, focal_point: User, cycle: Cycle
) -> None:
    asked.answer("A reply", by=focal_point)
    assert focal_point.state is not None
    make_submission(focal_point.state, cycle)

    remind_of_replies(in_days(7))

    assert MessageKind.REMINDER not in told(focal_point)


def test_one_reminder_a_day_says_both_and_names_the_day(
    asked: ReviewQuestion, focal_point: User, cycle: Cycle
) -> None:
    day = asked.due_on
    assert day is not None
    with time_machine.travel(day - datetime.timedelta(days=7)):
        remind(cycle, 30)
        remind_of_replies()

    (reminder,) = Message.objects.of(focal_point).filter(kind=MessageKind.REMINDER)
    wanted = date_format(day, "DATE_FORMAT")
    assert f"A reply is wanted by {wanted}." in reminder.sentences


def test_the_worker_reminds_of_replies(
    asked: ReviewQuestion, focal_point: User
) -> None:
    assert asked.due_on is not None
    with time_machine.travel(asked.due_on - datetime.timedelta(days=7)):
        JOBS["replies"][1]()

    assert "reminder" in told(focal_point)


# When a cycle closes on another day ---------------------------------------------


def test_who_submits_is_told_when_the_current_cycle_is_extended(
    client: Client,
    administrator: User,
    focal_point: User,
    alternate: User,
    viewer: User,
    cycle: Cycle,
) -> None:
    before, after = cycle.closes_on, cycle.closes_on + datetime.timedelta(days=30)
    administrator.language = "en"
    administrator.save()
    client.force_login(administrator)

    response = client.post(
        reverse("admin:tracking_cycle_change", args=[cycle.pk]),
        {"name": cycle.name, "opens_on": cycle.opens_on, "closes_on": after},
    )

    assert response.status_code == 302
    assert told(focal_point) == told(alternate) == ["closing"]
    assert told(viewer) == []
    message = Message.objects.of(focal_point).get()
    assert date_format(after, "DATE_FORMAT") in message.title
    assert "extended" in message.sentences[0]
    assert date_format(before, "DATE_FORMAT") in message.sentences[0]


def test_an_extended_cycle_reminds_anew(
    focal_point: User, recommendation: Recommendation, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    make_assessment(focal_point.state, recommendation)
    remind(cycle, 30)
    cycle.closes_on += datetime.timedelta(days=40)
    cycle.save()

    remind(cycle, 30)

    assert told(focal_point) == ["reminder", "reminder"]
