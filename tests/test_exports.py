"""Files: the rows and the rights of the page, and cells that stay text."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from config.addresses import mark
from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
    texts_of,
)
from tracking.exports.columns import defused
from tracking.exports.stream import csv_pieces
from tracking.exports.tables import TABLES
from tracking.models import (
    AssessmentContent,
    AssistanceNeed,
    Cycle,
    State,
    Status,
    SubmittedAssessment,
    User,
    Visibility,
    show_to,
)

Row = dict[str, str]
Read = Callable[..., list[Row]]


def parsed(content: bytes) -> list[Row]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def fetch(client: Client, table: str, query: str = "", language: str = "en") -> Any:
    response = client.get(f"/{language}/data/{table}.csv?{query}")
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.fixture
def read(client: Client) -> Read:
    """Rows of a table under their machine names, as `reader` gets them."""

    def read(table: str, reader: User | None = None, query: str = "") -> list[Row]:
        if reader:
            client.force_login(reader)
        else:
            client.logout()
        return parsed(fetch(client, table, f"headers=machine&{query}"))

    return read


# What leaves, and to whom ----------------------------------------------------


@pytest.fixture
def three_visibilities(state: State, cycle: Cycle, focal_point: User) -> None:
    """Answers 1, 2 and 3 of Norway: for the secretariat, the parties, everyone."""
    for number, visibility in enumerate(Visibility, start=1):
        recommendation = make_recommendation(number)
        answer = make_ready_assessment(
            state, recommendation, cycle, visibility=visibility, law=visibility.value
        )
        measure = make_measure(
            state, recommendation, title=visibility, visibility=visibility
        )
        make_evidence(state, answer, measure, title=visibility, visibility=visibility)
    make_accepted_submission(state, cycle)


@pytest.mark.usefixtures("three_visibilities")
@pytest.mark.parametrize(
    ("table", "column"),
    [("answers", "law"), ("measures", "title"), ("evidence", "title")],
)
def test_each_reader_gets_what_is_meant_for_them(
    read: Read,
    table: str,
    column: str,
    stranger: User,
    focal_point: User,
    reviewer: User,
) -> None:
    def values(reader: User | None) -> set[str]:
        return {row[column] for row in read(table, reader)}

    assert values(None) == {"public"}
    assert values(stranger) == {"parties", "public"}
    assert values(focal_point) == {"secretariat", "parties", "public"}
    assert values(reviewer) == {"secretariat", "parties", "public"}


@pytest.mark.usefixtures("three_visibilities")
def test_who_is_no_party_gets_what_everybody_gets(read: Read, stranger: User) -> None:
    State.objects.filter(users=stranger).update(protocol_status="signatory")

    assert [row["law"] for row in read("answers", stranger)] == ["public"]


def test_what_does_not_count_is_in_no_file(
    read: Read, state: State, cycle: Cycle, focal_point: User, reviewer: User
) -> None:
    make_submission(state, cycle)  # waits for review
    tables = ("answers", "question_answers", "measures", "evidence")

    for reader in (None, focal_point, reviewer):
        for table in tables:
            assert read(table, reader) == []


@pytest.mark.usefixtures("three_visibilities")
def test_narrowing_takes_a_record_out_of_the_file(
    read: Read, focal_point: User
) -> None:
    record = SubmittedAssessment.objects.get(recommendation__number=3)
    show_to(record, Visibility.SECRETARIAT, by=focal_point)

    assert read("answers") == []


def test_a_measure_does_not_tell_of_a_hidden_answer(
    read: Read, state: State, cycle: Cycle, reviewer: User
) -> None:
    public, hidden = make_recommendation(1), make_recommendation(2)
    make_ready_assessment(state, public, cycle, visibility=Visibility.PUBLIC)
    answer = make_ready_assessment(state, hidden, cycle)
    shown = make_measure(state, public, hidden, visibility=Visibility.PUBLIC)
    secret = make_measure(state, public)
    make_evidence(state, answer, shown, secret, visibility=Visibility.PUBLIC)
    make_accepted_submission(state, cycle)

    assert read("measures")[0]["recommendations"] == "2019/1"
    assert read("measures", reviewer)[0]["recommendations"] == "2019/1; 2019/2"
    assert read("evidence")[0]["recommendations"] == ""
    assert read("evidence")[0]["measures"] == mark(shown.pk)
    assert read("evidence", reviewer)[0]["measures"] == "; ".join(
        mark(each.pk) for each in (shown, secret)
    )


def test_confidential_answers_go_to_the_secretariat_and_the_own_state(
    read: Read,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    stranger: User,
    focal_point: User,
    reviewer: User,
) -> None:
    recommendation.questions.create(
        code="R01-Q2",
        position=2,
        answer_type="number",
        confidential=True,
        label_en="How many?",
    )
    make_ready_assessment(
        state,
        recommendation,
        cycle,
        answers={"R01-Q1": "no", "R01-Q2": 12},
        visibility=Visibility.PUBLIC,
    )
    make_accepted_submission(state, cycle)

    def answers(reader: User | None) -> dict[str, str]:
        rows = read("question_answers", reader)
        return {row["question"]: row["answer"] for row in rows}

    assert answers(None) == answers(stranger) == {"R01-Q1": "no"}
    assert answers(focal_point) == {"R01-Q1": "no", "R01-Q2": "12"}
    assert answers(reviewer) == {"R01-Q1": "no", "R01-Q2": "12"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # the file left the connection usable


@pytest.mark.parametrize("table", ["needs", "reporting", "unreported", "submissions"])
def test_some_tables_are_for_the_secretariat(
    client: Client, cycle: Cycle, focal_point: User, reviewer: User, table: str
) -> None:
    address = f"/en/data/{table}.csv"
    codes = [client.get(address).status_code]
    for user in (focal_point, reviewer):
        client.force_login(user)
        codes.append(client.get(address).status_code)

    assert codes == [404, 404, 200]


def test_needs_are_in_no_other_file(
    client: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    make_ready_assessment(
        state,
        recommendation,
        cycle,
        assistance_need=AssistanceNeed.NEEDED,
        assistance_types=["legal"],
        assistance_details="Zimtstern",
        visibility=Visibility.PUBLIC,
    )
    make_accepted_submission(state, cycle)

    for name, table in TABLES.items():
        if not table.secretariat_only:
            assert b"Zimtstern" not in fetch(client, name)


# Cells -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+41 22", "'+41 22"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff =1", "'\ufeff =1"),
        ("\u202e=1", "'\u202e=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\nText", "'\nText"),
        ("Loi n° 12 = bonne", "Loi n° 12 = bonne"),
        ("2 - 1", "2 - 1"),
        ("«=1»", "«=1»"),
        ("'=1", "'=1"),
        ("\\1", "\\1"),
        ("", ""),
        ("Zeile\n=1", "Zeile\n=1"),
        ("يجوز", "يجوز"),
        ('Er sagt "ja", oft; ja\r\nund', 'Er sagt "ja", oft; ja\r\nund'),
    ],
)
def test_text_never_becomes_a_formula(state: State, text: str, cell: str) -> None:
    State.objects.update(name_en=text)

    pieces = csv_pieces(
        State.objects.all(), [("name", defused(F("name_en")))], AnonymousUser()
    )

    assert parsed(b"".join(pieces)) == [{"name": cell}]


def test_every_free_text_is_made_harmless(
    read: Read, state: State, cycle: Cycle, auditor: User
) -> None:
    recommendation = make_recommendation(1)
    bad = "=HYPERLINK(0)"
    answer = make_ready_assessment(
        state,
        recommendation,
        cycle,
        answers={"R01-Q1": bad},
        assistance_need=AssistanceNeed.NEEDED,
        **dict.fromkeys(texts_of(AssessmentContent), bad),
    )
    measure = make_measure(
        state, recommendation, title=bad, authority=bad, description=bad
    )
    make_evidence(
        state, answer, measure, title=bad, authority=bad, reference=bad, url=""
    )
    make_accepted_submission(state, cycle)
    State.objects.update(**{f"name_{code}": bad for code in ("en", "fr", "ar")})

    for table in TABLES:
        for row in read(table, auditor):
            assert bad not in row.values(), table


def test_dates_and_numbers_stay_as_they_are(read: Read, state: State) -> None:
    State.objects.update(protocol_date="2003-09-23", m49="578")

    (row,) = read("states")

    assert (row["protocol_date"], row["m49"]) == ("2003-09-23", "578")


# The shape of a file ---------------------------------------------------------


def test_a_file_is_utf8_with_mark_quoted_and_crlf(client: Client, state: State) -> None:
    response = client.get("/fr/data/states.csv")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]

    assert content.startswith(b'\xef\xbb\xbf"')
    lines = content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 3 and lines[-1] == ""
    assert all(cell[0] == cell[-1] == '"' for cell in lines[1].split(","))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith(
        'attachment; filename="suivi-states-fr-'
    )


def test_headers_and_values_are_the_readers_or_the_machines(
    client: Client, state: State, cycle: Cycle
) -> None:
    make_accepted_submission(state, cycle)

    (words,) = parsed(fetch(client, "answers"))
    (machine,) = parsed(fetch(client, "answers", "headers=machine"))

    assert words["Status"] == "Not started"
    assert words["Invented for demonstration"] == "No"
    assert machine["status"] == Status.NOT_STARTED
    assert machine["demonstration"] == "false"
    assert list(machine) == list(TABLES["answers"].columns)


def test_other_headers_are_refused(client: Client, db: None) -> None:
    assert client.get("/en/data/states.csv?headers=blue").status_code == 400


def test_a_file_is_filtered_as_its_page(
    read: Read, reviewer: User, state: State, cycle: Cycle
) -> None:
    make_ready_assessment(state, make_recommendation(1), cycle)
    make_ready_assessment(
        state, make_recommendation(2), cycle, status="overtaken", reason="x"
    )
    make_accepted_submission(state, cycle)

    rows = read("answers", reviewer, "status=overtaken&cycle=2026")

    assert [row["recommendation"] for row in rows] == ["2"]


def test_states_come_in_alphabetical_order(client: Client, db: None) -> None:
    for iso3, name in [("ZWE", "Zimbabwe"), ("EGY", "Égypte"), ("ESP", "Espagne")]:
        make_state(iso3, name_fr=name)

    rows = parsed(fetch(client, "states", "headers=machine", language="fr"))

    assert [row["state"] for row in rows] == ["EGY", "ESP", "ZWE"]


@pytest.mark.parametrize("table", TABLES)
def test_a_file_costs_the_same_number_of_queries_however_long(
    client: Client, table: str, auditor: User, state: State, cycle: Cycle
) -> None:
    client.force_login(auditor)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            fetch(client, table)
        return len(queries)

    make_accepted_submission(state, cycle)
    fetch(client, table)
    few = cost()
    for iso3 in ("ITA", "FRA", "GHA"):
        make_accepted_submission(make_state(iso3), cycle)

    # Session, user, the COPY; current cycle, or themes and articles for their words;
    # what the States are told of it: rows, States, note; taking turns, four.
    assert few == cost() <= 12


def test_the_copy_works_where_queries_are_recorded(
    client: Client, state: State
) -> None:
    with override_settings(DEBUG=True):
        assert len(parsed(fetch(client, "states", "q=nor"))) == 1


def test_a_long_file_comes_in_pieces(state: State) -> None:
    for number in range(40):
        make_state(f"{number:03}")
    columns: list[tuple[str, Combinable]] = [
        ("name", F("name_en")),
        ("long", Value("é" * 4000)),
    ]

    pieces = list(csv_pieces(State.objects.all(), columns, AnonymousUser()))

    assert len(pieces) > 2
    assert len(parsed(b"".join(pieces))) == 41


# The command -----------------------------------------------------------------


def test_the_command_writes_what_the_reader_would_get(
    state: State, cycle: Cycle, reviewer: User, tmp_path: Path
) -> None:
    make_ready_assessment(state, make_recommendation(1), cycle)
    make_accepted_submission(state, cycle)
    path = tmp_path / "answers.csv"

    def rows(*options: str) -> list[Row]:
        call_command("export", "answers", "--output", str(path), *options, verbosity=0)
        return parsed(path.read_bytes())

    assert rows() == []
    assert len(rows("--as", reviewer.email)) == 1
    assert rows("--as", reviewer.email, "--filter", "status=overtaken") == []
    assert "cycle" in rows("--as", reviewer.email, "--machine")[0]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["answers", "--filter", "colour=red"], "Unknown parameter: colour."),
        (["answers", "--filter", "colour"], "KEY=VALUE"),
        (["needs"], "for the secretariat"),
        (["answers", "--as", "nobody@example.org"], "no active account"),
        (["answers", "--output", "/nowhere/file.csv"], "No such file"),
    ],
)
def test_the_command_says_what_is_wrong(
    options: list[str], sentence: str, db: None
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("export", *options)
