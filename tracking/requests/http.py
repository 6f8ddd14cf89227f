"""What every page shares: the typed request, its context, its privacy."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _

from config.tracing import number_of
from tracking.models import (
    Access,
    Cycle,
    Message,
    UnsavedKind,
    UnsavedWork,
    User,
    Words,
    Writing,
)
from tracking.models.accounts.reader import reading_as
from tracking.models.records.opened import Opened, opening
from tracking.models.working_copy.unsaved import CARRIERS, CHOICE, NOT_WORDS, Seen

# Beyond these a page is too heavy for a browser; the file holds every row.
PRINTED_ROWS = 5000


class UserRequest(HttpRequest):
    """A request whose user has signed in (for type checkers only)."""

    user: User


def page_of(
    request: HttpRequest, rows: Any, size: int, *, number: int | None = None
) -> Page[Any]:
    """One page of a list; all of it, up to PRINTED_ROWS, where it is to be printed.

    `number` is how many rows there are, if that is known.
    """
    paginator = Paginator(rows, PRINTED_ROWS if request.GET.get("print") else size)
    if number is not None:
        paginator.count = number
    return paginator.get_page(request.GET.get("page"))


def current_cycle(request: HttpRequest) -> Cycle | None:
    """The cycle that opened last, read once for a request and its page."""
    if not hasattr(request, "cycle"):
        cycles = Cycle.objects.opened()
        # The page of a request that was refused at the door has no reader yet.
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            # In the same query, because every page shows this number.
            unread = Message.objects.number_of_unread(user)
            cycles = cycles.annotate(unread=unread)
        request.cycle = cycles.first()  # type: ignore[attr-defined] # ours
    cycle: Cycle | None = request.cycle  # type: ignore[attr-defined] # ours
    return cycle


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: cycle, whether data are invented, end of the session."""
    cycle = current_cycle(request)
    return {
        "cycle": cycle,
        "demonstration": cycle is not None and cycle.demonstration,
        "unread": getattr(cycle, "unread", None) or 0,
        # Asked for by pages of people who have signed in.
        "session_seconds": request.session.seconds_left,  # type: ignore[attr-defined] # of tracking.requests.sessions
    }


class ReaderMiddleware:
    """Tell the database who reads, in one transaction per request.

    Nobody needs to be told of: then it shows what is public.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        # No savepoint: no error comes out of the page, it has been answered.
        key = number_of(request)
        with reading_as(request.user, savepoint=False, request=key):
            if not request.user.is_secretariat:
                return self.get_response(request)
            with opening() as opened:
                response = self.get_response(request)
            _note_what_was_opened(request, response, opened)
            return response


# Answers of pages that show what they fetched; others lead elsewhere, or show nothing.
SHOWN = (200, 206, 409, 422)


def _note_what_was_opened(
    request: HttpRequest, response: HttpResponse, opened: Opened
) -> None:
    """Note, for the States whose words it was, that the secretariat read them.

    The one place for pages: rows say themselves that they were fetched.
    """
    if response.status_code not in SHOWN or not isinstance(request.user, User):
        return
    language = get_language_from_path(request.path_info)
    Access.objects.opened(
        opened,
        request.path_info.removeprefix(f"/{language}") if language else request.path,
        request.META.get("QUERY_STRING", ""),
        by=request.user,
        is_file=isinstance(response, FileResponse),
    )


class MethodMiddleware:
    """Answer who opens the address of a button, or sends a form to one that is read.

    Django and others say 405 without a word, in which a browser shows nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content or wants_json(request):
            return response
        reads = request.method in ("GET", "HEAD")
        context = {
            "reads": reads,
            "back": readable_above(request.path, itself=not reads),
        }
        page = render(request, "405.html", context, status=405)
        page["Allow"] = response["Allow"]
        return page


def readable_above(path: str, *, itself: bool) -> str:
    """The nearest address above `path` that exists: the page where its button is."""
    while path.strip("/"):
        if not itself:
            path = path.rstrip("/").rpartition("/")[0] + "/"
        itself = False
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return "/"


