"""Reading the report of a meeting, from the bytes of its file.

`read_report` returns what the report says as plain values, with all that it took
out, all that it asks and all that it misses; it knows no database.
"""

import hashlib
from collections.abc import Mapping, Sequence

from . import adopted, facts
from .characters import Cleaner
from .furniture import without_furniture
from .languages import LANGUAGES, Phrases, language_of
from .outline import Block, Cutter
from .problems import Notes, ReportError, refused
from .rows import HeadingRow, ParagraphRow, Report, SectionRow
from .setting import Setter, vocabulary_of
from .sources import Line, lines_of
from .typography import Erratum, reviewed_errata

__all__ = ["Report", "ReportError", "read_report"]

# Lines that are looked at together for another language.
WINDOW = 30
ENDS = (".", "!", "?", ":", ";", ")", "]", "»", "”", "。", "；", "：", "؛", "؟", "！")


def read_report(
    source: bytes,
    name: str = "",
    language: str = "",
    *,
    answers: Mapping[str, bool] | None = None,
    errata: Sequence[Erratum] | None = None,
) -> Report:
    """What the file of a report says: TXT, DOCX or PDF, in one of six languages.

    `answers` are to doubts of an earlier reading, by their keys. Raises ReportError,
    with every problem, where no recommendations are found or their order is broken;
    whatever else is lacking is listed in the report.
    """
    notes = Notes(answers or {})
    lines = _cleaned(lines_of(source, notes, language), notes, language)
    phrases = _phrases(lines, language)
    _refuse_two_languages(lines, phrases)
    lines = without_furniture(lines, phrases, notes)
    headed = any(_is_first(line.text, phrases) for line in lines)
    cutter = Cutter(phrases, notes, headed=headed)
    blocks = cutter.cut(lines)
    layout, _told = adopted.adopted(blocks, phrases, notes)
    adopted.without_titles(blocks, phrases, notes)
    setter = Setter(
        phrases.language,
        vocabulary_of(lines),
        reviewed_errata() if errata is None else errata,
        notes,
    )
    for block in blocks:
        setter.set(block)
    _judge(blocks, cutter, lines, notes)
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    headings, paragraph_rows = _headed(blocks)
    recommendations = list(adopted.rows(blocks, phrases, notes))
    report = Report(
        language=phrases.language,
        sha256=hashlib.sha256(source).hexdigest(),
        layout=layout,
        meeting=facts.meeting_of(blocks, phrases, notes),
        headings=headings,
        paragraphs=paragraph_rows,
        sections=_sections(blocks),
        recommendations=recommendations,
        agenda=list(facts.agenda_of(phrases, paragraphs)),
        documents=list(facts.documents_of(phrases, paragraphs, notes)),
        topics=list(facts.topics_of(phrases, paragraphs)),
        participants=facts.participants_of(blocks, phrases, notes),
        corrections=setter.corrections,
        problems=notes.problems,
        doubts=notes.doubts,
        removed=notes.removed,
    )
    if not report.agenda:
        notes.say("no_agenda")
    if not report.documents:
        notes.say("no_documents")
    return report


def _cleaned(lines: list[Line], notes: Notes, language: str) -> list[Line]:
    cleaner = Cleaner()
    cleaned = [
        _with(line, cleaner.clean(line.text, line.number, line.page))
        for line in lines
        if line.text.strip()
    ]
    known = language or language_of([line.text for line in cleaned])
    cleaned = [
        _with(line, cleaner.straight(line.text, known, line.number, line.page))
        for line in cleaned
    ]
    cleaner.tell(notes)
    return cleaned


def _with(line: Line, text: str) -> Line:
    return Line(
        line.number, text, line.page, line.opens, line.heading, line.height, line.broken
    )


def _is_first(text: str, phrases: Phrases) -> bool:
    """Whether a line is the heading of a first recommendation."""
    match = phrases.recommendation.fullmatch(text.strip())
    if not match:
        return False
    mark, rest = [group for group in match.groups() if group is not None][:2]
    first = mark in ("1", "I", "١") or phrases.ordinals.get(mark) == 1
    between = text.strip()[: len(text.strip()) - len(rest)].rstrip()
    signed = between.endswith((".", ":", "：", "．", "–", "—", "-", "。", "、"))
    return first and (
        not rest or signed or bool(phrases.subject.match(rest)) or rest[0].isupper()
    )


def _phrases(lines: list[Line], language: str) -> Phrases:
    if language:
        told = language_of([line.text for line in lines])
        if told and told != language:
            raise refused("other_language", lines[0].number, lines[0].page)
        return LANGUAGES[language]
    for line in lines:
        for phrases in LANGUAGES.values():
            if _is_first(line.text, phrases):
                return phrases
    told = language_of([line.text for line in lines])
    if not told:
        raise refused("none", lines[-1].number, lines[-1].page)
    return LANGUAGES[told]


def _refuse_two_languages(lines: list[Line], phrases: Phrases) -> None:
    """A second language would run into the texts of the first."""
    for line in lines:
        for other in LANGUAGES.values():
            if other is not phrases and _is_first(line.text, other):
                raise refused("two_languages", line.number, line.page)
    for start in range(0, len(lines) - WINDOW, WINDOW):
        window = lines[start : start + WINDOW]
        told = language_of([line.text for line in window])
        if not told or told == phrases.language:
            continue
        words = " ".join(line.text for line in window).lower().split()
        here = sum(word in phrases.common for word in words)
        there = sum(word in LANGUAGES[told].common for word in words)
        if there >= 3 * here and (there > 15 or told in ("ar", "zh", "ru")):
            raise refused("two_languages", window[0].number, window[0].page)


def _judge(
    blocks: list[Block], cutter: Cutter, lines: list[Line], notes: Notes
) -> None:
    """Refuse what is no report, or not in order; say what else it lacks."""
    last = lines[-1] if lines else Line(1, "")
    if not any(block.kind == "recommendation" for block in blocks):
        notes.refuse("none", last.number, last.page)
    if not cutter.seen_adoption:
        notes.say("no_adoption")
    ending = blocks[-1]
    said = ending.last.text.rstrip()
    goes_on = ending.kind == "paragraph" and said.endswith((";", ":", "；", "："))
    if ending.kind in ("paragraph", "recommendation") and (
        goes_on or not said.endswith(ENDS)
    ):
        notes.refuse("cut_off", last.number, last.page)
    if any(problem.is_refusal for problem in notes.problems):
        raise ReportError.of(notes.problems)


def _headed(blocks: list[Block]) -> tuple[list[HeadingRow], list[ParagraphRow]]:
    headings: list[HeadingRow] = []
    paragraphs: list[ParagraphRow] = []
    for block in blocks:
        if block.kind in ("part", "heading"):
            level = 1 if block.kind == "part" else 2
            headings.append(
                HeadingRow(len(headings) + 1, level, block.mark, block.text, block.line)
            )
        elif block.kind == "paragraph":
            paragraphs.append(
                ParagraphRow(block.number, len(headings), block.whole_text, block.line)
            )
    return headings, paragraphs


def _sections(blocks: list[Block]) -> list[SectionRow]:
    """Sections that hold recommendations."""
    used = {block.section for block in blocks if block.kind == "recommendation"}
    return [
        SectionRow(block.section, block.text, block.line, block.mark)
        for block in blocks
        if block.kind == "heading"
        and block.in_recommendations
        and block.section in used
    ]
