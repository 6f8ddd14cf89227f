from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.files.downloads import deliver
from tracking.models import Assessment, Outcome, Proposal, StaleError, task_of
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import (
    assessment_of,
    editable_state,
    number_in,
    proposing_state,
    readable_state,
)
from tracking.workspace.colleagues.decisions import compare, decide, labels_of, save
from tracking.workspace.colleagues.proposals import form_address, form_over, row_of
from tracking.workspace.drafts.unsaved import title_of
from tracking.workspace.forms.assessments import LATER, READY, AssessmentForm
from tracking.workspace.forms.fields import plain
from tracking.workspace.forms.versions import VersionedForm
from tracking.workspace.reading.lines import said_unasked

SHOWN_AT_MOST = 100


def proposals(request: UserRequest, iso3: str) -> HttpResponse:
    """What waits to be taken over, and what became of the rest."""
    state = readable_state(request, iso3)
    rows = Proposal.objects.of(state).select_related(
        "state", "recommendation", "by", "closed_by"
    )
    decided = rows.exclude(outcome="").order_by("-closed_at", "-pk")
    if not request.user.may_write:
        decided = decided.filter(by=request.user)
    return render(
        request,
        "workspace/colleagues/proposals.html",
        {
            "state": state,
            "waiting": [(row, title_of(row)) for row in rows.open()],
            "decided": [(row, title_of(row)) for row in decided[:SHOWN_AT_MOST]],
        },
    )


def _of(answer: Assessment, pk: int) -> Proposal:
    return get_object_or_404(
        Proposal.objects.of(answer.state).select_related(
            "state", "recommendation", "by", "closed_by", "file"
        ),
        recommendation=answer.recommendation_id,
        pk=pk,
    )


def proposal(request: UserRequest, iso3: str, place: str, pk: int) -> HttpResponse:
    """What a contributor proposes, beside the row; taken over here, or not."""
    writes = request.method == "POST"
    state = (editable_state if writes else readable_state)(request, iso3)
    answer = assessment_of(state, place)
    found = _of(answer, pk)
    if not writes:
        return _page(request, answer, found)
    if not found.is_open:
        return _decided_already(request, found)
    if request.POST.get("act") == "decline":
        return _decline(request, answer, found)
    return _take(request, answer, found)


def _decided_already(request: UserRequest, found: Proposal) -> HttpResponse:
    messages.warning(
        request, _("This proposal is not open any more: nothing was changed.")
    )
    return redirect(found)


def _decline(request: UserRequest, answer: Assessment, found: Proposal) -> HttpResponse:
    reason = plain(request.POST.get("reason", "")).strip()
    if not reason:
        error = _("Say why: the contributor reads it.")
        return _page(request, answer, found, status=422, reason_error=error)
    try:
        found.close(Outcome.DECLINED, by=request.user, reason=reason)
    except StaleError:
        return _decided_already(request, found)
    messages.success(
        request,
        _("Not taken over. %(person)s reads your reason.") % {"person": found.by},
    )
    return redirect(found)


def _take(request: UserRequest, answer: Assessment, found: Proposal) -> HttpResponse:
    """Save the row with what was chosen, over the version that was shown."""
    cycle = current_cycle(request)
    row = row_of(found, answer)
    theirs = form_over(row, answer, cycle)
    decision = decide(request.POST, theirs, compare(found, theirs, request.POST))
    if row.pk and number_in(request.POST.get("version", "")) != row.version:
        return _page(request, answer, found, status=409)
    asks = "ready" in theirs.fields and request.POST.get("ready") not in (READY, LATER)
    if decision.left or asks:
        return _page(
            request, answer, found, status=422, left=decision.left, ready_left=asks
        )
    if not decision.taken and (decision.lines or _only_ready(found, decision.data)):
        error = _(
            "Nothing is chosen to be taken over. To refuse the whole proposal, say why."
        )
        return _page(request, answer, found, status=422, error=error)
    if decision.takes_file:
        row.file = found.file  # type: ignore[union-attr] # only evidence has one
    form = form_over(row, answer, cycle, decision.data)
    if not form.is_valid():
        return _page(request, answer, found, status=422, form=form)
    try:
        with transaction.atomic():
            found.close(decision.outcome, by=request.user, taken=decision.taken)
            save(form, by=request.user)
    except StaleError:
        if not Proposal.objects.open().filter(pk=found.pk).exists():
            return _decided_already(request, found)
        return _page(request, answer, _of(answer, found.pk), status=409)
    _say_taken(request, found, form)
    return redirect(f"{answer.get_absolute_url()}#proposals")


