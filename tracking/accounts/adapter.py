import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from tracking.accounts.factors import has_factor, is_fresh
from tracking.accounts.mails import facts_of
from tracking.models import AccountMail, User
from tracking.security_log import Event, note

DAY = 24 * 3600
# Failures on one account in a day, from all networks, before each network has to
# wait after a failure, twice as long each time. Nobody is ever locked out: the
# owner's first try, from wherever, is always heard.
CALM = 50
LONGEST_WAIT = 15 * 60

NOTIFICATIONS = {
    "account/email/password_changed": "account/email/password_changed",
    "account/email/password_reset": "account/email/password_changed",
    "account/email/password_set": "account/email/password_changed",
}


def reauthentication_address(user: User) -> str:
    """Where this person confirms who they are; empty without any means."""
    methods = AccountAdapter().get_reauthentication_methods(user)
    return methods[0]["url"] if methods else ""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from nominations: nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # Signing in ------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse what comes too often, before any password is looked at."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note(Event.THROTTLED, request, what="sign_in")
            raise
        account, here = self._throttle_keys(request, **credentials)
        failures = cache.get(account, 0)
        if failures >= CALM and time.time() < cache.get(here, (0, 0))[1]:
            note(Event.THROTTLED, request, what="sign_in")
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # Of what was typed, no more than whether it names an account, and which.
        typed = str(credentials.get("email", "")).lower()
        known = User.objects.filter(email=typed).values_list("pk", flat=True).first()
        note(Event.SIGN_IN_FAILED, request, account=known)
        account, here = self._throttle_keys(request, **credentials)
        cache.add(account, 0, DAY)
        failures = cache.incr(account)
        if failures < CALM:
            return
        number = cache.get(here, (0, 0))[0] + 1
        wait = min(60 * 2 ** (number - 1), LONGEST_WAIT)
        cache.set(here, (number, time.time() + wait), DAY)
        if failures == CALM:
            # Whether there is such an account is looked up when the mail leaves.
            self.send_mail("account/email/attempts", credentials.get("email", ""), {})

    def _throttle_keys(
        self, request: HttpRequest, **credentials: Any
    ) -> tuple[str, str]:
        account = f"suivi:failures:{credentials.get('email', '').lower()}"
        return account, f"{account}:{get_ip(request)}"

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """Count failures per account and network.

        By account alone, five wrong guesses from anywhere would keep its owner out.
        """
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{get_ip(request)}"

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
