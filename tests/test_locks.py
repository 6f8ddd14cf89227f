"""The second lock: what the database itself shows, all our scopes forgotten."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, connection, models, transaction
from django.test import Client

from recommendations.models import Recommendation
from tests import readers
from tests.canary import Canary
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_evidence,
    make_submission,
)
from tests.locked import fill, take_first_lock_off
from tests.test_canary import WORD, paths, text_of
from tracking.models import (
    Assessment,
    Cycle,
    EmergencyReading,
    EvidenceFile,
    Hiding,
    IdempotencyKey,
    ReviewQuestion,
    ReviewTurn,
    StageChange,
    State,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedEvidenceAssessment,
    SubmittedEvidenceMeasure,
    SubmittedMeasure,
    SubmittedMeasureAssessment,
    Token,
    UnsavedWork,
    User,
    Visibility,
    VisibilityChange,
    row_level_security,
    show_to,
)
from tracking.models.accounts.reader import reading_all, reading_as

Model = type[models.Model]
# What the secretariat reads of what a State sent.
SENT: set[Model] = {
    EmergencyReading,
    EvidenceFile,
    Hiding,
    ReviewQuestion,
    ReviewTurn,
    StageChange,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedEvidenceAssessment,
    SubmittedEvidenceMeasure,
    SubmittedMeasure,
    SubmittedMeasureAssessment,
    VisibilityChange,
    Token,  # who may come in for a State, and until when
}
EACH_TABLE = pytest.mark.parametrize(
    "model", row_level_security.LOCKS, ids=lambda model: model.__name__
)


def number_of(model: Model, reader: User | AnonymousUser) -> int:
    """How many rows the database shows, asked for all of them."""
    with reading_as(reader), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
        return int(cursor.fetchone()[0])


def told() -> tuple[Any, ...]:
    """Who the database believes reads."""
    names = ("suivi.reader", "suivi.state", "suivi.user")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(n, true) FROM unnest(%s::text[]) n", [[*names]]
        )
        return tuple(row[0] for row in cursor.fetchall())


# Which tables -----------------------------------------------------------------------


def test_every_table_is_under_lock_or_says_why_not() -> None:
    """Ours, and those of libraries that hang on a row of ours."""
    decided = {*row_level_security.LOCKS, *row_level_security.UNLOCKED}
    undecided = []
    for model in apps.get_models(include_auto_created=True):
        hangs_on = {
            field.related_model
            for field in model._meta.concrete_fields
            if field.is_relation
        }
        ours = model._meta.app_label == "tracking"
        concerned = (
            ours or hangs_on & set(row_level_security.LOCKS)
        ) and not model._meta.proxy
        if concerned and model not in decided:
            undecided.append(model.__name__)

    assert undecided == []
    assert not set(row_level_security.LOCKS) & set(row_level_security.UNLOCKED)


def test_the_tests_run_behind_the_locks(db: None) -> None:
    """Or else everything here would pass without them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb "
            "FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False)


# Who sees what ------------------------------------------------------------------------


@pytest.fixture
def writer(state: State, recommendation: Recommendation, cycle: Cycle) -> User:
    """Who wrote a row in every table, of which nothing is published."""
    return fill(state, recommendation, cycle)


@EACH_TABLE
def test_only_who_may_read_sees_a_row(
    model: Model,
    writer: User,
    viewer: User,
    stranger: User,
    reviewer: User,
    auditor: User,
) -> None:
    assert number_of(model, AnonymousUser()) == 0
    assert number_of(model, stranger) == 0
    assert number_of(model, writer) > 0
    assert (number_of(model, reviewer) > 0) == (model in SENT)
    assert (number_of(model, auditor) > 0) == (model in SENT)
    personal = (UnsavedWork, IdempotencyKey)
    assert (number_of(model, viewer) > 0) == (model not in personal)


def test_what_is_accepted_is_read_by_whom_the_state_lets_read(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    stranger: User,
) -> None:
    answer = make_assessment(
        state,
        recommendation,
        ready_for=cycle,
        status="not_started",
        visibility="public",
    )
    file = EvidenceFile.objects.create(
        state=state, name="a", size=1, sha256="a", uploaded_by=focal_point
    )
    make_evidence(state, answer, file=file, visibility="public")
    record = make_accepted_submission(state, cycle).assessments.get()

    def reading(reader: User | AnonymousUser) -> list[int]:
        read = (SubmittedAssessment, SubmittedEvidence, EvidenceFile, Assessment)
        return [number_of(model, reader) for model in read]

    assert reading(AnonymousUser()) == [1, 1, 1, 0]
    for shown, to_everybody, to_states in (
        (Visibility.PARTIES, 0, 1),
        (Visibility.SECRETARIAT, 0, 0),
    ):
        show_to(record, shown, by=focal_point)
        assert reading(AnonymousUser())[0] == to_everybody
        assert reading(stranger)[0] == to_states


def test_the_secretariat_reads_nothing_that_was_recalled(
    state: State, cycle: Cycle, writer: User, reviewer: User
) -> None:
    ReviewQuestion.objects.get().answer("Because", by=writer)
    before = number_of(SubmittedAssessment, reviewer)
    make_submission(state, cycle, by=writer).recall(by=writer)

    assert number_of(SubmittedAssessment, reviewer) == before
    assert number_of(SubmittedAssessment, writer) == before + 1


