from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models import User
from tracking.models.working_copy.assessments import VersionedModel
from tracking.workspace.forms.merging import CARRIERS, Values, pack, values_of

Row = TypeVar("Row", bound=VersionedModel)

LARGEST_VERSION = 2**31 - 1


class VersionedForm(forms.ModelForm[Row]):
    """A form over one version of a row; it says which one it shows."""

    use_required_attribute = False

    version = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_VERSION,
        widget=forms.HiddenInput,
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    # The proposal whose words the form shows; only pages of contributors tell it.
    proposal = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_VERSION,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def remember(self) -> None:
        """Take along what is shown, once every field is there: the common base."""
        if not self.is_bound:
            self.initial["shown"] = pack(values_of(self))

    def resume(self, payload: Values, version: int | None) -> None:
        """Show words that were not saved, over the version they were written on."""
        for name in self.fields:
            sent = payload.get(name, [])
            if name in CARRIERS:
                continue
            several = isinstance(
                self.fields[name],
                forms.MultipleChoiceField | forms.ModelMultipleChoiceField,
            )
            self.initial[name] = sent if several else "".join(sent[-1:])
            # A field that was looked at already remembers what it showed.
            vars(self[name]).pop("initial", None)
        self.initial["shown"] = "".join(payload.get("shown", []))
        self.initial["version"] = version
        self.initial["proposal"] = "".join(payload.get("proposal", []))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance.pk and not data.get("version"):
            raise ValidationError(
                _(
                    "This page did not say which version it shows. Keep a copy of "
                    "your words, open it again and save."
                ),
                code="version",
            )
        return data

    def save_row(self, by: User) -> None:
        """Write the row over the version shown. Raises StaleError on a lost race."""
        if self.instance.pk:
            self.instance.version = self.cleaned_data["version"]
            self.instance.save_version(by=by)
        else:
            self.instance.updated_at = timezone.now()
            self.instance.updated_by = by
            self.instance.save()
