"""Lines of a PDF, in the order in which its pages are read."""

import re
import statistics
import threading
import unicodedata
from collections.abc import Iterator
from ctypes import c_double, c_float
from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from recommendations.reading.problems import Notes, refused

from .lines import MOST_PAGES, Line

# PDFium keeps state of its own, and is entered by one thread at a time.
ONE_AT_A_TIME = threading.Lock()
HYPHENS = (0x02, 0xFFFE)
# Shares of the size of ordinary letters.
SMALL = 0.88
RAISED = 0.78
# Letters on a page, and in a file.
MOST_LETTERS = 40_000
MOST_LETTERS_IN_ALL = 2_000_000


@dataclass
class Piece:
    """Letters that stand together on one line of a page."""

    letters: list[tuple[str, float, float, float, float]] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    bold: int = 0
    broken: bool = False
    made_spaces: int = 0

    @property
    def text(self) -> str:
        return "".join(letter[0] for letter in self.letters).strip()

    @property
    def left(self) -> float:
        return min(letter[1] for letter in self.letters if letter[0] != " ")

    @property
    def right(self) -> float:
        return max(letter[3] for letter in self.letters if letter[0] != " ")

    @property
    def bottom(self) -> float:
        return statistics.median(letter[2] for letter in self.letters)

    @property
    def top(self) -> float:
        return statistics.median(letter[4] for letter in self.letters)

    @property
    def size(self) -> float:
        return statistics.median(self.sizes)

    @property
    def right_to_left(self) -> bool:
        return any("\u0590" <= letter[0] <= "\u08ff" for letter in self.letters)


Letter = tuple[str, float, float, float, float]
MIRRORED = {"(": ")", ")": "(", "[": "]", "]": "[", "«": "»", "»": "«"}
LEFT_TO_RIGHT = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z./,:\-]*[0-9A-Za-z])?")


def logical(letters: list[Letter], size: float) -> list[Letter]:
    """Letters of an Arabic line in the order in which they are read.

    Programs write them in either order, and numbers in the other one; where they
    stand on the page does not lie. Vowel signs stay with the letter under them.
    """
    clusters: list[list[Letter]] = []
    marks: list[Letter] = []
    for letter in letters:
        if letter[0] == " " and letter[1] == letter[3]:
            continue
        if unicodedata.combining(letter[0]):
            marks.append(letter)
        else:
            clusters.append([letter])
    for mark in marks:
        place = (mark[1] + mark[3]) / 2
        under = min(
            clusters,
            key=lambda cluster: abs(cluster[0][1] + cluster[0][3] - 2 * place),
        )
        under.append(mark)
    clusters.sort(key=lambda cluster: -(cluster[0][1] + cluster[0][3]))
    # Where a program writes its spaces, a gap alone is hardly one.
    written = sum(letter[0] == " " and letter[1] != letter[3] for letter in letters)
    enough = 0.6 if written > 1 else 0.2
    spaced: list[list[Letter]] = []
    for cluster in clusters:
        if spaced:
            before = spaced[-1][0]
            # Vowel signs may stand between two letters of one word.
            gap = min(x[1] for x in spaced[-1]) - max(x[3] for x in cluster)
            pair = (before[0], cluster[0][0])
            apart = " " not in pair and not all(sign.isdigit() for sign in pair)
            if apart and gap > enough * size:
                spaced.append([(" ", *before[1:])])
        spaced.append(cluster)
    text = "".join(cluster[0][0][0] for cluster in spaced)
    for match in LEFT_TO_RIGHT.finditer(text[::-1]):
        start, end = len(text) - match.end(), len(text) - match.start()
        spaced[start:end] = spaced[start:end][::-1]
    whole = [letter for cluster in spaced for letter in cluster]
    # Some programs name the brackets as they look, others as they are meant.
    turned = re.match(r"[^()]*\)[^()]*\(", "".join(letter[0] for letter in whole))
    return [(MIRRORED.get(x[0], x[0]), *x[1:]) for x in whole] if turned else whole


def lines_of_pdf(source: bytes, notes: Notes) -> list[Line]:
    with ONE_AT_A_TIME:
        pages = _pages(source)
    sizes = [size for pieces, _w, _h in pages for p in pieces for size in p.sizes]
    if not sizes:
        raise refused("scan")
    ordinary = statistics.mode(round(size, 1) for size in sizes)
    lines: list[Line] = []
    for number, (pieces, width, height) in enumerate(pages, start=1):
        lines += _page_lines(pieces, width, height, ordinary, number, notes)
    return lines


