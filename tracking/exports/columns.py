"""Columns of the files: what each is called, holds and means.

In a file for readers, headers and values are words in the reader's language; in a
file for machines they are the stable names and codes of the dictionary.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace
from django.db.models.lookups import Exact
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise
Choices = Iterable[tuple[str, Words]]
SEPARATOR = "; "

# What a spreadsheet passes over before it looks whether a cell is a formula:
# spaces of all widths, marks without width, the byte order mark.
PASSED_OVER = (
    " \u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
# What makes it one, in full width and small forms too, and the breaks that some
# programs trim away.
FORMULA = "\t\r\n=+@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20-"
STARTS_A_FORMULA = f"^([{PASSED_OVER}]*[{FORMULA}])"


class Kind(models.TextChoices):
    """What a cell holds."""

    TEXT = "text", pgettext_lazy("kind of column", "Text")
    CODE = "code", pgettext_lazy("kind of column", "Code")
    CODES = "codes", pgettext_lazy("kind of column", "Codes, separated by semicolons")
    NUMBER = "number", pgettext_lazy("kind of column", "Number")
    NUMBERS = (
        "numbers",
        pgettext_lazy("kind of column", "Numbers, separated by semicolons"),
    )
    # Named by meeting and number: a programme would take «2019/1» for a date.
    RECOMMENDATIONS = (
        "recommendations",
        pgettext_lazy(
            "kind of column",
            "Recommendations by meeting and number, semicolons between",
        ),
    )
    DATE = "date", pgettext_lazy("kind of column", "Date, to the year, month or day")
    TIME = "time", pgettext_lazy("kind of column", "Date and time, in UTC")
    BOOLEAN = "boolean", pgettext_lazy("kind of column", "Yes or no")


TRUTH = [("true", pgettext_lazy("boolean", "Yes")), ("false", _("No"))]


@dataclass(frozen=True)
class Column:
    """One column: `source` is a path or an expression, or makes one at each call.

    `choices` are the codes it may hold with their words, or read them.
    """

    header: Words
    meaning: Words
    kind: Kind
    source: str | Combinable | Callable[[], str | Combinable]
    choices: Choices | Callable[[], Choices] = ()

    @property
    def values(self) -> list[tuple[str, str]]:
        """Codes and words, without the empty one."""
        choices = self.choices() if callable(self.choices) else self.choices
        if self.kind == Kind.BOOLEAN:
            choices = TRUTH
        return [(code, str(label)) for code, label in choices if code]

    def cell(self, *, machine: bool, plain: bool = False) -> Combinable:
        """The expression that fills the cells; `plain` leaves texts as they are."""
        source = self.source
        if not isinstance(source, str | Combinable):
            source = source()
        cell = F(source) if isinstance(source, str) else source
        if self.kind == Kind.TEXT:
            return cell if plain else defused(cell)
        if self.kind == Kind.TIME:
            return Moment(cell)
        if self.kind == Kind.RECOMMENDATIONS:
            keys = Joined(cell)
            return keys if machine else Replace(keys, Value("/"), Value(" · "))
        if self.kind == Kind.CODES:
            words = {code: code if machine else label for code, label in self.values}
            return InWords(cell, Value(json.dumps(words)))
        if self.kind == Kind.BOOLEAN:
            yes, no = (code if machine else word for code, word in self.values)
            return Case(
                When(Exact(cell, Value(True)), Value(yes)),
                default=Value(no),
                output_field=TextField(),
            )
        if self.kind == Kind.CODE and self.values and not machine:
            return Case(
                *(
                    When(Exact(cell, Value(code)), then=Value(word))
                    for code, word in self.values
                ),
                default=cell,
                output_field=TextField(),
            )
        return cell


def defused(text: Combinable) -> Func:
    """The text, with an apostrophe before what a spreadsheet would calculate."""
    return Func(
        text,
        Value(STARTS_A_FORMULA),
        Value(r"'\1"),
        function="regexp_replace",
        output_field=TextField(),
    )


class Moment(Func):
    """A moment as ISO 8601, in UTC, to the second."""

    template = (
        "to_char(%(expressions)s AT TIME ZONE 'UTC', "
        """'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    )
    output_field = TextField()


class InWords(Func):
    """The words that a JSON object has for an array of codes, in their order."""

    template = (
        "(SELECT string_agg(coalesce(words ->> code, code), '; ' ORDER BY place) "
        "FROM (SELECT %(expressions)s::jsonb AS words) AS given, "
        "unnest(codes) WITH ORDINALITY AS each (code, place))"
    )
    arg_joiner = "::text[] AS codes, "
    output_field = TextField()


class Joined(Func):
    """An array as one text."""

    def __init__(self, array: Any) -> None:
        super().__init__(
            array,
            Value(SEPARATOR),
            function="array_to_string",
            output_field=TextField(),
        )
