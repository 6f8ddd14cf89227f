"""What would be submitted now: chosen once, then shown, previewed or sent as it is."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, Value

from recommendations.models import Recommendation
from tracking.models.people.states import State
from tracking.models.records.records import (
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
)
from tracking.models.records.submissions import Stage, Submission
from tracking.models.records.tasks import Task, TaskStage
from tracking.models.working_copy.assessments import Assessment
from tracking.models.working_copy.measures import Evidence, Measure
from tracking.models.working_copy.values import Visibility, is_wider

# Row of the working copy → version, and from whom to whom it would be widened.
Versions = dict[str, int | str]
Row = Assessment | Measure | Evidence


class ChangedError(Exception):
    """What would be sent is not what was read; nothing was sent."""


@dataclass(frozen=True)
class Widening:
    """A row that was accepted before, and that more would read than do today."""

    row: Row
    now: Visibility
    next: Visibility


@dataclass(frozen=True)
class Selection:
    """Rows of the working copy that go together: answers and what backs them."""

    tasks: list[Task]
    measures: list[Measure]
    evidence: list[Evidence]

    @property
    def answers(self) -> list[Assessment]:
        return [task.assessment for task in self.tasks]

    @property
    def left_out(self) -> dict[int, list[str]]:
        """Key of each answer → columns and codes of questions that are not sent."""
        return {task.assessment.pk: task.left_out for task in self.tasks}

    @cached_property
    def widened(self) -> list[Widening]:
        """What more would read than do today, once accepted with consent.

        What was never accepted is not in it: nobody has narrowed it.
        """
        rows: Iterable[Row] = chain(self.answers, self.measures, self.evidence)
        today = _read_today(self) if self.tasks else {}
        return [
            Widening(row, now, Visibility(row.visibility))
            for row in rows
            if (now := today.get((type(row).__name__, row.pk))) is not None
            and is_wider(row.visibility, now)
        ]

    @cached_property
    def versions(self) -> Versions:
        """Which versions of which rows these are."""
        rows: Iterable[Row] = chain(self.answers, self.measures, self.evidence)
        wider = {each.row: f"{each.now} → {each.next}" for each in self.widened}
        return {
            f"{type(row).__name__} {row.pk}": f"{row.version} {wider[row]}"
            if row in wider
            else row.version
            for row in rows
        }

    @property
    def mark(self) -> str:
        return mark_of(self.versions)


def mark_of(versions: Versions) -> str:
    """Digest of which versions of which rows were read."""
    rows = [f"{name} {version}" for name, version in versions.items()]
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


def _read_today(selection: Selection) -> dict[tuple[str, int], Visibility]:
    """Who reads what was last accepted of each row: one query.

    What is withdrawn, hidden or replaced without it is read by the secretariat alone.
    """
    shown = Submission.objects.published().filter(pk=OuterRef("submission"))
    kinds: Any = (
        (SubmittedAssessment, selection.answers),
        (SubmittedMeasure, selection.measures),
        (SubmittedEvidence, selection.evidence),
    )
    first, *others = [
        records.objects.filter(
            source__in=rows, submission__stage__in=(Stage.ACCEPTED, Stage.WITHDRAWN)
        )
        .annotate(
            named=Value(records.source.field.related_model.__name__),
            is_shown=Exists(shown),
        )
        .order_by("source", "-submission__cycle__opens_on", "-submission__number")
        .distinct("source")
        .values_list("named", "source", "shown_to", "is_shown")
        for records, rows in kinds
        if rows
    ]
    return {
        (named, source): Visibility(shown_to) if is_shown else Visibility.SECRETARIAT
        for named, source, shown_to, is_shown in first.union(*others, all=True)
    }


def ready_in(tasks: Iterable[Task]) -> list[Task]:
    """The tasks whose answers would be sent."""
    return [task for task in tasks if task.stage == TaskStage.READY]


def select(state: State, tasks: Iterable[Task]) -> Selection:
    """These answers, with the measures that serve them and evidence for either.

    Makes the same few queries whatever the State has written.
    """
    tasks = list(tasks)
    served = [task.assessment.recommendation_id for task in tasks]
    measures = list(
        Measure.objects.present()
        .filter(state=state, recommendations__in=served)
        .prefetch_related(
            Prefetch("recommendations", Recommendation.objects.in_order())
        )
        .distinct()
    )
    backed = Q(assessments__in=[task.assessment for task in tasks])
    evidence = list(
        Evidence.objects.present()
        .filter(backed | Q(measures__in=measures), state=state)
        .select_related("file")
        .prefetch_related("measures")
        .distinct()
    )
    rows: Iterable[Measure | Evidence] = chain(measures, evidence)
    for row in rows:
        row.state = state
    return Selection(tasks, measures, evidence)
