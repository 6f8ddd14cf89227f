from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.http import UserRequest, current_cycle
from tracking.models import Cycle, ReviewQuestion, Stage, State, Submission
from tracking.workspace.forms.submissions import ReplyForm
from tracking.workspace.own import assessment_of, readable_state, submittable_state


def questions(request: UserRequest, iso3: str) -> HttpResponse:
    """Every question the secretariat asked, those that wait first."""
    return _page(request, readable_state(request, iso3))


def _page(
    request: UserRequest,
    state: State,
    *,
    form: ReplyForm | None = None,
    question: ReviewQuestion | None = None,
    status: int = 200,
) -> HttpResponse:
    returned = _returned(state, current_cycle(request))
    rows = list(
        ReviewQuestion.objects.filter(submission__state=state)
        .select_related(
            "recommendation", "submission__cycle", "submission__state", "replied_by"
        )
        .order_by("-submission__submitted_at", "recommendation__number")
    )
    here = sorted(
        (row for row in rows if returned and row.submission_id == returned.pk),
        key=lambda row: bool(row.reply),
    )
    return render(
        request,
        "workspace/questions.html",
        {
            "state": state,
            "submission": returned,
            "waiting": sum(not row.reply for row in here),
            "questions": here,
            "earlier": [row for row in rows if row not in here],
            "form": form,
            "asked": question,
            "here": reverse("workspace:questions", args=[state.key]),
        },
        status=status,
    )


def _returned(state: State, cycle: Cycle | None) -> Submission | None:
    """The submission that waits for the State's replies, if there is one."""
    last = Submission.objects.last_of(state, cycle)
    return last if last is not None and last.stage == Stage.RETURNED else None


@require_POST
def reply(request: UserRequest, iso3: str, pk: int) -> HttpResponse:
    """Keep the focal point's reply to a question of the secretariat."""
    state = submittable_state(request, iso3)
    question = get_object_or_404(
        ReviewQuestion.objects.select_related("recommendation"),
        submission=_returned(state),
        pk=pk,
    )
    form = ReplyForm(request.POST, auto_id=f"%s-{question.pk}")
    if not form.is_valid():
        return _page(request, state, form=form, question=question, status=422)
    question.answer(form.cleaned_data["reply"], by=request.user)
    messages.success(
        request,
        _("Reply saved. It reaches the secretariat with your next submission."),
    )
    if request.POST.get("at") == "task":
        answer = assessment_of(state, question.recommendation.number)
        return redirect(f"{answer.get_absolute_url()}#question-{question.pk}")
    return redirect("workspace:questions", state.key)
