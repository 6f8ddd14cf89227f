from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking.models import ALWAYS, TOLD, User


class Kinds(forms.MultipleChoiceField):
    """Boxes of which none need be ticked: that is an answer too."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        if value:
            super().validate(value)


class MailsForm(forms.Form):
    """Which kinds of messages a person wants by mail, among those of the role."""

    wanted = Kinds(
        label=_("Send me a mail when"),
        help_text=_("Whatever you choose, your inbox here holds everything."),
    )

    def __init__(self, data: Any, *, user: User) -> None:
        self.user = user
        told = TOLD.get(user.role, ())
        self.kinds = tuple(kind for kind in told if kind not in ALWAYS)
        wanted = [kind for kind in self.kinds if kind not in user.muted]
        super().__init__(data, initial={"wanted": wanted})
        field = self.fields["wanted"]
        assert isinstance(field, Kinds)  # noqa: S101 - for types
        field.choices = [(kind.value, kind.label) for kind in self.kinds]

    def save(self) -> None:
        """Keep what is not wanted; what the role is never told of stays as it was."""
        wanted = self.cleaned_data["wanted"]
        elsewhere = [kind for kind in self.user.muted if kind not in self.kinds]
        muted = [kind.value for kind in self.kinds if kind not in wanted]
        self.user.muted = sorted({*elsewhere, *muted})
        self.user.save(update_fields=["muted"])
