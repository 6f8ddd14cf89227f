from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from tracking.models import SPEAKERS, Role, State, TaskStage, tasks_of
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import prepare, readable_state
from tracking.workspace.colleagues.handover import (
    assignments_of,
    expiring_of,
    questions_of,
    submissions_of,
    tasks_handed,
)
from tracking.workspace.reading.orientation import count_by_standing

PLACES: tuple[tuple[str, str | Promise], ...] = (
    ("workspace:tasks", _("The answers and what is to be done")),
    ("workspace:questions", _("Questions of the secretariat")),
    ("workspace:measures", _("Measures of the State")),
    ("workspace:evidence_library", _("Evidence of the State")),
    ("workspace:team", _("Team, and who was asked to write what")),
    ("workspace:check", _("Check and submit")),
    ("workspace:submissions", _("Submissions and their receipts")),
    ("workspace:bin", _("Removed measures and evidence")),
    ("public:state", _("The page of the State that others read")),
)
ELSEWHERE: tuple[tuple[str, str | Promise], ...] = (
    ("public:help", _("Help")),
    ("public:method", pgettext_lazy("handover", "What each status means")),
)
# Who is asked first comes first.
ORDER = (*SPEAKERS, Role.CONTRIBUTOR, Role.VIEWER)


@require_safe
def handover(request: UserRequest, iso3: str) -> HttpResponse:
    """Everything the next person must know, on one page to be printed."""
    state = readable_state(request, iso3)
    prepare(state)
    cycle = current_cycle(request)
    tasks = tasks_of(state, cycle, with_sent=True)
    handed = tasks_handed(state, tasks)
    people = sorted(
        state.users.filter(is_active=True).order_by("name"),
        key=lambda person: ORDER.index(Role(person.role)),
    )
    return render(
        request,
        "workspace/colleagues/handover.html",
        {
            "state": state,
            "counts": list(count_by_standing(tasks).items()),
            "total": len(tasks),
            "ready": sum(task.stage == TaskStage.READY for task in tasks),
            "handed": handed,
            "open": [each for each in handed if each.is_open],
            "questions": questions_of(state, cycle),
            "expiring": expiring_of(state, cycle),
            "assignments": assignments_of(state),
            "proposals": [each for each in handed if each.proposals],
            "people": people,
            "submissions": submissions_of(state),
            "places": _places(request, state),
        },
    )


def _places(request: UserRequest, state: State) -> list[tuple[str | Promise, str]]:
    """What stands where, with whole addresses, as paper needs them."""
    own = [(label, reverse(name, args=[state.key])) for name, label in PLACES]
    others = [(label, reverse(name)) for name, label in ELSEWHERE]
    return [
        (label, request.build_absolute_uri(path)) for label, path in (*own, *others)
    ]
