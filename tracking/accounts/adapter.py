from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from tracking.accounts import attempts
from tracking.accounts.factors import has_factor, is_fresh
from tracking.accounts.mails import facts_of
from tracking.models import AccountMail, User
from tracking.requests.security_log import Event, note

NOTIFICATIONS = {
    "account/email/password_changed": "account/email/password_changed",
    "account/email/password_reset": "account/email/password_changed",
    "account/email/password_set": "account/email/password_changed",
}


def reauthentication_address(user: User) -> str:
    """Where this person confirms who they are; empty without any means."""
    methods = AccountAdapter().get_reauthentication_methods(user)
    return methods[0]["url"] if methods else ""


def _typed(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", "")).lower()


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from nominations: nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # Signing in ------------------------------------------------------------------

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        try:
            with attempts.turn(request):
                found: User | None = super().authenticate(request, **credentials)
        except attempts.TooOftenError:
            note(Event.THROTTLED, request, what="sign_in")
            raise self.validation_error("too_many_login_attempts") from None
        if found is not None:
            attempts.password_was_right(request, _typed(credentials))
        return found

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse what comes too often, before any password is looked at."""
        attempts.try_password(request, _typed(credentials))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # Of what was typed, no more than whether it names an account, and which.
        typed = _typed(credentials)
        known = User.objects.filter(email=typed).values_list("pk", flat=True).first()
        note(Event.SIGN_IN_FAILED, request, account=known)
        if attempts.password_was_wrong(request, typed):
            # Whether there is such an account is looked up when the mail leaves.
            self.send_mail("account/email/attempts", typed, {})

    def pre_login(
        self, request: HttpRequest, user: User, **details: Any
    ) -> HttpResponse | None:
        """Whichever door it was: without a nomination in force it stays closed."""
        if not user.is_in_office:
            note(Event.SIGN_IN_FAILED, request, account=user.pk, why="not in office")
            return redirect("account_inactive")
        response: HttpResponse | None = super().pre_login(request, user, **details)
        return response

    def post_login(
        self, request: HttpRequest, user: User, **details: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **details)
        # Pages without a language in their address are then in the person's.
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            secure=not settings.EVALUATION,
            httponly=True,
            samesite="Lax",
        )
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The person's own place, in the person's language."""
        user = request.user
        assert isinstance(user, User)  # noqa: S101 - for the type checker
        with translation.override(user.language):
            if user.is_secretariat:
                return reverse("dashboards:dashboard")
            return reverse("workspace:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_index")

    # Confirming that it is still the same person ------------------------------------

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Signing in counts as a confirmation too, for as long as others do."""
        return not is_fresh(context.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor confirms with it, not with the password."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if isinstance(user, User) and has_factor(user):
            methods = [each for each in methods if each["id"] != "reauthenticate"]
            # Passkeys first.
            methods.sort(key=lambda each: each["id"], reverse=True)
        return methods

    # Mail -----------------------------------------------------------------------

    def add_message(self, *args: Any, **details: Any) -> None:
        """Say nothing: each step already leads to a page that tells what happened."""

    def send_mail(self, template_prefix: str, email: str, context: Any) -> None:
        """Have a mail sent by the worker, with the commit of what it tells of."""
        user = context.get("user")
        AccountMail.objects.write(
            template_prefix.removeprefix("account/email/"),
            email.lower(),
            user=user,
            language=user.language if user else translation.get_language(),
            facts=facts_of(context),
        )

    def format_email_subject(self, subject: str) -> str:
        """One line of printable characters, whatever a name holds."""
        return "".join(c if c.isprintable() else " " for c in subject).strip()

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **details: Any
    ) -> None:
        """Tell the owner that password or factors changed, whichever way they did."""
        prefix = NOTIFICATIONS.get(template_prefix, "account/email/factors_changed")
        self.send_mail(prefix, user.email, {"user": user, "timestamp": timezone.now()})
