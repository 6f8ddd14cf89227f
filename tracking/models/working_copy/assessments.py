from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models import Recommendation, Relation
from tracking.models.database.limits import limits_of, version_begins_at_one
from tracking.models.people.states import State
from tracking.models.people.users import LANGUAGES, User
from tracking.models.working_copy.answer_fields import (
    FieldKind,
    Part,
    fields_of,
    kind_of,
)
from tracking.models.working_copy.cycles import Cycle, followed
from tracking.models.working_copy.dates import PartialDateField
from tracking.models.working_copy.rules import is_asked
from tracking.models.working_copy.values import (
    AssistanceNeed,
    AssistanceType,
    Confidence,
    Position,
    Priority,
    Status,
    Visibility,
)


class StaleError(Exception):
    """Somebody else saved this row since it was shown."""


class VersionedModel(models.Model):
    """A row of the working copy, saved only over the version that was shown."""

    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(_("last change"), null=True, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    def save_version(self, *, by: User) -> None:
        """Save every column, if the database still holds the version read.

        Raises StaleError otherwise, and changes nothing.
        """
        self.updated_at, self.updated_by = timezone.now(), by
        columns = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if not field.primary_key and field.attname != "version"
        }
        rows = type(self)._default_manager.filter(pk=self.pk, version=self.version)
        # One UPDATE reads, compares and writes, so that no save hides another.
        if not rows.update(**columns, version=self.version + 1):
            raise StaleError(f"{self} was changed by somebody else")
        self.version += 1


