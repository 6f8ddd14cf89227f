"""The six languages, and which of them a text is in."""

import re
from collections.abc import Sequence

from . import ar, en, es, fr, ru, zh
from .base import Phrases

LANGUAGES: dict[str, Phrases] = {
    module.PHRASES.language: module.PHRASES for module in (fr, en, es, ru, ar, zh)
}
SCRIPTS = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
}
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[^\W\d_]+")
# Fewer words tell no language.
ENOUGH = 5

__all__ = ["LANGUAGES", "Phrases", "language_of"]


def language_of(lines: Sequence[str]) -> str:
    """The language of a text, "" when it tells none."""
    text = " ".join(lines)
    letters = len(LETTER.findall(text))
    for language, script in SCRIPTS.items():
        # A Chinese letter is a word.
        weight = 3 if language == "zh" else 1
        if letters and len(script.findall(text)) * weight > letters / 2:
            return language
    words = [word.lower() for word in WORD.findall(text)]
    counts = {
        language: sum(word in LANGUAGES[language].common for word in words)
        for language in ("fr", "en", "es")
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= min(ENOUGH, max(1, len(words) // 12)) else ""
