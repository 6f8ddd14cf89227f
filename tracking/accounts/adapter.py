import logging
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
from tracking.models import User
from tracking.security_log import Event, note

logger = logging.getLogger(__name__)

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
            self._tell_of_failures(credentials.get("email", ""))

    def _throttle_keys(
        self, request: HttpRequest, **credentials: Any
    ) -> tuple[str, str]:
        account = f"suivi:failures:{credentials.get('email', '').lower()}"
        return account, f"{account}:{get_ip(request)}"

    def _tell_of_failures(self, email: str) -> None:
        user = User.objects.in_office().filter(email=email.lower()).first()
        if user:
            self.notify("account/email/attempts", user.email, {"user": user})

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

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a mail: never from what a request says of its host."""
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", args=[uid, token])
        return f"{settings.BASE_URL}{path}"

    def add_message(self, *args: Any, **details: Any) -> None:
        """Say nothing: each step already leads to a page that tells what happened."""

    def send_mail(self, template_prefix: str, email: str, context: Any) -> None:
        """Write in the language of the person, if the address has one."""
        user = context.get("user")
        language = user.language if user else translation.get_language()
        with translation.override(language):
            self.render_mail(template_prefix, email, {"email": email, **context}).send()

    def notify(self, template_prefix: str, email: str, context: Any) -> None:
        """Send a mail without which what was decided stands all the same."""
        try:
            self.send_mail(template_prefix, email, context)
        except OSError:  # SMTP errors are among them
            logger.exception("A notice of %s was not sent", template_prefix)

    def format_email_subject(self, subject: str) -> str:
        """One line of printable characters, whatever a name holds."""
        return "".join(c if c.isprintable() else " " for c in subject).strip()

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **details: Any
    ) -> None:
        """Tell the owner that password or factors changed, whichever way they did."""
        prefix = NOTIFICATIONS.get(template_prefix, "account/email/factors_changed")
        self.notify(prefix, user.email, {"user": user, "timestamp": timezone.now()})
