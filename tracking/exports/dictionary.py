"""What the columns of all tables are called, hold and mean."""

import csv
import io
from dataclasses import dataclass

from .stream import BYTE_ORDER_MARK
from .tables import TABLES


@dataclass(frozen=True)
class Entry:
    """One column of one table, in the reader's language."""

    table: str
    name: str
    header: str
    meaning: str
    kind: str
    values: list[tuple[str, str]]


@dataclass(frozen=True)
class Chapter:
    name: str
    title: str
    entries: list[Entry]


def chapters(*, secretariat: bool, auditor: bool = False) -> list[Chapter]:
    """One chapter per table that this reader gets."""
    return [
        Chapter(
            name,
            str(table.title),
            [
                Entry(
                    name,
                    column_name,
                    str(column.header),
                    str(column.meaning),
                    str(column.kind.label),
                    column.values,
                )
                for column_name, column in table.columns.items()
            ],
        )
        for name, table in TABLES.items()
        if (secretariat or not table.secretariat_only)
        and (auditor or not table.auditors_only)
    ]


def dictionary_file(chapters: list[Chapter]) -> bytes:
    """The dictionary as CSV, in the shape of the other files.

    Its own headers are the machine's: it is what explains the others.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["table", "column", "header", "meaning", "type", "values"])
    for chapter in chapters:
        for entry in chapter.entries:
            values = "; ".join(f"{code} = {words}" for code, words in entry.values)
            writer.writerow(
                [
                    entry.table,
                    entry.name,
                    entry.header,
                    entry.meaning,
                    entry.kind,
                    values,
                ]
            )
    return (BYTE_ORDER_MARK + lines.getvalue()).encode()
