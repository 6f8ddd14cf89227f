"""What one may ask of records: answers, needs, measures, evidence."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracking.models import (
    OPEN_PARTS,
    AssessmentContent,
    AssistanceNeed,
    AssistanceType,
    EvidenceKind,
    FieldKind,
    MeasureKind,
    MeasureStage,
    Part,
    Position,
    Priority,
    Status,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedEvidenceAssessment,
    SubmittedEvidenceMeasure,
    SubmittedMeasure,
    SubmittedMeasureAssessment,
)

from .base import (
    UNSTATED,
    ListFilter,
    cycle_filter,
    group_filter,
    language,
    meeting_filter,
    narrowed,
    one_of,
    recommendation_filter,
    reporter_filter,
    search_in,
    section_filter,
    state_filter,
    theme_filter,
    words,
)


class FigureFilter(ListFilter):
    """What one may ask of figures: which answers are counted, never which status."""

    cycle = cycle_filter("submission__cycle__code")
    group = group_filter("submission__state__regional_group")
    # One meeting, never all: what each asks of States is a whole of its own.
    meeting = meeting_filter(
        field_name="recommendation__meeting__slug", empty_label=None
    )
    section = section_filter(field_name="recommendation__section")
    theme = theme_filter(field_name="recommendation__themes__code")

    class Meta:
        model = SubmittedAssessment
        fields: list[str] = []


class RecordFilter(ListFilter):
    """What one may ask of submitted answers."""

    cycle = cycle_filter("submission__cycle__code")
    state = state_filter("submission__state__iso3")
    group = group_filter("submission__state__regional_group")
    reporter = reporter_filter("submission__state__")
    meeting = meeting_filter(field_name="recommendation__meeting__slug")
    section = section_filter(field_name="recommendation__section")
    recommendation = recommendation_filter(field_name="recommendation__key")
    theme = theme_filter(field_name="recommendation__themes__code")
    status = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("implementation", "Status"),
        choices=[choice for choice in Status.choices if choice[0]],
        widget=CheckboxSelectMultiple,
    )
    position = one_of(_("Position"), Position.choices, _("All positions"))
    language = language()
    q = words()

    class Meta:
        model = SubmittedAssessment
        fields: list[str] = []

    search = search_in(*AssessmentContent.columns(*OPEN_PARTS, kind=FieldKind.TEXT))


class NeedFilter(RecordFilter):
    """What the secretariat may ask of technical assistance.

    Only answers that ask for it, receive it or offer it are in this list.
    """

    assistance = one_of(
        _("Technical assistance"),
        AssistanceNeed.choices,
        _("Any need"),
        field_name="assistance_need",
    )
    assistance_type = one_of(
        _("Kind of assistance"),
        [*AssistanceType.choices, (UNSTATED, _("Not specified"))],
        _("All kinds"),
        method="by_type",
    )
    priority = one_of(
        _("Priority"),
        [*Priority.choices, (UNSTATED, _("Not specified"))],
        _("All priorities"),
        method="by_priority",
    )
    offer = one_of(
        _("Assistance offered"),
        [("yes", _("Offers assistance to others"))],
        _("Offered or not"),
        method="by_offer",
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(
            queryset.filter(
                Q(assistance_need__in=(AssistanceNeed.NEEDED, AssistanceNeed.RECEIVED))
                | ~Q(assistance_offer="")
            )
        )

    search = search_in(
        *AssessmentContent.columns(Part.ASSISTANCE, Part.WORDS, kind=FieldKind.TEXT)
    )

    def by_type(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == UNSTATED:
            return rows.filter(assistance_types__len=0)
        return rows.filter(assistance_types__contains=[value])

    def by_priority(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(assistance_priority="" if value == UNSTATED else value)

    def by_offer(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.exclude(assistance_offer="")


class TiedFilter(ListFilter):
    """What one may ask of measures and evidence, which serve answers.

    Ties to an answer that the reader may not read are not there.
    """

    cycle = cycle_filter("submission__cycle__code")
    state = state_filter("submission__state__iso3")
    group = group_filter("submission__state__regional_group")
    reporter = reporter_filter("submission__state__")
    meeting = meeting_filter(field_name="meeting__slug", method="by_recommendation")
    section = section_filter(field_name="section", method="by_recommendation")
    recommendation = recommendation_filter(field_name="key", method="by_recommendation")
    theme = theme_filter(field_name="themes__code", method="by_recommendation")
    language = language()
    q = words()

    def by_recommendation(
        self, rows: QuerySet[Any], name: str, value: str
    ) -> QuerySet[Any]:
        readable = SubmittedAssessment.objects.visible_to(self.user)
        answers = narrowed(readable, f"recommendation__{name}", value)
        return rows.filter(self.serves(answers))

    def serves(self, answers: QuerySet[SubmittedAssessment]) -> Q:
        """Condition to serve one of `answers`."""
        raise NotImplementedError


class MeasureFilter(TiedFilter):
    """What one may ask of submitted measures."""

    kind = one_of(_("Kind"), MeasureKind.choices, _("All kinds"))
    stage = one_of(_("Where it stands"), MeasureStage.choices, _("Anywhere"))

    class Meta:
        model = SubmittedMeasure
        fields: list[str] = []

    search = search_in("title", "description", "authority")

    def serves(self, answers: QuerySet[SubmittedAssessment]) -> Q:
        ties = SubmittedMeasureAssessment.objects.filter(assessment__in=answers)
        return Q(Exists(ties.filter(measure=OuterRef("pk"))))


class EvidenceFilter(TiedFilter):
    """What one may ask of submitted evidence."""

    kind = one_of(_("Kind"), EvidenceKind.choices, _("All kinds"))

    class Meta:
        model = SubmittedEvidence
        fields: list[str] = []

    search = search_in("title", "authority", "reference")

    def serves(self, answers: QuerySet[SubmittedAssessment]) -> Q:
        direct = SubmittedEvidenceAssessment.objects.filter(assessment__in=answers)
        measures = SubmittedMeasure.objects.visible_to(self.user).filter(
            pk__in=SubmittedMeasureAssessment.objects.filter(
                assessment__in=answers
            ).values("measure")
        )
        through = SubmittedEvidenceMeasure.objects.filter(measure__in=measures)
        return Q(Exists(direct.filter(evidence=OuterRef("pk")))) | Q(
            Exists(through.filter(evidence=OuterRef("pk")))
        )
