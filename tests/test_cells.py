"""Cells of a workbook: what is typed as text, number or date."""

from typing import Any

import pytest

from tests.workbooks import Workbook
from tracking.exports.columns import Kind
from tracking.exports.sheets import units, workbook

# Cells -----------------------------------------------------------------------


def opened(*cells: str, kind: Kind = Kind.TEXT) -> Workbook:
    with workbook("T", ["a"], [kind], [[cell] for cell in cells], []) as file:
        return Workbook(file.read())


def cell_of(text: str, kind: Kind = Kind.TEXT) -> Any:
    return opened(text, kind=kind).sheets[0].rows[1][0]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+41",
        "-5",
        "@x",
        "  =1",
        "\u200b=1",
        "\ufeff=1",
        "\u202e=1",
        "＝1",
        "﹢1",
    ],
)
def test_what_begins_as_a_formula_is_text_and_stays_text(text: str) -> None:
    cell = cell_of(text)

    assert (cell.kind, cell.value, cell.quoted) == ("text", text, True)


@pytest.mark.parametrize("text", ["Loi = bonne", "12", "TRUE", "2026-01-01", "'=1"])
def test_other_text_is_text_and_nothing_else(text: str) -> None:
    cell = cell_of(text)

    assert (cell.kind, cell.value, cell.quoted) == ("text", text, False)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/x",
        "mailto:a@example.org",
        "<r><t>x</t></r>",
        "<r>&</r>",
        "<r><t>x</r>",
        "_x003D_1+1",
        "_x005F_x003D_",
        ']]> <!-- & "quoted" \'',
        " spaces \n kept \t ",
        "👩‍👩‍👧 \U0001f468",
        "نص عربي \u202b\u2067x\u2069",
        "\U000e0041 \u0600",
    ],
)
def test_odd_text_is_read_back_as_it_was_written(text: str) -> None:
    assert cell_of(text).value == text


def test_what_xml_cannot_hold_is_replaced_where_one_sees_it() -> None:
    book = opened("a\x01b\x0b\ufffe\x85", "\ud800", "fine")

    assert [row[0] for row in book.sheets[0].values()] == [
        "a",
        "a\ufffdb\ufffd\ufffd\ufffd",
        "\ufffd",
        "fine",
    ]
    assert "2 texts" in str(book.sheets[1].values())


def test_lines_end_as_in_spreadsheets() -> None:
    assert cell_of("one\r\ntwo\rthree").value == "one\ntwo\nthree"


@pytest.mark.parametrize("text", ["a" * 32_768, "é" * 40_000, "👩" * 16_384])
def test_a_text_that_no_cell_holds_is_cut_and_it_is_said(text: str) -> None:
    book = opened(text, "a" * 32_767, "👩" * 16_383)
    cut, *whole = [row[0] for row in book.sheets[0].values()[1:]]

    assert units(cut) <= 32_767
    assert cut.endswith("[Cut here: a cell holds no more.]")
    assert cut[:16_000] == text[:16_000]
    assert whole == ["a" * 32_767, "👩" * 16_383]
    assert "1 text was longer" in str(book.sheets[1].values())


@pytest.mark.parametrize(
    ("kind", "text", "value", "number_format"),
    [
        (Kind.NUMBER, "12", "12", ""),
        (Kind.DATE, "2026-02-14", "46067", "yyyy-mm-dd"),
        (Kind.TIME, "2026-02-14T12:00:00Z", "46067.5", "yyyy-mm-dd hh:mm:ss"),
    ],
)
def test_numbers_and_dates_are_numbers_and_dates(
    kind: Kind, text: str, value: str, number_format: str
) -> None:
    cell = cell_of(text, kind)

    assert (cell.kind, cell.value) == ("number", value)
    assert cell.number_format == number_format


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.DATE, "2026"),
        (Kind.DATE, "2026-02"),
        (Kind.DATE, "1899-12-31"),
        (Kind.NUMBER, "M-k7"),
        (Kind.NUMBERS, "1; 2"),
        (Kind.CODE, "004"),
        (Kind.BOOLEAN, "true"),
    ],
)
def test_what_is_no_whole_date_or_number_stays_text(kind: Kind, text: str) -> None:
    cell = cell_of(text, kind)

    assert (cell.kind, cell.value) == ("text", text)
