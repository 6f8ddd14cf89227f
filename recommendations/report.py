"""Reading the text of a report of the Working Group.

`read_report` takes the bytes of a text file and returns what it says, as plain
values; it knows no database. It is written for reports of this kind, in French or
in English, whatever the number of their sections and recommendations.
"""

import datetime
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .outline import Block, Correction, Outline, ReportError, outline
from .phrases import Phrases
from .vocabulary import Modality

__all__ = ["Report", "ReportError", "read_report"]

SYMBOL = re.compile(r"[A-Z]+(?:/[A-Za-z0-9.\-]+)+")
INLINE_POINT = re.compile(r"[\s(\u00a0]\(?([a-z])\)\s")


@dataclass(frozen=True)
class MeetingFacts:
    ordinal: int
    body: str
    place: str
    starts_on: datetime.date
    ends_on: datetime.date
    sittings: int
    chair: str
    chair_state_name: str
    symbol: str

    @property
    def code(self) -> str:
        """The same in every language of the report."""
        return f"{self.starts_on:%Y}-meeting-{self.ordinal}"


@dataclass(frozen=True)
class HeadingRow:
    position: int
    level: int
    mark: str
    title: str
    line: int


@dataclass(frozen=True)
class ParagraphRow:
    number: int
    heading: int  # position of its heading
    text: str
    line: int


@dataclass(frozen=True)
class SectionRow:
    letter: str
    title: str
    line: int


@dataclass(frozen=True)
class RecommendationRow:
    number: int
    section: str
    text: str
    modality: Modality
    wording: str
    line: int

    @property
    def stops_short(self) -> bool:
        """Whether the source ends it without a full stop."""
        return not self.text.endswith((".", "!", "?", ";"))


@dataclass(frozen=True)
class AgendaRow:
    number: int
    title: str
    parts: list[str]


@dataclass(frozen=True)
class DocumentRow:
    letter: str
    title: str
    symbols: list[str]


@dataclass(frozen=True)
class TopicRow:
    letter: str
    text: str


@dataclass
class ParticipantRow:
    name: str
    kind: str  # party, signatory, non_party, entity, organization
    represented_in: int  # paragraph
    line: int
    statements_in: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    language: str
    sha256: str
    meeting: MeetingFacts
    headings: list[HeadingRow]
    paragraphs: list[ParagraphRow]
    sections: list[SectionRow]
    recommendations: list[RecommendationRow]
    agenda: list[AgendaRow]
    documents: list[DocumentRow]
    topics: list[TopicRow]
    participants: list[ParticipantRow]
    corrections: list[Correction]


def read_report(source: bytes) -> Report:
    """What the text of a report says.

    Raises ReportError, with the number of the line, when the text is not whole or
    not in order: nothing is guessed and nothing is left out in silence.
    """
    found = outline(_decoded(source))
    _refuse_truncated(found)
    paragraphs = [block for block in found.blocks if block.kind == "paragraph"]
    headings, paragraph_rows = _headed(found)
    return Report(
        language=found.phrases.language,
        sha256=hashlib.sha256(source).hexdigest(),
        meeting=_meeting(found, paragraphs),
        headings=headings,
        paragraphs=paragraph_rows,
        sections=[
            SectionRow(block.mark, block.text, block.line)
            for block in _part(found, found.phrases.recommendations_part)
            if block.kind == "heading"
        ],
        recommendations=list(_recommendations(found)),
        agenda=list(_agenda(found.phrases, paragraphs)),
        documents=list(_documents(found.phrases, paragraphs)),
        topics=list(_topics(found.phrases, paragraphs)),
        participants=_participants(found),
        corrections=found.corrections,
    )


def _decoded(source: bytes) -> str:
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise ReportError(
            line, "the file is not in UTF-8. Save it as UTF-8 and try again."
        ) from error
    for number, line_text in enumerate(text.splitlines(), start=1):
        if re.search(r"[\x00\ufffd]|Ã[\x80-\xbf©¨ª´®]|â€", line_text):
            raise ReportError(
                number,
                "letters were lost when this file was saved in another encoding. "
                "Take the text from the document again, as UTF-8.",
            )
    return text


