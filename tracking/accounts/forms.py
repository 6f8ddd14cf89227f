from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.models import SECRETARIAT, Role, User

# Roles that one person at a time has in a State.
SINGLE_ROLES: dict[str, Promise] = {
    Role.FOCAL_POINT: _(
        "%(name)s is already the focal point of this State. Close that account or "
        "change its role first."
    ),
    Role.ALTERNATE: _(
        "%(name)s is already the alternate of this State. Close that account or "
        "change its role first."
    ),
}


def _plain(form: Any) -> None:
    """Take placeholders and hints away: labels and links stand on the page."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].help_text = ""


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["email"].label = _("E-mail address")

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the link; an unknown address is told so, by mail and as late.

        The page answers the same in both cases, after the same work.
        """
        email: str = self.cleaned_data["email"]
        if self.users:
            super().save(request, **kwargs)
        else:
            get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password, once more")
        self.fields["password1"].help_text = _("At least 12 characters.")


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password, once more")
        self.fields["password1"].help_text = _("At least 12 characters.")


class AccountForm(forms.ModelForm[User]):
    """What an administrator says about a person; the password is not among it."""

    editor: User | None = None

    class Meta:
        model = User
        fields = (
            "name",
            "function",
            "email",
            "language",
            "role",
            "state",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "state" in self.fields:
            self.fields["state"].help_text = _(
                "For national roles only; the secretariat has none."
            )
        if "is_active" in self.fields:
            self.fields["is_active"].help_text = _(
                "Without it nobody can sign in. Accounts are closed, never deleted: "
                "what a person submitted keeps their name."
            )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This address already has an account."))
        return email

    def clean(self) -> dict[str, Any] | None:
        """Check what concerns several fields at once, beside the field to change."""
        data = super().clean() or self.cleaned_data
        role, state = data.get("role"), data.get("state")
        if role in SECRETARIAT and state:
            self.add_error("state", _("Roles of the secretariat have no State."))
        elif role and role not in SECRETARIAT and not state:
            self.add_error("state", _("Choose the State of this person."))
        elif role in SINGLE_ROLES and data.get("is_active", True):
            holders = User.objects.filter(role=role, state=state, is_active=True)
            holder = holders.exclude(pk=self.instance.pk).first()
            if holder:
                self.add_error("role", SINGLE_ROLES[role] % {"name": holder.name})
        if self.editor and self.editor.pk == self.instance.pk:
            self._keep_own_door(data)
        return data

    def _keep_own_door(self, data: dict[str, Any]) -> None:
        """Nobody locks themselves out by mistake."""
        if not data.get("is_active", True):
            self.add_error(
                "is_active", _("Ask another administrator to close your account.")
            )
        if data.get("role") != self.instance.role:
            self.add_error(
                "role", _("Ask another administrator to change your own role.")
            )
