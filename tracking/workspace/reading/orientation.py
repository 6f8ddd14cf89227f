"""Where a State stands in its own work, and where to go on."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from recommendations.models import Recommendation, RecommendationKey
from tracking.models import SentStage, State, Task, TaskStage


@dataclass(frozen=True)
class Lack:
    """One thing that is missing, and at which recommendations."""

    message: str
    tasks: list[Task]


@dataclass(frozen=True)
class Progress:
    """How far a group of tasks is."""

    total: int
    ready: int
    sent: int  # of those that are ready, and have not changed since
    to_confirm: int
    to_start: int
    lacks: list[Lack]
    minutes: int

    @property
    def missing(self) -> int:
        """How many things are missing in answers that were begun."""
        return sum(len(lack.tasks) for lack in self.lacks)


def progress_of(tasks: Iterable[Task]) -> Progress:
    """What is done, to confirm and missing, and the minutes left."""
    tasks = list(tasks)
    stages = [task.stage for task in tasks]
    lacks = defaultdict(list)
    for task in tasks:
        # An answer that was not begun lacks everything: it is counted as such.
        if task.stage != TaskStage.TO_START:
            for missing in task.missing:
                lacks[str(missing.message)].append(task)
    return Progress(
        total=len(tasks),
        ready=stages.count(TaskStage.READY),
        sent=sum(task.rests for task in tasks),
        to_confirm=stages.count(TaskStage.TO_CONFIRM),
        to_start=stages.count(TaskStage.TO_START),
        lacks=[Lack(message, members) for message, members in lacks.items()],
        minutes=sum(task.minutes for task in tasks),
    )


def count_by_standing(tasks: list[Task]) -> dict[TaskStage | SentStage, int]:
    """Number of tasks beside which each word stands, zeros included.

    Two words stand beside what changed since it was sent. Those of what was sent are
    left out before anything was.
    """
    counts = Counter(stage for task in tasks for stage in task.standing)
    stages: list[TaskStage | SentStage] = list(TaskStage)
    if any(task.sent for task in tasks):
        stages += SentStage
    return {stage: counts[stage] for stage in stages}


def next_task(tasks: list[Task], after: RecommendationKey | None = None) -> Task | None:
    """The first task behind `after` that needs something; else from the top."""
    open_tasks = [task for task in tasks if task.stage != TaskStage.READY]
    behind = [
        task for task in open_tasks if after and task.recommendation.place > after
    ]
    return next(iter(behind or open_tasks), None)


def next_url(state: State, after: Recommendation) -> str:
    """Address that leads to the next task, found when it is followed."""
    return reverse("workspace:next", args=[state.key]) + f"?after={after.key}"
