"""Any lines, as a workbook for spreadsheets (XLSX), one line at a time.

A cell is never guessed: text is written as text, so that nothing in it can be
calculated, followed or turned into a date.
"""

import datetime
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any
from wsgiref.util import FileWrapper

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import get_language_bidi, ngettext, pgettext
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileSizeError
from xlsxwriter.worksheet import Worksheet

from tracking.filters import ListFilter
from tracking.models import User
from tracking.models.accounts.reader import reading_as

from .columns import STARTS_A_FORMULA, Kind
from .stream import PIECE_BYTES, select

# Limits of the format, the line of headings included.
MOST_LINES, MOST_UNITS = 1_048_576, 32_767
LINES_AT_A_TIME = 500
FORMULA = re.compile(STARTS_A_FORMULA)
# What XML cannot hold, or hides; what stands for it says that something was there.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
ILLEGAL_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
MOST_IN_A_NAME = 31
# Earlier days have no number in a spreadsheet, and stay text.
FIRST_DAY = datetime.date(1900, 3, 1)
WIDTHS = {
    Kind.TEXT: 40,
    Kind.CODES: 30,
    Kind.RECOMMENDATIONS: 30,
    Kind.NUMBER: 12,
    Kind.DATE: 12,
    Kind.TIME: 19,
}
Line = Sequence[str]
Fact = tuple[str, str]


class TooLongError(Exception):
    """More than one sheet can hold."""


def too_long() -> str:
    """What is said instead."""
    return _(
        "This is more than one sheet of a workbook can hold (%(most)s rows). Take the "
        "CSV file, or ask for less with a filter."
    ) % {"most": f"{MOST_LINES - 1:,}"}


class TextSheet(Worksheet):  # type: ignore[misc] # the library ships no types
    """A sheet whose texts are read back as they were written, whatever is in them."""

    @staticmethod
    def _escape_control_characters(text: str) -> str:
        """What looks like an escaped character is a text, also where two overlap."""
        return ESCAPED.sub("_x005F_", text)

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        """A text between <r> and </r> is a text, and no markup of a person's."""
        self._xml_inline_string(string, True, attributes)


def lines_of(
    rows: QuerySet[Any], expressions: Sequence[Combinable], reader: User | AnonymousUser
) -> Iterator[Line]:
    """The cells of each row as text, a few rows at a time.

    Raises TooLongError before the first when a sheet could not hold them.
    """
    if rows.count() >= MOST_LINES:
        raise TooLongError
    statement, params = select(rows, expressions)
    with (
        reading_as(reader, savepoint=False),
        # On the server: however long the file takes, each question to it is short.
        connection.chunked_cursor() as cursor,
    ):
        cursor.execute(statement, params)
        while lines := cursor.fetchmany(LINES_AT_A_TIME):
            yield from lines


