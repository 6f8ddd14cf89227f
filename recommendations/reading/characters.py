"""Letters as the standard writes them, whatever program wrote the file.

A copy from a page has marks that nobody sees, accents beside their letters, or
shapes instead of letters. They are read as what they stand for, and counted.
"""

import re
import unicodedata
from collections import Counter

from .problems import Notes

INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u061c\u180e]"
)
SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\t\u000b\u0085\u2028]")
LIGATURES = re.compile("[\ufb00-\ufb06\ufb50-\ufdfb\ufe70-\ufefc]")
WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
# Lines break there for layout; French and English write another sign.
STRAIGHT = re.compile(r"(?<=[^\W\d_])[\u0027\u02bc\u2032](?=[^\W\d_])")
CURLY_LANGUAGES = ("fr", "en")


class Cleaner:
    """Reads characters, and tells at the end what it changed."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.first: dict[str, tuple[int, int]] = {}

    def clean(self, text: str, line: int, page: int) -> str:
        for kind, pattern, replace in (
            ("soft_hyphen", re.compile("\u00ad(?!$)"), ""),
            ("invisible", INVISIBLE, ""),
            ("space", SPACES, " "),
        ):
            text, count = pattern.subn(replace, text)
            self._count(kind, count, line, page)
        text = self._forms("ligature", LIGATURES, text, line, page)
        text = self._forms("digits", WIDE, text, line, page)
        composed = unicodedata.normalize("NFC", text)
        self._count("accent", len(text) - len(composed), line, page)
        return composed

    def straight(self, text: str, language: str, line: int, page: int) -> str:
        """Apostrophes as the language prints them."""
        if language not in CURLY_LANGUAGES:
            return text
        text, count = STRAIGHT.subn("’", text)
        self._count("apostrophe", count, line, page)
        return text

    def tell(self, notes: Notes) -> None:
        for kind, count in self.counts.items():
            line, page = self.first[kind]
            notes.take_out(kind, line, page, f"{count} ×")

    def _forms(
        self, kind: str, pattern: re.Pattern[str], text: str, line: int, page: int
    ) -> str:
        text, count = pattern.subn(
            lambda match: unicodedata.normalize("NFKC", match[0]), text
        )
        self._count(kind, count, line, page)
        return text

    def _count(self, kind: str, count: int, line: int, page: int) -> None:
        # Ordinary no-break spaces are how French is printed.
        if count > 0:
            self.counts[kind] += count
            self.first.setdefault(kind, (line, page))
