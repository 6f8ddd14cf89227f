"""Measures and evidence: entered, changed, used again, taken away and brought back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import Assessment, FullError, StaleError
from tracking.requests.drafts import page_of, settle
from tracking.requests.http import UserRequest, wants_json
from tracking.workspace.access import (
    assessment_of,
    editable_state,
    number_in,
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
    files_of,
    refusal_of_number,
    refusal_of_room,
)
from tracking.workspace.forms.items import ItemForm
from tracking.workspace.forms.merging import chosen
from tracking.workspace.library.kinds import EVIDENCE, MEASURE, Kind
from tracking.workspace.library.origins import (
    list_at,
    origin_of,
    way_back,
    way_to_proposals,
)
from tracking.workspace.library.suggestions import first_draft, fitting, told_by
from tracking.workspace.reading.presence import visit
from tracking.workspace.reading.status_words import (
    CLASSIFICATION_HINTS,
    VISIBILITY_HINTS,
)


def add(request: UserRequest, iso3: str, place: str, *, kind: Kind) -> HttpResponse:
    """Let a State record a measure or evidence, or use one again for this answer."""
    answer = assessment_of(writing_state(request, iso3), place)
    if request.POST.get("reuse") and request.user.may_write:
        return _use_again(request, answer, kind)
    return _edit(request, answer, kind, kind.model(state=answer.state))


def change(
    request: UserRequest, iso3: str, place: str, pk: int, *, kind: Kind
) -> HttpResponse:
    """Let a State change one of its measures, or one piece of its evidence."""
    answer = assessment_of(writing_state(request, iso3), place)
    return _edit(request, answer, kind, kind.row(answer.state, pk))


def _edit(
    request: UserRequest, answer: Assessment, kind: Kind, row: Any
) -> HttpResponse:
    if request.method != "POST":
        return _page(request, answer, kind, _form(request, answer, kind, row))
    if wants_json(request):
        return keep_draft(request)
    if kind is EVIDENCE:
        row.file = file_proposed(request, answer) or row.file
    return _save(request, answer, kind, row)


def _form(
    request: UserRequest,
    answer: Assessment,
    kind: Kind,
    row: Any,
    data: Any = None,
    *,
    with_files: bool = True,
) -> ItemForm[Any]:
    files = request.FILES if data is not None and with_files else None
    return kind.form.at(answer, row, data, files, _begun(request, answer, kind, row))


def _begun(
    request: UserRequest, answer: Assessment, kind: Kind, row: Any
) -> dict[str, Any]:
    """What a new row is to back, or to begin with, as its address says."""
    measure, told = request.GET.get("measure", ""), request.GET.get("practice", "")
    if kind is EVIDENCE and number_in(measure):
        return {"measures": [number_in(measure)]}
    begins = kind is MEASURE and not row.pk and request.method != "POST"
    if begins and told.isdecimal():
        practice = get_object_or_404(told_by(answer.state), pk=int(told))
        return first_draft(practice, answer.state)
    return {}


def _save(
    request: UserRequest,
    answer: Assessment,
    kind: Kind,
    row: Any,
    both: Together | None = None,
) -> HttpResponse:
    """Save what was sent, or `both` that and what was saved meanwhile."""
    sent = both.data if both else request.POST
    data, left = chosen(sent, _form(request, answer, kind, row))
    # The file that was sent with what met another change is in the row by now.
    form = _form(request, answer, kind, row, data, with_files=both is None)
    valid, act = form.is_valid(), request.POST.get("act")
    if act == "download":
        return words_as_file(form, f"{answer.state.key}-{kind.name}")
    if act == "suggest" and kind is MEASURE:
        # Nothing is to be saved yet, so that nothing is wrong yet.
        form.errors.clear()
        return _page(request, answer, kind, form)
    if not valid:
        form.let_file_wait(request.user)
        return _page(request, answer, kind, form, status=form.status)
    try:
        if request.user.may_propose:
            address = way_to_proposals(request, answer, kind)
            response = propose_and_say(request, answer, form, address)
        elif left:
            raise StaleError
        else:
            saved = form.save_item(by=request.user)
            response = redirect(way_back(request, answer, kind, saved.pk))
            settle(request)
            if both:
                both.say(request)
            _say(request, kind.words["saved"], saved)
    except FullError as error:
        form.add_error("upload", refusal_of_room(error))
        return _page(request, answer, kind, form, status=form.status)
    except StaleError:
        return _meet(request, answer, kind, form, left, both)
    if form.cleaned_data.get("refused"):
        # Saved with a link or a reference, it still lacks a file that was chosen.
        said = _("It has no file: the one you chose was refused. %(why)s")
        messages.warning(request, said % {"why": form.cleaned_data["refused"]})
    return response


def _meet(
    request: UserRequest,
    answer: Assessment,
    kind: Kind,
    form: ItemForm[Any],
    left: list[str],
    both: Together | None,
) -> HttpResponse:
    """Put together what was sent and what was saved meanwhile, or let choose."""
    form.let_file_wait(request.user)
    fresh = kind.row(answer.state, form.instance.pk)
    theirs = _form(request, answer, kind, fresh)
    if form.errors:  # no room for the file
        return _page(request, answer, kind, form, status=form.status)
    waiting_name = ""
    if isinstance(form, EvidenceForm):
        waiting_name = form.waiting_name
    if not left and (both := put_together(request, form, theirs, both)):
        if isinstance(form, EvidenceForm) and form.waiting_file:
            fresh.file = form.waiting_file
        return _save(request, answer, kind, fresh, both)
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
            "waiting_name": waiting_name,
        },
    )


def _page(
    request: UserRequest,
    answer: Assessment,
    kind: Kind,
    form: ItemForm[Any],
    *,
    status: int = 200,
) -> HttpResponse:
    row = form.instance
    held = resume(request, answer, form)
    if row.pk:
        # What was typed is on the form; the page itself tells what is kept.
        row = kind.row(answer.state, row.pk)
    used_here = (
        Q(recommendations=answer.recommendation)
        if kind is MEASURE
        else Q(assessments=answer)
    )
    reusable = kind.rows(answer.state).present().exclude(used_here)
    context = {
        "state": answer.state,
        "answer": answer,
        "recommendation": answer.recommendation,
        "kind": kind,
        "item": row,
        "form": form,
        "writing": page_of(request, form),
        "presence": visit(request),
        "origin": origin_of(request),
        "back": way_back(request, answer, kind, row.pk),
        "held": held,
        "reusable": [] if row.pk or not request.user.may_write else reusable,
        "visibility_hints": VISIBILITY_HINTS,
        "classification_hints": CLASSIFICATION_HINTS,
    }
    if kind is MEASURE:
        context["suggested"] = _suggested(form)
        context["serves"] = row.recommendations.in_order() if row.pk else []
    return render(request, "workspace/library/item.html", context, status=status)


def _suggested(form: ItemForm[Any]) -> list[int]:
    """Recommendations that fit what the form says and are not ticked in it."""
    given = form["recommendations"].value() or ()
    ticked = [int(each) for each in given if str(each).isdecimal()]
    words = f"{form['title'].value() or ''} {form['description'].value() or ''}"
    return fitting(form.fields["recommendations"].queryset, ticked, words)  # type: ignore[attr-defined]


@transaction.atomic
def _use_again(request: UserRequest, answer: Assessment, kind: Kind) -> HttpResponse:
    """Let what was recorded elsewhere serve this answer too."""
    present = kind.rows(answer.state).present()
    row = get_object_or_404(present, pk=number_in(request.POST["reuse"]))
    brings_file = kind is EVIDENCE and row.file_id
    if brings_file and files_of(answer) >= settings.EVIDENCE_FILES_MAX:
        messages.warning(request, refusal_of_number())
        return redirect(request.get_full_path())
    row.save_version(by=request.user)
    if kind is MEASURE:
        row.recommendations.add(answer.recommendation)
    else:
        row.assessments.add(answer)
    _say(request, kind.words["used_again"], row)
    return redirect(list_at(answer, kind))


@require_POST
def remove(
    request: UserRequest, iso3: str, place: str, pk: int, *, kind: Kind
) -> HttpResponse:
    """Take it away, or a measure off one recommendation only; it can come back."""
    answer = assessment_of(editable_state(request, iso3), place)
    row = kind.row(answer.state, pk)
    row.version = version_sent(request)
    said = kind.words["removed"]
    try:
        if kind is MEASURE and request.POST.get("act") == "unlink":
            with transaction.atomic():
                row.save_version(by=request.user)
                row.recommendations.remove(answer.recommendation)
            said = _("It no longer serves this recommendation: %(title)s")
        else:
            row.remove(by=request.user)
    except StaleError:
        return _changed_meanwhile(request, answer, kind, row)
    _say(request, said, row)
    return redirect(way_back(request, answer, kind))


@require_POST
def restore(
    request: UserRequest, iso3: str, place: str, pk: int, *, kind: Kind
) -> HttpResponse:
    """Bring back what was removed."""
    answer = assessment_of(editable_state(request, iso3), place)
    row = kind.row(answer.state, pk)
    row.version = version_sent(request)
    try:
        row.restore(by=request.user)
    except StaleError:
        return _changed_meanwhile(request, answer, kind, row)
    _say(request, kind.words["restored"], row)
    return redirect(list_at(answer, kind))


def _say(request: UserRequest, sentence: str | Promise, row: Any) -> None:
    messages.success(request, sentence % {"title": row.title})


def _changed_meanwhile(
    request: UserRequest, answer: Assessment, kind: Kind, row: Any
) -> HttpResponse:
    messages.warning(
        request,
        _("Somebody changed it meanwhile: %(title)s. Nothing was done; look again.")
        % {"title": row.title},
    )
    return redirect(list_at(answer, kind))