def workbook(
    title: str,
    headers: Sequence[str],
    kinds: Sequence[Kind],
    lines: Iterable[Line],
    about: Iterable[Fact],
) -> IO[bytes]:
    """The workbook as an open file that is gone when it is closed.

    One sheet with the lines and one that says what they are. Raises TooLongError.
    """
    file = tempfile.TemporaryFile(prefix="suivi-")  # noqa: SIM115 -- who asked closes
    try:
        # What is written on the way goes with its folder, whatever happens.
        with tempfile.TemporaryDirectory(prefix="suivi-") as folder:
            options = {"constant_memory": True, "tmpdir": folder}
            with Workbook(file, options) as book:
                book.set_properties({"title": title, "comments": settings.BASE_URL})
                sheet = Sheet(book, title)
                apart = Sheet(book, pgettext("sheet of a workbook", "About this file"))
                sheet.fill(headers, kinds, lines)
                apart.explain(title, [*about, *sheet.facts()])
    except FileSizeError as error:
        file.close()
        raise TooLongError from error
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def in_pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file, read as it is sent, and closed with the response."""
    return FileWrapper(file, PIECE_BYTES)


class Sheet:
    """One sheet, written from its first line to its last."""

    def __init__(self, book: Any, name: str) -> None:
        self.sheet = book.add_worksheet(sheet_name(name), worksheet_class=TextSheet)
        if get_language_bidi():
            self.sheet.right_to_left()
        top = {"valign": "top"}
        self.heading = book.add_format({**top, "bold": True, "text_wrap": True})
        self.plain = book.add_format(top)
        self.wrapped = book.add_format({**top, "text_wrap": True})
        # A text that would be calculated if it were typed stays text when edited.
        self.quoted = book.add_format({**top, "quote_prefix": True})
        self.day = book.add_format({**top, "num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({**top, "num_format": "yyyy-mm-dd hh:mm:ss"})
        self.lines = self.cut = self.replaced = 0

    def fill(
        self, headers: Sequence[str], kinds: Sequence[Kind], lines: Iterable[Line]
    ) -> None:
        """Headings that stay in sight, and one line each."""
        for place, kind in enumerate(kinds):
            self.sheet.set_column(place, place, WIDTHS.get(kind, 18), self.plain)
        self.sheet.freeze_panes(1, 0)
        for place, header in enumerate(headers):
            self.sheet.write_string(0, place, self.legible(header), self.heading)
        writers = [self.writer(kind) for kind in kinds]
        last = len(kinds) - 1
        for line in lines:
            self.lines += 1
            if self.lines >= MOST_LINES:
                raise TooLongError
            for place, (write, cell) in enumerate(zip(writers, line, strict=True)):
                if cell:
                    write(self.lines, place, cell)
        self.sheet.autofilter(0, 0, self.lines, last)
        # Numbers of measures, codes that are digits: meant as text.
        self.sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def explain(self, title: str, facts: Iterable[Fact]) -> None:
        self.sheet.set_column(0, 0, 30)
        self.sheet.set_column(1, 1, 80)
        self.sheet.write_string(0, 0, self.legible(title), self.heading)
        for number, (label, value) in enumerate(facts, start=1):
            self.sheet.write_string(number, 0, self.legible(label), self.heading)
            text = self.legible(value)
            style = self.quoted if FORMULA.match(value) else self.wrapped
            self.sheet.write_string(number, 1, text, style)

    def facts(self) -> list[Fact]:
        """What was found on the way; to be said when all lines are written."""
        found = [(_("Rows"), str(self.lines)), (_("Times"), _("In UTC."))]
        if self.cut:
            sentence = ngettext(
                "%(number)s text was longer than a cell can hold, and was cut where "
                "it says so. The CSV file has it whole.",
                "%(number)s texts were longer than a cell can hold, and were cut "
                "where they say so. The CSV file has them whole.",
                self.cut,
            )
            found.append((_("Cut"), sentence % {"number": self.cut}))
        if self.replaced:
            sentence = ngettext(
                "%(number)s text holds characters that this format does not know; "
                "%(mark)s stands for each.",
                "%(number)s texts hold characters that this format does not know; "
                "%(mark)s stands for each.",
                self.replaced,
            )
            facts = {"number": self.replaced, "mark": REPLACEMENT}
            found.append((_("Replaced"), sentence % facts))
        return found

    def writer(self, kind: Kind) -> Callable[[int, int, str], None]:
        """What writes the cells of a column."""
        return {
            Kind.NUMBER: self.write_number,
            Kind.DATE: self.write_day,
            Kind.TIME: self.write_moment,
        }.get(kind, self.write_text)

    def write_text(self, line: int, place: int, text: str) -> None:
        style = self.quoted if FORMULA.match(text) else self.plain
        self.sheet.write_string(line, place, self.legible(text), style)

    def write_number(self, line: int, place: int, text: str) -> None:
        try:
            number = int(text)
        except ValueError:
            self.write_text(line, place, text)
        else:
            self.sheet.write_number(line, place, number, self.plain)

    def write_day(self, line: int, place: int, text: str) -> None:
        """A day as one; a year or a month stays what it is."""
        try:
            day = datetime.date.fromisoformat(text)
        except ValueError:
            self.write_text(line, place, text)
        else:
            if day < FIRST_DAY:
                self.write_text(line, place, text)
            else:
                self.sheet.write_datetime(line, place, day, self.day)

    def write_moment(self, line: int, place: int, text: str) -> None:
        moment = datetime.datetime.fromisoformat(text).replace(tzinfo=None)
        self.sheet.write_datetime(line, place, moment, self.moment)

    def legible(self, text: str) -> str:
        """The text as a cell can hold it: no foreign characters, not too long."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text, times = ILLEGAL.subn(REPLACEMENT, text)
        self.replaced += bool(times)
        if len(text) > MOST_UNITS // 2 and units(text) > MOST_UNITS:
            self.cut += 1
            mark = "\n" + _("[Cut here: a cell holds no more.]")
            kept = text.encode("utf-16-le")[: 2 * (MOST_UNITS - units(mark))]
            # A character of two units is not cut in the middle.
            text = kept.decode("utf-16-le", "ignore") + mark
        return text


def units(text: str) -> int:
    """Length as spreadsheets count it: characters beyond U+FFFF count twice."""
    return len(text.encode("utf-16-le")) // 2


def sheet_name(name: str) -> str:
    """The name as spreadsheets allow it, whatever a translation brings."""
    return ILLEGAL_IN_A_NAME.sub(" ", name)[:MOST_IN_A_NAME].strip() or "Suivi"


def about(found: ListFilter, reader: User | AnonymousUser, source: str) -> list[Fact]:
    """Whose eyes, which questions, when: nothing in it names the person."""
    asked = [(each.label, each.words) for each in found.asked]
    now = timezone.now().astimezone(datetime.UTC)
    return [
        (_("Holds"), scope(reader)),
        *(asked or [(_("Filters"), _("None: everything."))]),
        (_("Made on"), f"{now:%Y-%m-%d %H:%M:%S} UTC"),
        (_("Source"), source),
    ]


def scope(reader: User | AnonymousUser) -> str:
    """Which circle of readers the file was made for."""
    if not reader.is_authenticated:
        return _("What everyone may read.")
    if reader.is_secretariat or reader.state is None:
        return _("What the secretariat may read.")
    return _(
        "What %(state)s may read: its own submissions, and what others share with it."
    ) % {"state": reader.state}
