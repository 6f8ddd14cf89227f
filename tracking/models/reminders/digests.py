"""The week of a State, told to those who submit for it: what to look at twice."""

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import Count
from django.utils import timezone

from tracking.models.accounts.emergencies import EmergencyReading
from tracking.models.accounts.nominations import Nomination
from tracking.models.accounts.tokens import Token
from tracking.models.audit.accesses import Access, AccessKind
from tracking.models.messages.messages import Message, MessageKind, focal_points_of
from tracking.models.people.signins import SignIn
from tracking.models.people.states import State
from tracking.models.records.hidings import Hiding
from tracking.models.records.records import VisibilityChange
from tracking.models.records.submissions import Stage, StageChange

WEEK = datetime.timedelta(days=7)
Facts = dict[str, Any]
# What a reading counts as; opening a submission or taking a file, as a reading.
COUNTED = {AccessKind.EXPORT: "exports", AccessKind.PAGE: "pages"}


def last_week(
    today: datetime.date | None = None,
) -> tuple[datetime.date, datetime.date]:
    """Monday and Sunday of the last week that is over, in Vienna."""
    today = today or timezone.localdate()
    monday = today - datetime.timedelta(days=today.weekday()) - WEEK
    return monday, monday + datetime.timedelta(days=6)


def facts_of_the_week(first: datetime.date) -> dict[int, Facts]:
    """What happened in the seven days from `first`, by State; nothing, no entry.

    Numbers and keys alone: a week holds no word of anybody.
    """
    begin = timezone.make_aware(
        datetime.datetime.combine(first, datetime.time()),
        timezone.get_current_timezone(),
    )
    end = timezone.make_aware(
        datetime.datetime.combine(first + WEEK, datetime.time()),
        timezone.get_current_timezone(),
    )
    during = {"gte": begin, "lt": end}
    found: dict[int, Facts] = defaultdict(dict)

    def rows(manager: Any, at: str, *wanted: str) -> list[tuple[Any, ...]]:
        when = {f"{at}__{name}": moment for name, moment in during.items()}
        return list(manager.filter(**when).order_by("pk").values_list(*wanted))

    sign_ins = (
        SignIn.objects.filter(at__gte=begin, at__lt=end, user__state__isnull=False)
        .order_by("user__name", "user")
        .values_list("user__state", "user")
        .annotate(number=Count("pk"))
    )
    for state, user, number in sign_ins:
        found[state].setdefault("sign_ins", []).append([user, number])
    named = Nomination.objects.filter(state__isnull=False)
    for name, people, at in (
        ("new", named, "confirmed_at"),
        # Who goes on in another role has not ended.
        (
            "ended",
            named.filter(confirmed_at__isnull=False).exclude(
                user__nominations__ended_at=None
            ),
            "ended_at",
        ),
    ):
        for state, user in rows(people, at, "state", "user"):
            if user not in found[state].setdefault(name, []):
                found[state][name].append(user)
    read = Access.objects.exclude(kind=AccessKind.EMERGENCY)
    for kind, states in rows(read, "at", "kind", "states"):
        for state in states:
            _count(found[state], COUNTED.get(kind, "readings"))
    for name, manager, at, state in (
        (
            "published",
            StageChange.objects.filter(to=Stage.ACCEPTED, submission__consent=True),
            "at",
            "submission__state",
        ),
        (
            "withdrawn",
            StageChange.objects.filter(to=Stage.WITHDRAWN),
            "at",
            "submission__state",
        ),
        ("narrowed", VisibilityChange.objects, "at", "state"),
        ("hidden", Hiding.objects, "confirmed_at", "submission__state"),
        ("shown", Hiding.objects.confirmed(), "lifted_at", "submission__state"),
        ("emergencies", EmergencyReading.objects, "confirmed_at", "state"),
        ("tokens", Token.objects, "made_at", "state"),
    ):
        for (key,) in rows(manager, at, state):
            _count(found[key], name)
    return {state: facts for state, facts in found.items() if facts}


def _count(facts: Facts, name: str) -> None:
    facts[name] = facts.get(name, 0) + 1


def tell_of_the_week(first: datetime.date, last: datetime.date) -> None:
    """Tell those who submit for each State in which something happened; once."""
    week = facts_of_the_week(first)
    for state in State.objects.filter(pk__in=[*week]):
        Message.objects.tell(
            MessageKind.DIGEST,
            focal_points_of(state),
            key=f"digest {first.isoformat()}",
            state=state,
            facts={"from": first.isoformat(), "to": last.isoformat(), **week[state.pk]},
        )
