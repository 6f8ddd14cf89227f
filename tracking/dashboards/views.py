from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Case, Count, Prefetch, QuerySet, When
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from recommendations.models import (
    Meeting,
    Recommendation,
    RecommendationTheme,
    in_order,
)
from tracking.filters import (
    FigureFilter,
    ListFilter,
    NeedFilter,
    RecordFilter,
    Reporter,
    ReportingFilter,
    SubmissionFilter,
    UnreportedFilter,
    by_state_name,
    narrowed,
)
from tracking.models import (
    OPEN_STAGES,
    AssistanceType,
    Cycle,
    Job,
    Message,
    MessageKind,
    Stage,
    State,
    Submission,
    SubmittedAssessment,
    followed,
)
from tracking.models.database.jobs import facts_of_overdue
from tracking.models.people.states import StateQuerySet
from tracking.requests.http import UserRequest, page_of

from . import figures, matrix, tables
from .tables import address

ROWS_PER_PAGE = 50
SHOWS = ("status", "position")


def for_the_secretariat(
    view: Callable[[UserRequest], HttpResponse],
) -> Callable[[UserRequest], HttpResponse]:
    """Others get the 404 of a page that does not exist."""

    @wraps(view)
    def guarded(request: UserRequest) -> HttpResponse:
        if not request.user.is_secretariat:
            raise Http404
        return view(request)

    return guarded


def counted(request: UserRequest) -> QuerySet[Any]:
    return SubmittedAssessment.objects.counted().visible_to(request.user)


# Figures ---------------------------------------------------------------------


