"""The outline of a report: its lines cut into headings, paragraphs and items.

A report has parts («II. Recommandations»), headings («A. Déclarations»), numbered
paragraphs, and unnumbered texts under «Recommandation 1»; an older one has its
recommendations as numbered paragraphs, or as points under a paragraph. A text that
came out of a printed document has blank lines inside sentences and indents that
mean nothing, so that what a line says, and whether it comes in turn, tell what it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .languages import Phrases
from .languages.base import LATIN, LATIN_LETTERS
from .problems import Notes
from .sources.lines import Line

NUMBERED = re.compile(
    r"(\d{1,3})(?:[.．]\s+|、\s*|[.．](?=[\u3400-\u9fff\u0600-\u06ff]))(\S.*)"
)
NUMBERED_ARABIC = re.compile(r"(\d{1,3})\s*[.\-–—]\s*(\S.*)")
SENTENCE_END = re.compile(r"[.!?:;»”)\]。；：！？؛؟]$")
FULL_STOP = re.compile(r"[.!?;。；！？؛؟][»”)]?$")
ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50}
# How many numbers may be lacking before a number is taken for a part of a sentence.
GAP = 5
LONGEST_TITLE = 3


@dataclass
class Block:
    """A heading, a paragraph, a recommendation, or an item of a list."""

    kind: str  # preamble, part, heading, recommendation, paragraph, item, point, text
    mark: str
    line: int
    page: int = 0
    lines: list[Line] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)
    text: str = ""
    number: int = 0
    section: str = ""
    title: str = ""
    in_recommendations: bool = False
    is_chapeau: bool = False

    @property
    def last_words(self) -> str:
        return self.lines[-1].text.strip() if self.lines else ""

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


def told(match: re.Match[str]) -> tuple[str, str]:
    """Mark and rest, from whichever form of a heading matched."""
    groups = [group for group in match.groups() if group is not None]
    return groups[0], groups[1].strip()


def roman(text: str) -> int | None:
    if not text or any(letter not in ROMAN_DIGITS for letter in text):
        return None
    total = 0
    for letter, following in zip(text, [*text[1:], ""], strict=True):
        value = ROMAN_DIGITS[letter]
        total += -value if value < ROMAN_DIGITS.get(following, 0) else value
    return total


def begins_small(text: str) -> bool:
    return bool(text) and text[0].islower()


class Cutter:
    """Knows what has been read, hence what may come next."""

    def __init__(self, phrases: Phrases, notes: Notes, *, headed: bool) -> None:
        self.phrases = phrases
        self.notes = notes
        self.headed = headed
        self.blocks = [Block("preamble", "", 1)]
        self.parts = 0
        self.headings = 0
        self.row: Sequence[str] | None = None
        self.paragraphs = 0
        self.recommendations = 0
        self.section = ""
        self.sections = 0
        self.in_recommendations = False
        self.roman = False
        self.own_numbers = False
        self.seen_adoption = False

    def cut(self, lines: list[Line]) -> list[Block]:
        for index, line in enumerate(lines):
            text = line.text.strip()
            following = lines[index + 1].text.strip() if index + 1 < len(lines) else ""
            started = (
                self._recommendation(line, text)
                or self._part(line, text, following)
                or self._bare_part(line, text)
                or self._section(line, text)
                or self._numbered(line, text)
                or self._lettered(line, text)
                or self._untitled(line, text)
            )
            if not started:
                self.blocks[-1].last.lines.append(line)
        self._refuse_empty()
        return self.blocks

    @property
    def is_closed(self) -> bool:
        block = self.blocks[-1]
        return block.kind in ("preamble", "part", "heading", "recommendation") or bool(
            SENTENCE_END.search(block.last.last_words)
        )

    @property
    def has_ended(self) -> bool:
        """As `is_closed`, and a recommendation has its full stop."""
        block = self.blocks[-1]
        return block.kind in ("preamble", "part", "heading") or bool(
            SENTENCE_END.search(block.last.last_words)
        )

    def _start(self, kind: str, mark: str, line: Line, words: str = "") -> Block:
        self._refuse_empty()
        block = Block(kind, mark, line.number, line.page)
        block.in_recommendations = self.in_recommendations
        block.section = self.section
        if words:
            block.lines.append(_with(line, words))
        self.blocks.append(block)
        return block

    def _refuse_empty(self) -> None:
        block = self.blocks[-1]
        if block.kind == "recommendation" and not block.lines:
            self.notes.refuse("no_text", block.line, block.page, number=block.number)

    # Recommendations under headings of their own ------------------------------

    def _recommendation(self, line: Line, text: str) -> bool:
        if not self.headed:
            return False
        match = self.phrases.recommendation.fullmatch(text)
        if not match:
            self._refuse_strange_heading(line, text)
            return False
        mark, rest = told(match)
        found, expected = self._number(mark), self.recommendations + 1
        if found is None:
            self._refuse_strange_heading(line, text)
            return False
        if rest and not self._is_meant(text, rest, found == expected):
            return False
        if self.recommendations and not self.in_recommendations:
            return False  # Told again in another part, or in an annex.
        if found < expected:
            self.notes.refuse(
                "again",
                line.number,
                line.page,
                found=found,
                last=expected - 1,
                expected=expected,
            )
        elif found > expected:
            self.notes.refuse(
                "lacking", line.number, line.page, found=found, expected=expected
            )
        self.in_recommendations = True
        self.recommendations = found if found <= expected + GAP else expected
        block = self._start("recommendation", mark, line, rest)
        block.number = found
        return True

    def _number(self, mark: str) -> int | None:
        if mark.isdecimal():
            return int(mark)
        if (number := self.phrases.ordinals.get(mark)) is not None:
            return number
        number = roman(mark)
        if number is None or (self.recommendations and not self.roman):
            return None
        self.roman = True
        return number

    def _is_meant(self, text: str, rest: str, comes_in_turn: bool) -> bool:
        """Whether words after the number belong to a heading, not to a sentence."""
        signed = bool(re.match(r"[^.:：．。–—-]*[.:：．。–—]|\D*\d+\s+-\s", text))
        signed = signed and not begins_small(rest)
        begins = bool(self.phrases.subject.match(rest)) or rest[0].isupper()
        between = text[: len(text) - len(rest)].rstrip()
        signed = signed and between.endswith(
            (".", ":", "：", "．", "–", "—", "-", "。")
        )
        return (comes_in_turn or signed) and (signed or begins) and self.is_closed

    def _refuse_strange_heading(self, line: Line, text: str) -> None:
        """A line that is meant as the heading of a recommendation, but is none."""
        words = text.split()
        alone = len(words) <= 2 and self.phrases.recommendation_word.fullmatch(words[0])
        sentence_open = not SENTENCE_END.search(self.blocks[-1].last_words)
        if (
            alone
            and self.in_recommendations
            and not (len(words) == 1 and sentence_open)
            and not self.phrases.recommendations_part.fullmatch(text)
        ):
            self.notes.refuse(
                "not_a_number",
                line.number,
                line.page,
                text=text,
                expected=self.recommendations + 1,
            )

    def _known(self, title: str) -> bool:
        phrases = self.phrases
        return any(
            re.match(rf"(?:{known.pattern})(?!\w)", title, re.IGNORECASE)
            for known in (
                phrases.recommendations_part,
                phrases.adoption_part,
                phrases.other_parts,
            )
        )

    def _part(self, line: Line, text: str, following: str) -> bool:
        match = self.phrases.part.fullmatch(text)
        if not match:
            return False
        mark, title = told(match)
        known = self._known(title)
        mark = mark.replace("\u064b", "")
        place = roman(mark) or _place(mark, self.phrases.part_marks)
        if not place:
            return False
        expected = self.parts + 1
        if place != expected:
            if not known or place < expected:
                return False
            self.notes.say(
                "part_order",
                line.number,
                line.page,
                expected=expected,
                found=mark,
            )
        elif (not known and self.in_recommendations and not self.is_closed) or (
            not known and self._continues_sections(mark)
        ):
            return False
        self.parts = place
        self._begin_part(title, following)
        self._start("part", mark, line, title)
        return True

    def _continues_sections(self, mark: str) -> bool:
        """«二、» inside the recommendations may count their sections."""
        return (
            self.in_recommendations
            and self.row is not None
            and mark in self.row
            and self.row.index(mark) == self.headings
        )

    def _begin_part(self, title: str, following: str = "") -> None:
        self.headings = 0
        self.row = None
        self.own_numbers = False
        both = f"{title} {following}"
        opening = self.phrases.recommendations_part.match(title) or (
            not self._known(title) and self.phrases.recommendations_part.fullmatch(both)
        )
        self.in_recommendations = bool(opening)
        self.seen_adoption = self.seen_adoption or bool(
            self.phrases.adoption_part.match(title)
        )

    def _bare_part(self, line: Line, text: str) -> bool:
        """A part whose heading has no mark: its words alone tell it."""
        phrases = self.phrases
        known = (
            phrases.recommendations_part,
            phrases.adoption_part,
            phrases.other_parts,
        )
        if len(text) > 120 or begins_small(text) or line.opens is False:
            return False
        if not any(pattern.fullmatch(text) for pattern in known):
            return False
        if not self.has_ended or text.endswith("."):
            return False
        self._begin_part(text)
        self._start("part", "", line, text)
        return True

    def _section(self, line: Line, text: str) -> bool:
        match = self.phrases.section.fullmatch(text)
        if not match:
            return False
        mark, title = told(match)
        if not self.parts and not self.in_recommendations:
            return False
        rows = [self.row] if self.row else list(self.phrases.section_marks)
        fitting = [
            row
            for row in rows
            if len(row) > self.headings and row[self.headings] == mark
        ]
        block = self.blocks[-1]
        if fitting and self.is_closed:
            if block.kind == "heading" and self.in_recommendations and self.headed:
                self.notes.refuse(
                    "bare_section", block.line, block.page, mark=block.mark
                )
            if self.headings:
                self.row = fitting[0]
            self.headings += 1
            if self.in_recommendations:
                self.section = LATIN[self.sections] if self.sections < 26 else ""
                self.sections += 1
            self._start("heading", mark, line, title)
            return True
        meant = self.in_recommendations and self.phrases.recommendations_part.search(
            title
        )
        if meant and self.is_closed and any(mark in row for row in rows):
            row = next(row for row in rows if mark in row)
            self.notes.refuse(
                "section_order",
                line.number,
                line.page,
                found=mark,
                expected=row[self.headings],
            )
        return False

    def _untitled(self, line: Line, text: str) -> bool:
        """A line that the file itself sets as a heading, and that has no mark."""
        block = self.blocks[-1]
        if (
            line.heading
            and line.opens is not False
            and block.kind != "preamble"
            and self.in_recommendations
            and self.has_ended
            and not FULL_STOP.search(text)
            and not begins_small(text)
            and not (block.kind == "recommendation" and not block.lines)
            and len(text) < 200
        ):
            self.section = LATIN[min(self.sections, 25)]
            self.sections += 1
            self._start("heading", "", line, text)
            return True
        if (
            block.kind == "part"
            and self.in_recommendations
            and self.phrases.recommendations_part.fullmatch(
                " ".join(part.text.strip() for part in block.lines)
            )
            and not begins_small(text)
        ):
            self._start("text", "", line, text)
            return True
        return False

    def _numbered(self, line: Line, text: str) -> bool:
        form = NUMBERED_ARABIC if self.phrases.language == "ar" else NUMBERED
        match = form.fullmatch(text)
        if not match or not (self.parts or self.in_recommendations):
            return False
        block, found = self.blocks[-1], int(match[1])
        expected = self.paragraphs + 1
        if block.kind == "paragraph" and self._is_agenda(block):
            items = [item for item in block.blocks if item.kind == "item"]
            if found == len(items) + 1:
                item = Block("item", str(found), line.number, line.page)
                item.number = found
                item.lines.append(_with(line, match[2]))
                block.blocks.append(item)
                return True
        plain = self.in_recommendations and not self.headed
        if plain and self._own_number(line, found, match[2]):
            return True
        if self.own_numbers and self.in_recommendations and found != expected:
            return False
        closed = self.has_ended or (plain and self.is_closed)
        if found == expected or (not self.paragraphs and closed and found <= 60):
            self._paragraph(line, found, match[2])
            return True
        if closed and expected < found <= expected + GAP:
            self._tell(
                "lacking" if plain else "paragraph_lacking", line, found, expected
            )
            self._paragraph(line, found, match[2])
            return True
        if closed and self.paragraphs - GAP < found <= self.paragraphs:
            self._tell("again" if plain else "paragraph_again", line, found, expected)
        return False

    def _tell(self, code: str, line: Line, found: int, expected: int) -> None:
        say = self.notes.say if code.startswith("paragraph") else self.notes.refuse
        say(
            code,
            line.number,
            line.page,
            found=found,
            expected=expected,
            last=expected - 1,
        )

    def _own_number(self, line: Line, found: int, words: str) -> bool:
        block = self.blocks[-1]
        begins = (
            found == 1
            and self.paragraphs
            and not self.recommendations
            and block.kind in ("paragraph", "heading", "part", "text")
        )
        goes_on = self.own_numbers and found == self.recommendations + 1
        if not begins and not (goes_on and self.is_closed):
            return False
        self.own_numbers = True
        self.recommendations = found
        self._start("recommendation", str(found), line, words).number = found
        return True

    def _paragraph(self, line: Line, found: int, words: str) -> None:
        self.paragraphs = found
        block = self._start("paragraph", str(found), line, words)
        block.number = found

    def _lettered(self, line: Line, text: str) -> bool:
        match = self.phrases.point.fullmatch(text)
        block = self.blocks[-1]
        if not match or block.kind not in ("paragraph", "text"):
            return False
        holder = block
        if block.blocks and block.blocks[-1].kind == "item":
            holder = block.blocks[-1]
        # A list has a line of its own for each letter, after a colon. Letters that
        # run inside a sentence are a part of it.
        opened = (holder.lines[-1].text.strip() if holder.lines else "").endswith(
            (":", "：")
        )
        place = len(holder.blocks)
        rows = (self.phrases.point_marks, LATIN_LETTERS)
        if not opened or not any(
            len(row) > place and row[place] == match[1] for row in rows
        ):
            return False
        point = Block("point", match[1], line.number, line.page)
        point.lines.append(_with(line, match[2]))
        holder.blocks.append(point)
        return True

    def _is_agenda(self, block: Block) -> bool:
        words = " ".join(line.text.strip() for line in block.lines)
        return bool(self.phrases.agenda and self.phrases.agenda.search(words))


def _place(mark: str, row: Sequence[str]) -> int:
    return row.index(mark) + 1 if mark in row else 0


def _with(line: Line, words: str) -> Line:
    return Line(
        line.number,
        words,
        line.page,
        line.opens,
        line.heading,
        line.height,
        line.broken,
    )
