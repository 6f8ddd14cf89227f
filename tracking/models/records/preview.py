"""What a submission would hold, and show to a circle of readers; nothing is saved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, prefetch_related_objects
from django.utils import timezone

from tracking.models.people.states import State
from tracking.models.records.records import (
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
)
from tracking.models.records.selection import select
from tracking.models.records.submissions import Submission
from tracking.models.records.tasks import Task
from tracking.models.working_copy.assessments import AssessmentContent
from tracking.models.working_copy.cycles import Cycle
from tracking.models.working_copy.measures import (
    Evidence,
    EvidenceContent,
    Measure,
    MeasureContent,
)
from tracking.models.working_copy.values import VISIBILITY_ORDER, Visibility


@dataclass(frozen=True)
class Preview:
    """Records that are not saved, each under the number of the row it is made of."""

    answers: list[SubmittedAssessment]
    measures: list[SubmittedMeasure]
    evidence: list[SubmittedEvidence]

    @property
    def is_empty(self) -> bool:
        return not (self.answers or self.measures or self.evidence)


def reads(audience: Visibility, shown_to: str) -> bool:
    """Whether what is shown to `shown_to` reaches this circle of readers."""
    order = VISIBILITY_ORDER
    return order.index(Visibility(shown_to)) >= order.index(audience)


def preview(
    state: State, cycle: Cycle, sent: Iterable[Task], audience: Visibility
) -> Preview:
    """What these readers would read, were `sent` submitted with consent and accepted.

    As in a submission, what backs an answer goes with it whether or not the answer
    is shown; a tie is shown where both its ends are. Makes the same six queries
    whatever the State has written.
    """
    selection = select(state, sent)
    prefetch_related_objects(selection.evidence, "assessments")
    submission = Submission(
        state=state,
        cycle=cycle,
        number=_next_number(state, cycle),
        submitted_at=timezone.now(),
        consent=True,
    )
    answers = {
        task.assessment.pk: _answer(task, submission)
        for task in selection.tasks
        if reads(audience, task.assessment.visibility)
    }
    measures = {
        row.pk: _record(SubmittedMeasure, MeasureContent, row, submission)
        for row in selection.measures
        if reads(audience, row.visibility)
    }
    evidence = {
        row.pk: _record(SubmittedEvidence, EvidenceContent, row, submission)
        for row in selection.evidence
        if reads(audience, row.visibility)
    }
    _tie_measures(selection.measures, measures, answers)
    _tie_evidence(selection.evidence, evidence, measures, answers)
    return Preview(
        list(answers.values()), list(measures.values()), list(evidence.values())
    )


def _tie_measures(
    rows: Iterable[Measure],
    measures: Mapping[int, SubmittedMeasure],
    answers: Mapping[int, SubmittedAssessment],
) -> None:
    """Tie the measures that are shown to the answers that are."""
    shown = {answer.recommendation_id: answer for answer in answers.values()}
    serving = defaultdict(list)
    for row in rows:
        if row.pk not in measures:
            continue
        numbers = {each.pk for each in row.recommendations.all()}
        served = [shown[number] for number in numbers & shown.keys()]
        served.sort(key=lambda answer: answer.recommendation.place)
        _keep(measures[row.pk], assessments=served)
        for answer in served:
            serving[answer.pk].append(measures[row.pk])
    for answer in answers.values():
        _keep(answer, measures=serving[answer.pk])


def _tie_evidence(
    rows: Iterable[Evidence],
    evidence: Mapping[int, SubmittedEvidence],
    measures: Mapping[int, SubmittedMeasure],
    answers: Mapping[int, SubmittedAssessment],
) -> None:
    """Tie the evidence that is shown to the answers and measures that are."""
    for name, backed in (("assessments", answers), ("measures", measures)):
        backing = defaultdict(list)
        for row in rows:
            if row.pk in evidence:
                for each in getattr(row, name).all():
                    backing[each.pk].append(evidence[row.pk])
        for record in backed.values():
            _keep(record, evidence=backing[record.pk])


def _next_number(state: State, cycle: Cycle) -> int:
    sent = Submission.objects.filter(state=state, cycle=cycle)
    return (sent.aggregate(last=Max("number"))["last"] or 0) + 1


def _answer(task: Task, submission: Submission) -> SubmittedAssessment:
    """The record of an answer, without what is left out of it."""
    record: SubmittedAssessment = _record(
        SubmittedAssessment,
        AssessmentContent,
        task.assessment,
        submission,
        recommendation=task.recommendation,
    )
    for name in task.unasked:
        setattr(record, name, AssessmentContent.column(name).get_default())
    left_out = task.left_out
    record.answers = {
        code: said for code, said in record.answers.items() if code not in left_out
    }
    return record


def _record(
    model: Any, content: Any, row: Any, submission: Submission, **ties: Any
) -> Any:
    columns = {name: getattr(row, name) for name in content.columns()}
    record = model(
        pk=row.pk,
        source=row,
        submission=submission,
        shown_to=row.visibility,
        **columns,
        **ties,
    )
    if columns.get("file_id"):
        record.file = row.file
    return record


def _keep(record: Any, **ties: list[Any]) -> None:
    """Say what a record is tied to, where Django keeps what was fetched before."""
    vars(record).setdefault("_prefetched_objects_cache", {}).update(ties)