class PrivacyMiddleware:
    """Keep pages out of every cache but the reader's own, drafts out of that too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The API for machines forgets, while it answers, that somebody has signed in.
        signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            if signed_in or request.user.is_authenticated:
                patch_cache_control(response, private=True, no_store=True)
            else:
                patch_cache_control(response, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
        return response


def wants_json(request: HttpRequest) -> bool:
    """Whether a page's script asks, not a browser that shows the answer."""
    return "application/json" in request.headers.get("Accept", "")


def stays_open(request: HttpRequest) -> bool:
    """Whether a page's script sends its form, and stays until that is answered."""
    return request.headers.get("X-Requested-With") == "suivi"


def is_somebody_elses(request: HttpRequest) -> bool:
    """Whether the page that a script asks from was shown to another person.

    On a shared computer somebody else may have signed in since.
    """
    own = str(request.user.pk)
    return request.headers.get("X-Reader", own) != own


def words_sent(
    request: HttpRequest,
    sent: QueryDict | None = None,
    match: ResolverMatch | None = None,
) -> Words:
    """What a form sent, or what became of it (`sent`), and from which page.

    That is the one it was sent to, if `match` names no other.
    """
    match = match or request.resolver_match
    assert match is not None  # noqa: S101 - for the type checker
    sequence = request.POST.get("sequence", "")
    sent = request.POST if sent is None else sent
    return Words(
        match.view_name,
        dict(match.kwargs),
        {name: values for name, values in sent.lists() if name not in NOT_WORDS},
        int(sequence) if sequence.isdecimal() and len(sequence) < 18 else 0,
        Seen.read(request.POST.getlist("continues")),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without the session's token, and lose none of its words.

    This is where a form arrives whose session has ended: the token is in the
    session. What it says is kept for the person to whom the page was shown, and
    stands on the form again after the next sign-in.
    """
    if wants_json(request) or stays_open(request):
        if not request.user.is_authenticated:
            return JsonResponse({}, status=401)
        if is_somebody_elses(request):
            return JsonResponse({}, status=409)
        # Only our own pages can read this: nobody else learns the token.
        return JsonResponse({"token": get_token(request)}, status=403)
    held = hold(request)
    if held is None or (
        request.user.is_authenticated and request.user.pk != held.user_id
    ):
        return _give_back(request)
    address = held.get_absolute_url()
    if request.user.is_authenticated:
        messages.warning(
            request,
            _("You signed in again since this page was opened. Look, and save again."),
        )
        return redirect(address)
    messages.warning(
        request,
        _(
            "Your session had ended. What you wrote is kept: once you have signed "
            "in, it is on the form again."
        ),
    )
    return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': address})}")


def hold(request: HttpRequest) -> UnsavedWork | None:
    """What a form sent too late, kept for its writer; None if it does not say whose."""
    writing = Writing.read(request.POST.get("writing", ""))
    if writing is None or request.resolver_match is None:
        return None
    writer = User.objects.filter(pk=writing.user, is_active=True).first()
    if writer is None:
        return None
    with reading_as(writer):
        return UnsavedWork.objects.keep_copy(
            UnsavedKind.EXPIRED, writing, words_sent(request)
        )


def _give_back(request: HttpRequest) -> HttpResponse:
    """Give back what was typed, to be sent again, where it cannot be kept."""
    sent, words = typed_in(request)
    return render(
        request,
        "403_csrf.html",
        {"sent": sent, "words": words, "files": bool(request.FILES)},
        status=403,
    )


def typed_in(request: HttpRequest) -> tuple[list[tuple[str, str]], str]:
    """What a form of ours says: names and values, and the words among them."""
    sent = _typed_here(request)
    words = (
        value
        for name, value in sent
        if name not in CARRIERS and not CHOICE.fullmatch(value)
    )
    return sent, "\n\n".join(words)


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
