"""How many files one person may send: each costs a process, and room on the disk."""

import datetime
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

HOUR = datetime.timedelta(hours=1)


def _asked(request: HttpRequest) -> dict[str, Any]:
    return {
        "app": "tracking",
        "action": "upload",
        "key": f"uploads:{request.user.pk}",
    }


def _rate() -> str:
    return f"{settings.UPLOADS_PER_HOUR}/h/key"


def opens_at(request: HttpRequest) -> datetime.datetime | None:
    """When this person may send a file again; None if it is now.

    The sent files are counted in the cache of the database, by all processes.
    """
    [rate] = ratelimit.parse_rates(_rate())
    key = ratelimit.get_cache_key(request, rate=rate, **_asked(request))
    moments = [
        datetime.datetime.fromtimestamp(moment, datetime.UTC)
        for moment in cache.get(key, [])
    ]
    recent = [moment for moment in moments if moment > timezone.now() - HOUR]
    return min(recent) + HOUR if len(recent) >= settings.UPLOADS_PER_HOUR else None


def count(request: HttpRequest) -> bool:
    """Count a file that has arrived; False if it is one too many."""
    config = {"upload": _rate()}
    return bool(ratelimit.consume(request, config=config, **_asked(request)))
