"""What a cycle lets the application tell by itself: that it opens, that it closes."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from recommendations.models import sorted_keys
from tracking.models.messages.messages import Message, MessageKind, focal_points_of
from tracking.models.people.states import State
from tracking.models.people.users import SPEAKERS, Role, User
from tracking.models.records.records import SubmittedAssessment
from tracking.models.records.submissions import ReviewQuestion, Stage, Submission
from tracking.models.records.tasks import TaskStage, tasks_of
from tracking.models.working_copy.assignments import Assignment
from tracking.models.working_copy.cycles import Cycle
from tracking.models.working_copy.proposals import Outcome, Proposal

# Days before a cycle closes on which those are reminded who have something to do.
REMINDED_BEFORE = (30, 14, 3)
# Days before a reply is wanted on which the State is reminded, that day included.
REPLIES_REMINDED_BEFORE = (7, 0)
TAKEN = (Outcome.TAKEN, Outcome.TAKEN_IN_PART)
SENT = (Stage.SUBMITTED, Stage.UNDER_REVIEW, Stage.ACCEPTED)


def _who_submit() -> QuerySet[User]:
    return User.objects.filter(role__in=SPEAKERS, is_active=True).select_related(
        "state"
    )


@transaction.atomic
def announce(cycle: Cycle, *, at: datetime.datetime | None = None) -> None:
    """Tell focal points and alternates that a cycle is open; once each.

    Whoever takes the task over while it is open is told then. It can run at any
    time: before the cycle opens and after it closes it tells nobody.
    """
    if cycle.opens_on > timezone.localdate() or cycle.is_late:
        return
    facts = {
        "cycle": cycle.code,
        "opens_on": cycle.opens_on.isoformat(),
        "closes_on": cycle.closes_on.isoformat(),
    }
    for user in _who_submit():
        Message.objects.tell(
            MessageKind.OPENING,
            [user],
            key=f"opening {cycle.pk}",
            state=user.state,
            facts=facts,
            at=at,
        )


@transaction.atomic
def tell_of_closing(cycle: Cycle, before: datetime.date) -> bool:
    """Tell focal points and alternates that the current cycle closes on another day.

    Of a cycle that has not opened, or is over, nobody needs to know: then False.
    """
    if cycle != Cycle.objects.current():
        return False
    for user in _who_submit():
        Message.objects.tell(
            MessageKind.CLOSING,
            [user],
            key=f"closing {cycle.pk} {before} {cycle.closes_on}",
            state=user.state,
            facts={
                "cycle": cycle.code,
                "before": before.isoformat(),
                "closes_on": cycle.closes_on.isoformat(),
            },
        )
    return True


def reminder_due(cycle: Cycle, today: datetime.date | None = None) -> int | None:
    """Which of REMINDED_BEFORE has been reached last; None before and afterwards."""
    left = cycle.days_left(today)
    return min((days for days in REMINDED_BEFORE if 0 <= left <= days), default=None)


@transaction.atomic
def remind(cycle: Cycle, days: int) -> None:
    """Tell everybody, in one message, what they still have to do before it closes.

    `days` names the reminder: nobody gets the same one twice.
    """
    contributors = User.objects.filter(role=Role.CONTRIBUTOR, is_active=True)
    left: dict[State, dict[str, Any]] = {}
    for user in _who_submit():
        assert user.state is not None  # noqa: S101 - for the type checker
        if user.state not in left:
            left[user.state] = left_to_submit(user.state, cycle)
        _remind(user, cycle, days, left[user.state])
    for user in contributors.select_related("state"):
        _remind(user, cycle, days, left_to_write(user))


def _remind(user: User, cycle: Cycle, days: int, left: dict[str, Any]) -> None:
    if any(left.values()):
        Message.objects.tell(
            MessageKind.REMINDER,
            [user],
            # A cycle that is extended reminds anew.
            key=f"reminder {cycle.pk} {cycle.closes_on.isoformat()} {days}",
            state=user.state,
            facts={
                "cycle": cycle.code,
                "closes_on": cycle.closes_on.isoformat(),
                **left,
            },
        )


def left_to_submit(state: State, cycle: Cycle) -> dict[str, Any]:
    """Number of answers that are not ready, or not submitted; open questions.

    A State reports on what it wants. Once it has submitted, what it never began is
    not asked for again; what it began, changed or was asked about is.
    """
    tasks = tasks_of(state, cycle)
    last = Submission.objects.last_of(state, cycle)
    sent = last is not None and last.stage in SENT
    questions = [question for task in tasks for question in task.questions]
    days = [q.due_on for q in questions if q.due_on and not q.due_has_passed]
    done = {TaskStage.READY, *([TaskStage.TO_START] if sent else [])}
    return {
        "unready": sum(task.stage not in done for task in tasks),
        "ready": 0 if sent else sum(task.stage == TaskStage.READY for task in tasks),
        "questions": sum(not question.reply for question in questions),
        "unsent": sum(bool(question.reply) for question in questions),
        **({"due_on": min(days).isoformat()} if days else {}),
    }


def unsent_replies(today: datetime.date) -> dict[Submission, list[ReviewQuestion]]:
    """Questions on which the secretariat wants the State's word in these days.

    By submission. A later submission that holds the answer is that word, too.
    """
    last_day = today + datetime.timedelta(days=max(REPLIES_REMINDED_BEFORE))
    answered = SubmittedAssessment.objects.filter(
        recommendation=OuterRef("recommendation"),
        submission__state=OuterRef("submission__state"),
        submission__submitted_at__gt=OuterRef("asked_at"),
    ).exclude(submission__stage=Stage.RECALLED)
    rows = (
        ReviewQuestion.objects.with_sent_replies()
        .filter(~Exists(answered), Q(reply_is_sent=False))
        .filter(due_on__range=(today, last_day), submission__stage=Stage.RETURNED)
        .select_related("submission__state", "submission__cycle")
    )
    found: dict[Submission, list[ReviewQuestion]] = {}
    for question in rows:
        found.setdefault(question.submission, []).append(question)
    return found


@transaction.atomic
def remind_of_replies(today: datetime.date | None = None) -> None:
    """Tell who submits for a State that a reply is wanted soon, or today.

    In one message with everything that is left to do for the cycle; whoever was
    reminded today of the cycle has read of the reply there, too.
    """
    today = today or timezone.localdate()
    for submission, questions in unsent_replies(today).items():
        due_on = min(question.due_on for question in questions if question.due_on)
        left = (due_on - today).days
        days = min(each for each in REPLIES_REMINDED_BEFORE if left <= each)
        asked = min(timezone.localdate(question.asked_at) for question in questions)
        if asked >= due_on - datetime.timedelta(days=days):
            continue  # the question itself has just told the date
        reminded = Message.objects.filter(
            kind=MessageKind.REMINDER, at__gte=_midnight(today)
        )
        cycle = submission.cycle
        Message.objects.tell(
            MessageKind.REMINDER,
            focal_points_of(submission.state).exclude(pk__in=reminded.values("user")),
            key=f"replies {submission.pk} {due_on.isoformat()} {days}",
            state=submission.state,
            facts={
                "replies": True,
                "cycle": cycle.code,
                "closes_on": cycle.closes_on.isoformat(),
                **left_to_submit(submission.state, cycle),
                "due_on": due_on.isoformat(),
            },
        )


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def left_to_write(user: User) -> dict[str, Any]:
    """Recommendations given to this person without a proposal that is ready."""
    ready = Proposal.objects.filter(
        state=OuterRef("state"),
        recommendation=OuterRef("assessment__recommendation"),
        by=user,
        ready=True,
        outcome__in=("", *TAKEN),
        at__gte=OuterRef("at"),
    )
    asked = Assignment.objects.of(user).filter(~Exists(ready))
    numbers = asked.values_list("assessment__recommendation__key", flat=True)
    return {"recommendations": sorted_keys(numbers)}
