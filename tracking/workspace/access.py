"""Fetching what belongs to the reader's own State; everybody else gets 404."""

import re

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from recommendations.models import RecommendationKey
from tracking.models import (
    Assessment,
    FourEyes,
    State,
    Submission,
    ever_followed,
    followed,
)
from tracking.requests.http import UserRequest


def readable_state(request: UserRequest, iso3: str) -> State:
    return _own(request, State.objects.readable_by(request.user), iso3)


def editable_state(request: UserRequest, iso3: str) -> State:
    return _own(request, State.objects.editable_by(request.user), iso3)


def writing_state(request: UserRequest, iso3: str) -> State:
    """The State for which this person writes: answers themselves, or proposals."""
    states = State.objects.editable_by(request.user)
    return _own(request, states | State.objects.proposable_by(request.user), iso3)


def proposing_state(request: UserRequest, iso3: str) -> State:
    return _own(request, State.objects.proposable_by(request.user), iso3)


def submittable_state(request: UserRequest, iso3: str) -> State:
    return _own(request, State.objects.submittable_by(request.user), iso3)


def _own(request: UserRequest, states: QuerySet[State], iso3: str) -> State:
    # In the same query: whether a second person confirms what is sent.
    chosen = FourEyes.objects.in_force().filter(state=OuterRef("pk"))
    rows = states.annotate(takes_two=Exists(chosen))
    state = get_object_or_404(rows, iso3=iso3.upper())
    # The menu names the same State: it is not fetched again for it.
    request.user.state = state
    return state


def takes_two(state: State) -> bool:
    """Whether the State, as fetched here, wants a second person."""
    return bool(getattr(state, "takes_two", False))


def prepare(state: State) -> None:
    """Give the State the working copies that it lacks."""
    Assessment.objects.prepare(state)


def assessment_of(state: State, place: str) -> Assessment:
    """The State's working copy for a recommendation, made at the first visit.

    What only an earlier cycle asked for is still there to be read and gone on with.
    """
    rows = (
        Assessment.objects.filter(
            state=state,
            recommendation__key=place,
            recommendation__in=ever_followed(),
        )
        .annotate(is_followed=Exists(followed().filter(pk=OuterRef("recommendation"))))
        .select_related("state", "recommendation", "updated_by")
    )
    found = rows.first()
    if found is None:
        if not followed().filter(key=place).exists():
            raise Http404
        prepare(state)
        found = get_object_or_404(rows)
    return found


def submission_of(state: State, cycle: str, number: int) -> Submission:
    """One submission of this State, and whether it `counts`."""
    return get_object_or_404(
        Submission.objects.filter(state=state)
        .with_counts()
        .select_related("state", "cycle", "submitted_by", "prepared_by"),
        cycle__code=cycle,
        number=number,
    )


def place_in(text: str) -> str:
    """The recommendation that a page sent, or "", which is none."""
    try:
        return str(RecommendationKey.read(text))
    except ValueError:
        return ""


def version_sent(request: UserRequest) -> int:
    """Version of the row on the page from which a button was pressed."""
    return number_in(request.POST.get("version", ""))


def number_in(text: str) -> int:
    """The number that a page sent, or 0, which is nobody's."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0
