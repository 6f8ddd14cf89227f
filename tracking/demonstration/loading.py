"""Putting the demonstration in the database: all of it, or nothing."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from recommendations.models import Meeting, Practice
from tracking.demonstration.answers import OPENNESS, Voice
from tracking.demonstration.cast import PASSWORD, PEOPLE, cast, language_of
from tracking.demonstration.library import Library
from tracking.demonstration.phrases import phrases
from tracking.demonstration.sharing import share
from tracking.demonstration.simulation import Teller
from tracking.demonstration.stories import (
    EARLIER_CYCLE,
    OPEN_CYCLE,
    TOLD,
    Deck,
    Story,
)
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    Mailing,
    Measure,
    Message,
    Role,
    State,
    Submission,
    User,
    announce,
)

SEED = 2019
OPEN_SINCE_DAYS = 90
CYCLE_DAYS = 150
NEWS_DAYS = 45  # what was told earlier has been read


class CannotLoadError(Exception):
    """The demonstration does not go into this database, and why."""


@dataclass(frozen=True)
class Summary:
    """What was loaded, in numbers of rows; `new` is False if it was there before."""

    new: bool
    states: int
    cycles: int
    answers: int
    measures: int
    evidence: int
    submissions: dict[str, int]


@transaction.atomic
def load(*, states: int, cycles: int, seed: int = SEED) -> Summary:
    """Load the demonstration, unless one is there; the same each time for a seed.

    Dates are relative to today, so that the last cycle is open now. Raises
    CannotLoadError where there is no report to work on, or a real cycle.
    """
    if Cycle.objects.filter(demonstration=True).exists():
        return _summary(new=False)
    if Cycle.objects.exists() or Submission.objects.exists():
        raise CannotLoadError("This database holds real cycles; use one of its own.")
    meeting = Meeting.objects.order_by("slug").first()
    if meeting is None or not State.objects.exists():
        raise CannotLoadError("Load the States and the report first.")
    rows = _cycles(cycles)
    for cycle in rows:
        cycle.meetings.set([meeting])
    rng = Random(seed)  # noqa: S311 - nothing secret hangs on it
    people = _people()
    tellers = [_teller(state, meeting, people, seed) for state in cast(states, rng)]
    for cycle in rows:
        is_open = cycle == rows[-1]
        deck = Deck(OPEN_CYCLE if is_open else EARLIER_CYCLE, rng)
        for teller in tellers:
            story = _story(teller.state, deck, is_open=is_open)
            teller.tell(story, cycle, _moments(cycle, len(story), teller.voice.rng))
    for teller in tellers:
        for user in people.values():
            if user.may_propose and user.state == teller.state:
                share(teller, user, rows[-1])
    announce(rows[-1], at=_morning(rows[-1].opens_on))
    unread_since = timezone.now() - datetime.timedelta(days=NEWS_DAYS)
    Message.objects.filter(at__lt=unread_since).read()
    # Loading is not news: nobody gets a mail of it.
    Message.objects.filter(mailing=Mailing.WAITING).update(mailing=Mailing.NONE)
    return _summary(new=True)


def _summary(*, new: bool) -> Summary:
    stages = Submission.objects.order_by("pk").values_list("stage", flat=True)
    return Summary(
        new=new,
        states=State.objects.filter(assessments__isnull=False).distinct().count(),
        cycles=Cycle.objects.filter(demonstration=True).count(),
        answers=Assessment.objects.exclude(status="").count(),
        measures=Measure.objects.count(),
        evidence=Evidence.objects.count(),
        submissions=dict(Counter(stages)),
    )


def _cycles(number: int) -> list[Cycle]:
    """The cycles, oldest first: one a year, the last one open now."""
    opened = timezone.localdate() - datetime.timedelta(days=OPEN_SINCE_DAYS)
    return [
        Cycle.objects.create(
            code=str(opens_on.year),
            name=str(opens_on.year),
            opens_on=opens_on,
            closes_on=opens_on + datetime.timedelta(days=CYCLE_DAYS),
            demonstration=True,
        )
        for years in reversed(range(number))
        for opens_on in [_years_before(opened, years)]
    ]


def _years_before(day: datetime.date, years: int) -> datetime.date:
    # 29 February has no anniversary in most years.
    return day.replace(year=day.year - years, day=min(day.day, 28))


def _morning(day: datetime.date) -> datetime.datetime:
    zone = timezone.get_default_timezone()
    return datetime.datetime.combine(day, datetime.time(8), tzinfo=zone)


def _moments(cycle: Cycle, number: int, rng: Random) -> Iterator[datetime.datetime]:
    """Moments in office hours, one after the other, from its opening to now."""
    last = min(cycle.closes_on, timezone.localdate())
    length = (last - cycle.opens_on).days
    for day in sorted(rng.sample(range(2, length), number)):
        yield datetime.datetime.combine(
            cycle.opens_on + datetime.timedelta(days=day),
            datetime.time(rng.randint(8, 16), rng.randint(0, 59)),
            tzinfo=timezone.get_default_timezone(),
        )


def _people() -> dict[str, User]:
    """The people who can sign in, by e-mail address, and a second reviewer."""
    states = {state.iso3: state for state in State.objects.all()}
    password = make_password(PASSWORD)
    people = [
        User(
            email=person.email,
            name=person.name,
            role=person.role,
            language=person.language,
            state=states[person.iso3] if person.iso3 else None,
            password=password,
        )
        for person in PEOPLE
    ]
    people.append(
        User(
            email="second-reviewer@example.org",
            name="Noa Example",
            role=Role.REVIEWER,
            language="en",
            password=make_password(None),
        )
    )
    User.objects.bulk_create(people)
    for user in people:
        user.name_without_proposal()
    return {user.email: user for user in people}


def _teller(
    state: State, meeting: Meeting, people: dict[str, User], seed: int
) -> Teller:
    # Each State has its own chance, so that it says the same in any company.
    rng = Random(f"{seed} {state.iso3}")  # noqa: S311 - nothing secret hangs on it
    openness = rng.choice(("open", "open", "open", "mixed", "mixed", "closed"))
    signs_in = any(person.iso3 == state.iso3 for person in PEOPLE)
    voice = Voice(
        phrases=phrases(language_of(state.iso3)),
        rng=rng,
        openness=OPENNESS["open" if signs_in else openness],
    )
    own = [user for user in people.values() if user.state == state and user.may_write]
    focal_point = next(
        (user for user in own if user.role == Role.FOCAL_POINT), None
    ) or _focal_point(state, voice)
    return Teller(
        state=state,
        voice=voice,
        library=Library(state, voice, files=2 if signs_in else rng.randint(0, 5) // 4),
        focal_point=focal_point,
        writers=own or [focal_point],
        reviewers=[user for user in people.values() if user.role == Role.REVIEWER],
        practices=list(
            Practice.objects.filter(paragraph__meeting=meeting, state_iso3=state.iso3)
            .select_related("paragraph__meeting")
            .prefetch_related("recommendations")
        ),
        coverage=0.8 if signs_in else rng.uniform(0.35, 1),
        assessments=_working_copy(state),
    )


def _focal_point(state: State, voice: Voice) -> User:
    """A focal point in whose name the State submits; nobody can sign in as it."""
    user = User.objects.create(
        email=f"focal@{state.key}.example.org",
        name=voice.phrases.texts["people"]["focal_point"],
        role=Role.FOCAL_POINT,
        language=voice.phrases.language,
        state=state,
        password=make_password(None),
    )
    user.name_without_proposal()
    return user


def _working_copy(state: State) -> list[Assessment]:
    Assessment.objects.prepare(state)
    rows = (
        Assessment.objects.of(state)
        .select_related("recommendation", "state")
        .prefetch_related("recommendation__questions", "recommendation__themes")
    )
    return sorted(rows, key=lambda row: row.recommendation.number)


def _story(state: State, deck: Deck, *, is_open: bool) -> Story:
    told = TOLD.get(state.iso3)
    return told[is_open] if told else deck.draw()
