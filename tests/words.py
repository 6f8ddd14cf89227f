"""Words that stand nowhere else, each with whom it may be told to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from tracking.models import State

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Words:
    """Every word that was given, and to whom it may be told."""

    given: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    def make(self, state: State, audience: str, what: str) -> str:
        """A word that stands nowhere else, without a meaning or an ending."""
        number, letters = next(self.numbers), ""
        while number:
            number, digit = divmod(number, 26)
            letters += LETTERS[digit]
        word = f"qz{letters}xk"
        self.given[word] = (state.iso3, str(audience), what)
        return word

    def told_to(self, iso3: str | None, *audiences: str) -> set[str]:
        """Words with one of `audiences`, and all those of the reader's State."""
        return {
            word
            for word, (owner, audience, _what) in self.given.items()
            if audience in audiences or owner == iso3
        }

    def describe(self, words: set[str]) -> list[str]:
        return sorted(f"{word}: {' '.join(self.given[word])}" for word in words)
