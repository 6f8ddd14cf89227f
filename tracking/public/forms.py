from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from tracking.models import LANGUAGES

YEAR = 365 * 24 * 3600


class PreferencesForm(forms.Form):
    """How this browser shows the site; kept in cookies, known to nobody else."""

    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=[
            ("auto", _("As the device")),
            ("light", _("Light")),
            ("dark", _("Dark")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.ChoiceField(
        label=_("Text size"),
        choices=[
            ("normal", _("As the browser")),
            ("large", _("Larger")),
            ("larger", _("Much larger")),
        ],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language of the first page"),
        choices=[("", _("As the browser")), *LANGUAGES],
        required=False,
    )
    keys_off = forms.BooleanField(
        label=_("Switch the keyboard shortcuts off"),
        help_text=_(
            "Single letters, for people of a State who have signed in: press ? there "
            "to see them."
        ),
        required=False,
    )

    def keep(self, response: HttpResponse) -> None:
        """Set or remove the cookies."""
        names = {
            "theme": (self.cleaned_data["theme"], "auto"),
            "text": (self.cleaned_data["text"], "normal"),
            "keys": ("off" if self.cleaned_data["keys_off"] else "on", "on"),
            settings.LANGUAGE_COOKIE_NAME: (self.cleaned_data["language"], ""),
        }
        for name, (value, usual) in names.items():
            if value == usual:
                response.delete_cookie(name, samesite="Lax")
            else:
                response.set_cookie(
                    name,
                    value,
                    max_age=YEAR,
                    secure=settings.SESSION_COOKIE_SECURE,
                    httponly=True,
                    samesite="Lax",
                )
