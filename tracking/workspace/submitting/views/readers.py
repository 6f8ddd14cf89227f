"""Who of the secretariat read what the State sent, and the State's audit chain."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.filters import ChainFilter
from tracking.models import Access, AuditEntry, EmergencyReading, State
from tracking.models.audit.entries import moment
from tracking.requests.http import UserRequest, page_of
from tracking.requests.security_log import Event, note
from tracking.workspace.access import submittable_state

PAGE = 100
COLUMNS = (
    "chain",
    "position",
    "at",
    "actor",
    "role",
    "table",
    "row",
    "verb",
    "version",
    "fields",
    "before",
    "after",
    "request",
    "previous",
    "hash",
)


def readers(request: UserRequest, iso3: str) -> HttpResponse:
    """Which accounts of the secretariat read or took what this State submitted."""
    state = submittable_state(request, iso3)
    rows = Access.objects.of(state).select_related(
        "by", "submission__cycle", "submission__state"
    )
    return render(
        request,
        "workspace/submitting/readers.html",
        {
            "state": state,
            "page": page_of(request, rows, PAGE),
            "emergencies": EmergencyReading.objects.of(state).select_related(
                "asked_by", "confirmed_by", "ended_by"
            ),
        },
    )


def audit(request: UserRequest, iso3: str) -> HttpResponse:
    """The State's audit chain, to be read and searched."""
    state = submittable_state(request, iso3)
    entries = AuditEntry.objects.visible_to(request.user).with_names()
    found = ChainFilter(request.GET, entries, user=request.user)
    rows = found.qs.order_by("-position")
    form = found.form
    return render(
        request,
        "workspace/submitting/audit.html",
        {
            "state": state,
            "filter": found,
            "form": form,
            "fields": [form[field] for field in form.fields],
            "page": page_of(request, rows, PAGE),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def end_readings(request: UserRequest, iso3: str) -> HttpResponse:
    """End at once whatever lets the secretariat read the working copy."""
    state = submittable_state(request, iso3)
    ended = EmergencyReading.objects.of(state).end(by=request.user)
    if ended:
        note(Event.BREAK_GLASS, request, verb="ended by the State")
        messages.success(
            request, _("Ended. Nobody of the secretariat reads your working copy.")
        )
    else:
        messages.info(request, _("It had ended already."))
    return redirect("workspace:readers", state.key)


def audit_file(request: UserRequest, iso3: str) -> StreamingHttpResponse:
    """The State's whole audit chain, to be kept and compared later."""
    state = submittable_state(request, iso3)
    response = StreamingHttpResponse(
        _lines(state), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="audit-{state.key}.csv"'
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(state: State) -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield writer.writerow(COLUMNS)
    for entry in AuditEntry.objects.filter(chain=state.pk).iterator(2000):
        yield writer.writerow(
            [
                moment(entry.at)
                if name == "at"
                else ",".join(entry.fields)
                if name == "fields"
                else getattr(entry, name)
                for name in COLUMNS
            ]
        )
