"""What is about to be submitted, as it will be read."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from recommendations.models import in_order
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    Measure,
    Selection,
    State,
    SubmittedAssessment,
    Task,
    TaskStage,
    Visibility,
    ready_in,
    select,
    tasks_of,
)
from tracking.models.records.selection import Versions, Widening
from tracking.workspace.reading.lines import Line, lines_of


@dataclass(frozen=True)
class ReadyAnswer:
    assessment: Assessment
    lines: list[Line]


@dataclass
class Group:
    """What one circle of readers will read."""

    visibility: Visibility
    answers: list[ReadyAnswer] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def label(self) -> str | Promise:
        return self.visibility.label

    @property
    def is_empty(self) -> bool:
        return not (self.answers or self.measures or self.evidence)


@dataclass(frozen=True)
class Clearing:
    """What would be sent now, and what would stay behind."""

    selection: Selection
    unready: list[Task]
    dropped: list[Task]
    groups: list[Group]

    @property
    def ready(self) -> list[Task]:
        return self.selection.tasks

    @property
    def versions(self) -> Versions:
        return self.selection.versions

    @property
    def mark(self) -> str:
        return self.selection.mark

    @property
    def widened(self) -> list[Widening]:
        """What more would read than do today; each was accepted before."""
        return self.selection.widened

    @property
    def wider(self) -> bool:
        """Whether anything is for others than the secretariat."""
        return any(
            not group.is_empty
            for group in self.groups
            if group.visibility != Visibility.SECRETARIAT
        )


def clearing_of(state: State, cycle: Cycle | None) -> Clearing:
    """Everything that is ready, by who will read it."""
    tasks = tasks_of(state, cycle)
    selection = select(state, ready_in(tasks))
    unready = [task for task in tasks if task.stage != TaskStage.READY]
    groups = {
        value: Group(value)
        for value in (Visibility.PUBLIC, Visibility.PARTIES, Visibility.SECRETARIAT)
    }
    for task in selection.tasks:
        answer = task.assessment
        lines = lines_of(answer, task.recommendation.questions.all(), task.unasked)
        groups[Visibility(answer.visibility)].answers.append(ReadyAnswer(answer, lines))
    for measure in selection.measures:
        groups[Visibility(measure.visibility)].measures.append(measure)
    for item in selection.evidence:
        groups[Visibility(item.visibility)].evidence.append(item)
    counted = _counted(state, cycle)
    return Clearing(
        selection=selection,
        unready=unready,
        dropped=[task for task in unready if task.recommendation.pk in counted],
        groups=[group for group in groups.values() if not group.is_empty],
    )


def _counted(state: State, cycle: Cycle | None) -> set[int]:
    """Recommendations in the submission that counts for this cycle."""
    return set(
        SubmittedAssessment.objects.counted()
        .filter(submission__state=state, submission__cycle=cycle)
        .values_list("recommendation_id", flat=True)
    )


@dataclass(frozen=True)
class Difference:
    """One row that is not as it was read before."""

    what: str
    row: Assessment | Measure | Evidence


def changed_meanwhile(
    state: State, before: Versions, now: Versions
) -> list[Difference]:
    """What is other than it was: added, changed, or no longer sent."""
    found = []
    for model in (Assessment, Measure, Evidence):
        names = {
            int(name.partition(" ")[2]): name
            for name in {**before, **now}
            if name.startswith(f"{model.__name__} ")
            and before.get(name) != now.get(name)
        }
        rows: QuerySet[Any] = model._default_manager.filter(state=state, pk__in=names)
        if model is Assessment:
            rows = rows.select_related("recommendation").order_by(*in_order())
        for row in rows:
            row.state = state
            name = names[row.pk]
            if name not in before:
                what = "added"
            elif name not in now:
                what = "gone"
            else:
                what = "changed"
            found.append(Difference(what, row))
    return found