def _only_ready(found: Proposal, data: QueryDict) -> bool:
    """Whether all that is proposed is that it is ready, and that is not taken over."""
    return found.ready and data["ready"] == LATER


def _say_taken(request: UserRequest, found: Proposal, form: VersionedForm[Any]) -> None:
    said = (
        _("Taken over from %(person)s, and saved.")
        if found.outcome == Outcome.TAKEN
        else _("Taken over from %(person)s in part, and saved.")
    ) % {"person": found.by}
    if not isinstance(form, AssessmentForm):
        messages.success(request, said)
        return
    task = task_of(form.instance, form.cycle)
    messages.success(request, f"{said} {said_unasked(task)}".strip())
    if form.wants_ready and task.missing:
        messages.warning(
            request,
            _("It is not ready yet: %(what)s")
            % {"what": " ".join(str(missing.message) for missing in task.missing)},
        )


def _page(
    request: UserRequest,
    answer: Assessment,
    found: Proposal,
    *,
    status: int = 200,
    form: VersionedForm[Any] | None = None,
    **context: Any,
) -> HttpResponse:
    """A proposal beside its row, both as they are in the database now."""
    answer = (
        Assessment.objects.select_related(
            "state", "recommendation__meeting", "updated_by"
        )
        .prefetch_related("recommendation__texts")
        .get(pk=answer.pk)
    )
    cycle = current_cycle(request)
    row = row_of(found, answer)
    theirs = form_over(row, answer, cycle)
    lines = compare(found, theirs, request.POST)
    decides = request.user.may_write and found.is_open
    return render(
        request,
        "workspace/colleagues/proposal.html",
        {
            "state": answer.state,
            "answer": answer,
            "recommendation": answer.recommendation,
            "proposal": found,
            "title": title_of(found),
            "row": row,
            "row_moved": found.version not in (None, row.version) and found.is_open,
            "lines": lines,
            "taken": labels_of(found.taken, theirs),
            "decides": decides,
            "mine": found.by_id == request.user.pk,
            "form_address": form_address(found),
            "later": _later(found),
            # Nobody has chosen before it is chosen here.
            "ready_choices": theirs.fields["ready"].choices  # type: ignore[attr-defined]
            if decides and "ready" in theirs.fields
            else [],
            "ready": request.POST.get("ready", ""),
            "reason": request.POST.get("reason", ""),
            "mistakes": _mistakes(form),
            "stale": status == 409,
            **context,
        },
        status=status,
    )


def _mistakes(form: VersionedForm[Any] | None) -> list[str]:
    """What would be wrong with the row, each with the name of its field."""
    if form is None:
        return []
    return [
        f"{form[name].label} – {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]


def _later(found: Proposal) -> Proposal | None:
    """The proposal that replaced this one, or what its writer sent after it."""
    if found.outcome != Outcome.REPLACED:
        return None
    rows = Proposal.objects.of(found.state).filter(by=found.by, pk__gt=found.pk)
    return (
        rows.filter(recommendation=found.recommendation_id)
        .select_related("state", "recommendation")
        .order_by("pk")
        .first()
    )


@require_POST
def withdraw_proposal(
    request: UserRequest, iso3: str, place: str, pk: int
) -> HttpResponse:
    """Let a contributor take back what was not decided on; it can be sent again."""
    answer = assessment_of(proposing_state(request, iso3), place)
    found = get_object_or_404(
        Proposal.objects.of(answer.state).select_related("state", "recommendation"),
        by=request.user,
        recommendation=answer.recommendation_id,
        pk=pk,
    )
    try:
        found.withdraw()
    except StaleError:
        return _decided_already(request, found)
    messages.success(
        request, _("Withdrawn. Your words are kept here: you may propose them again.")
    )
    return redirect(found)


def proposal_file(
    request: UserRequest, iso3: str, place: str, pk: int
) -> HttpResponse | FileResponse:
    """Hand a proposed file to the State's own people, to be kept."""
    found = _of(assessment_of(readable_state(request, iso3), place), pk)
    if found.file is None:
        raise Http404
    return deliver(request, found.file, draft=True)
