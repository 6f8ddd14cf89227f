from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.lists import listed
from recommendations.models import RecommendationKey, sorted_keys
from tracking.models import (
    Cycle,
    StaleError,
    State,
    SubmittedAssessment,
    Task,
    TaskStage,
    tasks_of,
)
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import editable_state, prepare
from tracking.workspace.reading.anchors import PlaceToFill, places_to_fill
from tracking.workspace.reading.changed_lines import Changed, changed_since


@dataclass(frozen=True)
class CarriedOver:
    """An answer of an earlier cycle that is still to be confirmed."""

    task: Task
    record: SubmittedAssessment
    changed: list[Changed]
    missing: list[PlaceToFill]

    @property
    def key(self) -> str:
        return self.task.recommendation.key

    @property
    def needs_nothing(self) -> bool:
        return not self.changed and not self.missing


def unchanged(request: UserRequest, iso3: str) -> HttpResponse:
    """Let a State confirm many answers of an earlier cycle in one act."""
    state = editable_state(request, iso3)
    cycle = current_cycle(request)
    prepare(state)
    rows = carried_over(state, cycle)
    if request.method != "POST":
        return _page(request, state, rows)
    every = request.POST.get("act") == "all"
    wanted = [
        row
        for row in rows
        if (every and row.needs_nothing) or row.key in _ticked(request)
    ]
    gone = [] if every else _gone(_ticked(request), rows)
    if not wanted and not gone:
        messages.error(request, _("Tick at least one answer to confirm."))
        return _page(request, state, rows, status=422)
    _confirm(request, cycle, wanted, gone)
    return redirect("workspace:unchanged", state.key)


def carried_over(state: State, cycle: Cycle | None) -> list[CarriedOver]:
    """Answers to confirm, each beside what was last accepted of it."""
    tasks = [
        task for task in tasks_of(state, cycle) if task.stage == TaskStage.TO_CONFIRM
    ]
    records = {
        record.source_id: record
        for record in SubmittedAssessment.objects.counted()
        .filter(source__in=[task.assessment for task in tasks])
        .select_related("submission__cycle", "submission__state")
        .order_by("source", "-submission__cycle__opens_on")
        .distinct("source")
    }
    return [
        CarriedOver(
            task,
            record := records[task.assessment.pk],
            changed_since(record, task.assessment, task.recommendation.questions.all()),
            places_to_fill(task),
        )
        for task in tasks
    ]


def _ticked(request: UserRequest) -> list[str]:
    return request.POST.getlist("answer")


def _is_key(text: str) -> bool:
    try:
        return text == str(RecommendationKey.read(text))
    except ValueError:
        return False


def _gone(ticked: Iterable[str], rows: Iterable[CarriedOver]) -> list[str]:
    """Answers that were ticked and await confirmation no more."""
    here = {row.key for row in rows}
    return [each for each in ticked if each not in here and _is_key(each)]


def _confirm(
    request: UserRequest,
    cycle: Cycle | None,
    rows: list[CarriedOver],
    late: list[str],
) -> None:
    """Confirm each answer over the version shown; say which ones were not."""
    done, lacking = [], []
    for row in rows:
        answer = row.task.assessment
        version = request.POST.get(f"version-{row.key}", "")
        answer.version = int(version) if version.isdecimal() else 0
        if not row.needs_nothing:
            lacking.append(row.key)
            continue
        try:
            answer.confirm(cycle, by=request.user)
        except StaleError:
            late.append(row.key)
        else:
            done.append(row.key)
    if done:
        messages.success(
            request,
            ngettext(
                "%(count)d answer confirmed by %(person)s on %(date)s: %(numbers)s.",
                "%(count)d answers confirmed by %(person)s on %(date)s: %(numbers)s.",
                len(done),
            )
            % {
                "count": len(done),
                "person": request.user,
                "date": _today(),
                "numbers": _numbers(done),
            },
        )
    if late:
        messages.warning(
            request,
            _(
                "Somebody changed these answers meanwhile: %(numbers)s. They were not "
                "confirmed; read them again."
            )
            % {"numbers": _numbers(late)},
        )
    if lacking:
        messages.warning(
            request,
            _("These answers need something first: %(numbers)s.")
            % {"numbers": _numbers(lacking)},
        )


def _today() -> str:
    return str(formats.date_format(timezone.localdate(), "DATE_FORMAT"))


def _numbers(keys: Iterable[str]) -> str:
    return listed(sorted_keys(keys))


def _page(
    request: UserRequest, state: State, rows: list[CarriedOver], *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "workspace/answers/unchanged.html",
        {
            "state": state,
            "rows": rows,
            "complete": sum(row.needs_nothing for row in rows),
            "today": timezone.localdate(),
        },
        status=status,
    )
