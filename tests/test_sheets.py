"""Workbooks: the rows and the rights of the CSV, and cells that stay what they are."""

import csv
import datetime
import io
import re
import tempfile
import tracemalloc
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tests.factories import (
    make_accepted_submission,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
)
from tests.workbooks import Workbook
from tracking.exports import sheets, views
from tracking.exports.columns import STARTS_A_FORMULA, Kind
from tracking.exports.sheets import sheet_name, workbook
from tracking.exports.tables import TABLES
from tracking.models import (
    Access,
    AssistanceNeed,
    Cycle,
    State,
    User,
    Visibility,
)
from tracking.models.database.limits import WORDS_LIMIT

EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 -- a spreadsheet has no zones


def fetch(client: Client, table: str, query: str = "", language: str = "en") -> Any:
    response: Any = client.get(f"/{language}/data/{table}.xlsx?{query}")
    assert response.status_code == 200, response
    return Workbook(b"".join(response))


def as_csv(client: Client, table: str, query: str = "") -> list[dict[str, str]]:
    response: Any = client.get(f"/en/data/{table}.csv?{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def written(state: State, cycle: Cycle, focal_point: User) -> Cycle:
    """One of everything, public and not."""
    for number, visibility in enumerate(Visibility, start=1):
        recommendation = make_recommendation(number)
        answer = make_ready_assessment(
            state,
            recommendation,
            cycle,
            visibility=visibility,
            law=f"Law {visibility}\n=1",
            practice="=1+1",
            target_date="2027",
            completed_on="2026-02-14",
            assistance_need=AssistanceNeed.NEEDED,
            assistance_details="-5 people",
        )
        measure = make_measure(
            state, recommendation, title="@law", visibility=visibility
        )
        make_evidence(state, answer, measure, title="+41 22", visibility=visibility)
    make_accepted_submission(state, cycle)
    return cycle


# The same as the CSV ---------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("who", ["nobody", "stranger", "focal_point", "reviewer"])
def test_a_workbook_holds_what_the_csv_holds(
    client: Client, request: Any, written: Cycle, table: str, who: str
) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    reader = AnonymousUser() if who == "nobody" else request.getfixturevalue(who)
    if not TABLES[table].open_to(reader):
        assert client.get(f"/en/data/{table}.xlsx").status_code == 404
        return
    for query in ("", "headers=machine"):
        rows = fetch(client, table, query).records()
        kinds = dict(zip(rows[0] if rows else [], TABLES[table].kinds, strict=False))
        shown = [{h: _as_text(kinds[h], v) for h, v in row.items()} for row in rows]
        expected = [
            {h: re.sub(f"^'(?={STARTS_A_FORMULA[1:]})", "", v) for h, v in row.items()}
            for row in as_csv(client, table, query)
        ]
        assert shown == expected


def _as_text(kind: Kind, value: str) -> str:
    """As the CSV writes it; days and moments are numbers in a workbook."""
    if kind in (Kind.DATE, Kind.TIME) and re.fullmatch(r"\d{5}(\.\d+)?", value):
        moment = EPOCH + datetime.timedelta(seconds=round(float(value) * 86400))
        if kind == Kind.DATE:
            return moment.date().isoformat()
        return moment.isoformat() + "Z"
    return value


def test_the_filters_are_those_of_the_page(
    client: Client, written: Cycle, reviewer: User
) -> None:
    client.force_login(reviewer)

    assert fetch(client, "answers", "q=Zimtstern").records() == []
    assert len(fetch(client, "answers", "cycle=2026").records()) == 3
    assert client.get("/en/data/answers.xlsx?colour=red").status_code == 400
    assert client.get("/en/data/answers.xlsx?headers=blue").status_code == 400


def test_the_secretariat_is_noted_and_has_one_turn(
    client: Client, written: Cycle, reviewer: User, state: State
) -> None:
    client.force_login(reviewer)
    fetch(client, "answers", "cycle=2026")

    noted = Access.objects.get()
    assert (noted.name, noted.rows, noted.states) == ("answers", 3, [state.pk])
    assert noted.filters == "cycle=2026"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
            "pid = pg_backend_pid() AND classid BETWEEN 7310 AND 7330"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("table", TABLES)
def test_a_workbook_costs_the_same_number_of_queries_however_long(
    client: Client, table: str, auditor: User, state: State, cycle: Cycle
) -> None:
    client.force_login(auditor)  # who gets every table

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            fetch(client, table)
        return len(queries)

    make_accepted_submission(state, cycle)
    fetch(client, table)
    few = cost()
    for iso3 in ("ITA", "FRA", "GHA"):
        make_accepted_submission(make_state(iso3), cycle)

    # Those of the CSV, and one that counts whether a sheet can hold them.
    assert few == cost() <= 13


# Odd characters of one State never break everybody's file (T26) ----------------

HOSTILE = [
    "".join(map(chr, range(1, 0x20))),
    "".join(map(chr, range(0x7F, 0xA0))),
    "".join(chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cf"),
    "".join(chr(n) for n in (0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xFDD0, 0xE000)),
    *(f"{start}1+1" for start in "=+-@\t\r\n＝＋－＠−﹢﹣﹦﹫"),
    "=HYPERLINK(\"http://example.org\",\"x\")",
    "<r><t>a</t></r>",
    "<r>&</r>",
    "]]></t></is></c><!--",
    "_x0000_ _xFFFF_",
    "a" * 40_000,
    "👩‍👩‍👧" * 9_000,
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_odd_characters_break_nobodys_file(
    client: Client, hostile: str, state: State, cycle: Cycle, auditor: User
) -> None:
    text, short = hostile[:WORDS_LIMIT], hostile[:200]
    recommendation = make_recommendation(1)
    recommendation.questions.create(
        code="R01-Q9", position=9, answer_type="text", label_en=short
    )
    answer = make_ready_assessment(
        state,
        recommendation,
        cycle,
        answers={"R01-Q1": "yes", "R01-Q9": hostile},
        assistance_need=AssistanceNeed.NEEDED,
        assistance_details=text,
        law=text,
        practice=text,
        reason=text,
        lead_institution=short,
    )
    measure = make_measure(state, recommendation, title=short, description=text)
    make_evidence(state, answer, measure, title=short, reference=short)
    make_accepted_submission(state, cycle)
    State.objects.update(name_en=short[:60], name_ar=short[:60])
    with connection.cursor() as cursor:  # the audit is written when all is settled
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    client.force_login(auditor)  # who gets every table

    for table in TABLES:
        for language in ("en", "ar"):
            rows = fetch(client, table, "headers=machine", language).records()
            assert rows or table == "unreported"
            if table == "answers" and len(text) < 1000:
                clean = sheets.ILLEGAL.sub("\ufffd", text.replace("\r", "\n"))
                assert rows[0]["law"] == clean


# The shape -------------------------------------------------------------------


def test_headings_stay_and_the_second_sheet_says_what_it_is(
    client: Client, written: Cycle, focal_point: User
) -> None:
    client.force_login(focal_point)
    book = fetch(client, "answers", "cycle=2026")
    lines, about = book.sheets

    assert (lines.name, about.name) == ("Answers", "About this file")
    assert lines.frozen == "frozen A2"
    facts = {row[0]: row[1] for row in about.values()[1:]}
    assert "NOR en" in facts["Holds"]
    assert facts["Cycle"]
    assert facts["Rows"] == "3"
    assert facts["Source"].endswith("/en/data/answers.xlsx")
    assert facts["Made on"].endswith(" UTC")
    everything = b"".join(book.parts.values())
    assert focal_point.email.encode() not in everything
    assert focal_point.name.encode() not in everything


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_sheets_are_named_in_the_readers_language(
    client: Client, language: str
) -> None:
    book = fetch(client, "states", language=language)
    with override(language):
        names = {sheet_name(str(table.title)) for table in TABLES.values()}

    assert book.sheets[0].name in names
    assert len(names) == len(TABLES)
    assert {sheet.right_to_left for sheet in book.sheets} == {language == "ar"}


def test_a_name_that_no_spreadsheet_allows_is_mended() -> None:
    assert sheet_name("Who: [a/b]?" + "x" * 40) == "Who   a b  " + "x" * 20
    assert sheet_name("''") == "Suivi"


def test_too_many_rows_are_refused_in_words(
    client: Client, written: Cycle, reviewer: User, monkeypatch: Any
) -> None:
    client.force_login(reviewer)
    monkeypatch.setattr(sheets, "MOST_LINES", 4)
    assert len(fetch(client, "answers").records()) == 3

    monkeypatch.setattr(sheets, "MOST_LINES", 3)
    response = client.get("/en/data/answers.xlsx")

    assert response.status_code == 400
    assert b"Take the CSV" in response.content
    assert Access.objects.count() == 1
    monkeypatch.undo()
    assert fetch(client, "answers").records()  # its turn is back


# What is left behind -----------------------------------------------------------


@pytest.mark.parametrize("how", ["read", "left", "never begun", "broken"])
def test_nothing_is_left_when_the_reader_goes(
    client: Client,
    how: str,
    written: Cycle,
    reviewer: User,
    tmp_path: Path,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept: list[Any] = []

    def keep(*given: Any) -> Any:
        kept.append(workbook(*given))
        return kept[-1]

    monkeypatch.setattr("tracking.exports.tables.workbook", keep)
    client.force_login(reviewer)
    if how == "broken":
        monkeypatch.setattr(views, "_note", _fail)
        with pytest.raises(RuntimeError):
            client.get("/en/data/answers.xlsx")
    else:
        response: Any = client.get("/en/data/answers.xlsx")
        if how == "left":
            next(response.streaming_content)
        elif how == "read":
            list(response.streaming_content)
        response.close()

    assert list(tmp_path.iterdir()) == []
    assert [file.closed for file in kept] == [True]


def _fail(*_given: Any) -> None:
    raise RuntimeError


def test_nothing_is_left_when_the_making_breaks(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def lines() -> Any:
        yield ["a"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        workbook("T", ["a"], [Kind.TEXT], lines(), [])

    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(number: int) -> int:
        lines = (["é" * 500, str(each)] for each in range(number))
        tracemalloc.start()
        workbook("T", ["a", "b"], [Kind.TEXT, Kind.NUMBER], lines, []).close()
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(4000) < 2 * peak(400) + 500_000  # the texts alone are 4 MB


# The command and the pages -----------------------------------------------------


def test_the_command_writes_a_workbook(
    written: Cycle, reviewer: User, tmp_path: Path, monkeypatch: Any
) -> None:
    path = tmp_path / "answers.xlsx"
    options = ("--output", str(path), "--as", reviewer.email, "--machine")
    call_command("export", "answers", *options)
    assert len(Workbook(path.read_bytes()).records()) == 3

    monkeypatch.setattr(sheets, "MOST_LINES", 2)
    with pytest.raises(CommandError, match="Take the CSV"):
        call_command("export", "answers", *options)


def test_workbooks_are_offered_beside_the_csv(
    client: Client, written: Cycle, reviewer: User
) -> None:
    client.force_login(reviewer)
    for page in ("data/", "data/dictionary/", "desk/answers/", "desk/states/"):
        content = client.get(f"/en/{page}").content.decode()
        for link in re.findall(r'href="([^"]+\.csv[^"]*)"', content):
            assert f'href="{link.replace(".csv", ".xlsx")}"' in content


def test_the_dictionary_is_a_workbook_too(client: Client, db: None) -> None:
    rows = fetch(client, "dictionary").records()

    assert {row["table"] for row in rows} == {
        name for name, table in TABLES.items() if not table.secretariat_only
    }
