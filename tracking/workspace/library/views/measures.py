from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import Assessment, Measure, StaleError
from tracking.requests.drafts import page_of, settle
from tracking.requests.http import UserRequest, wants_json
from tracking.workspace.access import (
    assessment_of,
    editable_state,
    number_in,
    version_sent,
    writing_state,
)
from tracking.workspace.colleagues.proposals import propose_and_say, resume
from tracking.workspace.drafts.conflicts import (
    Together,
    conflict_page,
    put_together,
    words_as_file,
)
from tracking.workspace.drafts.unsaved import keep_draft
from tracking.workspace.forms.measures import MeasureForm, measure_form
from tracking.workspace.forms.merging import chosen
from tracking.workspace.library.origins import origin_of, way_back, way_to_proposals
from tracking.workspace.library.suggestions import first_draft, fitting, told_by
from tracking.workspace.reading.presence import visit
from tracking.workspace.reading.status_words import VISIBILITY_HINTS


def add_measure(request: UserRequest, iso3: str, place: str) -> HttpResponse:
    """Let a State record a measure, or use one again for this recommendation."""
    answer = assessment_of(writing_state(request, iso3), place)
    if request.POST.get("reuse") and request.user.may_write:
        return _reuse(request, answer)
    measure = Measure(state=answer.state)
    told = request.GET.get("practice", "")
    if request.method != "POST" and told.isdecimal():
        practice = get_object_or_404(told_by(answer.state), pk=int(told))
        draft = first_draft(practice, answer.state)
        return _page(request, answer, measure_form(None, answer, measure, draft))
    return _edit(request, answer, measure)


def measure(request: UserRequest, iso3: str, place: str, pk: int) -> HttpResponse:
    """Let a State change one of its measures."""
    answer = assessment_of(writing_state(request, iso3), place)
    return _edit(request, answer, _own_measure(answer, pk))


def _own_measure(answer: Assessment, pk: int) -> Measure:
    return get_object_or_404(
        Measure.objects.select_related("updated_by"), state=answer.state, pk=pk
    )


def _edit(request: UserRequest, answer: Assessment, measure: Measure) -> HttpResponse:
    if request.method != "POST":
        return _page(request, answer, measure_form(None, answer, measure))
    if wants_json(request):
        return keep_draft(request)
    return _save(request, answer, measure)


def _save(
    request: UserRequest,
    answer: Assessment,
    measure: Measure,
    both: Together | None = None,
) -> HttpResponse:
    """Save what was sent, or `both` that and what was saved meanwhile."""
    sent = both.data if both else request.POST
    data, left = chosen(sent, measure_form(None, answer, measure))
    form = measure_form(data, answer, measure)
    valid = form.is_valid()
    if request.POST.get("act") == "download":
        return words_as_file(form, f"{answer.state.key}-measure")
    if request.POST.get("act") == "suggest":
        # Nothing is to be saved yet, so that nothing is wrong yet.
        form.errors.clear()
        return _page(request, answer, form)
    if not valid:
        return _page(request, answer, form, status=422)
    if request.user.may_propose:
        return propose_and_say(
            request, answer, form, way_to_proposals(request, answer, "measure")
        )
    try:
        if left:
            raise StaleError
        saved = form.save_measure(by=request.user)
    except StaleError:
        fresh = _own_measure(answer, measure.pk)
        theirs = measure_form(None, answer, fresh)
        if not left and (both := put_together(request, form, theirs, both)):
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
            },
        )
    settle(request)
    if both:
        both.say(request)
    messages.success(request, _("Measure saved: %(title)s") % {"title": saved.title})
    return redirect(way_back(request, answer, "measure", saved.pk))


def _page(
    request: UserRequest, answer: Assessment, form: MeasureForm, *, status: int = 200
) -> HttpResponse:
    row = form.instance
    held = resume(request, answer, form)
    if row.pk:
        # What was typed is on the form; the page itself tells what is kept.
        row = _own_measure(answer, row.pk)
    reusable = (
        Measure.objects.present()
        .filter(state=answer.state)
        .exclude(recommendations=answer.recommendation)
    )
    return render(
        request,
        "workspace/library/measure.html",
        {
            "state": answer.state,
            "answer": answer,
            "recommendation": answer.recommendation,
            "measure": row,
            "form": form,
            "writing": page_of(request, form),
            "presence": visit(request),
            "origin": origin_of(request),
            "back": way_back(request, answer, "measure", row.pk),
            "held": held,
            "suggested": _suggested(form),
            "serves": row.recommendations.in_order() if row.pk else [],
            "reusable": [] if row.pk or not request.user.may_write else reusable,
            "visibility_hints": VISIBILITY_HINTS,
        },
        status=status,
    )


def _suggested(form: MeasureForm) -> list[int]:
    """Recommendations that fit what the form says and are not ticked in it."""
    given = form["recommendations"].value() or ()
    ticked = [int(each) for each in given if str(each).isdecimal()]
    words = f"{form['title'].value() or ''} {form['description'].value() or ''}"
    return fitting(form.fields["recommendations"].queryset, ticked, words)  # type: ignore[attr-defined]


@transaction.atomic
def _reuse(request: UserRequest, answer: Assessment) -> HttpResponse:
    """Let a measure that was typed elsewhere serve this recommendation too."""
    measure = get_object_or_404(
        Measure.objects.present(),
        state=answer.state,
        pk=number_in(request.POST["reuse"]),
    )
    measure.save_version(by=request.user)
    measure.recommendations.add(answer.recommendation)
    messages.success(
        request, _("Measure used here too: %(title)s") % {"title": measure.title}
    )
    return redirect(f"{answer.get_absolute_url()}#measures")


@require_POST
def remove_measure(
    request: UserRequest, iso3: str, place: str, pk: int
) -> HttpResponse:
    """Take a measure off one recommendation, or off all; it can come back."""
    answer = assessment_of(editable_state(request, iso3), place)
    measure = _own_measure(answer, pk)
    measure.version = version_sent(request)
    try:
        if request.POST.get("act") == "unlink":
            with transaction.atomic():
                measure.save_version(by=request.user)
                measure.recommendations.remove(answer.recommendation)
            said = _("It no longer serves this recommendation: %(title)s")
        else:
            measure.remove(by=request.user)
            said = _("Measure removed: %(title)s. You may bring it back.")
    except StaleError:
        return _changed_meanwhile(request, answer, measure)
    messages.success(request, said % {"title": measure.title})
    return redirect(way_back(request, answer, "measure"))


@require_POST
def restore_measure(
    request: UserRequest, iso3: str, place: str, pk: int
) -> HttpResponse:
    """Bring a removed measure back."""
    answer = assessment_of(editable_state(request, iso3), place)
    measure = _own_measure(answer, pk)
    measure.version = version_sent(request)
    try:
        measure.restore(by=request.user)
    except StaleError:
        return _changed_meanwhile(request, answer, measure)
    messages.success(
        request, _("Measure brought back: %(title)s") % {"title": measure.title}
    )
    return redirect(f"{answer.get_absolute_url()}#measures")


def _changed_meanwhile(
    request: UserRequest, answer: Assessment, measure: Measure
) -> HttpResponse:
    messages.warning(
        request,
        _("Somebody changed it meanwhile: %(title)s. Nothing was done; look again.")
        % {"title": measure.title},
    )
    return redirect(f"{answer.get_absolute_url()}#measures")
