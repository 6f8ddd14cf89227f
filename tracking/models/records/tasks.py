"""What a State has to do about each recommendation; derived, never stored."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from recommendations.models import Recommendation, in_order
from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.records.outcomes import Sending, Sent, SentStage, sendings
from tracking.models.records.records import SubmittedAssessment
from tracking.models.records.submissions import ReviewQuestion, Submission
from tracking.models.working_copy.answer_fields import FieldKind
from tracking.models.working_copy.assessments import (
    Assessment,
    AssessmentContent,
    AssessmentQuerySet,
)
from tracking.models.working_copy.assignments import Assignment
from tracking.models.working_copy.cycles import Cycle, followed
from tracking.models.working_copy.measures import Evidence, Measure
from tracking.models.working_copy.proposals import Proposal
from tracking.models.working_copy.rules import (
    Missing,
    Support,
    missing,
    target_has_passed,
    unasked,
)
from tracking.models.working_copy.values import Status


class TaskStage(models.TextChoices):
    """Where an answer stands in the State's own work for a cycle."""

    RETURNED = "returned", pgettext_lazy("task", "To complete")
    TO_CONFIRM = "to_confirm", pgettext_lazy("task", "To confirm")
    DRAFT = "draft", pgettext_lazy("task", "Draft")
    TO_START = "to_start", pgettext_lazy("task", "To start")
    READY = "ready", pgettext_lazy("task", "Ready")


@dataclass(frozen=True)
class Task:
    """One recommendation, as the State's own people see it."""

    assessment: Assessment
    stage: TaskStage
    missing: list[Missing]
    support: Support
    questions: list[ReviewQuestion] = field(default_factory=list)
    # Of `shared_tasks_of`: whom it was given to, and what waits to be decided on.
    assignments: list[Assignment] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    # Of `task_of` and `shared_tasks_of`: what became of it in this cycle.
    sending: Sending | None = None

    @property
    def sent(self) -> list[Sent]:
        """What awaits the secretariat, and what counts."""
        return self.sending.current if self.sending else []

    @property
    def came_back(self) -> Submission | None:
        """The last submission, if the answer came back with it."""
        return self.sending.came_back if self.sending else None

    @property
    def has_changed(self) -> bool:
        """Whether the working copy says otherwise than what was sent last."""
        return bool(self.sent) and self.sent[0].changed

    @property
    def rests(self) -> bool:
        """Whether it stands as it was sent, and waits for nobody here."""
        sent = bool(self.sent) and not self.has_changed
        return sent and self.stage == TaskStage.READY

    @property
    def standing(self) -> list[TaskStage | SentStage]:
        """Where it stands, in words: here, unless it rests, and with what was sent."""
        own = [] if self.rests else [self.stage]
        return [*own, *(each.stage for each in self.sent)]

    @property
    def recommendation(self) -> Recommendation:
        return self.assessment.recommendation

    @property
    def missing_more(self) -> int:
        """How many things are missing besides the first."""
        return max(len(self.missing) - 1, 0)

    @property
    def target_has_passed(self) -> bool:
        return target_has_passed(self.assessment)

    @property
    def unasked(self) -> list[str]:
        """Columns that are filled in, and that nobody is told."""
        return unasked(self.assessment, self.support)

    @property
    def left_out(self) -> list[str]:
        """What is not sent: such columns, and answers to what is asked no more."""
        questions = self.recommendation.questions.all()
        asked = {question.code for question in questions}
        return [*self.unasked, *(self.assessment.answers.keys() - asked)]

    def given_to(self, user: User) -> Assignment | None:
        """What this person is asked to do here."""
        return next((row for row in self.assignments if row.to_id == user.pk), None)

    def proposed_ready_by(self, user: User) -> bool:
        """Whether this person proposes an answer, and finds it ready."""
        return any(row.ready and row.by_id == user.pk for row in self.proposals)

    @property
    def minutes(self) -> int:
        """Estimated minutes of work that remain.

        An untouched answer takes 12 minutes; a question of the secretariat 5; an
        answer to confirm 1, to read it; a draft 2. Each thing that is missing
        adds 6 for a measure or evidence, 4 for words, and 1 for a date, a name or
        a choice. Our estimate, to be replaced by measured times.
        """
        if self.stage == TaskStage.READY:
            return 0
        if self.stage == TaskStage.TO_START:
            return 12
        filling = sum(_minutes_to_fill(missing.field) for missing in self.missing)
        if self.stage == TaskStage.RETURNED:
            return 5 * len(self.questions) + filling
        return (1 if self.stage == TaskStage.TO_CONFIRM else 2) + filling


def _minutes_to_fill(field: str) -> int:
    if field in ("measures", "evidence"):
        return 6
    if field in AssessmentContent.columns(kind=FieldKind.TEXT):
        return 4
    return 1


