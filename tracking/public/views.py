"""What everybody may read. Signed-in readers see on a State's page what is
shared with them; figures and lists are of what is public, for every reader.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from recommendations.models import Meeting, Recommendation
from tracking.files.downloads import deliver
from tracking.filters import PARTIES, MeasureFilter, published
from tracking.models import (
    Cycle,
    Hiding,
    State,
    Status,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    User,
    followed,
)
from tracking.requests.http import current_cycle, page_of

from . import figures, matrix
from .forms import PreferencesForm

MEASURES_PER_PAGE = 50
# Filters that the page offers; addresses may carry all those of MeasureFilter.
MEASURE_FIELDS = ("q", "kind", "state", "recommendation", "language", "cycle")


def _meeting(
    request: HttpRequest, cycle: Cycle | None
) -> tuple[Meeting | None, list[Meeting]]:
    """The meeting asked for, or the latest of the cycle; and all of the cycle.

    Figures are of one meeting: what each asks of States is another whole.
    """
    meetings = list(cycle.meetings.order_by("-slug")) if cycle else []
    slug = request.GET.get("meeting")
    if not slug:
        return (meetings[0] if meetings else None), meetings
    for meeting in meetings:
        if meeting.slug == slug:
            return meeting, meetings
    raise Http404


def _of(meeting: Meeting | None, cycle: Cycle | None) -> QuerySet[Recommendation]:
    """What is asked of States in a cycle by one meeting, with sections."""
    rows = followed(cycle).select_related("section")
    return rows.filter(meeting=meeting) if meeting else rows


def _cycle(request: HttpRequest, cycles: list[Cycle]) -> Cycle | None:
    """The cycle asked for, or the first; an unknown one is no page."""
    code = request.GET.get("cycle")
    if not code:
        return cycles[0] if cycles else None
    known: list[Cycle] = [*cycles, *Cycle.objects.opened()]
    for cycle in known:
        if cycle.code == code:
            return cycle
    raise Http404


def _cycle_query(cycle: Cycle | None) -> str:
    """Names the cycle of a figure, in the address of what stands behind it."""
    return f"?{urlencode({'cycle': cycle.code})}" if cycle else ""


def _measures_url(cycle: Cycle | None, **asked: str) -> str:
    query = urlencode({**asked, "cycle": cycle.code} if cycle else asked)
    return f"{reverse('public:measures')}?{query}"


@login_not_required
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Send to the first page in the reader's language: choice, browser, French."""
    header = request.headers.get("Accept-Language", "")
    wanted = [
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        *(code for code, _quality in parse_accept_lang_header(header)),
    ]
    for code in wanted:
        try:
            response = redirect(f"/{get_supported_language_variant(code)}/")
            break
        except LookupError:
            continue
    else:
        response = redirect("/fr/")
    response["Vary"] = "Accept-Language, Cookie"
    return response


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """How reporting stands."""
    cycles = list(Cycle.objects.opened())
    cycle = _cycle(request, cycles)
    meeting, meetings = _meeting(request, cycle)
    # Among several, each is told and linked apart.
    only = meeting.slug if meeting and len(meetings) > 1 else ""
    recommendations = list(_of(meeting, cycle))
    states = State.objects.all().sorted_by_name()
    parties = [state for state in states if state.is_party]
    statuses = figures.read_statuses(cycle, recommendations)
    voluntary = [
        (state, len(statuses[state.pk]))
        for state in states
        if not state.is_party and state.pk in statuses
    ]
    latest = not cycles or cycle == cycles[0]
    return render(
        request,
        "public/home.html",
        {
            "shown_cycle": cycle,
            "cycles": cycles,
            "shown_meeting": meeting,
            "meetings": meetings,
            "latest": latest,
            "figures": figures.overview(
                cycle, statuses, parties, recommendations, only
            ),
            "sections": figures.count_by_section(statuses, parties, recommendations),
            "total": figures.count_all(statuses, parties, recommendations),
            "tiles": matrix.tile_map(states, statuses, len(recommendations)),
            "recommendations": recommendations,
            "groups": matrix.groups(
                parties,
                recommendations,
                statuses,
                "" if latest or cycle is None else f"?cycle={cycle.code}",
            ),
            "voluntary": voluntary,
            "measures_url": _measures_url(
                cycle, reporter=PARTIES, **({"meeting": only} if only else {})
            ),
            "cycle_query": _cycle_query(cycle),
        },
    )


