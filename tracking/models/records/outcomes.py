"""What became of what a State sent in a cycle, answer by answer; never stored."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import JSONObject
from django.db.models.lookups import Exact
from django.utils.translation import pgettext_lazy

from tracking.models.records.changes import differences
from tracking.models.records.records import (
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
)
from tracking.models.records.submissions import OPEN_STAGES, Stage, Submission
from tracking.models.working_copy.assessments import Assessment, AssessmentContent
from tracking.models.working_copy.measures import (
    Evidence,
    EvidenceContent,
    Measure,
    MeasureContent,
)
from tracking.models.working_copy.values import Visibility


class SentStage(models.TextChoices):
    """Where an answer stands that was sent; published is also accepted."""

    SUBMITTED = "submitted", pgettext_lazy("task", "Submitted")
    UNDER_REVIEW = "under_review", pgettext_lazy("task", "Under review")
    ACCEPTED = "accepted", pgettext_lazy("task", "Accepted")
    PUBLISHED = "published", pgettext_lazy("task", "Published")


@dataclass(frozen=True)
class Sent:
    """One answer in a submission that awaits the secretariat, or that counts."""

    record: SubmittedAssessment
    # Whether the working copy says otherwise: the answer, or what stands behind it.
    changed: bool

    @property
    def submission(self) -> Submission:
        return self.record.submission

    @property
    def stage(self) -> SentStage:
        if self.submission.stage != Stage.ACCEPTED:
            return SentStage(self.submission.stage)
        if self.submission.hidden or self.record.shown_to != Visibility.PUBLIC:
            return SentStage.ACCEPTED
        return SentStage.PUBLISHED

    @property
    def waits(self) -> bool:
        """Whether the secretariat has still to decide."""
        return self.submission.stage in OPEN_STAGES


@dataclass(frozen=True)
class Sending:
    """All that was sent of one answer in a cycle."""

    # What awaits the secretariat before what counts.
    current: list[Sent]
    # The last submission, where it held this answer and came back with it.
    came_back: Submission | None


def sendings(last: Submission | None, answers: list[Assessment]) -> dict[int, Sending]:
    """What became of each answer in the cycle of `last`; one query, if it was sent.

    `last` is what the State sent last in that cycle. Recommendation → what was sent.
    """
    if last is None:
        return {}
    now = {answer.recommendation_id: answer for answer in answers}
    found: dict[int, Sending] = defaultdict(lambda: Sending([], None))
    for record in _records(last).filter(recommendation__in=now):
        key = record.recommendation_id
        if record.submission.stage in (*OPEN_STAGES, Stage.ACCEPTED):
            changed = _changed(record, now[key])
            found[key].current.append(Sent(record, changed))
        else:
            found[key] = Sending([], record.submission)
    return found


def _records(last: Submission) -> QuerySet[SubmittedAssessment]:
    """Answers of the last submission and of the one that counts, that first.

    Each says whether its measures and its evidence are still the same.
    """
    counted = Submission.objects.counted().filter(
        state=last.state_id, cycle=last.cycle_id
    )
    return (
        SubmittedAssessment.objects.filter(
            Q(submission=last) | Q(submission__in=counted)
        )
        .select_related("submission__state", "submission__cycle")
        .select_related("submission__submitted_by")
        .annotate(
            same_measures=Exact(
                _said(
                    SubmittedMeasure.objects.filter(assessments=OuterRef("pk")),
                    MeasureContent,
                ),
                _said(_measures(), MeasureContent),
            ),
            same_evidence=Exact(
                _said(
                    SubmittedEvidence.objects.filter(
                        pk__in=SubmittedEvidence.objects.filter(
                            Q(assessments=OuterRef(OuterRef("pk")))
                            | Q(measures__assessments=OuterRef(OuterRef("pk")))
                        ).values("pk")
                    ),
                    EvidenceContent,
                ),
                _said(_evidence(), EvidenceContent),
            ),
        )
        .order_by("-submission__number")
    )


def _measures() -> QuerySet[Measure]:
    """Measures behind the answer now from which a record was made."""
    return Measure.objects.present().filter(
        state=OuterRef("submission__state"), recommendations=OuterRef("recommendation")
    )


def _evidence() -> QuerySet[Evidence]:
    """Evidence behind that answer, or behind one of its measures."""
    backing = Evidence.objects.filter(
        Q(assessments=OuterRef(OuterRef("source")))
        | Q(
            measures__removed_at=None,
            measures__recommendations=OuterRef(OuterRef("recommendation")),
        ),
        state=OuterRef(OuterRef("submission__state")),
    )
    return Evidence.objects.present().filter(pk__in=backing.values("pk"))


def _said(rows: QuerySet[Any], content: Any) -> ArraySubquery:
    """What rows of the working copy, or records of them, say; in one order."""
    columns: dict[str, Any] = {name: F(name) for name in content.columns()}
    key = "pk"
    if hasattr(rows.model, "source"):
        # By its key: the related rows have an order of their own, by title.
        key = "source_id"
        # Narrowed since on both sides, it is no difference.
        columns["visibility"] = Case(
            When(source__visibility=F("shown_to"), then=F("shown_to")),
            default=F("visibility"),
        )
    said = JSONObject(key=F(key), **columns)
    return ArraySubquery(rows.order_by(key).values_list(said))


def _changed(record: SubmittedAssessment, answer: Assessment) -> bool:
    names = {change.name for change in differences(record, answer, AssessmentContent)}
    if answer.visibility == record.shown_to:
        names.discard("visibility")
    if not record.change_reason:
        names.discard("change_reason")  # sent with a step back, else left out
    notes = vars(record)  # the annotations of _records
    return bool(names) or not (notes["same_measures"] and notes["same_evidence"])
