"""What would be submitted now: chosen once, then shown, previewed or sent as it is."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db.models import Prefetch, Q

from recommendations.models import Recommendation
from tracking.models.assessments import Assessment
from tracking.models.measures import Evidence, Measure
from tracking.models.states import State
from tracking.models.tasks import Task, TaskStage


class ChangedError(Exception):
    """What would be sent is not what was read; nothing was sent."""


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

    @property
    def versions(self) -> dict[str, int]:
        """Which versions of which rows these are."""
        rows: Iterable[Assessment | Measure | Evidence] = chain(
            self.answers, self.measures, self.evidence
        )
        return {f"{type(row).__name__} {row.pk}": row.version for row in rows}

    @property
    def mark(self) -> str:
        return mark_of(self.versions)


def mark_of(versions: dict[str, int]) -> str:
    """Digest of which versions of which rows were read."""
    rows = [f"{name} {version}" for name, version in versions.items()]
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


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
            Prefetch("recommendations", Recommendation.objects.order_by("number"))
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
    return Selection(tasks, measures, evidence)
