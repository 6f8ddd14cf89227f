from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import Note
from tracking.requests.drafts import page_of, settle
from tracking.requests.http import UserRequest, wants_json
from tracking.workspace.access import assessment_of, readable_state, writing_state
from tracking.workspace.colleagues.notes import notes_at
from tracking.workspace.drafts.unsaved import keep_draft
from tracking.workspace.forms.words import NoteForm


def notes(request: UserRequest, iso3: str, place: str) -> HttpResponse:
    """What colleagues of one State say to each other about an answer."""
    writes = request.method == "POST"
    state = (writing_state if writes else readable_state)(request, iso3)
    answer = assessment_of(state, place)
    if writes and wants_json(request):
        return keep_draft(request)
    form = NoteForm(request.POST if writes else None)
    if writes and form.is_valid():
        note = Note.objects.create(
            state=state,
            assessment=answer,
            text=form.cleaned_data["text"],
            by=request.user,
        )
        settle(request)
        messages.success(request, _("Note added. Only people of your State read it."))
        return redirect(f"{answer.get_absolute_url()}#note-{note.pk}")
    talk = notes_at(answer, request.user, form)
    writing = page_of(request, form)
    if talk.form is not None:
        # What was gone on from is settled when the note is added.
        talk = replace(talk, writing=writing)
    return render(
        request,
        "workspace/colleagues/notes_page.html",
        {
            "state": state,
            "answer": answer,
            "recommendation": answer.recommendation,
            "talk": talk,
            "form": talk.form,
            "writing": writing,
        },
        status=422 if form.errors else 200,
    )


@require_POST
def remove_note(request: UserRequest, iso3: str, place: str, pk: int) -> HttpResponse:
    """Take one's own note away; it can come back."""
    answer = assessment_of(writing_state(request, iso3), place)
    own = Note.objects.present().filter(by=request.user, assessment=answer)
    get_object_or_404(own, pk=pk).remove()
    messages.success(request, _("Note removed. You may bring it back."))
    return redirect(f"{answer.get_absolute_url()}#notes")


@require_POST
def restore_note(request: UserRequest, iso3: str, place: str, pk: int) -> HttpResponse:
    """Bring one's own removed note back."""
    answer = assessment_of(writing_state(request, iso3), place)
    own = Note.objects.removed_by(request.user).filter(assessment=answer)
    note = get_object_or_404(own, pk=pk)
    note.restore()
    messages.success(request, _("Note brought back."))
    return redirect(f"{answer.get_absolute_url()}#note-{note.pk}")