def _refuse_truncated(found: Outline) -> None:
    parts = [block for block in found.blocks if block.kind == "part"]
    for pattern in (found.phrases.recommendations_part, found.phrases.adoption_part):
        if not any(pattern.fullmatch(part.text) for part in parts):
            raise ReportError(
                found.last_line,
                f"the file ends without a part «{pattern.pattern}»: it is not whole. "
                "Give the whole report.",
            )
    last = found.blocks[-1]
    if last.kind != "paragraph" or not last.last.text.endswith((".", ")")):
        raise ReportError(
            found.last_line,
            "the file ends in the middle of a sentence. Give the whole report.",
        )


def _part(found: Outline, title: re.Pattern[str]) -> Iterator[Block]:
    """Blocks of the part with this title, without its own heading."""
    inside = False
    for block in found.blocks:
        if block.kind == "part":
            inside = bool(title.fullmatch(block.text))
        elif inside:
            yield block


def _under(found: Outline, title: re.Pattern[str]) -> Iterator[Block]:
    """Paragraphs under the heading with this title."""
    inside = False
    for block in found.blocks:
        if block.kind in ("part", "heading"):
            inside = bool(title.match(block.text))
        elif inside and block.kind == "paragraph":
            yield block


def _headed(found: Outline) -> tuple[list[HeadingRow], list[ParagraphRow]]:
    headings: list[HeadingRow] = []
    paragraphs: list[ParagraphRow] = []
    for block in found.blocks:
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


def _recommendations(found: Outline) -> Iterator[RecommendationRow]:
    section = ""
    for block in _part(found, found.phrases.recommendations_part):
        if block.kind == "heading":
            section = block.mark
        elif block.kind == "recommendation":
            modality, wording = _modality(found.phrases, block)
            yield RecommendationRow(
                block.number, section, block.text, modality, wording, block.line
            )


def _modality(phrases: Phrases, block: Block) -> tuple[Modality, str]:
    """What the text asks, and the words by which it asks: those that come first."""
    matches = [
        (match.start(), rank, modality, match[0])
        for rank, (pattern, modality) in enumerate(phrases.modalities)
        if (match := pattern.search(block.text))
    ]
    if not matches:
        raise ReportError(
            block.line,
            f"recommendation {block.mark} says neither «should», «encouraged» nor "
            "«invited», in the language of the report. Restore its text.",
        )
    _start, _rank, modality, wording = min(matches)
    return modality, wording


def _meeting(found: Outline, paragraphs: list[Block]) -> MeetingFacts:
    phrases = found.phrases
    whole = _first(phrases.meeting, paragraphs, found, "the meeting and its dates")
    sittings = _first(phrases.sittings, paragraphs, found, "the number of sittings")
    chair = _first(phrases.chair, paragraphs, found, "who opened the meeting")
    block, match = whole
    ordinal = phrases.ordinals.get(match[1].lower())
    if ordinal is None:
        raise ReportError(block.line, f"«{match[1]}» is not the number of a meeting.")
    starts_on, ends_on = _dates(phrases, block, match[4])
    words = sittings[1][1].lower()
    count = int(words) if words.isdigit() else phrases.numbers.get(words)
    if not count:
        raise ReportError(sittings[0].line, f"«{words}» is not a number of sittings.")
    masthead = SYMBOL.search(found.blocks[0].text)
    return MeetingFacts(
        ordinal=ordinal,
        body=match[2],
        place=match[3],
        starts_on=starts_on,
        ends_on=ends_on,
        sittings=count,
        chair=chair[1][1],
        chair_state_name=chair[1][2],
        symbol=masthead[0] if masthead else "",
    )


def _first(
    pattern: re.Pattern[str], paragraphs: list[Block], found: Outline, what: str
) -> tuple[Block, re.Match[str]]:
    for block in paragraphs:
        if match := pattern.search(block.text):
            return block, match
    raise ReportError(
        found.last_line,
        f"no paragraph tells {what}. Is a part of the report missing?",
    )


def _dates(
    phrases: Phrases, block: Block, words: str
) -> tuple[datetime.date, datetime.date]:
    for pattern in phrases.dates:
        if match := pattern.search(words):
            told = match.groupdict()
            month2 = told["month2"]
            try:
                months = [
                    phrases.months.index(month.lower()) + 1
                    for month in (told.get("month1") or month2, month2)
                ]
                year = int(told["year"])
                ends_on = datetime.date(
                    year, months[1], int(told.get("day2") or told["day1"])
                )
                return datetime.date(year, months[0], int(told["day1"])), ends_on
            except ValueError:
                break
    raise ReportError(block.line, f"«{words}» is not understood as dates.")


