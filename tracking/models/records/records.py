"""What a submission holds: answers, measures and evidence as they were sent.

Nothing here changes, except `shown_to`: whom the State lets read a record now.
Counts, pages, files and the API read from here and nowhere else.
"""

from typing import Any, Self, TypeVar

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation, in_order
from tracking.models.database.limits import limits_of
from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.records.opened import SentModel
from tracking.models.records.submissions import OPEN_STAGES, Submission
from tracking.models.working_copy.answer_fields import ASKED_UNDER
from tracking.models.working_copy.assessments import Assessment, AssessmentContent
from tracking.models.working_copy.measures import (
    Evidence,
    EvidenceContent,
    Measure,
    MeasureContent,
)
from tracking.models.working_copy.values import Classification, Visibility, is_wider

Record = TypeVar("Record", bound=models.Model)


class RecordQuerySet(models.QuerySet[Record]):
    def counted(self) -> Self:
        """Records of the last accepted submission, per State and cycle."""
        return self.filter(submission__in=Submission.objects.counted())

    def published(self) -> Self:
        """Those of them that the secretariat does not hide from others."""
        return self.filter(submission__in=Submission.objects.published())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Records this user may read.

        The secretariat reads what was sent to it; a State its own, and, when it
        is a party, what others share with the parties; everybody what counts and
        is public. What the secretariat hides, it and the State alone read.
        """
        if user.is_authenticated and not user.is_active:
            return self.none()
        if user.is_authenticated and user.is_secretariat:
            return self.filter(submission__in=Submission.objects.visible_to(user))
        shown_to = [Visibility.PUBLIC]
        if (
            not user.is_authenticated
            or user.state is None
            or not user.reads_submissions
        ):
            return self.published().filter(shown_to__in=shown_to)
        # What others share with the parties, they share with people.
        if user.state.is_party and user.token is None:
            shown_to.append(Visibility.PARTIES)
        shown = self.published().filter(shown_to__in=shown_to)
        return self.filter(Q(pk__in=shown) | Q(submission__state=user.state_id))

    def public(self) -> Self:
        """Records that everybody may read."""
        return self.published().filter(shown_to=Visibility.PUBLIC)


def where_asked(name: str) -> Q:
    """Which records ask for a column: of the others, nobody is told what it holds."""
    other, values = ASKED_UNDER[name]
    return Q(**{f"{other}__in": values})


def _frozen(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse to change or delete a record, whoever asks."""
    return [
        pgtrigger.Protect(name=f"{name}_stay", operation=pgtrigger.Delete),
        pgtrigger.ReadOnly(name=f"{name}_do_not_change", exclude=["shown_to"]),
    ]


class RecordModel(SentModel):
    """Columns that every record has."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    shown_to = models.CharField(_("read by"), max_length=15, choices=Visibility)

    class Meta:
        abstract = True


_RECORD = tuple(RecordModel._meta.local_fields)


class SubmittedAssessment(RecordModel, AssessmentContent):
    """An answer as a State submitted it."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="assessments"
    )
    source = models.ForeignKey(Assessment, models.PROTECT, related_name="records")
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="submitted_assessments"
    )

    objects = RecordQuerySet["SubmittedAssessment"].as_manager()

    class Meta:
        verbose_name = _("submitted answer")
        verbose_name_plural = _("submitted answers")
        ordering = ["submission", *in_order()]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "recommendation"],
                name="submitted_assessment_once_per_recommendation",
            ),
            *limits_of(AssessmentContent, "submitted_assessment", more=_RECORD),
        ]
        indexes = [
            models.Index(
                fields=["recommendation", "status"], name="submitted_by_status"
            ),
        ]
        triggers = _frozen("submitted_assessments")

    def __str__(self) -> str:
        return f"{self.submission} · {self.recommendation.key}"

    def answers_for(self, user: User | AnonymousUser) -> dict[str, object]:
        """Question code → answer; confidential ones for the State and Vienna only.

        So are answers to what is asked no more: it may have been confidential.
        """
        if user.is_authenticated and (
            user.is_secretariat
            or (user.state_id == self.submission.state_id and user.reads_submissions)
        ):
            return dict(self.answers)
        open_ = {
            question.code
            for question in self.recommendation.questions.all()
            if not question.confidential
        }
        return {code: answer for code, answer in self.answers.items() if code in open_}