@login_not_required
@require_safe
def recommendation(request: HttpRequest, place: str) -> HttpResponse:
    """One recommendation, and what States publish about it."""
    row = get_object_or_404(Recommendation.objects.with_presentation(), key=place)
    every = list(row.meeting.recommendations.in_order())
    index = every.index(row)
    # A text that no cycle names is read, and counts nowhere.
    cycles = list(Cycle.objects.opened().filter(meetings=row.meeting_id))
    cycle = _cycle(request, cycles)
    statuses = figures.read_statuses(cycle, [row])
    states = State.objects.all().sorted_by_name()
    parties = [state for state in states if state.is_party]
    others = [state for state in states if not state.is_party]
    counts = figures.count_all(statuses, parties, [row])
    public = SubmittedAssessment.objects.public().filter(
        submission__cycle=cycle, recommendation=row
    )
    # The public answer is what ties a measure to this page: the tie to an answer
    # that is not public would tell that there is one.
    published = (
        SubmittedMeasure.objects.public()
        .filter(pk__in=public.order_by().values("measures"))
        .select_related("submission__state")
        .order_by("-submission__submitted_at", "title", "pk")
    )
    return render(
        request,
        "public/recommendation.html",
        {
            "recommendation": row,
            "followed": bool(cycles),
            "shown_cycle": cycle,
            "cycles": cycles,
            "latest": not cycles or cycle == cycles[0],
            "parties": len(parties),
            "published": len(parties) - counts[Status.NO_INFORMATION],
            "counts": counts,
            "groups": figures.count_by_group(statuses, parties, row),
            "by_status": figures.states_by_status(statuses, parties, row),
            "voluntary": figures.states_by_status(statuses, others, row),
            "measures": published[:6],
            "measure_count": published.count(),
            "measures_url": _measures_url(cycle, recommendation=row.key),
            "previous": every[index - 1] if index else None,
            "next": every[index + 1] if index + 1 < len(every) else None,
        },
    )


@login_not_required
@require_safe
def states(request: HttpRequest) -> HttpResponse:
    """All States by regional group, from A to Z."""
    words = request.GET.get("q", "").strip()
    cycle = current_cycle(request)
    meeting, meetings = _meeting(request, cycle)
    recommendations = list(_of(meeting, cycle))
    published = figures.read_statuses(cycle, recommendations)
    found = [
        state
        for state in State.objects.all().sorted_by_name()
        if state.is_called(words)
    ]
    return render(
        request,
        "public/states.html",
        {
            "q": words,
            "found": len(found),
            "groups": figures.by_group(found),
            "published": {pk: len(rows) for pk, rows in published.items()},
            "cycle_query": _cycle_query(cycle),
            "recommendations": len(recommendations),
            "shown_cycle": cycle,
            "shown_meeting": meeting,
            "meetings": meetings,
        },
    )


@login_not_required
@require_safe
def state(request: HttpRequest, iso3: str) -> HttpResponse:
    """Exactly what one State lets this reader read."""
    row = get_object_or_404(State, iso3=iso3.upper())
    records = published.readable(request.user, row)
    measures = published.measures_of(row, request.user)
    evidence = published.evidence_of(row, request.user)
    cycles = published.cycles_of(records, measures, evidence)
    cycle = _cycle(request, cycles)
    before = published.cycle_before(cycle, cycles)
    earlier = published.said_in(records, before)
    rows = records.filter(submission__cycle=cycle).select_related("submission")
    answers = published.answers(
        list(followed(cycle).select_related("section", "meeting")),
        published.with_support(rows, request.user),
        {pk: record.status for pk, record in earlier.items()},
    )
    return render(
        request,
        "public/state.html",
        {
            "state": row,
            "shown_cycle": cycle,
            "cycles": cycles,
            "latest": not cycles or cycle == cycles[0],
            "before": before,
            "answers": answers,
            "several": len({each.recommendation.meeting_id for each in answers}) > 1,
            "confirmed": published.confirmed_on(answers, earlier, request.user),
            "counts": published.counts_of(answers),
            "published": sum(answer.record is not None for answer in answers),
            # Others than visitors may read more than what the figures count.
            "public": (
                rows.filter(pk__in=SubmittedAssessment.objects.public()).count()
                if request.user.is_authenticated
                else None
            ),
            "measures": measures.filter(submission__cycle=cycle),
            "evidence": evidence.filter(submission__cycle=cycle),
            "hidings": _hidings(request, row, cycle),
        },
    )


