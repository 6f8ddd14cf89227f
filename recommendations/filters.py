import django_filters
from django.utils.translation import gettext_lazy as _

from .models import (
    ActionType,
    Article,
    Meeting,
    Modality,
    Recommendation,
    Theme,
)
from .models.recommendations import RecommendationQuerySet


class RecommendationFilter(django_filters.FilterSet):
    """What one may ask of the recommendations."""

    q = django_filters.CharFilter(label=_("Words"), method="search")
    meeting = django_filters.ModelChoiceFilter(
        label=_("Meeting"),
        queryset=Meeting.objects.order_by("-slug"),
        to_field_name="slug",
        empty_label=_("All meetings"),
    )
    theme = django_filters.ModelChoiceFilter(
        label=_("Theme"),
        field_name="themes",
        queryset=Theme.objects.all(),
        to_field_name="code",
        empty_label=_("All themes"),
    )
    modality = django_filters.ChoiceFilter(
        label=_("Modality"), choices=Modality, empty_label=_("All modalities")
    )
    action = django_filters.ChoiceFilter(
        label=_("Type of action"),
        field_name="action_type",
        choices=ActionType,
        empty_label=_("All types"),
    )
    article = django_filters.ModelChoiceFilter(
        label=_("Related article"),
        field_name="articles",
        queryset=Article.objects.all(),
        to_field_name="code",
        empty_label=_("All articles"),
    )

    class Meta:
        model = Recommendation
        fields: tuple[str, ...] = ()

    def search(
        self, recommendations: RecommendationQuerySet, name: str, words: str
    ) -> RecommendationQuerySet:
        return recommendations.search(words)
