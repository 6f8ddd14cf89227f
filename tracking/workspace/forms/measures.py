from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracking.models import Measure
from tracking.workspace.forms.fields import (
    DateTextField,
    LineField,
    WordsField,
    name_the_blank,
)
from tracking.workspace.forms.items import ItemForm


class MeasureForm(ItemForm[Measure]):
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_the_blank(self.fields["stage"], pgettext_lazy("choice", "Not stated"))
        self.remember()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("starts_on") or "", data.get("ends_on") or ""
        shorter = min(len(starts), len(ends))
        if shorter and ends[:shorter] < starts[:shorter]:
            self.add_error("ends_on", _("It cannot end before it begins."))
        return data

    def tie(self) -> None:
        self.instance.recommendations.set(self.cleaned_data["recommendations"])
