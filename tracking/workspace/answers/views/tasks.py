from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy

from recommendations.lists import listed
from recommendations.models import RecommendationKey, Section
from tracking.models import (
    Assignment,
    Cycle,
    Evidence,
    ReviewQuestion,
    SentStage,
    State,
    Submission,
    Task,
    TaskStage,
    UnsavedWork,
    User,
    shared_tasks_of,
)
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import prepare, readable_state
from tracking.workspace.colleagues.notes import count_notes
from tracking.workspace.reading.orientation import (
    Progress,
    count_by_standing,
    next_task,
    progress_of,
)

TO_DO = (TaskStage.RETURNED, TaskStage.TO_CONFIRM, TaskStage.DRAFT, TaskStage.TO_START)

# Name in the address, label, words of which one stands beside the tasks shown.
OF_WORK: tuple[tuple[str, str | Promise, tuple[TaskStage, ...]], ...] = (
    ("", pgettext_lazy("tasks", "All"), ()),
    ("todo", pgettext_lazy("tasks", "To do"), TO_DO),
    ("returned", pgettext_lazy("tasks", "Returned"), (TaskStage.RETURNED,)),
    ("to_confirm", pgettext_lazy("tasks", "To confirm"), (TaskStage.TO_CONFIRM,)),
    ("ready", pgettext_lazy("tasks", "Ready"), (TaskStage.READY,)),
)
OF_SENT: tuple[tuple[SentStage, str | Promise], ...] = (
    (SentStage.SUBMITTED, pgettext_lazy("tasks", "Submitted")),
    (SentStage.UNDER_REVIEW, pgettext_lazy("tasks", "Under review")),
    (SentStage.ACCEPTED, pgettext_lazy("tasks", "Accepted")),
    (SentStage.PUBLISHED, pgettext_lazy("tasks", "Published")),
)
CHANGED = "changed"


@dataclass(frozen=True)
class Tab:
    """One filter of the list, with the tasks that it shows."""

    name: str
    label: str | Promise
    tasks: list[Task]

    @property
    def count(self) -> int:
        return len(self.tasks)


@dataclass(frozen=True)
class SectionTasks:
    section: Section
    anchor: str
    meeting: str
    tasks: list[Task]
    progress: Progress


@dataclass(frozen=True)
class ToDo:
    """One line of what to do now, and where."""

    text: str
    note: str
    url: str


def home(request: UserRequest) -> HttpResponse:
    """Lead everybody to where their work is."""
    state = request.user.state
    if state is None:
        return redirect("dashboards:dashboard")
    return redirect("workspace:tasks", state.key)


def tasks(request: UserRequest, iso3: str) -> HttpResponse:
    """What the State has to do about each recommendation."""
    state = readable_state(request, iso3)
    cycle = current_cycle(request)
    prepare(state)
    everything = shared_tasks_of(state, cycle)
    wanted = request.GET.get("show", "")
    tabs = _tabs(everything, wanted)
    current = next((tab for tab in tabs if tab.name == wanted), tabs[0])
    given = given_to(request.user, everything)
    last = _last_submission(state, cycle)
    # One query for both: the team, and what of the reader's own is not saved.
    team = (
        state.users.filter(is_active=True)
        .annotate(
            unsaved=Count(
                "unsaved_work",
                filter=Q(unsaved_work__in=UnsavedWork.objects.of(request.user)),
            )
        )
        .order_by("name")
    )
    return render(
        request,
        "workspace/answers/tasks.html",
        {
            "state": state,
            "sections": _sections(everything, current.tasks),
            "meetings": {task.recommendation.place.meeting for task in everything},
            "total": len(everything),
            "progress": progress_of(everything),
            "given": given,
            "next": _next_of(request.user, everything, given),
            "counts": list(count_by_standing(everything).items()),
            "tabs": tabs,
            "current": current,
            "to_do": to_do(state, everything, cycle) if request.user.may_write else [],
            "unsaved": sum(member.unsaved for member in team),
            "untouched": all(t.stage == TaskStage.TO_START for t in everything),
            "last_change": max(
                (t.assessment for t in everything if t.assessment.updated_at),
                key=lambda assessment: assessment.updated_at,  # type: ignore[arg-type,return-value]
                default=None,
            ),
            "team": team,
            "notes": count_notes(state),
            "submission": last,
        },
    )


