"""The outline of a report: its lines cut into headings, paragraphs and items.

A report has parts («II. Recommandations»), headings («A. Déclarations»), numbered
paragraphs, and unnumbered texts under «Recommandation 1». A text that came out of
a printed document has blank lines inside sentences and indents that mean nothing,
so that only what a line says, and whether it comes in turn, tell what it is.
"""

import re
import string
from dataclasses import dataclass, field
from typing import NoReturn

from .phrases import LANGUAGES, Phrases
from .typography import Mending, joined, mended, unbroken

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
PART = re.compile(r"([IVX]+)\. (\S.*)")
HEADING = re.compile(r"([A-Z])\. (\S.*)")
NUMBERED = re.compile(r"(\d{1,3})\. (\S.*)")
LETTERED = re.compile(r"\(?([a-z])\) (\S.*)")
TABLE_OF_CONTENTS = re.compile(r"(?:\. ?){4,}\s*\d+$")
SENTENCE_END = re.compile(r"[.!?:;»)]$")
# How many numbers may be lacking before a number is taken for a part of a sentence.
GAP = 5


class ReportError(Exception):
    """What is wrong with a report, at which line, and what to do about it."""

    def __init__(self, line: int, sentence: str) -> None:
        self.line = line
        self.sentence = sentence
        super().__init__(f"line {line}: {sentence}")


@dataclass(frozen=True)
class Correction:
    line: int
    before: str
    after: str
    kind: str
    paragraph_number: int | None = None
    recommendation_number: int | None = None
    heading_mark: str = ""


@dataclass
class Block:
    """A heading, a paragraph, a recommendation, or an item of a list."""

    kind: str  # preamble, part, heading, recommendation, paragraph, item, point
    mark: str
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)
    text: str = ""

    @property
    def number(self) -> int:
        return int(self.mark)

    @property
    def last_words(self) -> str:
        return self.lines[-1][1] if self.lines else ""

    @property
    def last(self) -> "Block":
        """The block that the next line would go on with."""
        return self.blocks[-1].last if self.blocks else self

    @property
    def whole_text(self) -> str:
        """Its text and that of its items, one a line."""
        return "\n".join(
            [self.text, *(f"{_printed_mark(b)} {b.whole_text}" for b in self.blocks)]
        )


def _printed_mark(block: Block) -> str:
    return f"{block.mark}." if block.kind == "item" else f"{block.mark})"


@dataclass(frozen=True)
class Outline:
    phrases: Phrases
    blocks: list[Block]
    corrections: list[Correction]
    last_line: int


def outline(text: str) -> Outline:
    """Cut the text of a report into blocks, mended, in their order.

    Raises ReportError at the first line that does not come in its turn.
    """
    lines = [(i, line.strip()) for i, line in enumerate(text.splitlines(), start=1)]
    lines = [(i, line) for i, line in lines if line]
    if not lines:
        raise ReportError(1, "the file is empty; give the text of a report.")
    phrases = _language(lines)
    corrections: list[Correction] = []
    blocks = _Cutter(phrases).cut(lines)
    for block in blocks:
        _mend(block, phrases.language, corrections)
    return Outline(phrases, blocks, corrections, last_line=lines[-1][0])


def _language(lines: list[tuple[int, str]]) -> Phrases:
    for _number, line in lines:
        for phrases in LANGUAGES:
            if phrases.recommendation_heading.fullmatch(line):
                return phrases
    raise ReportError(
        lines[-1][0],
        "no heading «Recommandation 1» or «Recommendation 1» in the whole file; "
        "give a report of the Working Group in French or in English.",
    )


