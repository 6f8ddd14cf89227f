"""What the next person must know of a State's work: rows for one printed page."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from recommendations.models import Recommendation, in_order
from tracking.models import (
    Assignment,
    Cycle,
    Evidence,
    Note,
    Proposal,
    ReviewQuestion,
    State,
    Submission,
    SubmittedAssessment,
    Task,
    TaskStage,
    User,
)
from tracking.workspace.reading.lines import Line, lines_of

# Beyond the cycle, what expires in the next year is the next person's to renew.
AHEAD = datetime.timedelta(days=365)


@dataclass(frozen=True)
class TaskHanded:
    """One recommendation: where it stands, what is said, who works on it."""

    task: Task
    lines: list[Line]
    accepted: SubmittedAssessment | None
    assignments: list[Assignment]
    proposals: list["ProposalsOf"]
    notes: int

    @property
    def is_open(self) -> bool:
        return self.task.stage != TaskStage.READY

    @property
    def says_something(self) -> bool:
        return not self.task.assessment.says_nothing

    @property
    def accepted_reason(self) -> str:
        """The reason given for what was accepted, where it is not the present one."""
        if self.accepted is None or self.accepted.status == self.task.assessment.status:
            return ""
        return str(self.accepted.said("reason"))


@dataclass(frozen=True)
class ProposalsOf:
    """How many open proposals one person has."""

    person: User
    count: int


@dataclass(frozen=True)
class Expiring:
    """Evidence that ceases to hold, and the recommendations it backs."""

    evidence: Evidence
    serves: list[Recommendation]
    has_expired: bool


def tasks_handed(state: State, tasks: list[Task]) -> list[TaskHanded]:
    """Every task with what hangs on it: five queries."""
    accepted = _last_accepted(state)
    assignments: dict[int, list[Assignment]] = {}
    for assignment in assignments_of(state):
        assignments.setdefault(assignment.assessment_id, []).append(assignment)
    proposals: dict[int, list[User]] = {}
    for proposal in (
        Proposal.objects.of(state).open().select_related("by").order_by("by__name")
    ):
        proposals.setdefault(proposal.recommendation_id, []).append(proposal.by)
    notes = dict(
        Note.objects.present()
        .filter(state=state)
        .order_by()
        .values_list("assessment")
        .annotate(number=Count("pk"))
    )
    return [
        TaskHanded(
            task,
            lines_of(
                task.assessment, task.recommendation.questions.all(), task.unasked
            ),
            accepted.get(task.recommendation.pk),
            assignments.get(task.assessment.pk, []),
            [
                ProposalsOf(person, number)
                for person, number in Counter(
                    proposals.get(task.recommendation.pk, [])
                ).items()
            ],
            notes.get(task.assessment.pk, 0),
        )
        for task in tasks
    ]


def _last_accepted(state: State) -> dict[int, SubmittedAssessment]:
    """What counts of each answer in the last cycle for which it does."""
    rows = (
        SubmittedAssessment.objects.counted()
        .filter(submission__state=state)
        .select_related("submission__cycle", "submission__state")
        .order_by("submission__cycle__opens_on")
    )
    return {row.recommendation_id: row for row in rows}


def assignments_of(state: State) -> QuerySet[Assignment]:
    return (
        Assignment.objects.open()
        .filter(state=state)
        .select_related("to", "by", "assessment__recommendation")
        .order_by("to__name", "due_on", *in_order("assessment__recommendation__"))
    )


def questions_of(state: State, cycle: Cycle | None) -> list[ReviewQuestion]:
    """What the secretariat asked in this cycle, and before without a reply."""
    rows = (
        ReviewQuestion.objects.with_sent_replies()
        .filter(submission__state=state)
        .select_related("submission__cycle", "recommendation", "replied_by")
    )
    return [row for row in rows if row.submission.cycle == cycle or not row.reply]


def expiring_of(state: State, cycle: Cycle | None) -> list[Expiring]:
    """Evidence that has expired or will, before the cycle closes or within a year."""
    today = timezone.localdate()
    until = max(today + AHEAD, cycle.closes_on if cycle else today)
    rows = (
        Evidence.objects.present()
        .filter(state=state)
        .exclude(valid_until="")
        .order_by("valid_until", "title")
        .prefetch_related("assessments__recommendation", "measures__recommendations")
    )
    return [
        Expiring(row, _backed(row), row.expires_by(today - datetime.timedelta(days=1)))
        for row in rows
        if row.expires_by(until)
    ]


def _backed(evidence: Evidence) -> list[Recommendation]:
    found = {answer.recommendation for answer in evidence.assessments.all()}
    for measure in evidence.measures.all():
        if measure.removed_at is None:
            found |= set(measure.recommendations.all())
    return sorted(found, key=lambda each: each.place)


def submissions_of(state: State) -> list[tuple[Submission, bool]]:
    """Every submission, last first, and whether it counts for its cycle."""
    counted = set(
        Submission.objects.counted().filter(state=state).values_list("pk", flat=True)
    )
    rows = Submission.objects.filter(state=state).select_related(
        "state", "cycle", "submitted_by"
    )
    return [(row, row.pk in counted) for row in rows]
