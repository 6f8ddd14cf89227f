"""What changed between two submissions of a State: a join on the source row."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from recommendations.models import Recommendation
from tracking.models.assessments import AssessmentContent
from tracking.models.measures import EvidenceContent, MeasureContent
from tracking.models.submissions import Submission


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


def differences(
    before: Model | None, after: Model | None, content: Any
) -> list[Change]:
    """Columns of `content` in which two rows differ, in the order of the page."""
    blank = content.__subclasses__()[0]()
    return [
        Change(field.name, str(field.verbose_name), old, new)
        for field in content._meta.local_fields
        if (old := getattr(before or blank, field.attname))
        != (new := getattr(after or blank, field.attname))
    ]


def answer_changes(before: Submission | None, after: Submission) -> list[AnswerChanges]:
    """Per recommendation in either submission, what differs; unchanged ones too."""
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
        for key in sorted(found, key=lambda key: found[key].recommendation.number)
    ]


def measure_changes(
    before: Submission | None, after: Submission
) -> list[tuple[Any, Any, list[Change]]]:
    """Measures added, dropped or changed: (before, after, what differs)."""
    return _item_changes(before, after, "measures", MeasureContent)


def evidence_changes(
    before: Submission | None, after: Submission
) -> list[tuple[Any, Any, list[Change]]]:
    """Evidence added, dropped or changed: (before, after, what differs)."""
    return _item_changes(before, after, "evidence", EvidenceContent)


def _by_recommendation(submission: Submission | None) -> dict[int, Any]:
    if submission is None:
        return {}
    rows = submission.assessments.select_related("recommendation")
    return {row.recommendation_id: row for row in rows}


def _item_changes(
    before: Submission | None, after: Submission, name: str, content: Any
) -> list[tuple[Any, Any, list[Change]]]:
    olds = {row.source_id: row for row in getattr(before, name).all()} if before else {}
    news = {row.source_id: row for row in getattr(after, name).all()}
    pairs = [
        (
            olds.get(key),
            news.get(key),
            differences(olds.get(key), news.get(key), content),
        )
        for key in {**olds, **news}
    ]
    return [pair for pair in pairs if pair[2]]
