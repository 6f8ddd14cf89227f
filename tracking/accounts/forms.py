from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tracking.accounts import attempts
from tracking.accounts.addresses import mail_address
from tracking.models import User
from tracking.requests.security_log import Event, note


def _plain(form: Any) -> None:
    """Take placeholders and hints away: labels and links stand on the page."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        self.fields["password"].help_text = ""


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password"].label = _("Your password")
        self.fields["password"].help_text = ""


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["email"].label = _("E-mail address")

    def clean_email(self) -> str:
        return str(get_adapter().clean_email(self.cleaned_data["email"].lower()))

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Have the link sent; an unknown address is told so, by mail and as late.

        Which it is nobody looks up here, so that the answer cannot tell.
        """
        email: str = self.cleaned_data["email"]
        get_adapter().send_mail("account/email/password_reset_key", email, {})
        return email


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password, once more")
        self.fields["password1"].help_text = _(
            "At least 12 characters: several words are easier to keep than signs."
        )


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password, once more")
        self.fields["password1"].help_text = _(
            "At least 12 characters: several words are easier to keep than signs."
        )


# Second factors ----------------------------------------------------------------------

# Longer than any code of an app lives.
ONCE_SECONDS = 180


class _CodeForm:
    fields: dict[str, forms.Field]
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        self.fields["code"].help_text = _(
            "The six digits that the app shows now, or a recovery code."
        )

    def clean_code(self) -> str:
        """Accept a code once, also while clocks that differ let it live longer."""
        try:
            attempts.try_code(context.request, self.user)
        except attempts.TooOftenError:
            note(Event.THROTTLED, context.request, what="code")
            raise get_adapter().validation_error("too_many_login_attempts") from None
        code = str(super().clean_code())  # type: ignore[misc] # of the form beside it
        if not cache.add(f"suivi:code:{self.user.pk}:{code}", True, ONCE_SECONDS):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_CodeForm, factor_forms.AuthenticateForm):
    pass


class ReauthenticateFactorForm(_CodeForm, factor_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(_CodeForm, totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The six digits that the app shows now.")


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("To tell several passkeys apart.")
        self.fields["name"].max_length = 100
        self.fields["passwordless"].label = _("It also replaces the password")
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _(
            "Choose this where the device asks for a fingerprint, a face or a PIN."
        )


class EditPasskeyForm(passkey_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


# Address of the person ---------------------------------------------------------------


class EmailForm(forms.Form):
    """A new address; whether somebody else has it is not told here."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = mail_address(self.cleaned_data["email"])
        if email == self.user.email:
            raise forms.ValidationError(_("This is your address already."))
        return email
