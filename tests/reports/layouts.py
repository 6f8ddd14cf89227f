"""Eight layouts of a report, each a list of the pieces that a page shows."""

from dataclasses import dataclass, field

from .words import WORDS, Words

LAYOUTS = (
    "sections",
    "no_sections",
    "titles",
    "same_line",
    "other_numbers",
    "numbered",
    "own_numbers",
    "lettered",
)


@dataclass(frozen=True)
class Piece:
    kind: str  # part, section, heading, title, text, paragraph, point
    mark: str
    text: str


@dataclass
class Expected:
    language: str
    layout: str
    pieces: list[Piece] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    modalities: list[str] = field(default_factory=list)


def part(words: Words, place: int) -> Piece:
    sign = (
        "、"
        if "一" in words.part_marks
        else "- "
        if "أولاً" in words.part_marks
        else ". "
    )
    return Piece("part", f"{words.part_marks[place]}{sign}", words.parts[place])


def report(language: str, layout: str) -> Expected:  # noqa: C901  # a layout a branch
    words = WORDS[language]
    made = Expected(language, layout)
    add = made.pieces.append
    add(part(words, 0))
    add(Piece("paragraph", words.number.format(1), words.intro))
    add(part(words, 1))
    paragraph = 2
    if layout not in ("numbered",):
        add(Piece("paragraph", words.number.format(2), words.chapeau))
        paragraph = 3
    for place, (text, modality) in enumerate(words.asked):
        number = place + 1
        section = ""
        if layout == "sections":
            section = "A" if place < 4 else "B"
            if place in (0, 4):
                which = 0 if place == 0 else 1
                sign = "- " if language == "ar" else ". "
                mark = f"{words.section_marks[which]}{sign}"
                add(Piece("section", mark, words.sections[which]))
        if layout in ("sections", "no_sections"):
            add(Piece("heading", "", words.heading.format(number)))
            add(Piece("text", "", text))
        elif layout == "titles":
            heading = f"{words.heading.format(number)}: {words.titles[place]}"
            add(Piece("heading", "", heading))
            add(Piece("text", "", text))
        elif layout == "same_line":
            add(Piece("text", f"{words.heading.format(number)}. ", text))
        elif layout == "other_numbers":
            add(Piece("heading", "", words.heading.format(words.ordinals[place])))
            add(Piece("text", "", text))
        elif layout == "numbered":
            number = paragraph
            add(Piece("paragraph", words.number.format(number), text))
            paragraph += 1
        elif layout == "own_numbers":
            add(Piece("paragraph", words.number.format(number), text))
        elif layout == "lettered":
            add(Piece("point", f"({words.points[place]}) ", text))
        made.numbers.append(number)
        made.sections.append(section)
        made.texts.append(text)
        made.modalities.append(modality)
    add(part(words, 2))
    for _time in range(6):
        add(Piece("paragraph", words.number.format(paragraph), words.summary))
        paragraph += 1
    add(part(words, 3))
    add(Piece("paragraph", words.number.format(paragraph), words.adoption))
    return made
