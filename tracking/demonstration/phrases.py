"""Invented sentences, in the six languages: `texts/<language>.json`."""

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

TEXTS = Path(__file__).parent / "texts"


class Phrases:
    """Sentences of one language; each begins with the marker of that language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts: dict[str, Any] = json.loads(
            (TEXTS / f"{language}.json").read_text(encoding="utf-8")
        )
        self.marker: str = self.texts["marker"]

    def subject(self, number: int) -> str:
        """What recommendation `number` is about, in a few words."""
        subjects: list[str] = self.texts["subjects"]
        return subjects[(number - 1) % len(subjects)]

    def say(self, rng: Random, key: str, number: int = 0, **words: object) -> str:
        """One sentence of the kind `key`, a path as in `measures.law`.

        `number` is the recommendation it is about, `words` what else it names.
        """
        found: Any = self.texts
        for name in key.split("."):
            found = found[name]
        sentence: str = found if isinstance(found, str) else rng.choice(found)
        if number:
            words["subject"] = self.subject(number)
        return f"{self.marker} {sentence.format(**words)}"


@cache
def phrases(language: str) -> Phrases:
    return Phrases(language)


def markers() -> list[str]:
    """The marker of every language."""
    return [phrases(path.stem).marker for path in sorted(TEXTS.glob("*.json"))]
