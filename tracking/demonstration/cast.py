"""Who appears in the demonstration: States, in which language, and people."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from random import Random

from tracking.models import Role, State

# For everybody who can sign in; the command prints it.
PASSWORD = "demonstration-vienne"  # noqa: S105 - refused in production

# First those whose people sign in and those that stand for a special case: the
# European Union, a signatory, languages that few write in, the States whose
# practices speakers told. A small demonstration shows these first.
FIRST = "SEN NOR KWT EUE THA CHN KAZ ZAF MEX ITA CAN EGY COL"

# Language in which a State of the demonstration writes; English for all others.
# An illustration, not a statement about official languages.
LANGUAGES = {
    "ar": "DZA BHR COM DJI EGY IRQ JOR KWT LBN LBY MRT MAR OMN PSE QAT SAU SDN SYR "
    "TUN ARE YEM",
    "zh": "CHN",
    "fr": "AND BEL BEN BFA BDI CMR CAF TCD COG COD CIV FRA GAB GIN HTI LUX MDG MLI "
    "MCO NER SEN CHE TGO CAN",
    "ru": "BLR KAZ KGZ RUS TJK",
    "es": "ARG BOL CHL COL CRI CUB DOM ECU SLV GNQ GTM HND MEX NIC PAN PRY PER ESP "
    "URY VEN",
}


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in; names say that they are invented."""

    email: str
    name: str
    role: Role
    iso3: str = ""
    language: str = "en"


PEOPLE = (
    Person("focal@sen.example.org", "Camille Exemple", Role.FOCAL_POINT, "SEN", "fr"),
    Person(
        "alternate@sen.example.org", "Dominique Exemple", Role.ALTERNATE, "SEN", "fr"
    ),
    Person(
        "contributor@sen.example.org", "Alix Exemple", Role.CONTRIBUTOR, "SEN", "fr"
    ),
    Person("viewer@sen.example.org", "Maxime Exemple", Role.VIEWER, "SEN", "fr"),
    Person("focal@nor.example.org", "Robin Example", Role.FOCAL_POINT, "NOR", "en"),
    Person("focal@kwt.example.org", "مثال تجريبي", Role.FOCAL_POINT, "KWT", "ar"),
    Person(
        "contributor@kwt.example.org", "مساهم تجريبي", Role.CONTRIBUTOR, "KWT", "ar"
    ),
    Person("reviewer@example.org", "Kim Example", Role.REVIEWER),
    Person("administrator@example.org", "Sasha Example", Role.ADMINISTRATOR),
    # Who proposes a nomination cannot confirm it.
    Person("administrator2@example.org", "Lou Example", Role.ADMINISTRATOR),
    Person("auditor@example.org", "Mika Example", Role.AUDITOR),
)


def language_of(iso3: str) -> str:
    """Language in which the State writes in the demonstration."""
    for language, states in LANGUAGES.items():
        if iso3 in states.split():
            return language
    return "en"


def cast(number: int, rng: Random) -> list[State]:
    """The first `number` States of the demonstration, every regional group early."""
    states = {state.iso3: state for state in State.objects.order_by("iso3")}
    first = [states.pop(iso3) for iso3 in FIRST.split() if iso3 in states]
    parties = [state for state in states.values() if state.is_party]
    others = [state for state in states.values() if not state.is_party]
    rng.shuffle(parties)
    rng.shuffle(others)
    return [*first, *_in_turn(parties), *others][:number]


def _in_turn(states: list[State]) -> Iterator[State]:
    """The States, one regional group after the other."""
    groups = [
        [state for state in states if state.regional_group == group]
        for group in sorted({state.regional_group for state in states})
    ]
    for row in zip_longest(*groups):
        yield from (state for state in row if state is not None)
