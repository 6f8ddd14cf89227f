import datetime
import secrets
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tracking.models import Scope
from tracking.workspace.forms.fields import LineField


def _say_days(number: int) -> str:
    return ngettext("%(number)s day", "%(number)s days", number) % {"number": number}


days = lazy(_say_days, str)


class TokenForm(forms.Form):
    """What a token is to be: its purpose, what it opens and for how long."""

    use_required_attribute = False

    label = LineField(
        label=_("What is it for?"),
        max_length=100,
        help_text=_("The system that will use it, as your colleagues call it."),
        error_messages={"required": _("Say what the token is for.")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=Scope.choices,
        help_text=_("As little as the system needs."),
        error_messages={"required": _("Choose at least one thing that it may do.")},
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        choices=[(number, days(number)) for number in (30, 90, 180, 365)],
        coerce=int,
        initial=90,
        error_messages={"required": _("Choose for how long it is valid.")},
        widget=forms.RadioSelect,
    )
    # Of this page: sent again, it makes no second token.
    once = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once", secrets.token_urlsafe(16))

    @property
    def expires_at(self) -> datetime.datetime:
        length = datetime.timedelta(days=self.cleaned_data["days"])
        return timezone.now() + length
