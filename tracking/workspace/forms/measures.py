from typing import Any

from django import forms
from django.db import models, transaction
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation
from tracking.models import Assessment, Measure, User, ever_followed
from tracking.workspace.forms.fields import (
    DateTextField,
    LineField,
    WordsField,
    name_the_blank,
)
from tracking.workspace.forms.versions import VersionedForm


def measure_form(
    data: Any,
    answer: Assessment,
    measure: Measure,
    draft: dict[str, Any] | None = None,
) -> "MeasureForm":
    """The form of a measure, opened from one answer; `draft` fills in a new one."""
    initial = {} if measure.pk else {"recommendations": [answer.recommendation]}
    initial |= draft or {}
    return MeasureForm(
        data,
        instance=measure,
        initial=initial,
        recommendations=ever_followed(),
    )


class MeasureForm(VersionedForm[Measure]):
    class Meta:
        model = Measure
        fields = [
            "title",
            "kind",
            "stage",
            "starts_on",
            "ends_on",
            "authority",
            "description",
            "recommendations",
            "language",
            "visibility",
        ]
        field_classes = {
            "title": LineField,
            "authority": LineField,
            "starts_on": DateTextField,
            "ends_on": DateTextField,
            "description": WordsField,
        }
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "authority": forms.TextInput(attrs={"dir": "auto"}),
            "visibility": forms.RadioSelect,
            "recommendations": forms.CheckboxSelectMultiple,
        }
        labels = {
            "starts_on": _("In force or operating from"),
            "ends_on": _("Until"),
            "authority": _("Authority in charge"),
            "recommendations": _("Which recommendations does it serve?"),
            "language": _("Language in which this is written"),
            "visibility": _("Who may read this measure?"),
        }
        help_texts = {
            "title": _("As the law, the body or the programme is called."),
            "authority": _("A ministry or service, never a person."),
            "recommendations": _("It is typed once and shown at each of them."),
        }
        error_messages = {
            "title": {"required": _("Give the measure a title.")},
            "kind": {"required": _("Choose what kind of measure it is.")},
            "recommendations": {
                "required": _("Choose at least one recommendation that it serves.")
            },
        }

    def __init__(
        self,
        *args: Any,
        recommendations: models.QuerySet[Recommendation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommendations"].queryset = recommendations  # type: ignore[attr-defined]
        self.fields["visibility"].required = False
        name_the_blank(self.fields["kind"], pgettext_lazy("choice", "Choose one"))
        name_the_blank(self.fields["stage"], pgettext_lazy("choice", "Not stated"))
        name_the_blank(self.fields["language"], pgettext_lazy("choice", "Not stated"))
        if not self.instance.language:
            self.initial["language"] = get_language()
        self.remember()

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or self.instance.visibility

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("starts_on") or "", data.get("ends_on") or ""
        shorter = min(len(starts), len(ends))
        if shorter and ends[:shorter] < starts[:shorter]:
            self.add_error("ends_on", _("It cannot end before it begins."))
        return data

    @transaction.atomic
    def save_measure(self, *, by: User) -> Measure:
        """Write the measure and what it serves. Raises StaleError on a lost race.

        What a colleague removed meanwhile comes back.
        """
        self.instance.removed_at = None
        self.save_row(by)
        self.instance.recommendations.set(self.cleaned_data["recommendations"])
        return self.instance
