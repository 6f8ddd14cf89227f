"""What the secretariat, States parties and everyone will read, beforehand."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.models import Recommendation
from tracking.filters import published
from tracking.models import (
    SubmittedAssessment,
    Task,
    TaskStage,
    Visibility,
    followed,
    reads,
    tasks_of,
)
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import prepare, readable_state
from tracking.workspace.reading.lines import kept_apart
from tracking.workspace.submitting.previews import Sight, differing, library_differs

WILL_READ: dict[Visibility, str | Promise] = {
    Visibility.SECRETARIAT: _(
        "This is what the secretariat will read once your next submission has arrived."
    ),
    Visibility.PARTIES: _(
        "This is what States parties will read once your next submission, sent with "
        "your consent, is accepted."
    ),
    Visibility.PUBLIC: _(
        "This is what everyone will read once your next submission, sent with your "
        "consent, is accepted."
    ),
}
READ_NOW: dict[Visibility, str | Promise] = {
    Visibility.SECRETARIAT: _(
        "This is what the secretariat has from you now, as it was last accepted."
    ),
    Visibility.PARTIES: _("This is what States parties read now."),
    Visibility.PUBLIC: _("This is what everyone reads now."),
}


@require_safe
def state(request: UserRequest, iso3: str, audience: str) -> HttpResponse:
    """The whole page of the State, as others will read it."""
    sight = _sight(request, iso3, audience)
    now, then = sight.now(), sight.next()
    page = now if _is_now(request) else then
    followed = {answer.recommendation.pk for answer in page.answers}
    return render(
        request,
        "workspace/submitting/seen_state.html",
        {
            **_frame(request, sight),
            **page.context,
            "left_out": [
                (task, why)
                for task in sight.tasks
                if task.recommendation.pk in followed and (why := sight.why_not(task))
            ],
            "differing": differing(now, then, sight.reader),
            "library_differs": library_differs(now, then),
        },
    )


@require_safe
def answer(request: UserRequest, iso3: str, place: str, audience: str) -> HttpResponse:
    """One answer, as others will read it."""
    sight = _sight(request, iso3, audience)
    task = next((t for t in sight.tasks if t.recommendation.key == place), None)
    if task is None:
        raise Http404
    recommendation = _for_the_page(task)
    held = sight.preview()
    found = _of(recommendation, held.answers if held else [])
    now = _accepted(sight, recommendation, next_time=False)
    then = found or _accepted(sight, recommendation, next_time=True)
    record = now if _is_now(request) else then
    why = sight.why_not(task)
    context = {
        **_frame(request, sight),
        "recommendation": recommendation,
        "why": why,
        "stays": found is None and then is not None,
        "reads_now": now is not None,
        "differs": published.as_read(now, sight.reader)
        != published.as_read(then, sight.reader),
    }
    if record is not None:
        context |= _presented(record, sight)
        # Only records that are not made yet have the files of the working copy.
        context["file_view"] = "workspace:evidence_file" if record is found else ""
    if not _is_now(request):
        context["would_be"] = _would_be(sight, task)
    return render(request, "workspace/submitting/seen_answer.html", context)


def _sight(request: UserRequest, iso3: str, audience: str) -> Sight:
    state = readable_state(request, iso3)
    if audience not in WILL_READ:
        raise Http404
    prepare(state)
    cycle = current_cycle(request)
    return Sight(state, Visibility(audience), tasks_of(state, cycle), cycle)


def _is_now(request: UserRequest) -> bool:
    return "now" in request.GET


def _frame(request: UserRequest, sight: Sight) -> dict[str, Any]:
    """What stands around the page that is shown."""
    is_now = _is_now(request)
    sentences = READ_NOW if is_now else WILL_READ
    return {
        "state": sight.state,
        "audience": sight.audience,
        "is_now": is_now,
        "sentence": sentences[sight.audience],
        "sendable": bool(sight.ready),
    }


def _for_the_page(task: Task) -> Recommendation:
    recommendation = get_object_or_404(
        followed().select_related("section", "meeting"),
        pk=task.recommendation.pk,
    )
    prefetch_related_objects([recommendation], "texts", "questions")
    return recommendation


def _of(
    recommendation: Recommendation, records: list[SubmittedAssessment]
) -> SubmittedAssessment | None:
    return next((r for r in records if r.recommendation_id == recommendation.pk), None)


def _accepted(
    sight: Sight, recommendation: Recommendation, *, next_time: bool
) -> SubmittedAssessment | None:
    """The accepted answer of the last cycle for which they read one."""
    records = sight.records(next_time=next_time).filter(recommendation=recommendation)
    return (
        published.with_support(records, sight.reader)
        .select_related("submission__cycle", "submission__state", "recommendation")
        .prefetch_related("recommendation__questions")
        .order_by("-submission__cycle__opens_on")
        .first()
    )


def _presented(record: SubmittedAssessment, sight: Sight) -> dict[str, Any]:
    """What the public page shows of an answer, and what Vienna reads besides."""
    in_vienna = sight.audience == Visibility.SECRETARIAT
    return {
        "record": record,
        "details": published.details(record),
        "questions": published.question_answers(record, sight.reader),
        "unchanged": published.confirmed_unchanged(record, sight.reader),
        "shown_cycle": record.submission.cycle,
        "apart": kept_apart(record) if in_vienna else [],
    }


def _would_be(sight: Sight, task: Task) -> dict[str, Any] | None:
    """What they would read of a draft, were it ready."""
    if task.stage in (TaskStage.READY, TaskStage.TO_START) or not reads(
        sight.audience, task.assessment.visibility
    ):
        return None
    held = sight.preview(task)
    found = _of(task.recommendation, held.answers if held else [])
    return _presented(found, sight) if found else None
