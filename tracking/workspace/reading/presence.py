"""Who else has an editing page open: told as a hint, never a lock."""

import re
from dataclasses import dataclass

from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import ngettext

from recommendations.lists import listed
from tracking.models import Presence
from tracking.requests.http import UserRequest

# Pages on which two people can write the same thing.
PAGES = ("workspace:assessment", "workspace:measure", "workspace:evidence")
LANGUAGE = re.compile(r"/[a-z-]+(?=/my/)")


@dataclass(frozen=True)
class Here:
    """A page that is open, and what to say about the others who have it open."""

    page: str
    text: str | None = None


def visit(request: UserRequest) -> Here | None:
    """Note that the reader has this page open; None if nobody writes on it.

    A form that comes back with a mistake asks nothing: its script asks a moment
    later, and saving costs no query more.
    """
    page = page_at(request, request.path)
    if page is None:
        return None
    return Here(page, who_else(request, page) if request.method == "GET" else None)


def page_at(request: UserRequest, path: str) -> str | None:
    """The address without language of an editing page of the reader's own State."""
    user, page = request.user, LANGUAGE.sub("", path, count=1)
    prefix = LANGUAGE.match(request.path)
    if prefix is None or not (user.may_write or user.may_propose):
        return None
    try:
        found = resolve(f"{prefix[0]}{page}")
    except Resolver404:
        return None
    own = user.state is not None and found.kwargs.get("iso3") == user.state.key
    return page if own and found.view_name in PAGES and len(page) <= 200 else None


def who_else(request: UserRequest, page: str) -> str:
    """Note the visit, and say in a sentence who else is there; empty if nobody is."""
    others = Presence.objects.visit(request.user, page)
    if not others:
        return ""
    seen_at = timezone.localtime(max(other.seen_at for other in others))
    return ngettext(
        "%(names)s has this page open too (seen at %(time)s). You can both write: "
        "nothing is lost.",
        "%(names)s have this page open too (last seen at %(time)s). You can all write: "
        "nothing is lost.",
        len(others),
    ) % {
        "names": listed(other.name for other in others),
        "time": f"{seen_at:%H:%M}",
    }