def _bare(text: str) -> str:
    """A title without the sign that ends its line, as the conjunction before it."""
    return re.sub(r"[\s\u00a0]*[;:.,](?:[\s\u00a0]+(?:et|and))?$", "", text.strip())


def _agenda(phrases: Phrases, paragraphs: list[Block]) -> Iterator[AgendaRow]:
    for paragraph in paragraphs:
        if phrases.agenda.search(paragraph.text):
            for item in paragraph.blocks:
                parts = [_bare(part.text) for part in item.blocks]
                yield AgendaRow(item.number, _bare(item.text), parts)


def _documents(phrases: Phrases, paragraphs: list[Block]) -> Iterator[DocumentRow]:
    for paragraph in paragraphs:
        if not phrases.documents.search(paragraph.text):
            continue
        for point in paragraph.blocks:
            symbols = SYMBOL.findall(point.text)
            if not symbols:
                raise ReportError(
                    point.line, f"document {point.mark}) has no symbol; restore it."
                )
            title = point.text[: point.text.index(symbols[0])].rstrip(" (\u00a0")
            yield DocumentRow(point.mark, title, symbols)


def _topics(phrases: Phrases, paragraphs: list[Block]) -> Iterator[TopicRow]:
    for paragraph in paragraphs:
        if not phrases.topics.search(paragraph.text):
            continue
        starts: list[re.Match[str]] = []
        for match in INLINE_POINT.finditer(paragraph.text):
            if match[1] == chr(ord("a") + len(starts)):
                starts.append(match)
        if len(starts) < 2:
            continue
        ends = [match.start() for match in starts[1:]] + [len(paragraph.text)]
        for match, end in zip(starts, ends, strict=True):
            yield TopicRow(match[1], _bare(paragraph.text[match.end() : end]))
        return


def _participants(found: Outline) -> list[ParticipantRow]:
    phrases = found.phrases
    participants: list[ParticipantRow] = []
    for block in _under(found, phrases.participation_heading):
        if not phrases.represented.search(block.text):
            continue
        before_list = re.split(r"[\s\u00a0]*:", block.text, maxsplit=1)[0]
        kind = next(
            (
                kind
                for kind, pattern in phrases.participants.items()
                if pattern.search(before_list)
            ),
            None,
        )
        names = _names(phrases, block)
        if kind is None or not names:
            raise ReportError(
                block.line,
                f"paragraph {block.mark} is not understood: who was represented?",
            )
        participants += [
            ParticipantRow(name, kind, block.number, block.line) for name in names
        ]
    if not participants:
        raise ReportError(
            found.last_line,
            "no paragraph tells who took part. Is a part of the report missing?",
        )
    _add_statements(found, participants)
    return participants


def _names(phrases: Phrases, block: Block) -> list[str]:
    """Names listed after the colon of a paragraph, or the entity it speaks of."""
    _intro, colon, listed = block.text.partition(":")
    if not colon:
        match = phrases.entity.search(block.text)
        return [match[1]] if match else []
    names = re.split(r",\s+(?![^(]*\))", _bare(listed))
    return [*names[:-1], *phrases.last_of_list.split(names[-1])]


def _add_statements(found: Outline, participants: list[ParticipantRow]) -> None:
    """Note, for each participant, the paragraphs that say it spoke."""
    phrases = found.phrases
    by_name = {participant.name: participant for participant in participants}
    for block in _under(found, phrases.statements_heading):
        if not phrases.statement.search(block.text) or phrases.secretariat.search(
            block.text
        ):
            continue
        names = (
            _names(phrases, block) if ":" in block.text else _named(block.text, by_name)
        )
        if not names:
            raise ReportError(
                block.line,
                f"paragraph {block.mark}: who made the statement is not among those "
                "represented. Correct the name here or there.",
            )
        for name in names:
            if name not in by_name:
                raise ReportError(
                    block.line,
                    f"«{name}» made a statement but is not among those represented. "
                    "Correct the name here or there.",
                )
            by_name[name].statements_in.append(block.number)


def _named(text: str, known: dict[str, ParticipantRow]) -> list[str]:
    """Names of `known` that stand in a sentence; the longest are taken first."""
    found = []
    for name in sorted(known, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
        if re.search(pattern, text):
            found.append(name)
            text = re.sub(pattern, "", text)
    return found
