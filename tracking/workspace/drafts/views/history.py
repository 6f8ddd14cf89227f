"""Who changed what and when; any two versions side by side; the way back."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import (
    Assessment,
    Evidence,
    EvidenceAssessmentEvent,
    EvidenceMeasureEvent,
    Measure,
    MeasureRecommendationEvent,
    StaleError,
    Version,
    return_to,
    task_of,
    versions_of,
)
from tracking.requests.http import UserRequest, current_cycle, page_of
from tracking.workspace.access import (
    assessment_of,
    editable_state,
    readable_state,
    version_sent,
)
from tracking.workspace.drafts.versions import Entry, Names, compare, entries_of, row_of
from tracking.workspace.reading.lines import said_unasked

PAGE_SIZE = 50


def history(request: UserRequest, iso3: str, place: str) -> HttpResponse:
    """Show everything that happened to one answer and to what stands behind it."""
    answer = assessment_of(readable_state(request, iso3), place)
    names = Names(answer.state)
    measures, evidence = _behind(answer)
    entries = [
        *entries_of("answer", [answer], names, answer.recommendation.questions.all()),
        *entries_of("measure", measures, names),
        *entries_of("evidence", evidence, names),
    ]
    # That an empty answer was laid out for the State is no deed of anybody.
    entries = [entry for entry in entries if entry.lines or entry.version.before]
    entries.sort(key=lambda entry: entry.version.at, reverse=True)
    return render(
        request,
        "workspace/drafts/history.html",
        {
            **_context(answer),
            "page": page_of(request, entries, PAGE_SIZE),
        },
    )


def _context(answer: Assessment) -> dict[str, Any]:
    return {
        "state": answer.state,
        "answer": answer,
        "recommendation": answer.recommendation,
    }


def _behind(answer: Assessment) -> tuple[list[Measure], list[Evidence]]:
    """Measures and evidence that stand, or once stood, behind an answer."""
    measures = list(
        Measure.objects.filter(
            state=answer.state,
            pk__in=MeasureRecommendationEvent.objects.filter(
                recommendation=answer.recommendation, measure__state=answer.state
            ).values("measure"),
        )
    )
    backing = EvidenceAssessmentEvent.objects.filter(assessment=answer)
    through = EvidenceMeasureEvent.objects.filter(measure__in=measures)
    evidence = Evidence.objects.filter(
        Q(pk__in=backing.values("evidence")) | Q(pk__in=through.values("evidence")),
        state=answer.state,
    )
    return measures, list(evidence)


def versions(
    request: UserRequest, iso3: str, place: str, kind: str, pk: int
) -> HttpResponse:
    """Show the versions of one row, and two of them side by side."""
    answer = assessment_of(readable_state(request, iso3), place)
    row = row_of(answer.state, place, kind, pk)
    names, questions = Names(answer.state), answer.recommendation.questions.all()
    entries = entries_of(kind, [row], names, questions)
    kept = {entry.version.number: entry for entry in entries if entry.version.number}
    before, after = _two(request, kept)
    lines = []
    if before is not None and after is not None:
        lines = compare(kind, before.version, after.version, names, questions)
    return render(
        request,
        "workspace/drafts/versions.html",
        {
            **_context(answer),
            "kind": kind,
            "row": row,
            "entries": entries[::-1],
            "last": max(kept, default=0),
            "before": before,
            "after": after,
            "lines": lines,
        },
    )


def _two(
    request: UserRequest, kept: dict[int, Entry]
) -> tuple[Entry | None, Entry | None]:
    """The two versions that are asked for; without a wish, the last two."""
    if len(kept) < 2:
        return None, None
    last = max(kept)

    def asked(name: str, otherwise: int) -> int:
        value = request.GET.get(name, "")
        number = int(value) if value.isdecimal() and len(value) < 10 else otherwise
        return number if number in kept else otherwise

    two = {asked("before", last - 1), asked("after", last)}
    if len(two) == 1:
        [only] = two
        two.add(only - 1 if only > 1 else only + 1)
    return kept[min(two)], kept[max(two)]


@require_POST
def restore_version(
    request: UserRequest, iso3: str, place: str, kind: str, pk: int, version: int
) -> HttpResponse:
    """Make what an earlier version said the present text, as a new version."""
    state = editable_state(request, iso3)
    row = row_of(state, place, kind, pk)
    earlier = _version(row, version)
    row.version = version_sent(request)
    try:
        return_to(row, earlier, by=request.user)
    except StaleError:
        messages.warning(
            request,
            _("Somebody changed it meanwhile. Nothing was restored; look again."),
        )
    else:
        said = _("Version %(number)s is restored. What was there before stays below.")
        unasked = ""
        if isinstance(row, Assessment):
            unasked = said_unasked(task_of(row, current_cycle(request)))
        messages.success(request, f"{said % {'number': version}} {unasked}".strip())
    return redirect("workspace:versions", state.key, place, kind, pk)


def _version(row: Any, number: int) -> Version:
    """The version of that number, or 404."""
    for version in versions_of(type(row), [row.pk])[row.pk]:
        if version.number == number and version.kept.pgh_label != "delete":
            return version
    raise Http404
