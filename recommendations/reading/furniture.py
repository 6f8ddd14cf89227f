"""What belongs to the page and not to the report: taken out, and listed.

Certain is what comes again on other pages, or has a shape that no sentence has.
What only looks like it is asked.
"""

import itertools
import re
from collections import Counter, defaultdict

from .languages import Phrases
from .problems import Notes
from .sources.lines import Line

SYMBOL = re.compile(r"[A-Z]+(?:/[A-Za-z0-9.\-]+)+")
# A symbol as a running head has it, not the end of one that a line has cut.
WHOLE_SYMBOL = re.compile(r"(?:CTOC|CAC|[AES])(?:/[A-Za-z0-9.\-]+){2,}")
JOB = re.compile(r"(?:V|GE|\d\d)\.\d\d ?- ?\d{4,6}(?:\s*\([A-Z]\))?(?:\s+\d{6})*")
OF_PAGES = re.compile(r"\(?(\d{1,3})\s*/\s*(\d{1,3})\)?")
BARE = re.compile(r"[-–—]?\s*(\d{1,3})\s*[-–—]?")
LEADERS = re.compile(r"(?:[.…·]\s?){4,}\s*\d+\s*$")
ENTRY = re.compile(r"(\S.*?\D)\s*(\d{1,3})")
RULE = re.compile(r"[_‗⎯─—-]{6,}")
NOTE = re.compile(r"(\d{1,2}|\*+)\s+\S")
TOP, FOOT = 0.11, 0.89
# The longest note of a page, in lines.
LONGEST_NOTE = 12


def without_furniture(lines: list[Line], phrases: Phrases, notes: Notes) -> list[Line]:
    lines = [line for line in lines if line.text.strip()]
    lines = _without_contents(lines, phrases, notes)
    # Before numbers that stand alone are taken for those of pages.
    lines = _whole_headings(lines, phrases, notes)
    lines = _without_running_lines(lines, phrases, notes)
    lines = _without_bare_numbers(lines, notes)
    lines, marks = _without_footnotes(lines, notes)
    return _without_note_marks(lines, marks, notes)


def _take_out(kind: str, line: Line, notes: Notes) -> None:
    notes.take_out(kind, line.number, line.page, line.text.strip())


def _without_contents(lines: list[Line], phrases: Phrases, notes: Notes) -> list[Line]:
    texts = Counter(line.text.strip() for line in lines)
    kept = []
    for line in lines:
        text = line.text.strip()
        entry = ENTRY.fullmatch(text)
        copied = (
            entry
            and texts[entry[1].strip()]
            and (phrases.part.match(text) or phrases.section.match(text))
        )
        if LEADERS.search(text) or copied:
            _take_out("contents", line, notes)
        else:
            kept.append(line)
    return kept


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split()))


def _is_of_the_page(text: str) -> bool:
    """Symbol, number of the job, number of the page, and nothing else."""
    rest = OF_PAGES.sub("", JOB.sub("", WHOLE_SYMBOL.sub("", text)))
    return text != rest and not BARE.sub("", rest).strip(" |–—-")


def _without_running_lines(  # noqa: C901  # one kind of line after the other
    lines: list[Line], phrases: Phrases, notes: Notes
) -> list[Line]:
    begins = _first_part(lines, phrases)
    ends = _ends_of_pages(lines)
    pages_of: dict[str, set[int]] = defaultdict(set)
    for index in ends:
        pages_of[_shape(lines[index].text)].add(lines[index].page)
    first_page = lines[0].page if lines else 0
    sure: set[int] = set()
    unsure: set[int] = set()
    repeated = Counter(line.text.strip() for line in lines if not line.page)
    totals = Counter(
        match[2] for line in lines if (match := OF_PAGES.fullmatch(line.text.strip()))
    )
    for index, line in enumerate(lines):
        text = line.text.strip()
        if index in ends:
            again = len(pages_of[_shape(text)]) > 1 and (
                not BARE.fullmatch(text) or line.height >= 0
            )
            alone = BARE.fullmatch(text) and line.height >= 0
            if again or alone or (_is_of_the_page(text) and line.page != first_page):
                sure.add(index)
                continue
        match = OF_PAGES.fullmatch(text)
        if JOB.fullmatch(text) or (match and totals[match[2]] > 1):
            sure.add(index)
        elif _is_of_the_page(text):
            combined = not WHOLE_SYMBOL.fullmatch(text) and not OF_PAGES.fullmatch(text)
            (sure if combined or repeated[text] > 2 else unsure).add(index)
        elif (
            repeated[text] > 2
            and len(text) > 8
            and not text.endswith((".", ";"))
            and not phrases.subject.match(text)
        ):
            unsure.add(index)
    kept = []
    for index, line in enumerate(lines):
        text = line.text.strip()
        near = {index - 1, index + 1} & sure
        if index in unsure and (near and _is_of_the_page(text)):
            sure.add(index)
        if index in sure:
            number = OF_PAGES.fullmatch(text) or BARE.fullmatch(text)
            _take_out("page_number" if number else "running_line", line, notes)
        elif index in unsure and index > begins:
            code = "page_number" if OF_PAGES.fullmatch(text) else "running_line"
            if notes.ask(code, line.number, line.page, text, otherwise=True):
                _take_out(code, line, notes)
            else:
                kept.append(line)
        else:
            kept.append(line)
    return kept