class SubmittedMeasure(RecordModel, MeasureContent):
    """A measure as a State submitted it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="measures")
    source = models.ForeignKey(Measure, models.PROTECT, related_name="records")
    assessments = models.ManyToManyField(
        SubmittedAssessment,
        related_name="measures",
        through="SubmittedMeasureAssessment",
    )

    objects = RecordQuerySet["SubmittedMeasure"].as_manager()

    class Meta:
        verbose_name = _("submitted measure")
        verbose_name_plural = _("submitted measures")
        ordering = ["submission", "title", "pk"]
        constraints = limits_of(MeasureContent, "submitted_measure", more=_RECORD)
        triggers = _frozen("submitted_measures")

    def __str__(self) -> str:
        return self.title


class SubmittedEvidence(RecordModel, EvidenceContent):
    """Evidence as a State submitted it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="evidence")
    source = models.ForeignKey(Evidence, models.PROTECT, related_name="records")
    assessments = models.ManyToManyField(
        SubmittedAssessment,
        related_name="evidence",
        through="SubmittedEvidenceAssessment",
    )
    measures = models.ManyToManyField(
        SubmittedMeasure, related_name="evidence", through="SubmittedEvidenceMeasure"
    )

    objects = RecordQuerySet["SubmittedEvidence"].as_manager()

    class Meta:
        verbose_name = _("submitted evidence")
        verbose_name_plural = _("submitted evidence")
        ordering = ["submission", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(classification=Classification.UNCLASSIFIED)
                | ~Q(shown_to=Visibility.PUBLIC),
                name="submitted_evidence_confidential_is_not_public",
            ),
            *limits_of(EvidenceContent, "submitted_evidence", more=_RECORD),
        ]
        triggers = _frozen("submitted_evidence")

    def __str__(self) -> str:
        return self.title


class SubmittedMeasureAssessment(models.Model):
    """A submitted measure serves a submitted answer."""

    measure = models.ForeignKey(SubmittedMeasure, models.PROTECT, related_name="+")
    assessment = models.ForeignKey(
        SubmittedAssessment, models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "assessment"], name="submitted_measure_serves_once"
            ),
        ]
        triggers = _frozen("submitted_measure_ties")[:1]


class SubmittedEvidenceAssessment(models.Model):
    """Submitted evidence backs a submitted answer."""

    evidence = models.ForeignKey(SubmittedEvidence, models.PROTECT, related_name="+")
    assessment = models.ForeignKey(
        SubmittedAssessment, models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "assessment"], name="submitted_evidence_backs_once"
            ),
        ]
        triggers = _frozen("submitted_evidence_answers")[:1]


class SubmittedEvidenceMeasure(models.Model):
    """Submitted evidence backs a submitted measure."""

    evidence = models.ForeignKey(SubmittedEvidence, models.PROTECT, related_name="+")
    measure = models.ForeignKey(SubmittedMeasure, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "measure"],
                name="submitted_evidence_backs_measure_once",
            ),
        ]
        triggers = _frozen("submitted_evidence_measures")[:1]


class VisibilityChange(models.Model):
    """A State narrowed, or widened with a fresh consent, who may read a record."""

    state = models.ForeignKey(State, models.PROTECT, related_name="+")
    assessment = models.ForeignKey(
        SubmittedAssessment,
        models.PROTECT,
        null=True,
        related_name="visibility_changes",
    )
    measure = models.ForeignKey(
        SubmittedMeasure, models.PROTECT, null=True, related_name="visibility_changes"
    )
    evidence = models.ForeignKey(
        SubmittedEvidence, models.PROTECT, null=True, related_name="visibility_changes"
    )
    before = models.CharField(max_length=15, choices=Visibility)
    after = models.CharField(max_length=15, choices=Visibility)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(
                name="visibility_changes_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


@transaction.atomic
def show_to(
    record: SubmittedAssessment | SubmittedMeasure | SubmittedEvidence,
    visibility: Visibility,
    *,
    by: User,
) -> None:
    """Let others read a record from now on, and log it; takes effect at once.

    Widening takes the fresh consent of the one who does it: the page asks.
    """
    model = type(record)
    kind = model.__name__.removeprefix("Submitted").lower()
    current = model._default_manager.select_for_update().get(pk=record.pk)
    if current.shown_to == visibility:
        return
    model._default_manager.filter(pk=record.pk).update(shown_to=visibility)
    VisibilityChange.objects.create(
        **{kind: record},
        state=record.submission.state,
        before=current.shown_to,
        after=visibility,
        by=by,
    )
    record.shown_to = visibility


@transaction.atomic
def narrow_what_follows(
    record: SubmittedAssessment | SubmittedMeasure | SubmittedEvidence, *, by: User
) -> int:
    """Let what comes after a record be for no more readers than the record is now.

    That is its row of the working copy, and what was sent of it and is not decided
    on: each would show it to them again. Returns how many were wider.
    """
    narrowed = 0
    wanted = Visibility(record.shown_to)
    model = type(record)
    for sent in model._default_manager.filter(
        source=record.source_id, submission__stage__in=OPEN_STAGES
    ).select_related("submission__state"):
        if is_wider(sent.shown_to, wanted):
            show_to(sent, wanted, by=by)
            narrowed += 1
    rows: Any = model._meta.get_field("source").related_model
    source = rows.objects.select_for_update().get(pk=record.source_id)
    if is_wider(source.visibility, wanted):
        source.visibility = wanted
        source.save_version(by=by)
        narrowed += 1
    return narrowed
