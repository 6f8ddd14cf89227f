import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation, Section
from recommendations.search import found_in
from tracking.models import (
    LANGUAGES,
    Cycle,
    MeasureKind,
    SubmittedAssessment,
    SubmittedMeasure,
)

Measures = QuerySet[SubmittedMeasure]


class MeasureFilter(django_filters.FilterSet):
    """What one may ask of the published measures."""

    q = django_filters.CharFilter(label=_("Words"), method="holding")
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=MeasureKind, empty_label=_("All kinds")
    )
    section = django_filters.ModelChoiceFilter(
        label=_("Section"),
        queryset=Section.objects.all(),
        to_field_name="letter",
        empty_label=_("All sections"),
        method="serving",
    )
    recommendation = django_filters.ModelChoiceFilter(
        label=_("Recommendation"),
        queryset=Recommendation.objects.order_by("number"),
        to_field_name="number",
        empty_label=_("All recommendations"),
        method="serving",
    )
    lang = django_filters.ChoiceFilter(
        label=_("Language"),
        field_name="language",
        choices=LANGUAGES,
        empty_label=_("All languages"),
    )
    cycle = django_filters.ModelChoiceFilter(
        label=_("Cycle"),
        field_name="submission__cycle",
        queryset=Cycle.objects.opened(),
        to_field_name="code",
        empty_label=None,
    )

    class Meta:
        model = SubmittedMeasure
        fields: tuple[str, ...] = ()

    def holding(self, measures: Measures, name: str, words: str) -> Measures:
        return measures.filter(found_in(words, "title", "description", "authority"))

    def serving(
        self, measures: Measures, name: str, value: Section | Recommendation
    ) -> Measures:
        """Those tied to a public answer: another tie would tell of a hidden one."""
        path = (
            "recommendation" if name == "recommendation" else "recommendation__section"
        )
        answers = SubmittedAssessment.objects.public().filter(**{path: value})
        return measures.filter(pk__in=answers.order_by().values("measures"))
