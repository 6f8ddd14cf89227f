"""What a signed-in person must have shown, address by address: the one table.

Rights decide who may do something at all; here stands how sure we must be, at that
moment, that it is they. Kept apart from the pages, so that no page can forget it.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tracking.accounts.adapter import reauthentication_address
from tracking.accounts.factors import has_shown_factor, is_fresh
from tracking.models import User
from tracking.requests.http import hold
from tracking.requests.security_log import Event, note

# Acts in the name of a State, for which a second factor is obligatory.
IN_THE_NAME_OF_A_STATE = {
    "people:end",
    "people:invite",
    "people:resend",
    "workspace:cancel_prepared",
    "workspace:check",
    "workspace:confirm_prepared",
    "workspace:recall",
    "workspace:second_person",
    "workspace:tokens",
    "workspace:visibility",
    "workspace:withdraw",
}
# Sending these asks for a confirmation not older than 15 minutes. What was sent
# waits in the session meanwhile and goes on by itself afterwards.
FRESH_WHEN_SENT = IN_THE_NAME_OF_A_STATE | {
    "account_data_file",
    "account_email",
    "account_end_sessions",
}
# Opening these does too, and nothing waits: files that leave, forms that take a file,
# and passwords, which must not lie in a session.
FRESH_WHEN_OPENED = {
    "account_change_password",
    "admin:tracking_emergencyreading_add",
    "admin:tracking_emergencyreading_read",
    "admin:tracking_factorreset_add",
    "admin:tracking_nomination_add",
    "admin:tracking_nomination_change",
    "exports:submissions",
    "exports:submissions_xlsx",
    "workspace:audit_file",
}
# What the secretariat reaches before its second factor is set up.
BEFORE_A_FACTOR = ("account_", "mfa_", "healthz", "root", "workspace:stay")


class GuardMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        _note_refusal(request, response)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        user = request.user
        match = request.resolver_match
        if not isinstance(user, User) or match is None:
            return None
        name, sends = match.view_name, request.method not in ("GET", "HEAD", "OPTIONS")
        if settings.MFA_REQUIRED and not has_shown_factor(request):
            if needs_factor(user, name, sends):
                note(Event.FACTOR_WANTED, request)
                return _to_factors(request, user)
            if user.may_submit and name in IN_THE_NAME_OF_A_STATE:
                # The page says so before anything is filled in.
                request.lacks_factor = True  # type: ignore[attr-defined] # read by it
        if must_be_fresh(name, sends) and not is_fresh(request):
            note(Event.CONFIRMATION_WANTED, request)
            address = reauthentication_address(user) or reverse("account_login")
            if name in FRESH_WHEN_OPENED:
                # What a form said is on it again afterwards, but for its file.
                kept = hold(request) if sends else None
                url = kept.get_absolute_url() if kept else request.get_full_path()
                back = urlencode({REDIRECT_FIELD_NAME: url})
                return redirect(f"{address}?{back}")
            return cast("HttpResponse", suspend_request(request, address))
        return None


def _note_refusal(request: HttpRequest, response: HttpResponse) -> None:
    """Note who was turned away at an address of ours, and what came too often."""
    code = response.status_code
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        note(Event.THROTTLED, request, what="requests")
    elif (
        code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        and request.resolver_match is not None
        and isinstance(request.user, User)
    ):
        iso3 = str(request.resolver_match.kwargs.get("iso3", ""))
        note(Event.DENIED, request, status=int(code), of=iso3)


def needs_factor(user: User, name: str, sends: bool) -> bool:
    """Whether this person needs a second factor to go there."""
    if user.is_secretariat:
        return not name.startswith(BEFORE_A_FACTOR)
    return sends and name in IN_THE_NAME_OF_A_STATE


def must_be_fresh(name: str, sends: bool) -> bool:
    """Whether a confirmation of the last 15 minutes is asked for there."""
    if name in FRESH_WHEN_OPENED:
        return True
    # Whatever the secretariat decides or changes, it does in the admin site.
    decides = name.startswith("admin:") and name != "admin:draft"
    return sends and (name in FRESH_WHEN_SENT or decides)


def _to_factors(request: HttpRequest, user: User) -> HttpResponse:
    messages.warning(
        request,
        _(
            "First set up a second factor: a passkey, or an app that shows codes. The "
            "secretariat works with one only."
        )
        if user.is_secretariat
        else _(
            "Nothing was sent yet. Who acts in the name of a State first sets up a "
            "second factor: a passkey, or an app that shows codes."
        ),
    )
    return redirect("mfa_index")