def _hidings(request: HttpRequest, state: State, cycle: Cycle | None) -> list[Hiding]:
    """What the secretariat hides of this page, for those who read it all the same."""
    user = request.user
    if not isinstance(user, User) or not (
        user.is_secretariat or user.state_id == state.pk
    ):
        return []
    return list(
        Hiding.objects.in_force().filter(
            submission__in=Submission.objects.counted().filter(state=state, cycle=cycle)
        )
    )


@login_not_required
@require_safe
def answer(request: HttpRequest, iso3: str, place: str) -> HttpResponse:
    """One answer of a State, with what backs it."""
    row = get_object_or_404(State, iso3=iso3.upper())
    records = published.readable(request.user, row).filter(recommendation__key=place)
    cycles = published.cycles_of(records)
    record = get_object_or_404(
        published.with_support(records, request.user)
        .select_related(
            "submission", "recommendation__section", "recommendation__meeting"
        )
        .prefetch_related("recommendation__texts", "recommendation__questions"),
        submission__cycle=_cycle(request, cycles),
    )
    cycle = next(c for c in cycles if c.pk == record.submission.cycle_id)
    return render(
        request,
        "public/answer.html",
        {
            "state": row,
            "record": record,
            "recommendation": record.recommendation,
            "details": published.details(record),
            "questions": published.question_answers(record, request.user),
            "unchanged": published.confirmed_unchanged(record, request.user),
            "shown_cycle": cycle,
            "cycles": cycles,
            "latest": cycle == cycles[0],
        },
    )


@login_not_required
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Published measures, searchable."""
    asked = request.GET.copy()
    current = current_cycle(request)
    if current and "cycle" not in asked:
        asked["cycle"] = current.code
    # Whoever looks, the list is the public one, and so are the ties in it.
    found = MeasureFilter(
        asked, SubmittedMeasure.objects.public(), user=AnonymousUser()
    )
    rows = (
        found.qs.select_related("submission__state")
        .prefetch_related(
            Prefetch(
                "assessments",
                SubmittedAssessment.objects.public().select_related("recommendation"),
            )
        )
        .order_by("-submission__submitted_at", "title", "pk")
    )
    page = page_of(request, rows, MEASURES_PER_PAGE)
    return render(
        request,
        "public/measures.html",
        {
            "filter": found,
            "form": found.form,
            "fields": [found.form[name] for name in MEASURE_FIELDS],
            "page": page,
        },
        status=422 if found.form.errors else 200,
    )


@login_not_required
@require_safe
def evidence_file(
    request: HttpRequest, iso3: str, pk: int
) -> HttpResponse | FileResponse:
    """A file that this reader may read; always saved, never shown by the browser."""
    evidence = get_object_or_404(
        SubmittedEvidence.objects.visible_to(request.user)
        .filter(file__isnull=False)
        .select_related("file"),
        pk=pk,
        submission__state__iso3=iso3.upper(),
    )
    if evidence.file is None:
        raise Http404
    return deliver(request, evidence.file)


@login_not_required
@require_safe
def preferences(request: HttpRequest) -> HttpResponse:
    """Colours, text size and first language, kept in this browser's cookies.

    The choices come in the query: a form that is posted needs a session, and
    nobody gets a cookie for looking at a page.
    """
    form = PreferencesForm(
        request.GET if "theme" in request.GET else None,
        initial={
            "theme": request.COOKIES.get("theme", "auto"),
            "text": request.COOKIES.get("text", "normal"),
            "keys_off": request.COOKIES.get("keys") == "off",
            "language": request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        },
    )
    if form.is_valid():
        messages.success(request, _("This browser now shows the site as you chose."))
        response = redirect("public:preferences")
        form.keep(response)
        return response
    status = 422 if form.errors else 200
    return render(request, "public/preferences.html", {"form": form}, status=status)


@login_not_required
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of text."""
    return render(request, f"public/{name}.html")