class AssessmentContent(models.Model):
    """What a State says about one recommendation; shared by copy and record."""

    position = models.CharField(
        pgettext_lazy("of a State", "position"),
        max_length=25,
        choices=Position,
        default=Position.NOT_STATED,
    )
    position_note = models.TextField(_("about the position"), blank=True)
    status = models.CharField(_("status"), max_length=25, choices=Status, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    change_reason = models.TextField(_("reason for the change"), blank=True)
    target_date = PartialDateField(_("target date"), blank=True)
    lead_institution = models.CharField(
        _("lead institution"), max_length=200, blank=True
    )
    completed_on = PartialDateField(_("date of completion"), blank=True)
    verified_on = PartialDateField(_("last verified on"), blank=True)
    decided_on = PartialDateField(_("date of the decision"), blank=True)
    decided_by = models.CharField(_("deciding authority"), max_length=200, blank=True)
    law = models.TextField(_("what the texts provide"), blank=True)
    practice = models.TextField(_("what is done in practice"), blank=True)
    answers = models.JSONField(
        _("answers to the questions"),
        default=dict,
        blank=True,
        help_text="Question code → yes, partly, no, a number, a date or lines of text.",
    )
    confidence = models.CharField(
        _("confidence"), max_length=10, choices=Confidence, blank=True
    )
    assistance_need = models.CharField(
        _("technical assistance"), max_length=20, choices=AssistanceNeed, blank=True
    )
    assistance_types = ArrayField(
        models.CharField(max_length=20, choices=AssistanceType),
        verbose_name=_("kinds of assistance"),
        default=list,
        blank=True,
    )
    assistance_priority = models.CharField(
        _("priority"), max_length=10, choices=Priority, blank=True
    )
    assistance_details = models.TextField(_("what is needed, from whom"), blank=True)
    assistance_offer = models.TextField(_("assistance offered to others"), blank=True)
    language = models.CharField(
        _("language of the answer"), max_length=2, choices=LANGUAGES, blank=True
    )
    visibility = models.CharField(
        _("who may read it"),
        max_length=15,
        choices=Visibility,
        default=Visibility.SECRETARIAT,
    )

    class Meta:
        abstract = True

    @classmethod
    def columns(cls, *parts: Part, kind: FieldKind | None = None) -> list[str]:
        """Columns that working copy and record share: of these parts, of this kind."""
        wanted = {field.name for field in fields_of(*parts)}
        return [
            str(column.column)
            for column in AssessmentContent._meta.local_fields
            if (not parts or column.name in wanted)
            and (kind is None or kind_of(column) is kind)
        ]

    @classmethod
    def column(cls, name: str) -> "models.Field[Any, Any]":
        return AssessmentContent._meta.get_field(name)  # type: ignore[return-value]

    @classmethod
    def called(cls, name: str) -> str | Promise:
        """What a column is called, to begin a line."""
        return capfirst(cls.column(name).verbose_name)

    def said(self, name: str) -> Any:
        """What a column says to a reader: nothing where nothing asks for it."""
        if is_asked(self, name):
            return getattr(self, name)
        return self.column(name).get_default()

    def titled(self, part: Part) -> list[tuple[str | Promise, Any, FieldKind]]:
        """What it says in a part, to its readers: title, value and kind of each."""
        return [
            (
                field.title or self.called(field.name),
                value,
                kind_of(self.column(field.name)),
            )
            for field in fields_of(part)
            if (value := self.said(field.name))
        ]

    @property
    def words(self) -> list[tuple[str | Promise, str]]:
        """What the State tells, under a title each."""
        return [(title, text) for title, text, _kind in self.titled(Part.WORDS)]

    @property
    def wants_assistance(self) -> bool:
        """Whether kind, priority and details of assistance are asked for."""
        return is_asked(self, "assistance_details")

    @property
    def says_nothing(self) -> bool:
        """Whether no field has been filled in."""
        untouched = type(self)()
        return all(
            getattr(self, name) == getattr(untouched, name)
            for name in AssessmentContent.columns()
            if name not in ("language", "visibility")
        )


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Working copies this user may write: the own State's, by role."""
        return self.filter(state__in=State.objects.editable_by(user))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Working copies this user may read: the own State's, nobody else's."""
        return self.filter(state__in=State.objects.readable_by(user))

    def of(self, state: State) -> Self:
        """The State's working copies for what is followed up.

        A report that is not followed can be read, and asks nothing of a State.
        """
        return self.filter(state=state, recommendation__in=followed())

    def replaced_by(self, recommendation: Recommendation) -> Self:
        """Answers to what `recommendation` replaces, that say something."""
        earlier = recommendation.relations.filter(kind=Relation.Kind.REPLACES)
        return self.filter(recommendation__in=earlier.values("earlier")).exclude(
            status=""
        )

    def prepare(self, state: State) -> None:
        """Give the State the empty working copies that it lacks."""
        lacking = followed().exclude(assessments__state=state)
        self.bulk_create(
            [Assessment(state=state, recommendation=each) for each in lacking],
            ignore_conflicts=True,
        )


class Assessment(AssessmentContent, VersionedModel):
    """What a State says now about one recommendation: its working copy.

    Nothing is counted, published or exported from here.
    """

    state = models.ForeignKey(State, models.PROTECT, related_name="assessments")
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="assessments"
    )
    ready_for = models.ForeignKey(
        Cycle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Cycle for which the State says that this answer can be submitted.",
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["state", "recommendation"],
                name="assessment_one_per_state_and_recommendation",
            ),
            version_begins_at_one("assessment"),
            *limits_of(AssessmentContent, "assessment"),
        ]

    def __str__(self) -> str:
        return f"{self.state.iso3} {self.recommendation.key}"

    def get_absolute_url(self) -> str:
        return reverse(
            "workspace:assessment", args=[self.state.key, self.recommendation.key]
        )

    def take_over(self, earlier: "Assessment", *, by: User) -> None:
        """Begin with what the State says of a recommendation that this one replaces.

        Measures and evidence serve both from now on; questions are others. Somebody
        reads it and says whether it is ready. Raises StaleError like any save.
        """
        for name in AssessmentContent.columns():
            if name != "answers":
                setattr(self, name, getattr(earlier, name))
        self.ready_for = None
        self.save_version(by=by)
        for measure in earlier.recommendation.measures.filter(state=self.state):
            measure.recommendations.add(self.recommendation)
        for item in earlier.evidence.all():
            item.assessments.add(self)

    def confirm(self, cycle: Cycle | None, *, by: User) -> None:
        """Say that the answer, as it stands, holds for `cycle`.

        Raises StaleError if somebody saved it since it was shown.
        """
        self.ready_for = cycle
        self.save_version(by=by)
