from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from recommendations.models import Recommendation
from tracking.models import Evidence, Measure, State, ever_followed
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import readable_state
from tracking.workspace.forms.library import (
    EvidenceLibraryForm,
    LibraryForm,
    MeasureLibraryForm,
)
from tracking.workspace.library.kinds import EVIDENCE, MEASURE, Kind
from tracking.workspace.library.origins import LIBRARY
from tracking.workspace.library.suggestions import told_by


@dataclass(frozen=True)
class Kept:
    """One row of a library, and where it is used."""

    item: Any
    serves: list[Recommendation]
    edit_at: str  # the recommendation at whose address it is changed
    expires: bool = False


def measures(request: UserRequest, iso3: str) -> HttpResponse:
    """Every measure of the State, typed once, with what it serves."""
    state = readable_state(request, iso3)
    followed = _followed()
    rows = Measure.objects.present().filter(state=state)
    form = MeasureLibraryForm(request.GET, recommendations=followed)
    found = form.narrow(rows).prefetch_related(
        Prefetch("recommendations", Recommendation.objects.in_order())
    )
    kept = [_kept(each, each.recommendations.all(), followed) for each in found]
    told = told_by(state).prefetch_related("recommendations")
    return _answer(request, state, MEASURE, form, kept, rows.count(), told=list(told))


def evidence(request: UserRequest, iso3: str) -> HttpResponse:
    """Every piece of evidence of the State, with what it backs and until when."""
    state = readable_state(request, iso3)
    followed = _followed()
    cycle = current_cycle(request)
    rows = Evidence.objects.present().filter(state=state)
    form = EvidenceLibraryForm(request.GET, recommendations=followed)
    found = (
        form.narrow(rows)
        .select_related("file", "link_check")
        .prefetch_related(
            "assessments__recommendation",
            Prefetch(
                "measures",
                Measure.objects.present().prefetch_related("recommendations"),
            ),
        )
    )
    kept = [
        _kept(
            each,
            _backed(each),
            followed,
            expires=cycle is not None and each.expires_by(cycle.closes_on),
        )
        for each in found
    ]
    # What ends first needs care first.
    kept.sort(key=lambda row: (not row.expires, row.item.valid_until or "9999"))
    return _answer(request, state, EVIDENCE, form, kept, rows.count())


def _followed() -> QuerySet[Recommendation]:
    return ever_followed()


def _backed(item: Evidence) -> list[Recommendation]:
    """Recommendations that evidence backs, directly or through a measure."""
    found = {answer.recommendation for answer in item.assessments.all()}
    for measure in item.measures.all():
        found |= set(measure.recommendations.all())
    return sorted(found, key=lambda each: each.place)


def _kept(
    item: Any,
    serves: Iterable[Recommendation],
    followed: Iterable[Recommendation],
    *,
    expires: bool = False,
) -> Kept:
    serves = list(serves)
    keys = [each.key for each in serves] or [each.key for each in followed]
    return Kept(item, serves, keys[0] if keys else "", expires)


def _answer(
    request: UserRequest,
    state: State,
    kind: Kind,
    form: LibraryForm,
    rows: list[Kept],
    total: int,
    **context: Any,
) -> HttpResponse:
    writes = request.user.may_write or request.user.may_propose
    if "add" in request.GET and form.is_valid() and writes:
        chosen = form.cleaned_data["recommendation"]
        if chosen is not None:
            place = reverse(f"workspace:add_{kind.name}", args=[state.key, chosen.key])
            return redirect(f"{place}?from={LIBRARY}")
    return render(
        request,
        "workspace/library/list.html",
        {
            "state": state,
            "kind": kind,
            "form": form,
            "rows": rows,
            "total": total,
            **context,
            "expiring": [row for row in rows if row.expires],
            "recommendations": form.fields["recommendation"].queryset,  # type: ignore[attr-defined]
        },
        status=422 if form.errors else 200,
    )