def tasks_of(
    state: State, cycle: Cycle | None, *, with_sent: bool = False
) -> list[Task]:
    """The State's tasks for `cycle`, in the order of the recommendations.

    Makes the same few queries whatever the State has written; one more to tell,
    `with_sent`, what became of what was sent.
    """
    return _tasks(Assessment.objects.of(state), state, cycle, with_sent=with_sent)


def shared_tasks_of(state: State, cycle: Cycle | None) -> list[Task]:
    """With what became of each, whom it was given to and what is proposed.

    Two queries more.
    """
    rows = Assessment.objects.of(state).prefetch_related(
        Prefetch("assignments", Assignment.objects.open().select_related("to", "by")),
        Prefetch(
            "recommendation__proposals",
            Proposal.objects.open().of(state).select_related("by").defer("payload"),
        ),
    )
    tasks = _tasks(rows, state, cycle, with_sent=True)
    for task in tasks:
        task.assignments.extend(task.assessment.assignments.all())
        task.proposals.extend(task.recommendation.proposals.all())
    return tasks


def task_of(
    assessment: Assessment, cycle: Cycle | None, *, with_sent: bool = True
) -> Task:
    """The task of one answer, with what became of it unless nobody asks."""
    rows = Assessment.objects.filter(pk=assessment.pk)
    return _tasks(rows, assessment.state, cycle, with_sent=with_sent)[0]


def _tasks(
    rows: AssessmentQuerySet, state: State, cycle: Cycle | None, *, with_sent: bool
) -> list[Task]:
    asked = defaultdict(list)
    for question in ReviewQuestion.objects.asked_of(state, cycle):
        asked[question.recommendation_id].append(question)
    rows = (
        _with_support(rows, cycle)
        .select_related(
            "recommendation__section", "recommendation__meeting", "updated_by", "state"
        )
        .prefetch_related("recommendation__questions")
        .order_by(*in_order())
    )
    last = Submission.objects.last_of(state, cycle) if with_sent else None
    sent = sendings(last, list(rows))
    return [
        _task(row, cycle, asked[row.recommendation_id], sent.get(row.recommendation_id))
        for row in rows
    ]


def _task(
    assessment: Assessment,
    cycle: Cycle | None,
    questions: list[ReviewQuestion],
    sending: Sending | None,
) -> Task:
    notes = vars(assessment)  # the annotations of _with_support
    support = Support(
        measures=notes["measure_count"],
        evidence=notes["evidence_count"],
        latest_evidence=notes["latest_evidence"] or "",
        previous_status=Status(notes["previous_status"]),
        earlier_status=Status(notes["earlier_status"]),
    )
    lacks = missing(assessment, assessment.recommendation, support)
    wanted = cycle is not None and assessment.ready_for_id == cycle.pk
    previous_cycle = notes["previous_cycle"]
    if questions and not all(question.reply for question in questions):
        stage = TaskStage.RETURNED
    elif wanted and not lacks:
        stage = TaskStage.READY
    elif assessment.says_nothing:
        stage = TaskStage.TO_START
    elif previous_cycle and cycle and previous_cycle != cycle.code and not wanted:
        stage = TaskStage.TO_CONFIRM
    else:
        stage = TaskStage.DRAFT
    return Task(assessment, stage, lacks, support, questions, sending=sending)


def _with_support(rows: AssessmentQuerySet, cycle: Cycle | None) -> AssessmentQuerySet:
    """Annotate what the rules need besides the row itself."""
    measures = Measure.objects.present().filter(
        state=OuterRef("state"), recommendations=OuterRef("recommendation")
    )
    evidence = (
        Evidence.objects.present()
        .filter(state=OuterRef("state"))
        .exclude(dated_on="")
        .exclude(dated_on__gt=timezone.localdate().isoformat())
        .filter(
            Q(assessments=OuterRef("pk"))
            | Q(
                measures__removed_at=None,
                measures__recommendations=OuterRef("recommendation"),
            )
        )
    )
    previous = (
        SubmittedAssessment.objects.counted()
        .filter(source=OuterRef("pk"))
        .order_by("-submission__cycle__opens_on")
    )
    earlier = previous.exclude(submission__cycle=cycle)
    return rows.annotate(
        is_followed=Exists(followed().filter(pk=OuterRef("recommendation"))),
        measure_count=_number_of(measures),
        evidence_count=_number_of(evidence),
        latest_evidence=Subquery(evidence.order_by("-dated_on").values("dated_on")[:1]),
        previous_status=Coalesce(Subquery(previous.values("status")[:1]), Value("")),
        earlier_status=Coalesce(Subquery(earlier.values("status")[:1]), Value("")),
        previous_cycle=Subquery(previous.values("submission__cycle__code")[:1]),
    )


def _number_of(
    rows: "models.QuerySet[Measure] | models.QuerySet[Evidence]",
) -> Coalesce:
    """Number of distinct rows of a correlated query."""
    counted = (
        rows.order_by()
        .annotate(all_rows=Value(1))
        .values("all_rows")
        .annotate(number=Count("pk", distinct=True))
        .values("number")
    )
    return Coalesce(Subquery(counted), 0)
