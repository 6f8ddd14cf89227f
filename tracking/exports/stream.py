"""Any QuerySet and any columns, as CSV, by PostgreSQL's COPY."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from tracking.models import User
from tracking.models.accounts.reader import reading_as

PIECE_BYTES = 64 * 1024
BYTE_ORDER_MARK = "\ufeff"


def csv_pieces(
    rows: QuerySet[Any],
    columns: Iterable[tuple[str, Combinable]],
    reader: User | AnonymousUser,
) -> Iterator[bytes]:
    """The file in pieces of about 64 KiB; `columns` are headers and expressions.

    UTF-8 with its mark, all fields quoted, lines ended by CRLF, headers first. The
    question is fixed at the call, in the reader's language; it is put to the
    database when the first piece is wanted, and no row stays in memory.
    """
    headers, expressions = zip(*columns, strict=True)
    statement, params = select(rows, expressions)
    return _pieces(_header(headers), statement, params, reader)


def _header(names: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(names)
    return (BYTE_ORDER_MARK + line.getvalue()).encode()


def select(
    rows: QuerySet[Any], expressions: Sequence[Combinable]
) -> tuple[str, tuple[Any, ...]]:
    """The statement whose rows the file holds, all cells as text, and its values."""
    cells = {
        f"cell_{number}": Coalesce(
            Cast(cell, TextField()), Value(""), output_field=TextField()
        )
        for number, cell in enumerate(expressions)
    }
    query = rows.annotate(**cells).values_list(*cells).query
    statement, params = query.sql_with_params()
    return statement, tuple(params)


def _pieces(
    header: bytes,
    statement: str,
    params: tuple[Any, ...],
    reader: User | AnonymousUser,
) -> Iterator[bytes]:
    piece = bytearray(header)
    # The transaction of the request is over when its pieces are wanted: the database
    # is told again who reads, or the file would be empty.
    with reading_as(reader, savepoint=False), connection.cursor() as cursor:
        # With DEBUG, Django's cursor has a copy() that takes no parameters: the
        # values are bound first, by the driver.
        bound = cursor.mogrify(statement, params)
        copy = f"COPY ({bound}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
        with cursor.copy(copy) as lines:
            # PostgreSQL sends one row at a time, ended by a bare line feed.
            for line in lines:
                piece += line[:-1]
                piece += b"\r\n"
                if len(piece) >= PIECE_BYTES:
                    yield bytes(piece)
                    piece.clear()
    yield bytes(piece)