class Question:
    """What is asked of the figures: a filter, and the cycle that it falls back on."""

    def __init__(self, request: UserRequest) -> None:
        self.cycles = list(Cycle.objects.all())
        asked = request.GET.copy()
        opened = [c for c in self.cycles if c.opens_on <= timezone.localdate()]
        if opened and not asked.get("cycle"):
            asked["cycle"] = opened[0].code
        self._choose_meeting(asked)
        self.filter = FigureFilter(
            asked, counted(request), user=request.user, also=("show",)
        )
        self.found = self.filter.form.cleaned_data
        self.show = asked.get("show", "status")
        if self.show not in SHOWS:
            self.filter.form.add_error(
                None, _("Figures are shown by status or position.")
            )
        self.cycle = next(
            (c for c in self.cycles if c.code == self.found.get("cycle")), None
        )

    def _choose_meeting(self, asked: QueryDict) -> None:
        """The meeting asked for, if it is one of the cycle; else the latest of it."""
        named = Meeting.objects.filter(cycles__code=asked.get("cycle", ""))
        slugs = list(named.order_by("-slug").values_list("slug", flat=True))
        if len(slugs) > 1 and asked.get("meeting") not in slugs:
            asked["meeting"] = slugs[0]

    @property
    def asked(self) -> dict[str, str]:
        """What lists are asked, too."""
        return {name: value for name, value in self.found.items() if value}

    def recommendations(self) -> list[Recommendation]:
        rows = (
            followed(self.cycle)
            .select_related("section", "meeting")
            .prefetch_related(
                Prefetch(
                    "theme_links", RecommendationTheme.objects.select_related("theme")
                )
            )
        )
        paths = {
            "meeting": "meeting__slug",
            "section": "section",
            "theme": "themes__code",
        }
        for name, path in paths.items():
            if self.found.get(name):
                rows = narrowed(rows, path, self.found[name])
        return list(rows)

    def states(self) -> StateQuerySet:
        rows = State.objects.all()
        if self.found.get("group"):
            rows = rows.filter(regional_group=self.found["group"])
        return rows

    def answer(
        self, request: UserRequest, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        form = self.filter.form
        return render(
            request,
            template,
            {
                "filter": self.filter,
                "form": form,
                "fields": [form[name] for name in form.fields],
                "cycle_shown": self.cycle,
                "show": self.show,
                "now": timezone.now(),
                **context,
            },
            status=422 if form.errors else 200,
        )


@require_safe
@for_the_secretariat
def dashboard(request: UserRequest) -> HttpResponse:
    """How reporting stands in a cycle, each figure a link to its list."""
    question = Question(request)
    if question.filter.form.errors:
        return question.answer(request, "dashboards/dashboard.html", {})
    asked = question.asked
    standing = figures.count_by_stage(question.states(), question.cycle)
    scope = tables.Scope(
        recommendations=question.recommendations(),
        theme=asked.get("theme", ""),
        standing=standing,
        tally=figures.count_answers(question.filter.qs),
        asked=asked,
        show=question.show,
    )
    assistance = figures.count_needs(question.filter.qs)
    parties = {"reporter": Reporter.STATES_PARTIES}
    where = {"cycle": asked.get("cycle", ""), "group": asked.get("group", "")}
    late = list(Job.objects.overdue().order_by("name"))
    return question.answer(
        request,
        "dashboards/dashboard.html",
        {
            "overdue": late
            and Message(kind=MessageKind.OVERDUE, facts=facts_of_overdue(late)),
            "scope": scope,
            "total": scope.total(),
            "sections": scope.by_section(),
            "groups": scope.by_group(),
            "themes": scope.by_theme(),
            "recommendations": scope.by_recommendation(),
            "parties": standing.number(Reporter.STATES_PARTIES),
            "sent": standing.sent(Reporter.STATES_PARTIES),
            "sent_url": address("states", where, parties, {"stage": "sent"}),
            "waiting": sum(
                standing.number(reporter, stages=OPEN_STAGES) for reporter in Reporter
            ),
            "waiting_url": address("submissions", where, {"stage": OPEN_STAGES}),
            "union": standing.by_stage(Reporter.ORGANIZATIONS),
            "stages": tables.by_stage(standing, where),
            "stage_totals": [
                (
                    standing.number(reporter),
                    address("states", where, {"reporter": reporter}),
                )
                for reporter in Reporter
            ],
            "reporters": [label for _reporter, label in tables.REPORTERS],
            "assistance": assistance,
            "needs": tables.by_kind(assistance, asked),
            "priorities": [label for _value, label in tables.PRIORITIES],
            "needs_url": address("needs", asked, parties, {"assistance": "needed"}),
            "offers_url": address("needs", asked, parties, {"offer": "yes"}),
        },
    )


@require_safe
@for_the_secretariat
def matrix_page(request: UserRequest) -> HttpResponse:
    """States × recommendations: what was reported, without order of merit."""
    question = Question(request)
    if question.filter.form.errors:
        return question.answer(request, "dashboards/matrix.html", {})
    recommendations = question.recommendations()
    query = "".join(
        f"&{urlencode({name: value})}"
        for name, value in question.asked.items()
        if name != "group"
    )
    groups = matrix.groups(
        question.states().sorted_by_name(),
        recommendations,
        figures.read_statuses(question.filter.qs),
        query,
    )
    return question.answer(
        request,
        "dashboards/matrix.html",
        {
            "groups": groups,
            "recommendations": recommendations,
            "answers_url": address("answers", question.asked),
        },
    )


# Lists -----------------------------------------------------------------------


# Lists by the names of their pages: their titles, and their tables as files.
LISTS = {
    "answers": (gettext_lazy("Answers that count"), "answers"),
    "needs": (gettext_lazy("Technical assistance"), "needs"),
    "states": (gettext_lazy("How States report"), "reporting"),
    "submissions": (gettext_lazy("Submissions"), "submissions"),
    "unreported": (gettext_lazy("Not reported"), "unreported"),
}


def _list(
    request: UserRequest,
    name: str,
    found: ListFilter,
    rows: QuerySet[Any],
    *,
    number: int | None = None,
    **context: Any,
) -> HttpResponse:
    """One page of a list, with its filters and its file; its length, if it is known."""
    form = found.form
    page = page_of(request, rows, ROWS_PER_PAGE, number=number)
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("print", None)
    title, table = LISTS[name]
    return render(
        request,
        f"dashboards/{name}.html",
        {
            "title": title,
            "table": table,
            "all_url": reverse(f"dashboards:{name}"),
            "filter": found,
            "form": form,
            "fields": [form[field] for field in form.fields],
            "page": page,
            "query": query.urlencode(),
            **context,
        },
        status=422 if form.errors else 200,
    )


def _by_state(*then: str) -> list[Any]:
    return [
        "-submission__cycle__opens_on",
        by_state_name("submission__state__"),
        "submission__state__iso3",
        *then,
        "pk",
    ]


@require_safe
@for_the_secretariat
def answers(request: UserRequest) -> HttpResponse:
    """Answers that count, by State and recommendation."""
    found = RecordFilter(request.GET, counted(request), user=request.user)
    rows = found.qs.select_related(
        "submission__state", "submission__cycle", "recommendation"
    ).order_by(*_by_state(*in_order()))
    return _list(request, "answers", found, rows)


@require_safe
@for_the_secretariat
def needs(request: UserRequest) -> HttpResponse:
    """Technical assistance needed, received and offered."""
    found = NeedFilter(request.GET, counted(request), user=request.user)
    rows = found.qs.select_related(
        "submission__state", "submission__cycle", "recommendation"
    ).order_by(*_by_state(*in_order()))
    numbers = found.qs.order_by().aggregate(
        number=Count("pk"), states=Count("submission__state", distinct=True)
    )
    kinds = dict(AssistanceType.choices)
    return _list(request, "needs", found, rows, kinds=kinds, **numbers)


@require_safe
@for_the_secretariat
def states(request: UserRequest) -> HttpResponse:
    """What each State sent last, and how many of its answers count."""
    found = ReportingFilter(request.GET, State.objects.all(), user=request.user)
    rows = found.qs.order_by(by_state_name(), "iso3")
    return _list(request, "states", found, rows, stages=dict(Stage.choices))


@require_safe
@for_the_secretariat
def unreported(request: UserRequest) -> HttpResponse:
    """Recommendations on which no answer of a State counts, by State."""
    found = UnreportedFilter(request.GET, State.objects.all(), user=request.user)
    rows = found.qs.order_by(by_state_name(), "iso3")
    answers = found.count_answers()
    return _list(request, "unreported", found, rows, answers=answers)


@require_safe
@for_the_secretariat
def submissions(request: UserRequest) -> HttpResponse:
    """Submissions at every stage, what waits longest first."""
    found = SubmissionFilter(
        request.GET, Submission.objects.visible_to(request.user), user=request.user
    )
    waits_since = Case(When(stage__in=OPEN_STAGES, then="submitted_at"))
    rows = found.qs.select_related("state", "cycle").order_by(
        waits_since.asc(nulls_last=True),
        "-cycle__opens_on",
        by_state_name("state__"),
        "-number",
    )
    return _list(request, "submissions", found, rows)