def _first_part(lines: list[Line], phrases: Phrases) -> int:
    """Where the masthead, which has a symbol of its own, has ended."""
    return next(
        (i for i, line in enumerate(lines) if phrases.part.match(line.text.strip())), 0
    )


def _ends_of_pages(lines: list[Line]) -> set[int]:
    """Places of the lines at the heads and feet of pages, where there are pages."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.page:
            by_page[line.page].append(index)
    ends = set()
    for places in by_page.values():
        if lines[places[0]].height >= 0:
            ends |= {
                index
                for index in places
                if lines[index].height < TOP or lines[index].height > FOOT
            }
        elif len(by_page) > 1:
            ends |= {*places[:2], *places[-2:]}
    return ends


def _without_bare_numbers(lines: list[Line], notes: Notes) -> list[Line]:
    """Numbers that stand alone: pages where they count on, else a question."""
    bare = [
        (index, int(match[1]))
        for index, line in enumerate(lines)
        if (match := BARE.fullmatch(line.text.strip()))
    ]
    numbers = dict(bare)
    sure = set()
    for (index, number), (after, following) in itertools.pairwise(bare):
        if following == number + 1 and after - index > 8:
            sure |= {index, after}
    kept = []
    for index, line in enumerate(lines):
        text = line.text.strip()
        if index not in numbers:
            kept.append(line)
        elif index in sure or notes.ask(
            "page_number", line.number, line.page, text, otherwise=True
        ):
            _take_out("page_number", line, notes)
        else:
            kept.append(line)
    return kept


def _without_footnotes(lines: list[Line], notes: Notes) -> tuple[list[Line], list[str]]:
    """Notes under a rule, up to the end of their page."""
    kept: list[Line] = []
    marks = [
        match[1]
        for removed in notes.removed
        if removed.kind == "footnote" and (match := NOTE.match(removed.text))
    ]
    index = 0
    while index < len(lines):
        line = lines[index]
        note = lines[index + 1] if index + 1 < len(lines) else None
        if not (RULE.fullmatch(line.text.strip()) and note and NOTE.match(note.text)):
            kept.append(line)
            index += 1
            continue
        _take_out("footnote", line, notes)
        index += 1
        for _count in range(LONGEST_NOTE):
            if index >= len(lines) or (note.page and lines[index].page != note.page):
                break
            text = lines[index].text.strip()
            ended = lines[index - 1].text.strip().endswith((".", "。", "؟"))
            if not NOTE.match(text) and ended:
                break
            if match := NOTE.match(text):
                marks.append(match[1])
            _take_out("footnote", lines[index], notes)
            index += 1
    return kept, marks


def _without_note_marks(
    lines: list[Line], marks: list[str], notes: Notes
) -> list[Line]:
    """Numbers that are glued to a word, where a note with that number was seen."""
    raised = {removed.text for removed in notes.removed if removed.kind == "note_mark"}
    for mark in marks:
        if not mark.isdigit() or mark in raised:
            continue
        glued = re.compile(rf"(?<=[^\W\d_])([.,;]?){mark}(?=[\s.,;:)»”]|$)")
        places = [
            (index, match)
            for index, line in enumerate(lines)
            for match in glued.finditer(line.text)
        ]
        for index, match in places:
            line = lines[index]
            word = re.split(r"\s", line.text[: match.start()])[-1] + match[1]
            sure = len(places) == 1
            if sure or notes.ask("note_mark", line.number, line.page, word + mark):
                notes.take_out("note_mark", line.number, line.page, word + mark)
                text = line.text[: match.start()] + match[1] + line.text[match.end() :]
                lines[index] = _with_text(line, text)
    return lines


def _with_text(line: Line, text: str) -> Line:
    return Line(
        line.number, text, line.page, line.opens, line.heading, line.height, line.broken
    )


def _whole_headings(lines: list[Line], phrases: Phrases, notes: Notes) -> list[Line]:
    """Marks that a line end has cut from what they mark."""
    whole: list[Line] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        text = line.text.strip()
        following = lines[index + 1].text.strip() if index + 1 < len(lines) else ""
        together = f"{text} {following}"
        alone = re.fullmatch(r"\(?(?:\d{1,3}\.|[A-ZА-Я]\.|[IVX]{1,5}\.|[a-z]\))", text)
        if following and (
            alone
            or (
                phrases.recommendation_word.fullmatch(text)
                and re.fullmatch(r"\w{1,12}[.:]?", following)
                and phrases.recommendation.fullmatch(together)
            )
        ):
            notes.take_out("split_heading", line.number, line.page, together)
            whole.append(_with_text(line, together))
            index += 2
            continue
        whole.append(line)
        index += 1
    return whole
