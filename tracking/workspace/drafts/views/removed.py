"""What was removed, and can come back until the cycle closes."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import (
    Evidence,
    Measure,
    StaleError,
    State,
    Version,
    versions_of,
)
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import editable_state, readable_state, version_sent

LIBRARIES: dict[str, Any] = {"measure": Measure, "evidence": Evidence}


@dataclass(frozen=True)
class Removed:
    """A measure or evidence in the bin, and the version with which it left."""

    kind: str
    row: Any
    version: Version | None


def removed(request: UserRequest, iso3: str) -> HttpResponse:
    """List the measures and the evidence that were removed in this cycle."""
    state = readable_state(request, iso3)
    found = [
        each for kind in LIBRARIES for each in _removed(kind, _in_bin(state, kind))
    ]
    cycle = current_cycle(request)
    return render(
        request,
        "workspace/drafts/bin.html",
        {
            "state": state,
            "removed": sorted(
                found, key=lambda each: each.row.removed_at, reverse=True
            ),
            "until": cycle.closes_on if cycle and not cycle.is_late else None,
        },
    )


def _in_bin(state: State, kind: str) -> "QuerySet[Any]":
    rows: QuerySet[Any] = LIBRARIES[kind].objects.in_bin().filter(state=state)
    return rows


def _removed(kind: str, rows: "QuerySet[Any]") -> list[Removed]:
    by_key = {row.pk: row for row in rows}
    told = versions_of(LIBRARIES[kind], by_key)
    return [
        Removed(kind, row, next((v for v in reversed(told[key]) if v.removes), None))
        for key, row in by_key.items()
    ]


@require_POST
def bring_back(request: UserRequest, iso3: str, kind: str, pk: int) -> HttpResponse:
    """Take one thing out of the bin, with everything it was tied to."""
    state = editable_state(request, iso3)
    if kind not in LIBRARIES:
        raise Http404
    row = get_object_or_404(LIBRARIES[kind].objects.filter(state=state), pk=pk)
    row.version = version_sent(request)
    try:
        row.restore(by=request.user)
    except StaleError:
        messages.warning(
            request,
            _("Somebody changed it meanwhile: %(title)s. Nothing was done; look again.")
            % {"title": row.title},
        )
    else:
        messages.success(request, _("Brought back: %(title)s") % {"title": row.title})
    return redirect("workspace:bin", state.key)
