"""What happens whenever somebody signs in, or changes a password or a factor.

Libraries tell of it, whichever door it was; among our own models no signal is sent.
"""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from tracking.accounts.attempts import came_in, forget
from tracking.accounts.factors import (
    end_other_sessions,
    on_factor_added,
    on_factor_changed,
)
from tracking.models import Session, SignIn, User
from tracking.models.people.sessions import browser_named
from tracking.requests.security_log import Event, note
from tracking.requests.sessions import BROWSER, IDLE

# Seconds of rest after which a session ends.
SECRETARIAT_RESTS, STATES_REST = 30 * 60, 60 * 60


def connect() -> None:
    user_logged_in.connect(_on_login)
    user_logged_out.connect(_on_logout)
    account_signals.authentication_step_completed.connect(_on_step)
    factor_signals.authenticator_used.connect(_on_factor_used)
    factor_signals.authentication_failed.connect(_on_factor_failed)
    account_signals.password_changed.connect(_on_password_changed)
    account_signals.password_set.connect(_on_password_changed)
    account_signals.password_reset.connect(_on_password_reset)
    factor_signals.authenticator_added.connect(_on_factor_added)
    factor_signals.authenticator_removed.connect(_on_factor_changed)
    factor_signals.authenticator_reset.connect(_on_factor_changed)


def _on_login(request: HttpRequest, user: User, **_details: Any) -> None:
    request.session[IDLE] = SECRETARIAT_RESTS if user.is_secretariat else STATES_REST
    request.session[BROWSER] = browser_named(request.META.get("HTTP_USER_AGENT", ""))
    SignIn.objects.create(user=user)
    came_in(request, user)
    note(Event.SIGN_IN, request, user=user)


def _on_logout(request: HttpRequest, user: User | None, **_details: Any) -> None:
    if user is not None:
        note(Event.SIGN_OUT, request, user=user)


def _on_step(request: HttpRequest, user: User, method: str, **details: Any) -> None:
    if details.get("reauthenticated"):
        note(Event.CONFIRMED, request, user=user, method=method)


def _on_factor_used(request: HttpRequest, user: User, **details: Any) -> None:
    note(Event.FACTOR_USED, request, user=user, factor=details["authenticator"].type)


def _on_factor_failed(request: HttpRequest, user: User, **details: Any) -> None:
    factor = details["authenticator"]
    note(
        Event.FACTOR_FAILED,
        request,
        user=user,
        factor=factor.type if factor else "",
        confirming=bool(details.get("reauthentication")),
    )


def _on_password_changed(request: HttpRequest, user: User, **_details: Any) -> None:
    note(Event.PASSWORD_CHANGED, request, user=user)
    end_other_sessions(request, user)


def _on_password_reset(request: HttpRequest, user: User, **_details: Any) -> None:
    note(Event.PASSWORD_CHANGED, request, user=user, by="link")
    Session.objects.of(user).end()
    forget(request, user.email)


def _on_factor_added(request: HttpRequest, user: User, **details: Any) -> None:
    note(Event.FACTOR_ADDED, request, user=user, factor=details["authenticator"].type)
    on_factor_added(request, user, **details)


def _on_factor_changed(request: HttpRequest, user: User, **details: Any) -> None:
    note(Event.FACTOR_REMOVED, request, user=user, factor=details["authenticator"].type)
    on_factor_changed(request, user, **details)
