"""Mending a text that came out of a printed page, and keeping account of it.

Three things happen, and only the first two are corrections worth a record:

- typography: spaces that printing put before an apostrophe, a hyphen or a comma;
- errata: words broken in two, mended from the reviewed list in `errata.json`;
- layout: lines joined into paragraphs, ordinary spaces made unbreakable where
  French does not break. No letter and no sign changes.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class Mending:
    """One correction, with the whole words around it."""

    before: str
    after: str
    kind: str  # a CorrectionKind


@dataclass(frozen=True)
class Rule:
    pattern: re.Pattern[str]
    replacement: str
    kind: str = "typography"


BOTH = (
    Rule(re.compile(r"(?<=\w) +(?=’\w)"), ""),
    Rule(re.compile(r"(?<=\w) +(?=-\w)"), ""),
    Rule(re.compile(r" {2,}"), " "),
    Rule(re.compile(r" +(?=[,.)])(?!\.\.)"), ""),
    Rule(re.compile(r"(?<=\() +"), ""),
)
FRENCH = (
    # An elided article or pronoun: «d’ immigration».
    Rule(re.compile(r"(?<=\b[cdjlmnst]’) +(?=\w)", re.IGNORECASE), ""),
    Rule(re.compile(r"(?<=\d) +(?=(?:er|re|e)\b)"), ""),
)
ENGLISH = (Rule(re.compile(r"(?<=\d) +(?=(?:st|nd|rd|th)\b)"), ""),)


@cache
def rules_for(language: str) -> tuple[Rule, ...]:
    """General rules of a language, then its reviewed errata."""
    rows = json.loads(Path(__file__).with_name("errata.json").read_text("utf-8"))
    errata = tuple(
        Rule(
            re.compile(rf"(?<!\w){re.escape(row['before'])}(?!\w)"),
            row["after"],
            "erratum",
        )
        for row in rows
        if row["language"] == language
    )
    return BOTH + (FRENCH if language == "fr" else ENGLISH) + errata


def mended(text: str, language: str, record: Callable[[Mending], None]) -> str:
    """`text` without the marks of printing; each correction goes to `record`."""
    for rule in rules_for(language):
        text = _apply(rule, text, record)
    return text


def _apply(rule: Rule, text: str, record: Callable[[Mending], None]) -> str:
    def replace(match: re.Match[str]) -> str:
        start = text.rfind(" ", 0, match.start()) + 1
        end = text.find(" ", match.end())
        end = len(text) if end < 0 else end
        record(
            Mending(
                before=text[start:end],
                after=text[start : match.start()]
                + rule.replacement
                + text[match.end() : end],
                kind=rule.kind,
            )
        )
        return rule.replacement

    return rule.pattern.sub(replace, text)


def joined(lines: Iterable[str]) -> str:
    """Lines of one sentence as one line.

    A line that breaks inside a symbol («CTOC/») or a compound («Pays-») goes on
    without a space.
    """
    text = ""
    for line in lines:
        glued = text.endswith("/") or re.search(r"\w-$", text)
        text += line if glued or not text else f" {line}"
    return text


def unbroken(text: str, language: str) -> str:
    """Ordinary spaces made unbreakable where the language does not break."""
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", NO_BREAK_SPACE, text)
    if language == "fr":
        text = re.sub(r" (?=[;:!?»%])", NO_BREAK_SPACE, text)
        text = re.sub(r"(?<=«) ", NO_BREAK_SPACE, text)
    return text