def _tabs(tasks: list[Task], wanted: str) -> list[Tab]:
    """Filters by what the State has to do, and by what became of what it sent.

    Of the latter only those that find something, and the one asked for.
    """
    of_work = [
        Tab(
            name,
            label,
            [task for task in tasks if not stages or set(stages) & set(task.standing)],
        )
        for name, label, stages in OF_WORK
    ]
    of_sent = [
        Tab(stage.value, label, [task for task in tasks if stage in task.standing])
        for stage, label in OF_SENT
    ]
    changed = [task for task in tasks if task.has_changed]
    of_sent.append(
        Tab(CHANGED, pgettext_lazy("tasks", "Changed since it was sent"), changed)
    )
    return [*of_work, *(t for t in of_sent if t.tasks or t.name == wanted)]


def given_to(user: User, tasks: list[Task]) -> list[tuple[Task, Assignment]]:
    """What this person was asked to write, what is wanted first at the top."""
    given = [
        (task, found) for task in tasks if (found := task.given_to(user)) is not None
    ]
    return sorted(
        given,
        key=lambda row: (row[1].due_on is None, row[1].due_on or row[1].at.date()),
    )


def _next_of(
    user: User, tasks: list[Task], given: list[tuple[Task, Assignment]]
) -> Task | None:
    """Where this person goes on: for a contributor, what was given first."""
    if user.may_write:
        return next_task(tasks)
    if not user.may_propose:
        return None
    first = [task for task, _assignment in given]
    rest = [task for task in tasks if task.given_to(user) is None]
    return next(
        (
            task
            for task in [*first, *rest]
            if task.stage != TaskStage.READY and not task.proposed_ready_by(user)
        ),
        None,
    )


def go_on(request: UserRequest, iso3: str) -> HttpResponse:
    """Lead to the next task that needs something, behind the one just left."""
    state = readable_state(request, iso3)
    prepare(state)
    everything = shared_tasks_of(state, current_cycle(request))
    if request.user.may_propose:
        # What a contributor finds ready waits for the focal point, not for them.
        everything = [
            task for task in everything if not task.proposed_ready_by(request.user)
        ]
    found = next_task(everything, _after(request))
    if found is None:
        messages.success(request, gettext("No answer needs anything more."))
        return redirect("workspace:tasks", state.key)
    return redirect(found.assessment)


def _after(request: UserRequest) -> RecommendationKey | None:
    try:
        return RecommendationKey.read(request.GET.get("after", ""))
    except ValueError:
        return None


def _last_submission(state: State, cycle: Cycle | None) -> Submission | None:
    return (
        Submission.objects.filter(state=state, cycle=cycle)
        .select_related("state", "cycle", "submitted_by")
        .order_by("-number")
        .first()
    )


def _sections(tasks: list[Task], wanted: list[Task]) -> list[SectionTasks]:
    """Tasks by section, the wanted ones; sections without one left out."""
    keys = {task.recommendation.key for task in wanted}
    by_section: Callable[[Task], int] = lambda task: task.recommendation.section_id  # noqa: E731
    sections = []
    for _key, group in groupby(tasks, by_section):
        members = list(group)
        shown = [task for task in members if task.recommendation.key in keys]
        if shown:
            sections.append(
                SectionTasks(
                    members[0].recommendation.section,
                    members[0].recommendation.section_anchor,
                    members[0].recommendation.place.meeting,
                    shown,
                    progress_of(members),
                )
            )
    return sections


def _open_questions(tasks: list[Task]) -> list[ReviewQuestion]:
    return [
        question for task in tasks for question in task.questions if not question.reply
    ]


def _numbers(tasks: Iterable[Task]) -> str:
    return listed(task.recommendation.key for task in tasks)


