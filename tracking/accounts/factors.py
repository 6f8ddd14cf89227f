"""Second factors: how they are kept, and what a session has shown of them."""

import base64
import hashlib
import time
from functools import cache
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from qrcode import QRCode

from tracking.models import Session, User
from tracking.requests.security_log import Event, note


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    """What encrypts the secrets of factors: from the site's keys, the newest first."""
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    hashlib.sha256(f"suivi.factors:{key}".encode()).digest()
                )
            )
            for key in keys
        ]
    )


class FactorAdapter(DefaultMFAAdapter):
    """Factors as this site keeps them: secrets encrypted, names of our own."""

    def encrypt(self, text: str) -> str:
        return self._box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._box().decrypt(encrypted_text.encode()).decode()

    def _box(self) -> MultiFernet:
        return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))

    def build_totp_svg(self, url: str) -> SafeString:
        """The code to scan as an element of the page: no `data:` address."""
        code = QRCode(border=2)
        code.add_data(url)
        rows = code.get_matrix()
        dark = [
            f"M{x} {y}h1v1h-1z"
            for y, row in enumerate(rows)
            for x, is_dark in enumerate(row)
            if is_dark
        ]
        return format_html(
            '<svg viewBox="0 0 {size} {size}" role="img" aria-label="{label}">'
            '<path class="paper" d="M0 0h{size}v{size}H0z"/><path d="{dark}"/></svg>',
            size=len(rows),
            label=_("Code to scan with the app"),
            dark="".join(dark),
        )

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 - allauth's
        number = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)d") % {"number": number + 1}

    def _get_site_name(self) -> str:
        return "Suivi"


def has_factor(user: User) -> bool:
    """Whether the account has a passkey or an app; codes alone are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def has_shown_factor(request: HttpRequest) -> bool:
    """Whether this session was opened, or went on, with a second factor."""
    return bool(_shown(request, "mfa"))


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has shown a minute ago, as it were, that it is them.

    Where a factor was shown in this session, only a factor counts: whoever sits
    down at an open browser may have seen the password typed.
    """
    shown = _shown(request, "mfa") or _shown(request)
    if not shown:
        return False
    age = time.time() - max(record["at"] for record in shown)
    return bool(0 <= age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def _shown(request: HttpRequest, method: str = "") -> list[dict[str, Any]]:
    records = get_authentication_records(request, request.user)
    return [each for each in records if not method or each["method"] == method]


def on_factor_added(request: HttpRequest, user: User, **details: Any) -> None:
    """A new factor has just been shown: the session goes on under a new key."""
    authenticator: Authenticator = details["authenticator"]
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=authenticator.type
        )
    end_other_sessions(request, user)


def on_factor_changed(request: HttpRequest, user: User, **details: Any) -> None:
    if not has_factor(user):
        # What is no longer there was not shown: from now on the password confirms.
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            each for each in records if each["method"] != "mfa"
        ]
    end_other_sessions(request, user)


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """End all sessions of the account but this one, which gets a new key."""
    request.session.cycle_key()
    others = Session.objects.of(user).but(request.session.session_key)
    number = others.end()
    if number:
        note(Event.SESSIONS_ENDED, request, user=user, number=number)
