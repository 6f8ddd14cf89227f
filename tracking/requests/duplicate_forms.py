"""Forms that arrive twice are acted upon once: a double click, a line that broke.

Each page gives its forms a token against forgery that no other page bears; together
with the address it is the key under which the outcome is kept. So every form is
covered, those of the admin site too, and none can forget to ask. A script that sends
a form again names the first token, which holds even if somebody had to sign in again
in between.
"""

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tracking.models import UnsavedKind, UnsavedWork, Writing
from tracking.models.accounts.idempotency import (
    BusyError,
    IdempotencyKey,
    OtherRequestError,
    request_digest,
)
from tracking.requests.http import (
    is_somebody_elses,
    stays_open,
    typed_in,
    wants_json,
    words_sent,
)

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
# What differs between two presses of one button.
COUNTERS = (TOKEN, "sequence")
# These count by themselves, or may well be done again.
OTHERWISE = ("account_", "mfa_", "workspace:present", "workspace:stay")
WAIT_SECONDS, LOOK_EVERY = 20.0, 0.05
LEADS_ON = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER)
# A form that is answered like this will never be taken.
CLOSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class OnceMiddleware:
    """Within the transaction of a request: the key is kept with what was done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key: IdempotencyKey | None = getattr(request, "once", None)
        # Whatever does not lead on has changed nothing: it may be sent again.
        if key is not None and response.status_code in LEADS_ON:
            key.finish(response.status_code, headers={"Location": response["Location"]})
        return _told(request, response) if stays_open(request) else response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if stays_open(request) and is_somebody_elses(request):
            return JsonResponse({}, status=HTTPStatus.CONFLICT)
        request.let_in = True  # type: ignore[attr-defined] # read below
        if not _is_kept(request):
            return None
        name = hashlib.sha256(
            f"{_number(request)} {request.get_full_path()}".encode()
        ).hexdigest()
        # The token, which is nowhere kept, also hides what short texts said.
        digest = request_digest("POST", request.path, _pieces(request))
        try:
            key = _begin(request, f"form {name}", digest)
        except BusyError:
            if stays_open(request):
                request.let_in = False  # type: ignore[attr-defined] # it tries again
                return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
            return _page(request, status=409)
        except OtherRequestError:
            return _shown_again(request, view, args, kwargs, f"form {name}", digest)
        if not key.is_answered:
            request.once = key  # type: ignore[attr-defined] # read above
            return None
        messages.info(
            request,
            _(
                "This arrived twice and was acted upon once. This page shows what came "
                "of it."
            ),
        )
        return redirect(key.headers["Location"])


def _is_kept(request: HttpRequest) -> bool:
    match = request.resolver_match
    return (
        request.method == "POST"
        and request.user.is_authenticated
        and match is not None
        and not match.view_name.startswith(OTHERWISE)
        and not wants_json(request)
        and TOKEN in request.POST
        # Not even a digest of a password is kept.
        and not any("password" in field for field in request.POST)
    )


def _number(request: HttpRequest) -> str:
    """What this form and its repetitions have in common."""
    first = request.headers.get("Idempotency-Key", "") if stays_open(request) else ""
    return first or request.POST[TOKEN]


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer for a script that has sent a form and stays on its page.

    Where the form led to; or whether there is a page to be shown: then the browser
    sends the form once more, by itself. Anything else, of ours or of what stands
    before us, says that the form has not been looked at and may be sent again.
    """
    came_in = getattr(request, "let_in", False)
    if response.status_code in LEADS_ON and came_in:
        told: dict[str, str | bool] = {"location": response["Location"]}
    elif response.status_code in LEADS_ON:
        told = {"show": True}  # the way leads through another page first
    elif not came_in or response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
        return response
    else:
        told = {"show": response.status_code not in CLOSED}
    answer = JsonResponse(told)
    answer.cookies = response.cookies
    return answer


def _begin(request: HttpRequest, name: str, digest: str) -> IdempotencyKey:
    """The key, once nobody else acts under it. Raises BusyError after a while.

    A browser shows the answer to the last press only, so that one has to wait for
    what the first one brings.
    """
    assert request.user.is_authenticated  # noqa: S101 - for the type checker
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return IdempotencyKey.objects.begin(name, digest, user=request.user)
        except BusyError:
            if time.monotonic() > until:
                raise
            time.sleep(LOOK_EVERY)


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """Everything that a form says, in its order."""
    yield _number(request).encode()
    for field, values in request.POST.lists():
        if field not in COUNTERS:
            yield from (f"{field}={value}".encode() for value in values)
    for field, files in request.FILES.lists():
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            yield f"{field}={file.name}".encode() + content.digest()


def _shown_again(
    request: HttpRequest, view: Any, args: Any, kwargs: Any, name: str, digest: str
) -> HttpResponse:
    """Other words from a page that was acted upon: nothing is done, nothing lost.

    Those of a form that keeps drafts wait like any others, and stand on it again.
    """
    assert request.user.is_authenticated  # noqa: S101 - for the type checker
    writing = Writing.read(request.POST.get("writing", ""))
    if writing is None or writing.user != request.user.pk:
        done = IdempotencyKey.objects.get(user=request.user, token=None, key=name)
        return _page(request, done=done.headers["Location"], status=422)
    kept = UnsavedWork.objects.keep_copy(
        UnsavedKind.CONFLICT,
        # The same words, sent again, are kept once.
        Writing(writing.user, uuid.uuid5(writing.key, digest)),
        words_sent(request),
    )
    messages.warning(
        request,
        _(
            "This page had been sent and saved before, with other words. What you sent "
            "now is on the form below, and not saved yet. Look, and save it if it is "
            "to stand beside the other, or in its place."
        ),
    )
    if request.FILES:
        messages.warning(request, _("The file is not kept: it has to be chosen again."))
    request.method, request.POST = "GET", QueryDict()
    request.GET = QueryDict(urlencode({"unsaved": kept.pk}))
    response: HttpResponse = view(request, *args, **kwargs)
    response.status_code = 422
    return response


def _page(request: HttpRequest, *, status: int, done: str = "") -> HttpResponse:
    """What a form said, to be sent once more: it gets a new token there."""
    sent, words = typed_in(request)
    return render(
        request,
        "sent_before.html",
        {"sent": sent, "words": words, "done": done, "files": bool(request.FILES)},
        status=status,
    )
