from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tracking.models import Assignment, Proposal, State, User
from tracking.requests.http import UserRequest
from tracking.workspace.access import editable_state, number_in, prepare, readable_state
from tracking.workspace.colleagues.assigning import AssignmentForm


@dataclass(frozen=True)
class Given:
    """A recommendation that somebody has, and what came back of it."""

    assignment: Assignment
    proposal: Proposal | None


@dataclass(frozen=True)
class Member:
    person: User
    given: list[Given]


def team(request: UserRequest, iso3: str) -> HttpResponse:
    """Who works for the State, who has what; a focal point gives it here."""
    writes = request.method == "POST"
    state = (editable_state if writes else readable_state)(request, iso3)
    prepare(state)
    if not writes:
        person = number_in(request.GET.get("to", ""))
        form = AssignmentForm(state=state, initial={"to": person or None})
        return _page(request, state, form)
    form = AssignmentForm(request.POST, state=state)
    if not form.is_valid():
        return _page(request, state, form, status=422)
    given = form.assign(state, by=request.user)
    messages.success(
        request,
        ngettext(
            "%(number)d recommendation given to %(person)s.",
            "%(number)d recommendations given to %(person)s.",
            len(given),
        )
        % {"number": len(given), "person": form.cleaned_data["to"]},
    )
    if request.POST.get("from") == "answer":
        return redirect(f"{given[0].assessment.get_absolute_url()}#given")
    return redirect("workspace:team", state.key)


def _page(
    request: UserRequest, state: State, form: AssignmentForm, *, status: int = 200
) -> HttpResponse:
    rows = Assignment.objects.open().select_related("assessment__recommendation", "by")
    people = (
        state.users.filter(is_active=True)
        .prefetch_related(Prefetch("assignments", rows.filter(state=state)))
        .order_by("name")
    )
    proposals: dict[tuple[int, int], Proposal] = {}
    for row in Proposal.objects.open().of(state).select_related("recommendation"):
        row.state = state
        # The last one first; a readier one says more.
        held = proposals.setdefault((row.by_id, row.recommendation_id), row)
        if row.ready and not held.ready:
            proposals[row.by_id, row.recommendation_id] = row
    members = [
        Member(
            person,
            [
                Given(
                    each,
                    proposals.get((person.pk, each.assessment.recommendation_id)),
                )
                for each in person.assignments.all()
            ],
        )
        for person in people
    ]
    return render(
        request,
        "workspace/colleagues/team.html",
        {"state": state, "members": members, "form": form},
        status=status,
    )


@require_POST
def take_back(request: UserRequest, iso3: str, pk: int) -> HttpResponse:
    """End an assignment; the colleague's words and proposals stay."""
    state = editable_state(request, iso3)
    found = get_object_or_404(
        Assignment.objects.select_related("to", "assessment__recommendation"),
        state=state,
        pk=pk,
    )
    found.end()
    messages.success(
        request,
        _("Recommendation %(number)s taken back from %(person)s.")
        % {
            "number": found.assessment.recommendation.key,
            "person": found.to,
        },
    )
    if request.POST.get("from") == "answer":
        found.assessment.state = state
        return redirect(f"{found.assessment.get_absolute_url()}#given")
    return redirect("workspace:team", state.key)
