from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.files.downloads import deliver
from tracking.models import Assessment, Evidence, FullError, StaleError
from tracking.requests.drafts import page_of, settle
from tracking.requests.http import UserRequest, wants_json
from tracking.workspace.access import (
    assessment_of,
    editable_state,
    number_in,
    readable_state,
    version_sent,
    writing_state,
)
from tracking.workspace.colleagues.proposals import (
    file_proposed,
    propose_and_say,
    resume,
)
from tracking.workspace.drafts.conflicts import (
    Together,
    conflict_page,
    put_together,
    words_as_file,
)
from tracking.workspace.drafts.unsaved import keep_draft
from tracking.workspace.forms.evidence import (
    EvidenceForm,
    evidence_form,
    files_of,
    refusal_of_number,
)
from tracking.workspace.forms.merging import chosen
from tracking.workspace.library.origins import origin_of, way_back, way_to_proposals
from tracking.workspace.reading.presence import visit
from tracking.workspace.reading.status_words import (
    CLASSIFICATION_HINTS,
    VISIBILITY_HINTS,
)


def add_evidence(request: UserRequest, iso3: str, place: str) -> HttpResponse:
    """Let a State record evidence, or use some again for this answer."""
    answer = assessment_of(writing_state(request, iso3), place)
    if request.POST.get("reuse") and request.user.may_write:
        return _reuse(request, answer)
    return _edit(request, answer, Evidence(state=answer.state))


def evidence(request: UserRequest, iso3: str, place: str, pk: int) -> HttpResponse:
    """Let a State change one piece of its evidence."""
    answer = assessment_of(writing_state(request, iso3), place)
    return _edit(request, answer, _own_evidence(answer, pk))


def _own_evidence(answer: Assessment, pk: int) -> Evidence:
    return get_object_or_404(
        Evidence.objects.select_related("updated_by", "file"),
        state=answer.state,
        pk=pk,
    )


def _form(
    request: UserRequest,
    data: Any,
    answer: Assessment,
    evidence: Evidence,
    *,
    with_files: bool = True,
) -> EvidenceForm:
    measure = number_in(request.GET.get("measure", ""))
    files = request.FILES if data is not None and with_files else None
    return evidence_form(data, files, answer, evidence, measure)


def _edit(request: UserRequest, answer: Assessment, row: Evidence) -> HttpResponse:
    if request.method != "POST":
        return _page(request, answer, _form(request, None, answer, row))
    if wants_json(request):
        return keep_draft(request)
    row.file = file_proposed(request, answer) or row.file
    return _save(request, answer, row)


def _save(
    request: UserRequest,
    answer: Assessment,
    row: Evidence,
    both: Together | None = None,
) -> HttpResponse:
    """Save what was sent, or `both` that and what was saved meanwhile."""
    sent = both.data if both else request.POST
    data, left = chosen(sent, _form(request, None, answer, row))
    # The file that was sent with what met another change is in the row by now.
    form = _form(request, data, answer, row, with_files=both is None)
    valid = form.is_valid()
    if request.POST.get("act") == "download":
        return words_as_file(form, f"{answer.state.key}-evidence")
    if not valid:
        form.let_file_wait(request.user)
        return _page(request, answer, form, status=form.status)
    if request.user.may_propose:
        return _propose(request, answer, form)
    try:
        if left:
            raise StaleError
        saved = form.save_evidence(by=request.user)
    except FullError as error:
        form.refuse_file(error)
        return _page(request, answer, form, status=form.status)
    except StaleError:
        form.let_file_wait(request.user)
        fresh = _own_evidence(answer, row.pk)
        theirs = _form(request, None, answer, fresh)
        if form.errors:  # no room for the file
            return _page(request, answer, form, status=form.status)
        if not left and (both := put_together(request, form, theirs, both)):
            fresh.file = form.waiting_file or fresh.file
            return _save(request, answer, fresh, both)
        return conflict_page(
            request,
            form,
            theirs,
            left=left,
            context={
                "state": answer.state,
                "title": fresh.title,
                "back": request.path,
                "origin": origin_of(request),
                "waiting": form.data.get("waiting", ""),
                "waiting_name": form.waiting_name,
            },
        )
    settle(request)
    if both:
        both.say(request)
    messages.success(request, _("Evidence saved: %(title)s") % {"title": saved.title})
    _tell_what_was_refused(request, form)
    return redirect(way_back(request, answer, "evidence", saved.pk))


