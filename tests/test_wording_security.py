"""Messages on security say what happened, in the language of who reads them."""

from typing import Any

import pytest
from django.utils import translation

from tracking.models.messages.wording_security import COUNTS, SENTENCES, TITLES

NAMES = {1: "Ada", 2: "Bo", 3: "Cy"}
HOUR = "2026-01-15T11:30:00+00:00"
LISTS = {
    "en": "Ada, Bo and Cy",
    "fr": "Ada, Bo et Cy",
    "es": "Ada, Bo y Cy",
    "ru": "Ada, Bo и Cy",
    "zh": "Ada、Bo和Cy",
    "ar": "Ada وBo وCy",
}


@pytest.mark.parametrize("language", LISTS)
def test_a_list_is_joined_as_its_language_joins(language: str) -> None:
    with translation.override(language):
        for told in (
            SENTENCES["digest"]({"new": [1, 2, 3], "names": NAMES})[0],
            SENTENCES["digest"]({"ended": [1, 2, 3], "names": NAMES})[0],
            TITLES["alarm"]({"people": [1, 2, 3], "names": NAMES}),
            SENTENCES["overdue"]({"since": HOUR, "jobs": list(NAMES.values())})[0],
        ):
            assert LISTS[language] in told.replace("\u060c", "")


def test_without_a_language_a_list_is_joined_as_in_english() -> None:
    with translation.override(None):
        told = SENTENCES["digest"]({"new": [1, 2], "names": NAMES})[0]

    assert "Ada and Bo" in told


def test_who_was_erased_has_no_name() -> None:
    assert TITLES["alarm"]({"people": [9], "names": NAMES}).endswith(" –")


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("number", [1, 2])
def test_a_digest_says_each_number_that_is_not_zero(name: str, number: int) -> None:
    none = SENTENCES["digest"](dict.fromkeys(COUNTS, 0))
    told = SENTENCES["digest"]({name: number})

    assert len(none) == 1
    assert told[1:] == none
    assert str(number) in told[0]
    others = {each: SENTENCES["digest"]({each: number})[0] for each in COUNTS}
    assert len(set(others.values())) == len(COUNTS)


def test_a_digest_says_how_often_each_person_came() -> None:
    told = SENTENCES["digest"]({"sign_ins": [(1, 1), (2, 5)], "names": NAMES})

    assert [("Ada" in line, "Bo" in line) for line in told] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert "5" in told[1]
    assert "2026" in TITLES["digest"]({"from": "2026-01-05", "to": "2026-01-11"})


def test_moments_are_those_of_vienna() -> None:
    assert "12:30" in SENTENCES["overdue"]({"since": HOUR, "jobs": []})[0]
    assert "12:30" in SENTENCES["emergency"]({"until": HOUR})[0]


@pytest.mark.parametrize("kind", [TITLES, SENTENCES])
def test_what_is_hidden_and_what_is_shown_again_are_told_apart(kind: Any) -> None:
    facts = {"cycle": "2026", "number": 4}
    hidden = kind["hiding"]({**facts, "what": "hidden"})
    shown = kind["hiding"]({**facts, "what": "shown"})

    assert hidden
    assert ("again" in str(hidden), "again" in str(shown)) == (False, True)


@pytest.mark.parametrize("kind", [TITLES, SENTENCES])
def test_what_waits_for_a_second_person_is_named(kind: Any) -> None:
    facts = {"cycle": "2026", "number": 4}
    hiding = kind["confirmation"]({**facts, "what": "hiding"})
    emergency = kind["confirmation"]({**facts, "what": "emergency"})

    assert ("emergency" in str(emergency) or "working copy" in str(emergency)) is True
    assert "emergency" not in str(hiding)
    assert "working copy" not in str(hiding)