def _pages(source: bytes) -> list[tuple[list[Piece], float, float]]:
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        code = "password" if "password" in str(error).lower() else "broken_pdf"
        raise refused(code) from error
    try:
        if len(document) > MOST_PAGES:
            raise refused("too_many_pages", limit=MOST_PAGES)
        pages, letters = [], 0
        for page in document:
            pieces = list(_pieces(page))
            letters += sum(len(piece.letters) for piece in pieces)
            if letters > MOST_LETTERS_IN_ALL:
                raise refused("too_many_pages", limit=MOST_PAGES)
            pages.append((pieces, *page.get_size()))
            page.close()
    except pdfium.PdfiumError as error:
        raise refused("broken_pdf") from error
    else:
        if not pages:
            raise refused("broken_pdf")
        return pages
    finally:
        document.close()


def _pieces(page: Any) -> Iterator[Piece]:  # noqa: C901  # letter by letter
    """Pieces of lines in the order in which the page was written."""
    text = page.get_textpage()
    count = raw.FPDFText_CountChars(text)
    if count > MOST_LETTERS:
        raise refused("too_many_pages", limit=MOST_PAGES)
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    across, baseline = c_double(), c_double()
    loose = raw.FS_RECTF(c_float(), c_float(), c_float(), c_float())
    piece = Piece()
    previous: tuple[float, float, float, float] | None = None
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in (0x0A, 0x0D):
            if piece.letters:
                yield piece
                piece = Piece()
            previous = None
            continue
        raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        raw.FPDFText_GetLooseCharBox(text, index, loose)
        generated = raw.FPDFText_IsGenerated(text, index) == 1
        size = _size(text, index, loose)
        if code in HYPHENS:
            letter, broken = "-", True
        else:
            letter, broken = chr(code), False
        if generated or letter.isspace():
            if piece.letters and previous:
                # One that PDFium made has no place of its own.
                at = (previous[0] + previous[2]) / 2 if generated else loose.left
                to = at if generated else loose.right
                piece.letters.append((" ", at, previous[1], to, previous[3]))
                piece.made_spaces += generated
            continue
        raw.FPDFText_GetCharOrigin(text, index, across, baseline)
        # Boxes of letters differ; the line on which they stand does not.
        foot, head = baseline.value - 0.2 * size, baseline.value + 0.8 * size
        box = (left.value, foot, right.value, head)
        if previous and piece.letters:
            gap = max(box[0] - previous[2], previous[0] - box[2])
            dropped = previous[1] - box[1]
            if gap > 1.5 * size or abs(dropped) > 0.9 * size:
                yield piece
                piece = Piece()
        piece.letters.append((letter, *box))
        piece.sizes.append(size)
        piece.broken = broken
        piece.bold += raw.FPDFText_GetFontWeight(text, index) >= 600
        previous = box
    if piece.letters:
        yield piece
    text.close()


def _size(text: Any, index: int, loose: Any) -> float:
    """Size of a letter in points; some programs say 1 and stretch the page."""
    matrix = raw.FS_MATRIX()
    told = float(raw.FPDFText_GetFontSize(text, index))
    if raw.FPDFText_GetMatrix(text, index, matrix):
        told *= abs(matrix.d) or abs(matrix.b) or 1.0
    return told if 2 < told < 200 else abs(loose.top - loose.bottom)


def _page_lines(
    pieces: list[Piece],
    width: float,
    height: float,
    ordinary: float,
    page: int,
    notes: Notes,
) -> list[Line]:
    pieces = [piece for piece in pieces if piece.sizes and piece.text]
    middle_of = [piece for piece in pieces if _is_inside(piece, height)]
    edges = [piece for piece in pieces if not _is_inside(piece, height)]
    ordered = _in_reading_order(middle_of, width)
    for row in _rows(edges):
        above = row[0].top > height / 2
        ordered.insert(0 if above else len(ordered), _joined(row))
    lines: list[Line] = []
    previous: Piece | None = None
    for number, piece in enumerate(ordered, start=1):
        text = _without_marks(piece, ordinary, page, number, notes)
        gap = previous.bottom - piece.top if previous else None
        opens = gap is not None and (gap > 0.35 * ordinary or gap < -3 * ordinary)
        middle = (piece.top + piece.bottom) / 2
        small = piece.size < SMALL * ordinary
        lines.append(
            Line(
                number,
                text,
                page,
                # A new page or column tells nothing.
                opens=None if gap is None or gap < -3 * ordinary else opens,
                heading=piece.bold > len(piece.sizes) * 0.8,
                height=1 - middle / height,
                broken=piece.broken,
            )
        )
        if small and lines[-1].height > 0.5:
            lines[-1] = replace(lines[-1], text="\0" + lines[-1].text)
        previous = piece
    return _without_footnotes(lines, notes)


