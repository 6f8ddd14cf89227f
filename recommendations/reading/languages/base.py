"""The set phrases by which a report of the Working Group is read, per language.

Reports follow one model, and their translations too: what changes from one to
the next is found between the phrases below. Facts that a language has no phrase
for are said to be missing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from recommendations.vocabulary import Modality

# What a page may put between a verb and what it governs.
ASIDE = r"(?:\s*[,،，][^.;:؛；。]{1,160}?[,،，])?\s*"


def pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def numbered(words: str, first: int = 1) -> dict[str, int]:
    """Words of a row, with their numbers."""
    return {word: n for n, word in enumerate(words.split(), start=first)}


@dataclass(frozen=True)
class Phrases:
    language: str
    # Groups: number, rest.
    recommendation: re.Pattern[str]
    # The word alone, for a heading that a line end has cut.
    recommendation_word: re.Pattern[str]
    part: re.Pattern[str]  # groups: mark, title
    part_marks: tuple[str, ...]
    section: re.Pattern[str]  # groups: mark, title
    # Rows of marks, in the order of the alphabet that a report may use.
    section_marks: tuple[tuple[str, ...], ...]
    point: re.Pattern[str]  # groups: mark, text
    point_marks: tuple[str, ...]
    # The whole title of a part.
    recommendations_part: re.Pattern[str]
    adoption_part: re.Pattern[str]
    other_parts: re.Pattern[str]
    # A paragraph that announces recommendations and is none.
    chapeau: re.Pattern[str]
    # How the text of a recommendation begins.
    subject: re.Pattern[str]
    # Most particular first, for the same place in the text.
    modalities: tuple[tuple[re.Pattern[str], Modality], ...]
    # Words by which the language is told from others in its script.
    common: frozenset[str]
    numbers: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    # Groups: ordinal, body, place, dates.
    meeting: re.Pattern[str] | None = None
    sittings: re.Pattern[str] | None = None  # its group is the count
    chair: re.Pattern[str] | None = None  # groups: name, State
    # Groups: day1, month1, day2, month2, year.
    dates: tuple[re.Pattern[str], ...] = ()
    months: tuple[str, ...] = ()
    agenda: re.Pattern[str] | None = None
    documents: re.Pattern[str] | None = None
    topics: re.Pattern[str] | None = None
    statements_heading: re.Pattern[str] | None = None
    participation_heading: re.Pattern[str] | None = None
    represented: re.Pattern[str] | None = None
    statement: re.Pattern[str] | None = None
    secretariat: re.Pattern[str] | None = None
    # Kinds of participants, in the order in which they are tried.
    participants: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    entity: re.Pattern[str] | None = None  # its group is the name
    last_of_list: re.Pattern[str] | None = None


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
LATIN = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
LATIN_PART = re.compile(r"([IVX]{1,5})[.．]\s*(\S.*)")
LATIN_SECTION = re.compile(r"([A-Z])[.．]\s*(\S.*)")
LATIN_POINT = re.compile(r"\(?([a-z])\)\s+(\S.*)")
LATIN_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
