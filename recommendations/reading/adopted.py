"""Which blocks of a report are its recommendations, and how each of them asks."""

import re
from collections.abc import Iterator

from recommendations.vocabulary import Modality

from .languages import Phrases
from .outline import FULL_STOP, LONGEST_TITLE, Block, begins_small
from .problems import Notes
from .rows import RecommendationRow
from .sources.lines import Line

# Arabic may write its vowels or not.
SIGNS = re.compile("[\u064b-\u0652]")
# How far from its beginning a text may say how it asks.
LONGEST_PLAIN_TITLE = 140


def adopted(blocks: list[Block], phrases: Phrases, notes: Notes) -> tuple[str, str]:
    """Make recommendations of paragraphs and points where a report has them so.

    Returns the layout, and how the numbers are told: as printed, or counted.
    """
    for block in blocks:
        if block.kind == "recommendation":
            return "headed", "printed"
    announced = [block for block in blocks if _announces(block, phrases)]
    under = [block for block in announced if len(block.blocks) > 1]
    for block in under:
        block.is_chapeau = True
    plain = [
        block
        for block in blocks
        if block.kind == "paragraph"
        and block.in_recommendations
        and not (block in announced and (block in under or not _asks(block, phrases)))
    ]
    if under:
        _count_on(blocks, plain, under)
        return "lettered", "counted"
    for block in plain:
        block.kind = "recommendation"
    return "numbered", "printed"


def _count_on(blocks: list[Block], plain: list[Block], under: list[Block]) -> None:
    """Give points, and paragraphs beside them, one row of numbers."""
    number = 0
    for block in list(blocks):
        if block in under:
            place = blocks.index(block)
            for point in block.blocks:
                number += 1
                point.number = number
                point.kind = "recommendation"
                point.mark = f"{block.number} ({point.mark})"
                point.section = block.section
                place += 1
                blocks.insert(place, point)
            block.blocks = []
        elif block in plain:
            number += 1
            block.kind = "recommendation"
            block.number = number


def _text(block: Block) -> str:
    return " ".join(line.text.strip() for line in block.lines)


def _announces(block: Block, phrases: Phrases) -> bool:
    if block.kind not in ("paragraph", "text"):
        return False
    return bool(phrases.chapeau.search(_text(block)))


def _asks(block: Block, phrases: Phrases) -> bool:
    text = _text(block)
    return any(
        modality not in (Modality.ACT, Modality.CONSIDER)
        and pattern.search(text)
        and not phrases.chapeau.search(text)
        for pattern, modality in phrases.modalities
    )


# Titles ------------------------------------------------------------------------------


def without_titles(blocks: list[Block], phrases: Phrases, notes: Notes) -> None:
    """Take the titles of recommendations out of their texts, and those that follow."""
    for block in blocks:
        if block.kind == "recommendation":
            _take_own_title(block, phrases, notes)
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        if block.kind == "recommendation" and block.lines and following is not None:
            _take_next_title(block, notes)


def _says_how(text: str, phrases: Phrases) -> bool:
    text = SIGNS.sub("", text)
    return any(
        pattern.search(text)
        for pattern, modality in phrases.modalities
        if modality not in (Modality.ACT, Modality.CONSIDER)
    )


def _take_own_title(block: Block, phrases: Phrases, notes: Notes) -> None:
    for count in range(1, min(LONGEST_TITLE, len(block.lines) - 1) + 1):
        title = " ".join(line.text.strip() for line in block.lines[:count])
        after = block.lines[count]
        if _says_how(title, phrases) or len(title) > LONGEST_PLAIN_TITLE:
            return
        if FULL_STOP.search(title) or title.endswith((",", "،", "，")):
            return
        if not phrases.subject.match(SIGNS.sub("", after.text.strip())):
            continue
        rest = " ".join(line.text.strip() for line in block.lines[count:])
        if not _says_how(rest, phrases) or begins_small(after.text.strip()):
            return
        # Small words end no title: «… the response of / States parties should».
        sure = after.opens is True or block.lines[0].heading
        # A line that stops early stops for a reason.
        short = len(block.lines[count - 1].text.strip()) < 0.6 * max(
            len(line.text.strip()) for line in block.lines
        )
        if sure or notes.ask(
            "title", block.lines[0].number, block.page, title, otherwise=short
        ):
            notes.take_out("title", block.lines[0].number, block.page, title)
            block.title = title
            block.lines = block.lines[count:]
        return


def _take_next_title(block: Block, notes: Notes) -> None:
    """A title without a mark that stands before the next recommendation."""
    lines: list[Line] = []
    while len(block.lines) > 1 and len(lines) < LONGEST_TITLE:
        last = block.lines[-1]
        text = last.text.strip()
        if FULL_STOP.search(text) or text.endswith((":", "：")) or len(text) > 100:
            break
        lines.insert(0, last)
        block.lines = block.lines[:-1]
    closed = FULL_STOP.search(block.lines[-1].text.strip())
    title = " ".join(line.text.strip() for line in lines)
    likely = lines and closed and not begins_small(title)
    if likely and notes.ask(
        "title", lines[0].number, lines[0].page, title, otherwise=True
    ):
        notes.take_out("title", lines[0].number, lines[0].page, title)
    else:
        block.lines = block.lines + lines


# Rows --------------------------------------------------------------------------------


def rows(
    blocks: list[Block], phrases: Phrases, notes: Notes
) -> Iterator[RecommendationRow]:
    for block in blocks:
        if block.kind != "recommendation":
            continue
        modality, wording = how_it_asks(block.text, phrases)
        if modality == Modality.UNKNOWN:
            notes.say("wording", block.line, block.page, number=block.number)
        yield RecommendationRow(
            block.number,
            block.section,
            "\n".join(
                [
                    block.text,
                    *(f"({point.mark}) {point.whole_text}" for point in block.blocks),
                ]
            ),
            modality,
            wording,
            block.line,
            block.page,
            block.title,
            block.mark,
        )


def how_it_asks(text: str, phrases: Phrases) -> tuple[Modality, str]:
    """What the text asks, and the words by which it asks: those that come first."""
    plain = SIGNS.sub("", text.replace("\u00a0", " "))
    matches = [
        (match.start(), rank, modality, match[0].strip())
        for rank, (pattern, modality) in enumerate(phrases.modalities)
        if (match := pattern.search(plain))
    ]
    if not matches:
        return Modality.UNKNOWN, ""
    _start, _rank, modality, wording = min(matches)
    # What begins with a verb may say later, in a full sentence, how it asks.
    if modality in (Modality.ACT, Modality.CONSIDER) and len(matches) > 1:
        asked = [m for m in matches if m[2] not in (Modality.ACT, Modality.CONSIDER)]
        first_sentence = re.split(r"[.;:。；؛]", plain, maxsplit=1)[0]
        if asked and min(asked)[0] < len(first_sentence):
            _start, _rank, modality, wording = min(asked)
    # The text keeps its own spaces, and Arabic is told without its signs.
    place = plain.find(wording)
    return modality, (
        text[place : place + len(wording)] if len(plain) == len(text) else wording
    )
