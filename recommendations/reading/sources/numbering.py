"""Numbers that Word makes itself: they stand in no text, and are counted here."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

ROMAN_VALUES = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
ALPHABETS = {
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщэюя",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
}
CHINESE = "〇一二三四五六七八九"
CHINESE_FORMATS = (
    "chineseCounting",
    "chineseCountingThousand",
    "ideographDigital",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
)


def roman(number: int) -> str:
    text = ""
    for value, letters in ROMAN_VALUES:
        while number >= value:
            text += letters
            number -= value
    return text


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return CHINESE[ones]
    return ("" if tens == 1 else CHINESE[tens]) + "十" + (CHINESE[ones] if ones else "")


def written(number: int, form: str) -> str:
    """A number as Word prints it; "" for what has none."""
    if form in ("none", "bullet"):
        return ""
    lower = form[:5].replace("upper", "lower") + form[5:]
    lower = lower.replace("russianUpper", "russianLower")
    if lower in ALPHABETS:
        letters = ALPHABETS[lower]
        text = letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1)
    elif lower == "lowerRoman":
        text = roman(number)
    elif form in CHINESE_FORMATS and number < 100:
        return chinese(number)
    elif form == "decimalZero":
        return f"{number:02d}"
    else:
        return str(number)
    return text.upper() if "pper" in form else text


@dataclass
class Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None


@dataclass
class Numbering:
    # Number of a list → (its description, its levels).
    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    of_styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    started: set[str] = field(default_factory=set)
    overrides: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, document: Any) -> "Numbering":
        numbering = cls()
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return numbering
        described = {}
        for abstract in root.findall(qn("w:abstractNum")):
            described[abstract.get(qn("w:abstractNumId"))] = {
                int(level.get(qn("w:ilvl"))): _level(level)
                for level in abstract.findall(qn("w:lvl"))
            }
        for num in root.findall(qn("w:num")):
            key = num.get(qn("w:numId"))
            name = num.find(qn("w:abstractNumId")).get(qn("w:val"))
            levels = dict(described.get(name, {}))
            for override in num.findall(qn("w:lvlOverride")):
                place = int(override.get(qn("w:ilvl")))
                own = override.find(qn("w:lvl"))
                if own is not None:
                    levels[place] = _level(own)
                start = override.find(qn("w:startOverride"))
                if start is not None:
                    old = levels.get(place, Level())
                    levels[place] = Level(
                        int(start.get(qn("w:val"))), old.form, old.text, old.restart
                    )
                    numbering.overrides[key].add(place)
            numbering.lists[key] = (name, levels)
        numbering._read_styles(document)
        return numbering

    def _read_styles(self, document: Any) -> None:
        based = {}
        for style in document.styles.element.findall(qn("w:style")):
            key = style.get(qn("w:styleId"))
            parent = style.find(qn("w:basedOn"))
            if parent is not None:
                based[key] = parent.get(qn("w:val"))
            found = _numbered(style.find(qn("w:pPr")))
            if found is not None:
                self.of_styles[key] = found
        for key in based:
            seen = {key}
            parent_key: str | None = based[key]
            while key not in self.of_styles and parent_key and parent_key not in seen:
                seen.add(parent_key)
                if parent_key in self.of_styles:
                    self.of_styles[key] = self.of_styles[parent_key]
                parent_key = based.get(parent_key)

    def mark(self, properties: Any, style: str) -> str:
        """What Word prints before the paragraph that comes now."""
        inherited = self.of_styles.get(style)
        found = _numbered(properties, inherited) or inherited
        if found is None or found[0] not in self.lists:
            return ""
        key, place = found
        name, levels = self.lists[key]
        level = levels.get(place, Level())
        counts = self.counts[name]
        if key not in self.started:
            self.started.add(key)
            for overridden in self.overrides[key]:
                counts.pop(overridden, None)
        counts[place] = counts[place] + 1 if place in counts else level.start
        for deeper in [other for other in counts if other > place]:
            below = levels.get(deeper, Level())
            if below.restart is None or place < below.restart:
                del counts[deeper]
        if level.form in ("none", "bullet"):
            return ""

        def of_level(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            described = levels.get(other, Level())
            return written(counts.get(other, described.start), described.form)

        return re.sub(r"%(\d)", of_level, level.text).strip()


def _level(element: Any) -> Level:
    def value(name: str, default: str) -> str:
        found = element.find(qn(name))
        return default if found is None else str(found.get(qn("w:val"), default))

    restart = value("w:lvlRestart", "")
    return Level(
        int(value("w:start", "1")),
        value("w:numFmt", "decimal"),
        value("w:lvlText", ""),
        int(restart) if restart else None,
    )


def _numbered(
    properties: Any, inherited: tuple[str, int] | None = None
) -> tuple[str, int] | None:
    found = properties.find(qn("w:numPr")) if properties is not None else None
    if found is None:
        return None
    number, place = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
    depth = int(place.get(qn("w:val"))) if place is not None else None
    if number is None:
        return (inherited[0], depth or 0) if inherited else None
    return str(number.get(qn("w:val"))), depth if depth is not None else 0