def _propose(
    request: UserRequest, answer: Assessment, form: EvidenceForm
) -> HttpResponse:
    address = way_to_proposals(request, answer, "evidence")
    try:
        response = propose_and_say(request, answer, form, address)
    except FullError as error:
        form.refuse_file(error)
        return _page(request, answer, form, status=form.status)
    _tell_what_was_refused(request, form)
    return response


def _tell_what_was_refused(request: UserRequest, form: EvidenceForm) -> None:
    """Saved with a link or a reference, it still lacks a file that was chosen."""
    if form.cleaned_data["refused"]:
        said = _("It has no file: the one you chose was refused. %(why)s")
        messages.warning(request, said % {"why": form.cleaned_data["refused"]})


def _page(
    request: UserRequest, answer: Assessment, form: EvidenceForm, *, status: int = 200
) -> HttpResponse:
    row = form.instance
    held = resume(request, answer, form)
    if row.pk:
        # What was typed is on the form; the page itself tells what is kept.
        row = _own_evidence(answer, row.pk)
    reusable = (
        Evidence.objects.present()
        .filter(state=answer.state)
        .exclude(assessments=answer)
        .select_related("file")
    )
    return render(
        request,
        "workspace/library/evidence.html",
        {
            "state": answer.state,
            "answer": answer,
            "recommendation": answer.recommendation,
            "evidence": row,
            "form": form,
            "writing": page_of(request, form),
            "presence": visit(request),
            "origin": origin_of(request),
            "back": way_back(request, answer, "evidence", row.pk),
            "held": held,
            "reusable": [] if row.pk or not request.user.may_write else reusable,
            "visibility_hints": VISIBILITY_HINTS,
            "classification_hints": CLASSIFICATION_HINTS,
        },
        status=status,
    )


@transaction.atomic
def _reuse(request: UserRequest, answer: Assessment) -> HttpResponse:
    """Let evidence that was recorded elsewhere back this answer too."""
    row = get_object_or_404(
        Evidence.objects.present(),
        state=answer.state,
        pk=number_in(request.POST["reuse"]),
    )
    if row.file_id and files_of(answer) >= settings.EVIDENCE_FILES_MAX:
        messages.warning(request, refusal_of_number())
        return redirect(request.get_full_path())
    row.save_version(by=request.user)
    row.assessments.add(answer)
    messages.success(
        request, _("Evidence used here too: %(title)s") % {"title": row.title}
    )
    return redirect(f"{answer.get_absolute_url()}#evidence")


@require_POST
def remove_evidence(
    request: UserRequest, iso3: str, place: str, pk: int
) -> HttpResponse:
    """Take evidence away; it can come back."""
    answer = assessment_of(editable_state(request, iso3), place)
    row = _own_evidence(answer, pk)
    row.version = version_sent(request)
    try:
        row.remove(by=request.user)
    except StaleError:
        return _changed_meanwhile(request, answer, row)
    messages.success(
        request,
        _("Evidence removed: %(title)s. You may bring it back.") % {"title": row.title},
    )
    return redirect(way_back(request, answer, "evidence"))


@require_POST
def restore_evidence(
    request: UserRequest, iso3: str, place: str, pk: int
) -> HttpResponse:
    """Bring removed evidence back."""
    answer = assessment_of(editable_state(request, iso3), place)
    row = _own_evidence(answer, pk)
    row.version = version_sent(request)
    try:
        row.restore(by=request.user)
    except StaleError:
        return _changed_meanwhile(request, answer, row)
    messages.success(
        request, _("Evidence brought back: %(title)s") % {"title": row.title}
    )
    return redirect(f"{answer.get_absolute_url()}#evidence")


def _changed_meanwhile(
    request: UserRequest, answer: Assessment, row: Evidence
) -> HttpResponse:
    messages.warning(
        request,
        _("Somebody changed it meanwhile: %(title)s. Nothing was done; look again.")
        % {"title": row.title},
    )
    return redirect(f"{answer.get_absolute_url()}#evidence")


def evidence_file(
    request: UserRequest, iso3: str, pk: int
) -> HttpResponse | FileResponse:
    """Hand a file of the working copy to the State's own people, to be kept."""
    row = get_object_or_404(
        Evidence.objects.filter(state=readable_state(request, iso3)).select_related(
            "file"
        ),
        pk=pk,
    )
    if row.file is None:
        raise Http404
    return deliver(request, row.file, draft=True)
