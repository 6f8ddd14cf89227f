"""Lines of a text file, in the encodings that people still meet."""

import re

from recommendations.reading.languages import LANGUAGES, language_of
from recommendations.reading.problems import Notes, refused

from .lines import Line

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Which encoding wrote which languages.
LEGACY = {
    "cp1252": ("fr", "es", "en"),
    "cp1251": ("ru",),
    "cp1256": ("ar",),
    "gb18030": ("zh",),
}
# Saved twice: UTF-8 read as Windows-1252, or letters that had no place.
LOST = re.compile(r"[\x00\ufffd]|Ã[\x80-\xbf©¨ª´®]|â€|\?{4,}")
LETTER = re.compile(r"[^\W\d_]")


def lines_of_text(source: bytes, notes: Notes, language: str = "") -> list[Line]:
    text = _decoded(source, notes, language)
    lines: list[Line] = []
    page, paged = 1, "\f" in text
    blank = True
    for number, line in enumerate(re.split(r"\r\n|\n|\r|(?<=\f)", text), start=1):
        if LOST.search(line):
            raise refused("lost_letters", number)
        lines.append(Line(number, line, page if paged else 0, opens=blank or None))
        blank = not line.strip()
        page += line.count("\f")
    return lines


def _decoded(source: bytes, notes: Notes, language: str) -> str:
    for mark, encoding in BOMS:
        if source.startswith(mark):
            try:
                return source[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise refused("lost_letters", _line_at(source, error.start)) from error
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        found = _legacy(source, language)
        if found is None:
            raise refused("encoding", _line_at(source, error.start)) from error
        text, encoding = found
        notes.take_out("encoding", 0, 0, encoding)
        return text


def _line_at(source: bytes, place: int) -> int:
    return source.count(b"\n", 0, place) + 1


def _legacy(source: bytes, language: str) -> tuple[str, str] | None:
    """The text in the one old encoding that makes sense of it, if only one does."""
    readings = []
    for encoding, languages in LEGACY.items():
        try:
            text = source.decode(encoding)
        except UnicodeDecodeError:
            continue
        told = language_of(text.splitlines())
        if told not in languages or (language and told != language):
            continue
        if _is_sensible(text, told):
            readings.append((text, encoding))
    return readings[0] if len(readings) == 1 else None


def _is_sensible(text: str, language: str) -> bool:
    """Whether it holds words of the language, and no letters that it does not use."""
    phrases = LANGUAGES[language]
    lines = text.splitlines()
    known = sum(
        bool(
            phrases.recommendation.match(line.strip())
            or phrases.chapeau.search(line)
            or phrases.recommendations_part.search(line)
        )
        for line in lines
    )
    strange = re.findall(r"[\x80-\x9f¤¦¨¬±¶¸¼½¾×÷ƒˆ‡‰]", text)
    return bool(known) and len(strange) * 200 <= len(LETTER.findall(text))
