"""The audit trail of all States: for administrators to read, for auditors to take."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracking.filters import AccessFilter, AuditFilter, ListFilter
from tracking.models import Access, AuditEntry, Checkpoint, State, Verification
from tracking.models.audit.signing import public_key
from tracking.requests.http import UserRequest, page_of
from tracking.requests.security_log import Event, note

PAGE = 100
CHECKS_SHOWN = 31


def for_who_audits(
    view: Callable[[UserRequest], HttpResponse],
) -> Callable[[UserRequest], HttpResponse]:
    """Others get the 404 of a page that does not exist; who reads is noted."""

    @require_safe
    @wraps(view)
    def guarded(request: UserRequest) -> HttpResponse:
        if not request.user.may_audit:
            raise Http404
        note(Event.READ, request, query=len(request.GET))
        return view(request)

    return guarded


@for_who_audits
def entries(request: UserRequest) -> HttpResponse:
    """Every change, the last first; no word of anybody is in it."""
    rows = AuditEntry.objects.visible_to(request.user).with_names()
    found = AuditFilter(request.GET, rows, user=request.user)
    return _list(request, "entries", found, found.qs.order_by("-pk"))


@for_who_audits
def readings(request: UserRequest) -> HttpResponse:
    """What the secretariat read and took, of every State."""
    rows = Access.objects.visible_to(request.user)
    found = AccessFilter(request.GET, rows, user=request.user)
    shown = found.qs.select_related("by", "submission__cycle", "submission__state")
    return _list(request, "readings", found, shown)


@for_who_audits
def checks(request: UserRequest) -> HttpResponse:
    """Whether the chains agree with themselves and with what was signed."""
    done = list(Verification.objects.all()[:CHECKS_SHOWN])
    return render(
        request,
        "auditing/checks.html",
        {
            "last": done[0] if done else None,
            "done": done,
            "signed": Checkpoint.objects.order_by("-at").first(),
            "checkpoints": Checkpoint.objects.count(),
            "key": public_key(),
        },
    )


def _list(
    request: UserRequest, name: str, found: ListFilter, rows: QuerySet[Any]
) -> HttpResponse:
    form = found.form
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("print", None)
    return render(
        request,
        f"auditing/{name}.html",
        {
            "filter": found,
            "form": form,
            "fields": [form[field] for field in form.fields],
            "page": page_of(request, rows, PAGE),
            "query": query.urlencode(),
            "states": {state.pk: state for state in State.objects.all()},
        },
        status=422 if form.errors else 200,
    )
