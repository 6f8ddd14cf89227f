"""What a report tells of its meeting. None of it must be told: gaps are said."""

import datetime
import re
from collections.abc import Iterator

from .furniture import SYMBOL
from .languages import Phrases
from .outline import Block
from .problems import Notes
from .rows import AgendaRow, DocumentRow, MeetingFacts, ParticipantRow, TopicRow

INLINE_POINT = re.compile(r"[\s(\u00a0]\(?([a-z])\)\s")


def meeting_of(blocks: list[Block], phrases: Phrases, notes: Notes) -> MeetingFacts:
    """Ordinal, body, place, days, sittings, chair and symbol, as far as told."""
    told = [
        block for block in blocks if block.kind in ("paragraph", "text", "preamble")
    ]
    facts: dict[str, object] = {}
    if (found := _first(phrases.meeting, told)) is not None:
        facts.update(_meeting(phrases, *found, notes))
    else:
        notes.say("no_meeting")
    if (found := _first(phrases.sittings, told)) is not None:
        words = found[1][1].lower()
        count = int(words) if words.isdecimal() else phrases.numbers.get(words)
        facts["sittings"] = count
    if not facts.get("sittings"):
        notes.say("no_sittings")
    if (found := _first(phrases.chair, told)) is not None:
        facts["chair"], facts["chair_state_name"] = found[1][1], found[1][2]
    else:
        notes.say("no_chair")
    masthead = SYMBOL.search(blocks[0].text)
    if masthead:
        facts["symbol"] = masthead[0]
    else:
        notes.say("no_symbol")
    return MeetingFacts(**facts)  # type: ignore[arg-type]


def _first(
    pattern: re.Pattern[str] | None, blocks: list[Block]
) -> tuple[Block, re.Match[str]] | None:
    if pattern is None:
        return None
    for block in blocks:
        if match := pattern.search(block.text.replace("\u00a0", " ")):
            return block, match
    return None


def _meeting(
    phrases: Phrases, block: Block, match: re.Match[str], notes: Notes
) -> dict[str, object]:
    if phrases.language == "zh":
        body, mark, words, place = match[1], match[2], match[3], match[4]
    else:
        mark, body, place, words = match[1], match[2], match[3], match[4]
    ordinal = int(mark) if mark.isdecimal() else phrases.ordinals.get(mark.lower())
    facts: dict[str, object] = {"ordinal": ordinal, "body": body, "place": place}
    days = _dates(phrases, words)
    if days is None:
        notes.say("no_dates", block.line, block.page, text=words)
    else:
        facts["starts_on"], facts["ends_on"] = days
    return facts


def _dates(phrases: Phrases, words: str) -> tuple[datetime.date, datetime.date] | None:
    for pattern in phrases.dates:
        if match := pattern.search(words):
            said = match.groupdict()
            month2 = said["month2"]
            try:
                months = [
                    phrases.months.index(month.strip().lower()) + 1
                    for month in (said.get("month1") or month2, month2)
                ]
                year = int(said["year"])
                return (
                    datetime.date(year, months[0], int(said["day1"])),
                    datetime.date(
                        year, months[1], int(said.get("day2") or said["day1"])
                    ),
                )
            except ValueError:
                return None
    return None


def bare(text: str) -> str:
    """A title without the sign that ends its line, as the conjunction before it."""
    return re.sub(r"[\s\u00a0]*[;:.,](?:[\s\u00a0]+(?:et|and|y))?$", "", text.strip())


def agenda_of(phrases: Phrases, paragraphs: list[Block]) -> Iterator[AgendaRow]:
    for paragraph in paragraphs:
        if phrases.agenda and phrases.agenda.search(paragraph.text):
            for item in paragraph.blocks:
                if item.kind == "item":
                    parts = [bare(part.text) for part in item.blocks]
                    yield AgendaRow(item.number, bare(item.text), parts)


def documents_of(
    phrases: Phrases, paragraphs: list[Block], notes: Notes
) -> Iterator[DocumentRow]:
    for paragraph in paragraphs:
        if not phrases.documents or not phrases.documents.search(paragraph.text):
            continue
        for point in paragraph.blocks:
            symbols = SYMBOL.findall(point.text)
            title = bare(point.text)
            if symbols:
                title = point.text[: point.text.index(symbols[0])].rstrip(" (\u00a0")
            else:
                notes.say("document_symbol", point.line, point.page, mark=point.mark)
            yield DocumentRow(point.mark, title, symbols)


def topics_of(phrases: Phrases, paragraphs: list[Block]) -> Iterator[TopicRow]:
    for paragraph in paragraphs:
        if not phrases.topics or not phrases.topics.search(paragraph.text):
            continue
        starts: list[re.Match[str]] = []
        for match in INLINE_POINT.finditer(paragraph.text):
            if match[1] == chr(ord("a") + len(starts)):
                starts.append(match)
        if len(starts) < 2:
            continue
        ends = [match.start() for match in starts[1:]] + [len(paragraph.text)]
        for match, end in zip(starts, ends, strict=True):
            yield TopicRow(match[1], bare(paragraph.text[match.end() : end]))
        return


def _under(blocks: list[Block], title: re.Pattern[str] | None) -> Iterator[Block]:
    """Paragraphs under the heading with this title."""
    inside = False
    for block in blocks:
        if block.kind in ("part", "heading"):
            inside = bool(title and title.match(block.text))
        elif inside and block.kind == "paragraph":
            yield block


def participants_of(
    blocks: list[Block], phrases: Phrases, notes: Notes
) -> list[ParticipantRow]:
    participants: list[ParticipantRow] = []
    for block in _under(blocks, phrases.participation_heading):
        if not phrases.represented or not phrases.represented.search(block.text):
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
            notes.say("not_represented", block.line, block.page, mark=block.mark)
            continue
        participants += [
            ParticipantRow(name, kind, block.number, block.line) for name in names
        ]
    if not participants:
        notes.say("no_participants")
        return []
    _add_statements(blocks, phrases, participants, notes)
    return participants


def _names(phrases: Phrases, block: Block) -> list[str]:
    """Names listed after the colon of a paragraph, or the entity it speaks of."""
    _intro, colon, listed = block.text.partition(":")
    if not colon:
        match = phrases.entity.search(block.text) if phrases.entity else None
        return [match[1]] if match else []
    names = re.split(r",\s+(?![^(]*\))", bare(listed))
    last = phrases.last_of_list
    return [*names[:-1], *(last.split(names[-1]) if last else names[-1:])]


def _add_statements(
    blocks: list[Block],
    phrases: Phrases,
    participants: list[ParticipantRow],
    notes: Notes,
) -> None:
    """Note, for each participant, the paragraphs that say it spoke."""
    by_name = {participant.name: participant for participant in participants}
    for block in _under(blocks, phrases.statements_heading):
        spoken = phrases.statement and phrases.statement.search(block.text)
        if not spoken or (
            phrases.secretariat and phrases.secretariat.search(block.text)
        ):
            continue
        names = (
            _names(phrases, block) if ":" in block.text else _named(block.text, by_name)
        )
        if not names:
            notes.say("no_speaker", block.line, block.page, mark=block.mark)
        for name in names:
            if name not in by_name:
                notes.say("unknown_speaker", block.line, block.page, name=name)
            else:
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
