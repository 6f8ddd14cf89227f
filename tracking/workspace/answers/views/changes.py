from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render

from tracking.models import (
    Cycle,
    State,
    Submission,
    Task,
    WorkingCopy,
    answer_changes,
    evidence_pairs,
    measure_pairs,
    served,
    tasks_of,
)
from tracking.models.records.changes import ItemPair
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import prepare, readable_state
from tracking.workspace.reading.changed_lines import Changed, in_words


@dataclass(frozen=True)
class ItemChange:
    """A measure or a piece of evidence that is new, gone or changed."""

    row: Any  # as it is now, or was accepted where it is gone
    became: str  # "new", "gone" or "changed", at this recommendation
    lines: list[Changed] = field(default_factory=list)


@dataclass
class ChangesOfTask:
    """What would differ at one recommendation."""

    task: Task
    is_new: bool
    lines: list[Changed]
    measures: list[ItemChange] = field(default_factory=list)
    evidence: list[ItemChange] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.lines or self.measures or self.evidence)


def changes(request: UserRequest, iso3: str) -> HttpResponse:
    """What the working copy says that the last accepted submission did not."""
    state = readable_state(request, iso3)
    prepare(state)
    before = Submission.objects.last_accepted(state)
    rows = changes_since(before, state, current_cycle(request)) if before else []
    return render(
        request,
        "workspace/answers/changes.html",
        {
            "state": state,
            "before": before,
            "rows": [row for row in rows if row.any],
            "unchanged": sum(not row.any for row in rows),
        },
    )


def changes_since(
    before: Submission, state: State, cycle: Cycle | None
) -> list[ChangesOfTask]:
    """Per recommendation, answers, measures and evidence that differ."""
    tasks = {task.recommendation.pk: task for task in tasks_of(state, cycle)}
    now = WorkingCopy(state)
    rows = {}
    for pair in answer_changes(before, now):
        task = tasks[pair.recommendation.pk]
        questions = list(task.recommendation.questions.all())
        changed = [
            replace(change, after="") if change.name in task.unasked else change
            for change in pair.changes
        ]
        rows[task.recommendation.pk] = ChangesOfTask(
            task,
            pair.before is None,
            in_words(changed, task.assessment, questions),
        )
    prefetch_related_objects(
        [before],
        "measures__assessments",
        "evidence__assessments",
        "evidence__measures__assessments",
    )
    for key, items in _by_recommendation(measure_pairs(before, now)).items():
        rows[key].measures.extend(items)
    for key, items in _by_recommendation(evidence_pairs(before, now)).items():
        rows[key].evidence.extend(items)
    return sorted(rows.values(), key=lambda row: row.task.recommendation.place)


def _by_recommendation(pairs: list[ItemPair]) -> dict[int, list[ItemChange]]:
    """At each recommendation, the items that are new, gone or changed there."""
    found = defaultdict(list)
    for before, after, changed in pairs:
        olds, news = served(before), served(after)
        lines = in_words(changed, after) if before and after else []
        for key in olds | news:
            if key not in news:
                found[key].append(ItemChange(before, "gone"))
            elif key not in olds:
                found[key].append(ItemChange(after, "new", lines))
            elif lines:
                found[key].append(ItemChange(after, "changed", lines))
    return found