@EACH_TABLE
def test_who_sees_no_row_changes_and_deletes_none(
    model: Model, writer: User, stranger: User
) -> None:
    table, column = model._meta.db_table, model._meta.pk.column
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
    ):
        with reading_as(stranger), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount == 0


def test_nobody_writes_in_the_name_of_another_state(
    state: State, recommendation: Recommendation, stranger: User, reviewer: User
) -> None:
    for user in (stranger, reviewer, AnonymousUser()):
        with pytest.raises(DatabaseError, match="row-level security"), reading_as(user):
            make_assessment(state, recommendation)


# How the database is told ---------------------------------------------------------


@pytest.fixture
def as_in_production(transactional_db: None) -> Iterator[None]:
    """No transaction around, and nobody told by the tests."""
    request_started.disconnect(readers.leave)
    request_finished.disconnect(readers.come_back)
    yield
    request_started.connect(readers.leave)
    request_finished.connect(readers.come_back)
    readers.come_back()


@pytest.mark.usefixtures("as_in_production")
def test_the_next_request_on_the_connection_is_told_nothing(
    focal_point: User, cycle: Cycle
) -> None:
    client = Client()
    client.force_login(focal_point)
    readers.leave()

    assert client.get("/en/my/nor/").status_code == 200
    assert told() == ("", "", "")
    assert not Assessment.objects.exists()
    with reading_all():
        assert Assessment.objects.exists() == Recommendation.objects.exists()


@pytest.mark.usefixtures("as_in_production")
def test_after_an_error_nobody_is_told(focal_point: User) -> None:
    readers.leave()

    with pytest.raises(ZeroDivisionError), reading_as(focal_point):
        assert told() == ("state", str(focal_point.state_id), str(focal_point.pk))
        raise ZeroDivisionError

    assert told() == ("", "", "")


def test_within_another_reading_the_first_comes_back(
    focal_point: User, stranger: User
) -> None:
    with reading_as(focal_point):
        before = told()
        with reading_as(stranger):
            assert told() != before
        assert told() == before
        with pytest.raises(ZeroDivisionError), reading_as(stranger):
            raise ZeroDivisionError
        assert told() == before


def test_a_closed_account_is_nobody(focal_point: User) -> None:
    focal_point.is_active = False

    with reading_as(focal_point):
        assert told() == ("", "", "")


@pytest.mark.usefixtures("as_in_production")
def test_a_file_is_told_again_who_reads(
    state: State, recommendation: Recommendation, cycle: Cycle, focal_point: User
) -> None:
    """It leaves when the request is over: without that it would be empty."""
    make_assessment(
        state,
        recommendation,
        ready_for=cycle,
        status="not_started",
        law="Loi de 2019",
        visibility=Visibility.SECRETARIAT,
    )
    make_accepted_submission(state, cycle, by=focal_point)
    client = Client()
    client.force_login(focal_point)
    readers.leave()

    response = client.get("/en/data/answers.csv")
    assert told() == ("", "", "")

    assert b"Loi de 2019" in b"".join(response)
    assert told() == ("", "", "")


# Without the first lock -----------------------------------------------------------

# What the second lock does not keep: columns of a row that is shown, what was shown
# until a later submission replaced it, and names of people.
NOT_KEPT = ("confidential answer", "assistance_", "superseded", "name of the")


@pytest.fixture
def canary(db: None) -> Canary:
    return Canary()


@pytest.fixture
def strange_words(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[list[str], int]]:
    """Walks what may show drafts of Italy as Norway, the first lock taken off."""
    take_first_lock_off(monkeypatch)
    client = Client()
    user = canary.users["focal_point NOR"]
    assert isinstance(user, User)
    client.force_login(user)
    allowed = canary.words.told_to("NOR", Visibility.PUBLIC, Visibility.PARTIES)
    addresses = [
        path
        for path in paths(canary, "focal_point NOR")
        if "/my/ita/" in path or path.endswith(".csv") or "/my/unsaved" in path
    ]

    def walk() -> tuple[list[str], int]:
        """What was met of others, and how many pages answered."""
        met: set[str] = set()
        answered = 0
        for path in addresses:
            try:
                with transaction.atomic():
                    response = client.get(path)
                    met |= set(WORD.findall(text_of(response)))
                    answered += response.status_code == 200
            except DatabaseError:
                continue  # the page wanted to write there
        told_of = canary.words.describe((met & set(canary.words.given)) - allowed)
        return told_of, answered

    return walk


def test_with_the_first_lock_off_the_second_hides_what_is_not_published(
    strange_words: Any,
) -> None:
    met, answered = strange_words()

    assert [word for word in met if not any(each in word for each in NOT_KEPT)] == []
    assert answered > 20


def test_with_both_locks_off_it_would_be_read(
    strange_words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or else the walk above would be blind."""
    monkeypatch.setattr(
        "tracking.requests.http.reading_as", lambda *_, **__: nullcontext()
    )
    monkeypatch.setattr(
        "tracking.exports.stream.reading_as", lambda *_, **__: nullcontext()
    )
    request_started.disconnect(readers.leave)
    try:
        met, _answered = strange_words()
    finally:
        request_started.connect(readers.leave)

    for what in ("draft: law", "draft: title", "recalled", "returned", "not sent"):
        assert any(what in word for word in met), what
