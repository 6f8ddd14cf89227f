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


@dataclass(frozen=True)
class Erratum:
    """A word that is printed wrong, and how it is meant."""

    language: str
    before: str
    after: str


@cache
def reviewed_errata() -> tuple[Erratum, ...]:
    """Those of the report of 2019, which came before there was a place for them."""
    rows = json.loads(Path(__file__).with_name("errata.json").read_text("utf-8"))
    return tuple(Erratum(**row) for row in rows)


@cache
def rules_for(language: str, errata: tuple[Erratum, ...]) -> tuple[Rule, ...]:
    """General rules of a language, then its reviewed errata."""
    own = tuple(
        Rule(re.compile(rf"(?<!\w){re.escape(row.before)}(?!\w)"), row.after, "erratum")
        for row in errata
        if row.language == language
    )
    return BOTH + {"fr": FRENCH, "en": ENGLISH}.get(language, ()) + own


def mended(
    text: str, rules: tuple[Rule, ...], record: Callable[[Mending], None]
) -> str:
    """`text` without the marks of printing; each correction goes to `record`."""
    for rule in rules:
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


WIDE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…—"
# Chinese has no spaces, except around what is not Chinese.
CHINESE_GAP = re.compile(rf"(?<=[{WIDE}])[ ]+(?=[{WIDE}])")


def joined(lines: Iterable[str]) -> str:
    """Lines of one sentence as one line.

    A line that breaks inside a symbol («CTOC/») or a compound («Pays-») goes on
    without a space, and so does Chinese.
    """
    text = ""
    for line in lines:
        glued = text.endswith("/") or re.search(r"\w-$", text)
        chinese = (
            text and re.search(rf"[{WIDE}]$", text) and re.match(rf"[{WIDE}]", line)
        )
        text += line if glued or chinese or not text else f" {line}"
    return text


def unbroken(text: str, language: str) -> str:
    """Ordinary spaces made unbreakable where the language does not break."""
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", NO_BREAK_SPACE, text)
    if language == "fr":
        text = re.sub(r" (?=[;:!?»%])", NO_BREAK_SPACE, text)
        text = re.sub(r"(?<=«) ", NO_BREAK_SPACE, text)
    return text
