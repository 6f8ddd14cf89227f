"""The security log: what happens at the doors, one JSON object per line.

It is for whoever watches the site from outside it, and leaves the machine; the audit
chain, which States hold us to, is something else. No line has a word that somebody
typed: no body, password, code, token or mail address. Network addresses are personal
data: whoever keeps these lines keeps them for 90 days.
"""

import ipaddress
import json
import logging
from enum import StrEnum

from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from config.tracing import current_request, number_of
from tracking.models import User

logger = logging.getLogger("suivi.security")

LONGEST = 200  # characters of one fact
Fact = str | int | bool | None


class Event(StrEnum):
    """What is noted; the names are for machines and are never renamed."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_USED = "factor_used"
    FACTOR_FAILED = "factor_failed"
    CONFIRMED = "confirmed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    SESSIONS_ENDED = "sessions_ended"
    DENIED = "denied"
    FACTOR_WANTED = "factor_wanted"
    CONFIRMATION_WANTED = "confirmation_wanted"
    THROTTLED = "throttled"
    FILE_REFUSED = "file_refused"
    READ = "read"
    EXPORTED = "exported"
    NOMINATION = "nomination"
    CHANGED = "changed"
    CSP = "csp"
    TOKEN = "token"  # noqa: S105 - a name
    BREAK_GLASS = "break_glass"
    ALARM = "alarm"


def note(
    event: Event,
    request: HttpRequest | None = None,
    *,
    user: User | None = None,
    **facts: Fact,
) -> None:
    """Write one line: what happened, when, in which request, by whom, from where.

    Without a request, it is the one that is being answered, if there is one. `user` is
    the person it is about, if the request does not say so itself. `facts` are numbers,
    codes and names of ours, never what somebody typed.
    """
    request = request or current_request()
    if user is None and request is not None:
        found = getattr(request, "user", None)
        user = found if isinstance(found, User) else None
    match = getattr(request, "resolver_match", None)
    line = {
        "at": timezone.now().isoformat(),
        "event": str(event),
        "request": number_of(request),
        "actor": user.pk if user else None,
        "role": user.role if user else "",
        "state": user.state_id if user else None,
        "network": network_of(request) if request else "",
        "method": (request.method or "") if request else "",
        "address": match.view_name if match else "",
        **{
            name: value[:LONGEST] if isinstance(value, str) else value
            for name, value in facts.items()
        },
    }
    # Only ASCII: whatever a fact holds, it can neither end the line nor begin another.
    logger.info("%s", json.dumps(line, ensure_ascii=True))


def network_of(request: HttpRequest) -> str:
    """Where a request came from: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ipaddress.ip_address(get_ip(request))
    except (PermissionDenied, ValueError):
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
