from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation, RecommendationKey
from recommendations.search import found_in
from tracking.models import EvidenceKind, MeasureKind


class RecommendationField(forms.ModelChoiceField[Recommendation]):
    """Numbers alone are of the first meeting, as in addresses of that time."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value and str(RecommendationKey.read(value)))
        except ValueError:
            return super().to_python(value)


class LibraryForm(forms.Form):
    """What one may ask of a State's library of measures or evidence."""

    fields_searched: tuple[str, ...] = ()
    served_through: tuple[str, ...] = ("recommendations",)

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    recommendation = RecommendationField(
        label=_("Recommendation"),
        queryset=Recommendation.objects.none(),
        to_field_name="key",
        required=False,
        empty_label=_("All recommendations"),
    )

    def __init__(
        self,
        *args: Any,
        recommendations: models.QuerySet[Recommendation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommendation"].queryset = recommendations  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("All kinds")), *self.kinds()]  # type: ignore[attr-defined]

    def kinds(self) -> list[Any]:
        raise NotImplementedError

    def narrow(self, rows: Any) -> Any:
        """Rows that answer to what was asked; all, where it means nothing."""
        if not self.is_valid():
            return rows
        asked = self.cleaned_data
        if asked["q"].strip():
            rows = rows.filter(found_in(asked["q"], *self.fields_searched))
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["recommendation"]:
            serving = models.Q()
            for path in self.served_through:
                serving |= models.Q(**{path: asked["recommendation"]})
            # By key, so that a row tied in two ways is listed once.
            rows = rows.filter(
                pk__in=rows.model.objects.filter(serving).order_by().values("pk")
            )
        return rows


class MeasureLibraryForm(LibraryForm):
    fields_searched = ("title", "description", "authority")

    def kinds(self) -> list[Any]:
        return MeasureKind.choices


class EvidenceLibraryForm(LibraryForm):
    fields_searched = ("title", "authority", "reference", "url")
    served_through = ("assessments__recommendation", "measures__recommendations")

    def kinds(self) -> list[Any]:
        return EvidenceKind.choices
