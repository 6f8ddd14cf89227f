"""What changed between two submissions of a State: a join on the source row.

The working copy may stand where the later submission stands: what would change
if it were submitted.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from recommendations.models import Recommendation
from tracking.models.people.states import State
from tracking.models.records.submissions import Submission
from tracking.models.working_copy.assessments import Assessment, AssessmentContent
from tracking.models.working_copy.measures import (
    Evidence,
    EvidenceContent,
    Measure,
    MeasureContent,
)


@dataclass(frozen=True)
class Change:
    """One column that is not what it was."""

    name: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class AnswerChanges:
    """How one answer differs; `before` or `after` is None where there is none."""

    recommendation: Recommendation
    before: Any
    after: Any
    changes: list[Change]


@dataclass(frozen=True)
class WorkingCopy:
    """What a State holds now, with the parts that a submission has."""

    state: State

    @property
    def assessments(self) -> QuerySet[Assessment]:
        return Assessment.objects.of(self.state)

    @property
    def measures(self) -> QuerySet[Measure]:
        """Measures that serve a recommendation."""
        rows = Measure.objects.present().filter(state=self.state)
        serving = rows.filter(recommendations__isnull=False).distinct()
        return serving.prefetch_related("recommendations")

    @property
    def evidence(self) -> QuerySet[Evidence]:
        """Evidence that backs an answer or a measure."""
        backs = Q(assessments__isnull=False) | Q(
            measures__removed_at=None, measures__isnull=False
        )
        rows = Evidence.objects.present().filter(state=self.state)
        backing = rows.filter(backs).distinct()
        return backing.prefetch_related("assessments", "measures__recommendations")


Side = Submission | WorkingCopy
ItemPair = tuple[Any, Any, list[Change]]


def differences(
    before: Model | None, after: Model | None, content: Any
) -> list[Change]:
    """Columns of `content` in which two rows differ, in the order of the page."""
    blank = content.__subclasses__()[0]()
    return [
        Change(field.name, str(field.verbose_name), old, new)
        for field in content._meta.local_fields
        if (old := _said(before or blank, field.attname))
        != (new := _said(after or blank, field.attname))
    ]


def _said(row: Any, name: str) -> Any:
    """What a reader is told; the whole of a version, which is read by nobody else."""
    return row.said(name) if isinstance(row, AssessmentContent) else getattr(row, name)


def answer_changes(before: Submission | None, after: Side) -> list[AnswerChanges]:
    """Per recommendation in either of the two, what differs; unchanged ones too."""
    olds = _by_recommendation(before)
    news = _by_recommendation(after)
    found = {**olds, **news}
    return [
        AnswerChanges(
            recommendation=found[key].recommendation,
            before=olds.get(key),
            after=news.get(key),
            changes=differences(olds.get(key), news.get(key), AssessmentContent),
        )
        for key in sorted(found, key=lambda key: found[key].recommendation.place)
    ]


def measure_changes(before: Submission | None, after: Side) -> list[ItemPair]:
    """Measures added, dropped or changed: (before, after, what differs)."""
    return [pair for pair in measure_pairs(before, after) if pair[2]]


def evidence_changes(before: Submission | None, after: Side) -> list[ItemPair]:
    """Evidence added, dropped or changed: (before, after, what differs)."""
    return [pair for pair in evidence_pairs(before, after) if pair[2]]


def measure_pairs(before: Submission | None, after: Side) -> list[ItemPair]:
    """Measures of either of the two: (before, after, what differs)."""
    return _item_pairs(before, after, "measures", MeasureContent)


def evidence_pairs(before: Submission | None, after: Side) -> list[ItemPair]:
    """Evidence of either of the two: (before, after, what differs)."""
    return _item_pairs(before, after, "evidence", EvidenceContent)


def served(item: Any) -> set[int]:
    """Recommendations that a measure or evidence, or a record of it, stands behind."""
    if item is None:
        return set()
    if isinstance(item, Measure):
        return {each.pk for each in item.recommendations.all()}
    found = {answer.recommendation_id for answer in item.assessments.all()}
    if isinstance(item, EvidenceContent):
        for measure in item.measures.all():  # type: ignore[attr-defined]
            if not getattr(measure, "removed_at", None):
                found |= served(measure)
    return found


def _source(row: Any) -> int:
    """Number that a row and the records made of it share."""
    return int(getattr(row, "source_id", row.pk))


def _by_recommendation(side: Side | None) -> dict[int, Any]:
    if side is None:
        return {}
    rows = side.assessments.select_related("recommendation")
    return {row.recommendation_id: row for row in rows}


def _item_pairs(
    before: Submission | None, after: Side, name: str, content: Any
) -> list[ItemPair]:
    olds = {_source(row): row for row in getattr(before, name).all()} if before else {}
    news = {_source(row): row for row in getattr(after, name).all()}
    return [
        (
            olds.get(key),
            news.get(key),
            differences(olds.get(key), news.get(key), content),
        )
        for key in {**olds, **news}
    ]
