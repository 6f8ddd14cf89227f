"""What every page shares: the typed request, its context, its privacy."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers

from tracking.models import Cycle, User


class UserRequest(HttpRequest):
    """A request whose user has signed in (for type checkers only)."""

    user: User


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the current cycle, and whether data are invented."""
    cycle = Cycle.objects.current()
    return {"cycle": cycle, "demonstration": cycle is not None and cycle.demonstration}


class PrivacyMiddleware:
    """Keep pages out of every cache but the reader's own, drafts out of that too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            if request.user.is_authenticated:
                patch_cache_control(response, private=True, no_store=True)
            else:
                patch_cache_control(response, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response


# Fields of forms that carry no words of the person, and what a choice looks like.
CARRIERS = {"shown", "version"}
CHOICE = re.compile(r"[a-z0-9_-]*")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Give back what was typed, to be sent again: most often a session has ended."""
    sent = _typed_here(request)
    return render(
        request,
        "403_csrf.html",
        {
            "sent": sent,
            "words": "\n\n".join(
                value
                for name, value in sent
                if name not in CARRIERS and not CHOICE.fullmatch(value)
            ),
            "files": bool(request.FILES),
        },
        status=403,
    )


def _typed_here(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of a form of ours; no other site can put words on our page.

    A form with a password is never given back.
    """
    own = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") != own or any(
        "password" in name for name in request.POST
    ):
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
