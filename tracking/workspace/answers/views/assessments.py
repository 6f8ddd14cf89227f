from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recommendations.models import Recommendation
from tracking.models import (
    Assessment,
    AssessmentVersion,
    Cycle,
    Evidence,
    Measure,
    StaleError,
    Status,
    SubmittedAssessment,
    Task,
    TaskStage,
    task_of,
)
from tracking.models.working_copy.rules import UNDER_STATUS
from tracking.requests.drafts import page_of, settle
from tracking.requests.http import UserRequest, current_cycle, wants_json
from tracking.workspace.access import (
    assessment_of,
    number_in,
    readable_state,
    version_sent,
    writing_state,
)
from tracking.workspace.answers.views.replaced import replaced_answer
from tracking.workspace.colleagues.assigning import given_here
from tracking.workspace.colleagues.proposals import (
    about,
    propose_and_say,
    resume,
    say_unchanged,
)
from tracking.workspace.colleagues.surroundings import beside
from tracking.workspace.drafts.conflicts import (
    Together,
    conflict_page,
    put_together,
    words_as_file,
)
from tracking.workspace.drafts.unsaved import keep_draft
from tracking.workspace.forms.assessments import AssessmentForm, answer_form
from tracking.workspace.forms.merging import chosen
from tracking.workspace.reading.changed_lines import changed_since, mark
from tracking.workspace.reading.lines import lines_of, names_unasked, said_unasked
from tracking.workspace.reading.orientation import next_url
from tracking.workspace.reading.status_words import (
    NEVER,
    POSITION_HINTS,
    STATUS_HINTS,
    VISIBILITY_HINTS,
)


@dataclass(frozen=True)
class StatusFields:
    """Fields that some statuses ask for."""

    fields: list[Any]
    statuses: list[Status]

    @property
    def values(self) -> str:
        return " ".join(self.statuses) or "never"

    @property
    def last(self) -> Status:
        """The choice below which they stand; the page's script moves them up."""
        return self.statuses[-1]


@dataclass(frozen=True)
class MissingLink:
    """What is missing, and the place on the page where to give it."""

    anchor: str
    message: str | Promise


def assessment(request: UserRequest, iso3: str, place: str) -> HttpResponse:
    """Let a State change, or read, what it says about one recommendation."""
    writes = request.method == "POST"
    state = (writing_state if writes else readable_state)(request, iso3)
    answer = assessment_of(state, place)
    cycle = current_cycle(request)
    if writes and wants_json(request):
        return keep_draft(request)
    if writes:
        return _save(request, answer, cycle)
    task = task_of(answer, cycle)
    reads_only = not request.user.may_write and not request.user.may_propose
    form = None if reads_only else answer_form(None, task.assessment, cycle)
    return _page(request, task, cycle, form)


def _save(
    request: UserRequest,
    answer: Assessment,
    cycle: Cycle | None,
    both: Together | None = None,
) -> HttpResponse:
    """Save what was sent, or `both` that and what was saved meanwhile."""
    state, key = answer.state, answer.recommendation.key
    sent = both.data if both else request.POST
    data, left = chosen(sent, answer_form(None, answer, cycle))
    form = answer_form(data, answer, cycle)
    valid = form.is_valid()
    if request.POST.get("act") == "download":
        return words_as_file(form, f"{state.key}-{key.replace('/', '-')}")
    if not valid:
        # What is not valid is on the form; the row is read again for the rest.
        task = task_of(Assessment.objects.get(state=answer.state, pk=answer.pk), cycle)
        return _page(request, task, cycle, form, status=422)
    if request.user.may_propose:
        address = _next(request.POST.get("act", ""), answer)
        return propose_and_say(request, answer, form, address)
    try:
        if left:
            raise StaleError
        form.instance.version = form.cleaned_data["version"]
        form.instance.save_version(by=request.user)
    except StaleError:
        fresh = Assessment.objects.select_related(
            "state", "recommendation__meeting", "updated_by"
        ).get(state=answer.state, pk=answer.pk)
        theirs = answer_form(None, fresh, cycle)
        if not left and (both := put_together(request, form, theirs, both)):
            return _save(request, fresh, cycle, both)
        return conflict_page(
            request,
            form,
            theirs,
            left=left,
            context={
                "state": state,
                "title": answer.recommendation,
                "recommendation": fresh.recommendation,
                "back": answer.get_absolute_url(),
            },
        )
    settle(request)
    if both:
        both.say(request)
    task = task_of(form.instance, cycle, with_sent=False)
    _say_how_it_stands(request, task, wanted=form.wants_ready)
    return redirect(_next(request.POST.get("act", ""), task.assessment))


def _say_how_it_stands(request: UserRequest, task: Task, *, wanted: bool) -> None:
    if wanted and task.missing:
        said = _("Saved. It is not ready yet: %(what)s") % {
            "what": " ".join(str(missing.message) for missing in task.missing)
        }
    elif wanted:
        said = _("Saved. This answer is ready to be submitted.")
    else:
        said = _("Saved as a draft.")
    level = messages.WARNING if wanted and task.missing else messages.SUCCESS
    messages.add_message(request, level, f"{said} {said_unasked(task)}".strip())


def _next(act: str, answer: Assessment) -> str:
    """Where a button of the form leads once the answer is saved."""
    place = [answer.state.key, answer.recommendation.key]
    verb, _dash, sent = act.rpartition("-")
    key = number_in(sent)
    if act == "next":
        return next_url(answer.state, answer.recommendation)
    if act == "add-measure":
        return reverse("workspace:add_measure", args=place)
    if act == "add-evidence":
        return reverse("workspace:add_evidence", args=place)
    if verb in ("measure", "evidence") and key:
        return reverse(f"workspace:{verb}", args=[*place, key])
    if verb == "evidence-for" and key:
        return reverse("workspace:add_evidence", args=place) + f"?measure={key}"
    return answer.get_absolute_url()