def _where_and_when(tasks: list[Task], questions: list[ReviewQuestion]) -> str:
    """About what the secretariat asks, and by when it wants the first reply."""
    where = gettext("on recommendations: %(numbers)s") % {"numbers": _numbers(tasks)}
    days = [question.due_on for question in questions if question.due_on is not None]
    if not days:
        return where
    sentence = (
        gettext("%(where)s; the reply was wanted by %(date)s and is still welcome")
        if any(question.is_overdue for question in questions)
        else gettext("%(where)s; reply wanted by %(date)s")
    )
    return sentence % {"where": where, "date": date_format(min(days))}


def to_do(state: State, tasks: list[Task], cycle: Cycle | None) -> list[ToDo]:
    """At most three lines, what others wait for first, and what expires.

    Proposals of colleagues come on top.
    """
    by_stage = {
        stage: [task for task in tasks if task.stage == stage] for stage in TaskStage
    }
    lines = _proposed(state, tasks)
    questions = _open_questions(tasks)
    if questions:
        lines.append(
            ToDo(
                ngettext(
                    "Answer %(number)d question of the secretariat",
                    "Answer %(number)d questions of the secretariat",
                    len(questions),
                )
                % {"number": len(questions)},
                _where_and_when(by_stage[TaskStage.RETURNED], questions),
                reverse("workspace:questions", args=[state.key]),
            )
        )
    if members := by_stage[TaskStage.TO_CONFIRM]:
        lines.append(
            ToDo(
                ngettext(
                    "Confirm %(number)d answer of an earlier cycle",
                    "Confirm %(number)d answers of an earlier cycle",
                    len(members),
                )
                % {"number": len(members)},
                gettext("in one act, where nothing has changed"),
                reverse("workspace:unchanged", args=[state.key]),
            )
        )
    if members := sorted(by_stage[TaskStage.DRAFT], key=lambda t: len(t.missing)):
        lines.append(
            ToDo(
                ngettext(
                    "Complete %(number)d draft",
                    "Complete %(number)d drafts",
                    len(members),
                )
                % {"number": len(members)},
                gettext("the nearest to completion first: %(numbers)s")
                % {"numbers": _numbers(members[:6])},
                members[0].assessment.get_absolute_url(),
            )
        )
    if members := by_stage[TaskStage.TO_START]:
        lines.append(
            ToDo(
                ngettext(
                    "Begin %(number)d answer", "Begin %(number)d answers", len(members)
                )
                % {"number": len(members)},
                gettext("about 12 minutes each"),
                members[0].assessment.get_absolute_url(),
            )
        )
    return [*lines[:3], *_expiring(state, cycle)]


def _proposed(state: State, tasks: list[Task]) -> list[ToDo]:
    """A line for what contributors propose."""
    proposals = [proposal for task in tasks for proposal in task.proposals]
    if not proposals:
        return []
    ready = sum(proposal.ready for proposal in proposals)
    return [
        ToDo(
            ngettext(
                "Decide on %(number)d proposal of your colleagues",
                "Decide on %(number)d proposals of your colleagues",
                len(proposals),
            )
            % {"number": len(proposals)},
            ngettext(
                "%(number)d is ready for clearance",
                "%(number)d are ready for clearance",
                ready,
            )
            % {"number": ready}
            if ready
            else "",
            reverse("workspace:proposals", args=[state.key]),
        )
    ]


def _expiring(state: State, cycle: Cycle | None) -> list[ToDo]:
    """A line for the evidence that ceases to hold before the cycle closes."""
    if cycle is None:
        return []
    rows = Evidence.objects.present().filter(state=state).exclude(valid_until="")
    ending = [row for row in rows if row.expires_by(cycle.closes_on)]
    if not ending:
        return []
    return [
        ToDo(
            ngettext(
                "Renew %(number)d piece of evidence",
                "Renew %(number)d pieces of evidence",
                len(ending),
            )
            % {"number": len(ending)},
            gettext("expired, or expires before the cycle closes"),
            reverse("workspace:evidence_library", args=[state.key]),
        )
    ]