def _without_footnotes(lines: list[Line], notes: Notes) -> list[Line]:
    """Small lines at the foot of a page are its notes; small ones elsewhere stay."""
    kept = []
    for index, line in enumerate(lines):
        if not line.text.startswith("\0"):
            kept.append(line)
            continue
        line = replace(line, text=line.text[1:])
        # Up to the end of the page, or of its column.
        rest = []
        for other in lines[index:]:
            if other.height <= line.height - 0.2:
                break
            rest.append(other)
        if all(other.text.startswith("\0") or other.height > 0.9 for other in rest):
            notes.take_out("footnote", line.number, line.page, line.text)
        else:
            kept.append(line)
    return kept


def _without_marks(
    piece: Piece, ordinary: float, page: int, number: int, notes: Notes
) -> str:
    """Its text without raised numbers that point to a footnote."""
    if piece.size < SMALL * ordinary:
        return piece.text
    text, mark = "", ""
    sizes = iter(piece.sizes)
    for letter in piece.letters:
        size = ordinary if letter[0] == " " else next(sizes, ordinary)
        raised = size < RAISED * piece.size and letter[2] > piece.bottom
        if raised and (letter[0].isdigit() or letter[0] == "*"):
            mark += letter[0]
        else:
            text += letter[0]
    if mark:
        notes.take_out("note_mark", number, page, mark)
    return " ".join(text.split()) if mark else text.strip()


def _is_inside(piece: Piece, height: float) -> bool:
    middle = 1 - (piece.top + piece.bottom) / 2 / height
    return 0.1 < middle < 0.9


def _in_reading_order(pieces: list[Piece], width: float) -> list[Piece]:
    pieces = [segment for row in _rows(pieces) for segment in _segments(row)]
    gutter = _gutter(pieces, width)
    if gutter is None:
        return [_joined(row) for row in _rows(pieces)]
    ordered: list[Piece] = []
    columns: tuple[list[Piece], list[Piece]] = ([], [])
    first = 1 if sum(p.right_to_left for p in pieces) * 2 > len(pieces) else 0

    def flush() -> None:
        for side in (first, 1 - first):
            ordered.extend(_joined(row) for row in _rows(columns[side]))
            columns[side].clear()

    for piece in sorted(pieces, key=lambda p: -p.top):
        if piece.left < gutter - 2 and piece.right > gutter + 2:
            flush()
            ordered.append(_joined([piece]))
        else:
            columns[int((piece.left + piece.right) / 2 > gutter)].append(piece)
    flush()
    return ordered


def _rows(pieces: list[Piece]) -> list[list[Piece]]:
    """Pieces of one height together, from the top of the page."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: -(p.bottom + p.top)):
        middle = (piece.bottom + piece.top) / 2
        if rows and rows[-1][0].bottom < middle < rows[-1][0].top:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        backwards = sum(p.right_to_left for p in row) * 2 > len(row)
        row.sort(key=lambda p: -p.right if backwards else p.left)
    return rows


def _segments(row: list[Piece]) -> list[Piece]:
    """Pieces of a row, those together that stand near each other."""
    near: list[list[Piece]] = []
    for piece in sorted(row, key=lambda p: p.left):
        if near and piece.left - near[-1][-1].right < 1.2 * piece.size:
            near[-1].append(piece)
        else:
            near.append([piece])
    segments = []
    for pieces in near:
        if sum(p.right_to_left for p in pieces) * 2 > len(pieces):
            pieces.reverse()
        segments.append(_joined(pieces))
    return segments


def _gutter(pieces: list[Piece], width: float) -> float | None:
    """Where two columns part, if the page has two: hardly a line goes across."""
    best, fewest = None, 0.25 * len(pieces)
    for share in range(40, 61):
        x = width * share / 100
        left = sum(piece.right <= x for piece in pieces)
        right = sum(piece.left >= x for piece in pieces)
        across = len(pieces) - left - right
        if min(left, right) >= 4 and across < fewest:
            best, fewest = x, across
    return best


def _joined(row: list[Piece]) -> Piece:
    whole = Piece()
    for piece in row:
        if whole.letters:
            whole.letters.append((" ", *piece.letters[0][1:]))
        whole.letters += piece.letters
        whole.sizes += piece.sizes
        whole.bold += piece.bold
        whole.broken = piece.broken
    if whole.right_to_left:
        whole.letters = logical([x for p in row for x in p.letters], whole.size)
    return whole
