from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
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

from tracking.exports.slots import InTurn, Turn
from tracking.filters import ListFilter
from tracking.models import Access, User
from tracking.requests.security_log import Event, note

from .dictionary import Chapter, chapters, dictionary_file, dictionary_workbook
from .sheets import TooLongError, in_pieces, too_long
from .stream import csv_pieces
from .tables import TABLES, Table, table_workbook

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADERS = ("words", "machine")


@login_not_required
@require_safe
def export(request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
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
        return _refused(problems)
    turn = Turn.take(request.user)
    if turn is None:
        return _busy()
    make = _workbook if ending == "xlsx" else _csv
    try:
        pieces = InTurn(make(request, table, found, headers == "machine"), turn)
    except TooLongError:
        turn.give_back()
        return _refused([too_long()])
    except BaseException:
        turn.give_back()
        raise
    try:
        _note(request, name, table, found.qs)
    except BaseException:
        pieces.close()
        raise
    response = StreamingHttpResponse(pieces, content_type=TYPES[ending])
    return _attached(response, name, ending)


def _csv(
    request: HttpRequest, table: Table, found: ListFilter, machine: bool
) -> Iterator[bytes]:
    return csv_pieces(found.qs, table.cells(machine=machine), request.user)


def _workbook(
    request: HttpRequest, table: Table, found: ListFilter, machine: bool
) -> Iterator[bytes]:
    """Made whole before it leaves: the format has its table of contents at the end."""
    source = f"{settings.BASE_URL}{request.path}"
    return in_pieces(table_workbook(table, found, request.user, source, machine))


def _refused(sentences: list[str]) -> HttpResponse:
    return HttpResponse(
        "\n".join([*sentences, ""]),
        content_type="text/plain; charset=utf-8",
        status=400,
    )


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
def dictionary(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The same as a file."""
    found = _chapters(request)
    if ending == "xlsx":
        source = f"{settings.BASE_URL}{request.path}"
        with dictionary_workbook(found, source) as file:
            content = file.read()
    else:
        content = dictionary_file(found)
    response = HttpResponse(content, content_type=TYPES[ending])
    return _attached(response, "dictionary", ending)


def _chapters(request: HttpRequest) -> list[Chapter]:
    user = request.user
    if not isinstance(user, User):
        return chapters(secretariat=False)
    return chapters(secretariat=user.is_secretariat, auditor=user.may_take_the_audit)


def _attached(response: HttpResponseBase, name: str, ending: str) -> HttpResponseBase:
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = (
        f'attachment; filename="suivi-{name}-{get_language()}-{day}.{ending}"'
    )
    return response