def _neighbours(
    recommendation: Recommendation,
) -> tuple[Recommendation | None, Recommendation | None]:
    """The recommendations before and after, in one query."""
    number = recommendation.number
    near = Recommendation.objects.filter(
        meeting=recommendation.meeting_id, number__in=(number - 1, number + 1)
    )
    found = {row.number: row for row in near}
    return found.get(number - 1), found.get(number + 1)


@require_POST
def confirm(request: UserRequest, iso3: str, place: str) -> HttpResponse:
    """Say, or propose, in one act that an answer of an earlier cycle is accurate."""
    answer = assessment_of(writing_state(request, iso3), place)
    cycle = current_cycle(request)
    version, answer.version = answer.version, version_sent(request)
    try:
        if request.user.may_propose:
            if version != answer.version:
                raise StaleError
            return say_unchanged(request, answer)
        answer.confirm(cycle, by=request.user)
    except StaleError:
        messages.warning(
            request,
            _("Somebody changed this answer meanwhile. Read it again, then confirm."),
        )
        return redirect(answer)
    task = task_of(answer, cycle, with_sent=False)
    _say_how_it_stands(request, task, wanted=True)
    return redirect(answer)


def _page(
    request: UserRequest,
    task: Task,
    cycle: Cycle | None,
    form: AssessmentForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    answer, recommendation = task.assessment, task.recommendation
    prefetch_related_objects([recommendation], "texts")
    before, after = _neighbours(recommendation)
    measures, evidence = _support(answer)
    accepted = _accepted(answer)
    practices = list(recommendation.practices.select_related("paragraph__meeting"))
    context = {
        "state": answer.state,
        "task": task,
        "answer": answer,
        "recommendation": recommendation,
        "is_followed": vars(answer)["is_followed"],  # as annotated
        "lines": lines_of(answer, recommendation.questions.all(), task.unasked),
        "unasked": names_unasked(task),
        "measures": [row for row in measures if row.removed_at is None],
        "evidence": [row for row in evidence if row.removed_at is None],
        "removed_measures": [row for row in measures if row.removed_at],
        "removed_evidence": [row for row in evidence if row.removed_at],
        "previous": next((r for r in accepted if r.submission.cycle != cycle), None),
        "versions": AssessmentVersion.objects.filter(pgh_obj=answer).count(),
        "before": before,
        "after": after,
        "practices": practices,
        "next_url": next_url(answer.state, recommendation),
        "status_hints": STATUS_HINTS,
        "visibility_hints": VISIBILITY_HINTS,
        "position_hints": POSITION_HINTS,
        "never": NEVER,
        "to_confirm": task.stage == TaskStage.TO_CONFIRM,
        **beside(request, task),
        **given_here(request, answer),
    }
    if form is None:
        context["proposals"] = about(request, answer)
    if form is not None:
        last = accepted[0] if accepted else None
        mark(form, changed_since(last, answer, recommendation.questions.all()))
        held = resume(request, answer, form)
        context |= {
            "form": form,
            "held": held,
            "proposals": about(request, answer, besides=held),
            "replaced": None if request.user.may_propose else replaced_answer(answer),
            "told": [p for p in practices if p.state_iso3 == answer.state.iso3],
            "writing": page_of(request, form),
            "under_status": _under_status(form),
            "change_reason": _change_reason(form, task),
            "other_errors": any(field.errors for _q, field in form.other_questions()),
            "missing": [
                MissingLink(_anchor(form, missing.field), missing.message)
                for missing in task.missing
            ]
            if answer.version > 1
            else [],
        }
    return render(request, "workspace/answers/assessment.html", context, status=status)


def _anchor(form: AssessmentForm, name: str) -> str:
    """Id of the control, or of the list, where something is missing."""
    if name not in form.fields:
        return name
    bound = form[name]
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label


def _under_status(form: AssessmentForm) -> list[StatusFields]:
    offered = [str(value) for value, _label in form.fields["status"].choices]  # type: ignore[attr-defined]
    return [
        StatusFields(
            [form[name] for name in names],
            [Status(value) for value in offered if value in statuses],
        )
        for names, statuses in UNDER_STATUS
        if any(status in offered for status in statuses)
    ]


def _change_reason(form: AssessmentForm, task: Task) -> StatusFields | None:
    """The reason for a step back, where one can be taken or was given."""
    steps_back = [status for status in Status if task.support.is_step_back(status)]
    if not steps_back and not task.assessment.change_reason:
        return None
    return StatusFields([form["change_reason"]], steps_back)


def _support(answer: Assessment) -> tuple[list[Measure], list[Evidence]]:
    """Measures and evidence behind an answer, those in the bin included."""
    measures = list(
        Measure.objects.at_hand()
        .filter(state=answer.state, recommendations=answer.recommendation)
        .prefetch_related(
            Prefetch("recommendations", Recommendation.objects.in_order())
        )
    )
    evidence = list(
        Evidence.objects.at_hand()
        .filter(
            Q(assessments=answer)
            | Q(measures__in=[row for row in measures if row.removed_at is None]),
            state=answer.state,
        )
        .select_related("file")
        .prefetch_related("measures")
        .distinct()
    )
    return measures, evidence


def _accepted(answer: Assessment) -> list[SubmittedAssessment]:
    """What counts of this answer in the last two cycles, last first."""
    return list(
        SubmittedAssessment.objects.counted()
        .filter(source=answer)
        .select_related("submission__cycle", "submission__state")
        .order_by("-submission__cycle__opens_on")[:2]
    )
