from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models import User
from tracking.models.assessments import VersionedModel
from tracking.workspace.merging import fingerprints, values_of

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def remember(self) -> None:
        """Take the fingerprints of what is shown, once every field is there."""
        if not self.is_bound:
            self.initial["shown"] = fingerprints(values_of(self))

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
