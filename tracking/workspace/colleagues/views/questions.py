from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.models import in_order
from tracking.models import Cycle, ReviewQuestion, State
from tracking.requests.drafts import keep_loser, page_of, settle
from tracking.requests.http import UserRequest, current_cycle, wants_json
from tracking.workspace.access import (
    assessment_of,
    place_in,
    readable_state,
    submittable_state,
)
from tracking.workspace.colleagues.threads import open_questions, put_fields, threads_of
from tracking.workspace.drafts.unsaved import keep_draft
from tracking.workspace.forms.words import RepliesForm


def questions(request: UserRequest, iso3: str) -> HttpResponse:
    """Every question the secretariat asked, with one form for all replies."""
    if request.method == "POST":
        return _reply(request, iso3)
    state = readable_state(request, iso3)
    return _page(request, state, current_cycle(request))


def _page(
    request: UserRequest,
    state: State,
    cycle: Cycle | None,
    form: RepliesForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    waiting = ReviewQuestion.objects.asked_of(state, cycle)
    threads = threads_of(state, waiting.values_list("pk", flat=True))
    asked = open_questions(threads)
    if form is None and asked and request.user.may_submit:
        form = RepliesForm(questions=asked)
    writing = None
    if form is not None:
        writing = page_of(request, form)
        put_fields(threads, form)
    return render(
        request,
        "workspace/colleagues/questions.html",
        {
            "state": state,
            "submission": asked[-1].submission if asked else None,
            "waiting": sum(not question.reply for question in asked),
            "is_one": len(asked) == 1,
            "open": [thread for thread in threads if thread.open],
            "closed": [thread for thread in threads if not thread.open],
            "form": form,
            "writing": writing,
        },
        status=status,
    )


def _reply(request: UserRequest, iso3: str) -> HttpResponse:
    """Keep every reply typed, or none of them if there is a mistake in one."""
    state = submittable_state(request, iso3)
    if wants_json(request):
        return keep_draft(request)
    cycle = current_cycle(request)
    with transaction.atomic():
        form = RepliesForm(
            request.POST,
            # Two people who press at once wait for each other here.
            questions=ReviewQuestion.objects.asked_of(state, cycle)
            .select_related("recommendation", "replied_by", "submission__state")
            .select_for_update(of=("self",))
            .order_by(*in_order()),
        )
        valid = form.is_valid()
        saved = form.save(by=request.user) if valid else 0
    if form.too_late:
        keep_loser(request, request.POST)
        messages.warning(
            request,
            _(
                "Some of these questions wait for a reply no more. What you wrote is "
                "kept under your unsaved work."
            ),
        )
    elif valid:
        settle(request)
    if not valid:
        return _page(request, state, cycle, form, status=422)
    if saved:
        said = ngettext(
            "Reply saved. It reaches the secretariat with your next submission.",
            "%(number)d replies saved. They reach the secretariat with your next "
            "submission.",
            saved,
        )
        messages.success(request, said % {"number": saved})
    elif not form.too_late:
        messages.info(request, _("No reply was changed."))
    at_task = place_in(request.POST.get("at", ""))
    if at_task:
        return redirect(f"{assessment_of(state, at_task).get_absolute_url()}#questions")
    return redirect("workspace:questions", state.key)