class _Cutter:
    """Knows what has been read, hence what may come next."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.blocks = [Block("preamble", "", 1)]
        self.parts = 0
        self.headings = 0
        self.paragraphs = 0
        self.recommendations = 0
        self.in_recommendations = False

    def cut(self, lines: list[tuple[int, str]]) -> list[Block]:
        for number, line in lines:
            if TABLE_OF_CONTENTS.search(line):
                continue
            started = (
                self._recommendation(number, line)
                or self._part(number, line)
                or self._heading(number, line)
                or self._numbered(number, line)
                or self._lettered(number, line)
            )
            if not started:
                self.blocks[-1].last.lines.append((number, line))
        self._refuse_empty()
        return self.blocks

    def _start(self, kind: str, mark: str, number: int, words: str = "") -> bool:
        self._refuse_empty()
        block = Block(kind, mark, number)
        if words:
            block.lines.append((number, words))
        self.blocks.append(block)
        return True

    def _refuse_empty(self) -> None:
        block = self.blocks[-1]
        if block.kind == "recommendation" and not block.lines:
            raise ReportError(
                block.line,
                f"recommendation {block.mark} has no text; restore it from the report.",
            )

    def _recommendation(self, number: int, line: str) -> bool:
        match = self.phrases.recommendation_heading.fullmatch(line)
        if not match:
            self._refuse_strange_heading(number, line)
            return False
        found, expected = int(match[1]), self.recommendations + 1
        if found < expected:
            raise ReportError(
                number,
                f"recommendation {found} comes again; after {expected - 1}, "
                f"{expected} is expected. Remove the copy, or correct its number.",
            )
        if found > expected:
            raise ReportError(
                number,
                f"recommendation {expected} is missing before {found}. "
                "Restore it, or correct the number.",
            )
        if not self.in_recommendations or not self.headings:
            raise ReportError(
                number,
                f"recommendation {found} stands under no section («A. …») of the part "
                "on recommendations. Restore the heading.",
            )
        self.recommendations = found
        return self._start("recommendation", match[1], number)

    def _refuse_strange_heading(self, number: int, line: str) -> None:
        """A line that is meant as the heading of a recommendation, but is none."""
        words = line.split()
        alone = len(words) <= 2 and words[0].lower() in (
            "recommandation",
            "recommendation",
        )
        sentence_open = not SENTENCE_END.search(self.blocks[-1].last_words)
        if (
            alone
            and self.in_recommendations
            and not (len(words) == 1 and sentence_open)
        ):
            raise ReportError(
                number,
                f"«{line}» should be the heading of recommendation "
                f"{self.recommendations + 1}; write the number in digits.",
            )

    def _part(self, number: int, line: str) -> bool:
        match = PART.fullmatch(line)
        if not match or match[1] not in ROMAN:
            return False
        if match[1] != ROMAN[self.parts]:
            known = (self.phrases.recommendations_part, self.phrases.adoption_part)
            if any(pattern.fullmatch(match[2]) for pattern in known):
                raise ReportError(
                    number,
                    f"part {ROMAN[self.parts]} is missing before {match[1]}. "
                    "Restore its heading.",
                )
            return False
        self.parts += 1
        self.headings = 0
        self.in_recommendations = bool(
            self.phrases.recommendations_part.fullmatch(match[2])
        )
        return self._start("part", match[1], number, match[2])

    def _heading(self, number: int, line: str) -> bool:
        match = HEADING.fullmatch(line)
        if not match or not self.parts:
            return False
        block = self.blocks[-1]
        meant = self.in_recommendations and self.phrases.recommendations_part.search(
            match[2]
        )
        # A recommendation may lack its full stop; elsewhere a sentence that has not
        # ended goes on, and its «A.» is somebody's initial.
        closed = block.kind in (
            "part",
            "heading",
            "recommendation",
        ) or SENTENCE_END.search(block.last.last_words)
        expected = string.ascii_uppercase[self.headings]
        if match[1] == expected and closed:
            if block.kind == "heading" and self.in_recommendations:
                self._refuse_bare_section(block)
            self.headings += 1
            return self._start("heading", match[1], number, match[2])
        if meant:
            raise ReportError(
                number,
                f"section {match[1]} comes where section {expected} is expected. "
                "Restore the missing heading, or correct the letter.",
            )
        return False

    def _refuse_bare_section(self, section: Block) -> NoReturn:
        raise ReportError(
            section.line,
            f"section {section.mark} holds no recommendation; restore them.",
        )

    def _numbered(self, number: int, line: str) -> bool:
        match = NUMBERED.fullmatch(line)
        if not match or not self.parts:
            return False
        block, found = self.blocks[-1], int(match[1])
        expected = self.paragraphs + 1
        if block.kind == "paragraph" and self._is_agenda(block):
            items = [item for item in block.blocks if item.kind == "item"]
            if found == len(items) + 1:
                block.blocks.append(
                    Block("item", match[1], number, [(number, match[2])])
                )
                return True
        if found == expected:
            self.paragraphs = found
            return self._start("paragraph", match[1], number, match[2])
        closed = block.kind in ("part", "heading") or SENTENCE_END.search(
            block.last.last_words
        )
        if closed and expected < found <= expected + GAP:
            raise ReportError(
                number,
                f"paragraph {expected} is missing before {found}. "
                "Restore it, or correct the number.",
            )
        if closed and self.paragraphs - GAP < found <= self.paragraphs:
            raise ReportError(
                number,
                f"paragraph {found} comes again; {expected} is expected. "
                "Remove the copy, or correct its number.",
            )
        return False

    def _lettered(self, number: int, line: str) -> bool:
        match = LETTERED.fullmatch(line)
        block = self.blocks[-1]
        if not match or block.kind != "paragraph":
            return False
        holder = block
        if block.blocks and block.blocks[-1].kind == "item":
            holder = block.blocks[-1]
        # A list has a line of its own for each letter, after a colon. Letters that
        # run inside a sentence are a part of it.
        opened = holder.last_words.endswith(":")
        if not opened or match[1] != string.ascii_lowercase[len(holder.blocks)]:
            return False
        holder.blocks.append(Block("point", match[1], number, [(number, match[2])]))
        return True

    def _is_agenda(self, block: Block) -> bool:
        words = joined(words for _number, words in block.lines)
        return bool(self.phrases.agenda.search(words))


def _mend(
    block: Block,
    language: str,
    corrections: list[Correction],
    **place: int | str,
) -> None:
    """Set the text of a block and of its items, line by line, then as a whole."""
    if not place:
        if block.kind == "paragraph":
            place = {"paragraph_number": block.number}
        elif block.kind == "recommendation":
            place = {"recommendation_number": block.number}
        else:
            place = {"heading_mark": block.mark}

    def record_at(line: int) -> "_Recorder":
        return _Recorder(line, corrections, place)

    pieces = [mended(words, language, record_at(line)) for line, words in block.lines]
    # Once more on the whole, for what a line end had hidden.
    whole = mended(joined(pieces), language, record_at(block.line))
    block.text = unbroken(whole, language)
    for inner in block.blocks:
        _mend(inner, language, corrections, **place)


@dataclass
class _Recorder:
    line: int
    corrections: list[Correction]
    place: dict[str, int | str]

    def __call__(self, mending: Mending) -> None:
        self.corrections.append(
            Correction(
                line=self.line,
                before=mending.before,
                after=mending.after,
                kind=mending.kind,
                **self.place,  # type: ignore[arg-type]
            )
        )
