"""Machines that ask through the API: who they are, and how often they may come.

A token comes in the header `Authorization: Bearer …` and nowhere else. It opens what
it says of the working copy and the submissions of its State, in the place of the
person who made it.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from tracking.models import Tally, Token, User
from tracking.models.accounts.reader import reading_all, reading_as
from tracking.models.accounts.tokens import MARK
from tracking.models.people.users import MachineRights
from tracking.requests.security_log import Event, network_of, note

CHALLENGE = 'Bearer realm="Suivi"'
LONGEST = 100  # characters; nothing longer is looked for


class MachineMiddleware:
    """Let in, before the API, whoever comes with a token; count everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        secret = secret_in(request)
        if request.user.is_authenticated:
            # A page of ours never does that: one of the two was not meant.
            return self.get_response(request) if secret is None else _both()
        if secret is None:
            wait = _come("anonymous", network_of(request))
            return _too_often(wait) if wait else self.get_response(request)
        response = self._with_token(request, secret)
        patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["Authorization"])
        return response

    def _with_token(self, request: HttpRequest, secret: str) -> HttpResponse:
        token = _open(secret)
        if token is None:
            # Whoever has a token that opens is not kept waiting by others.
            wait = _come("refused", network_of(request))
            note(Event.DENIED, request, why="token")
            return _too_often(wait) if wait else _refused()
        wait = _come("token", str(token.pk))
        if wait:
            note(Event.THROTTLED, request, what="token", token=token.pk)
            return _too_often(wait)
        user = token.made_by
        user.token, user.state = token, token.state
        request.machine = user  # type: ignore[attr-defined] # read below
        # In one transaction; its key tells the audit chain that it was no person.
        key = f"token {token.pk} {uuid4().hex}"
        with reading_as(user, savepoint=False, request=key):
            return self.get_response(request)


class TokenAuthentication(BaseAuthentication):
    """Whom the token stands for, as the middleware found them."""

    def authenticate(self, request: Request) -> tuple[User, MachineRights] | None:
        user: User | None = getattr(request._request, "machine", None)
        if user is None or user.token is None:
            return None
        return user, user.token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # the library's
    """How the description of the API names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def secret_in(request: HttpRequest) -> str | None:
    """What follows the word Bearer; None where nothing of the kind was sent."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _open(secret: str) -> Token | None:
    if not secret.startswith(MARK) or len(secret) > LONGEST:
        return None
    # It is not known yet who reads.
    with reading_all():
        token = Token.objects.find(secret)
        if token is not None:
            token.note_use()
    return token


def _come(kind: str, whose: str) -> int:
    """Seconds to wait; 0 if they may come in."""
    return Tally.objects.come(kind, whose, settings.API_LIMITS.get(kind, []))


def _both() -> JsonResponse:
    sentence = _("Send a token, or the cookie of a session; not both.")
    return JsonResponse({"detail": sentence}, status=400)


def _refused() -> JsonResponse:
    """The same, whatever is wrong with it."""
    return JsonResponse(
        {"detail": _("This token opens nothing.")},
        status=401,
        headers={"WWW-Authenticate": CHALLENGE},
    )


def _too_often(seconds: int) -> JsonResponse:
    return JsonResponse(
        {"detail": _("Too many requests. Try again later, or download the files.")},
        status=429,
        headers={"Retry-After": str(seconds)},
    )
