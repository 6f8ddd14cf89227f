"""Messages of a cycle say all that happened, and nothing that did not."""

from typing import Any

import pytest

from tracking.models.messages.wording import SENTENCES

CYCLE = {"cycle": "2026", "number": 4}
LEFT: dict[str, Any] = {
    "unready": 3,
    "ready": 5,
    "questions": 7,
    "unsent": 8,
    "recommendations": [1, 2],
}


def test_an_acceptance_says_whether_it_is_published() -> None:
    first, published = SENTENCES["acceptance"]({**CYCLE, "consent": True})
    same, kept = SENTENCES["acceptance"](CYCLE)

    assert first == same
    assert "2026" in first
    assert ("None" in published, "None" in kept) == (False, True)


@pytest.mark.parametrize(
    ("closes_on", "said"), [("2026-12-31", "extended"), ("2026-11-01", "shortened")]
)
def test_a_closing_that_moves_says_which_way(closes_on: str, said: str) -> None:
    facts = {**CYCLE, "closes_on": closes_on, "before": "2026-12-01"}

    moved, kept = SENTENCES["closing"](facts)

    assert said in moved
    assert "1 December 2026" in moved
    assert kept


@pytest.mark.parametrize("name", LEFT)
def test_a_reminder_says_what_is_left_and_no_more(name: str) -> None:
    told = SENTENCES["reminder"]({**CYCLE, name: LEFT[name]})
    every = SENTENCES["reminder"]({**CYCLE, **LEFT})

    assert set(told) < set(every)
    new = set(told) - set(SENTENCES["reminder"](CYCLE))
    assert len(new) == 1
    expected = "1 and 2" if name == "recommendations" else str(LEFT[name])
    assert expected in new.pop()
