from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from tracking.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the secretariat: nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The person's own place, in the person's language."""
        user = request.user
        assert isinstance(user, User)  # noqa: S101 - for the type checker
        with translation.override(user.language):
            if user.is_secretariat:
                return reverse("dashboards:dashboard")
            return reverse("workspace:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

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

    def add_message(self, *args: Any, **details: Any) -> None:
        """Say nothing: each step already leads to a page that tells what happened."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under the address of this site, whatever the browser says it is."""
        url = urlsplit(super().get_reset_password_from_key_url(key))
        return f"{settings.BASE_URL}{url.path}"

    def send_mail(self, template_prefix: str, email: str, context: Any) -> None:
        """Write in the language of the person, if the address has one."""
        user = context.get("user")
        language = user.language if user else translation.get_language()
        with translation.override(language):
            self.render_mail(template_prefix, email, {"email": email, **context}).send()

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **details: Any
    ) -> None:
        """Tell the owner that the password changed, whichever way it did."""
        self.send_mail(
            "account/email/password_changed",
            user.email,
            {"user": user, "timestamp": timezone.now()},
        )

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """Count failures per account and network.

        By account alone, five wrong guesses from anywhere would keep its owner out.
        """
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{self.get_client_ip(request)}"
