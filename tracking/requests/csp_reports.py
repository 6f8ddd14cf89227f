"""What browsers tell of pages that tried to load or run what our policy forbids."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tracking.models import Tally
from tracking.requests.security_log import Event, network_of, note

BYTES = 10_000
REPORTS = 20  # in one request
LIMIT = (30, 60)  # requests of one network, in so many seconds
# What stands for an address when there is none: inline, eval, data.
KEYWORD = re.compile(r"[a-z][a-z-]{0,30}")
# Names of what a report says, in the older format and in the one of today.
DIRECTIVE = ("effective-directive", "violated-directive", "effectiveDirective")
BLOCKED = ("blocked-uri", "blockedURL")
PAGE = ("document-uri", "documentURL")


# A browser sends these by itself: it knows no token of ours, and takes no cookie along.
# All that comes of one is a line in the log.
@csrf_exempt
@login_not_required
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Write down what was blocked, by which directive, on which page; nothing else."""
    if Tally.objects.come("csp", network_of(request), [LIMIT]):
        return HttpResponse(status=429)
    body = request.read(BYTES + 1)
    if len(body) > BYTES:
        return HttpResponse(status=413)
    for said in _reports(body):
        note(
            Event.CSP,
            request,
            directive=_keyword(_first(said, DIRECTIVE).partition(" ")[0]),
            blocked=_origin(_first(said, BLOCKED)),
            page=_page(_first(said, PAGE)),
        )
    return HttpResponse(status=204)


def _reports(body: bytes) -> list[dict[str, Any]]:
    """What is a report in this body; nothing of what is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return []
    if isinstance(said, dict):
        found = [said.get("csp-report")]
    elif isinstance(said, list):
        found = [
            each.get("body")
            for each in said[:REPORTS]
            if isinstance(each, dict) and each.get("type") == "csp-violation"
        ]
    else:
        found = []
    return [each for each in found if isinstance(each, dict)]


def _first(said: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(said[name]) for name in names if said.get(name)), "")


def _keyword(text: str) -> str:
    return text if KEYWORD.fullmatch(text) else ""


def _origin(address: str) -> str:
    """Where it would have come from: what follows may hold words of a person."""
    if _keyword(address):
        return address
    try:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.scheme
    except ValueError:
        return ""


def _page(address: str) -> str:
    """Name of our page: its address may hold the token of a mail."""
    try:
        return resolve(urlsplit(address).path).view_name
    except (Resolver404, ValueError):
        return ""
