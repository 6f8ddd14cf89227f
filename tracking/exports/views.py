from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracking.models import Access, User
from tracking.security_log import Event, note

from .dictionary import Chapter, chapters, dictionary_file
from .stream import csv_pieces
from .tables import TABLES, Table
from .turns import InTurn, Turn

CSV = "text/csv; charset=utf-8"
HEADERS = ("words", "machine")


@login_not_required
@require_safe
def export(request: HttpRequest, name: str) -> HttpResponseBase:
    """A table as a file: the filters of the page, the rights of the reader."""
    table = TABLES[name]
    if not table.open_to(request.user):
        raise Http404
    found = table.find(request.GET, request.user)
    headers = request.GET.get("headers", "words")
    problems = [
        str(error) if name == "__all__" else f"{name}: {error}"
        for name, errors in found.form.errors.items()
        for error in errors
    ]
    if headers not in HEADERS:
        problems.append(_("headers: choose words or machine."))
    if problems:
        return HttpResponse(
            "\n".join([*problems, ""]),
            content_type="text/plain; charset=utf-8",
            status=400,
        )
    turn = Turn.take(request.user)
    if turn is None:
        return _busy()
    cells = table.cells(machine=headers == "machine")
    pieces = InTurn(csv_pieces(found.qs, cells, request.user), turn)
    try:
        _note(request, name, table, found.qs)
    except BaseException:
        pieces.close()
        raise
    return _attached(StreamingHttpResponse(pieces, content_type=CSV), name)


def _busy() -> HttpResponse:
    return HttpResponse(
        _(
            "Another file is still being made for you, or for many others. Wait until "
            "it is there, then ask again."
        )
        + "\n",
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": "15"},
        status=429,
    )


def _note(request: HttpRequest, name: str, table: Table, rows: QuerySet[Any]) -> None:
    """Note which States' words the secretariat takes along: those States read it."""
    user = request.user
    if not isinstance(user, User):
        return
    note(Event.EXPORTED, request, table=name)
    if not user.is_secretariat or not (table.state or table.auditors_only):
        return
    states: Iterable[int] = ()
    if table.state:
        found = rows.order_by().values_list(table.state, flat=True).distinct()
        states = (state for state in found if state)  # the chain of no State has 0
    Access.objects.exported(
        name, request.GET.urlencode(), states, rows.count(), by=user
    )


@login_not_required
@require_safe
def dictionary_page(request: HttpRequest) -> HttpResponse:
    """What each column of each table is called, holds and means."""
    return render(request, "exports/dictionary.html", {"chapters": _chapters(request)})


@login_not_required
@require_safe
def dictionary(request: HttpRequest) -> HttpResponseBase:
    """The same as a file."""
    lines = dictionary_file(_chapters(request))
    return _attached(HttpResponse(lines, content_type=CSV), "dictionary")


def _chapters(request: HttpRequest) -> list[Chapter]:
    user = request.user
    if not isinstance(user, User):
        return chapters(secretariat=False)
    return chapters(secretariat=user.is_secretariat, auditor=user.may_take_the_audit)


def _attached(response: HttpResponseBase, name: str) -> HttpResponseBase:
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = (
        f'attachment; filename="suivi-{name}-{get_language()}-{day}.csv"'
    )
    return response
