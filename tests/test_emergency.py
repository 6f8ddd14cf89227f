"""Reading a working copy in an emergency: two administrators, one hour, in sight."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Question, Recommendation
from tests.factories import (
    make_assessment,
    make_emergency_reading,
    make_evidence,
    make_measure,
    make_note,
    make_user,
)
from tests.locked import fill
from tests.test_audit import found, key, settle  # noqa: F401 - key is a fixture
from tracking.models import (
    Access,
    Assessment,
    Cycle,
    EmergencyError,
    EmergencyReading,
    Evidence,
    Measure,
    Message,
    Role,
    State,
    User,
    row_level_security,
)
from tracking.models.accounts.emergencies import LASTS, WAITS
from tracking.models.accounts.reader import reading_as, reading_in_emergency

OPENED = {
    Assessment,
    Measure,
    Evidence,
    Measure.recommendations.through,
    Evidence.measures.through,
    Evidence.assessments.through,
    EmergencyReading,
}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read_url(reading: EmergencyReading) -> str:
    return reverse("admin:tracking_emergencyreading_read", args=[reading.pk])


def change_url(reading: EmergencyReading) -> str:
    return reverse("admin:tracking_emergencyreading_change", args=[reading.pk])


@pytest.fixture
def copy(state: State, recommendation: Recommendation, focal_point: User) -> Assessment:
    """A working copy with open and with closed words."""
    secret = Question.objects.create(
        recommendation=recommendation,
        code="R01-Q2",
        position=2,
        answer_type="text",
        confidential=True,
        label_en="How many?",
        label_fr="Combien ?",
    )
    answer = make_assessment(
        state,
        recommendation,
        status="in_progress",
        law="openlaw",
        answers={secret.code: "closedcount"},
        assistance_offer="closedoffer",
    )
    measure = make_measure(state, recommendation, title="openmeasure")
    make_evidence(state, measure, answer, title="openevidence")
    make_evidence(state, answer, title="closedproof", classification="confidential")
    make_note(answer, focal_point, text="closednote")
    return answer


def page_of(client: Client, reading: EmergencyReading) -> str:
    response = client.get(read_url(reading))
    assert response.status_code == 200
    return response.content.decode()


# What is opened, and to whom ------------------------------------------------------


def test_who_asked_reads_what_is_not_confidential(
    copy: Assessment, state: State, administrator: User
) -> None:
    User.objects.filter(pk=administrator.pk).update(language="en")
    administrator.refresh_from_db()
    reading = make_emergency_reading(state, by=administrator)

    page = page_of(client_of(administrator), reading)

    for word in ("openlaw", "openmeasure", "openevidence"):
        assert word in page
    assert "closed" not in page.replace("stays closed", "").replace("stay closed", "")
    assert "1 confidential answer stays closed" in page


def test_nobody_else_reads_it(
    copy: Assessment, state: State, administrator: User, reviewer: User
) -> None:
    reading = make_emergency_reading(state, by=administrator)
    assert reading.confirmed_by is not None

    for user in (reading.confirmed_by, reviewer, make_user(Role.ADMINISTRATOR)):
        assert client_of(user).get(read_url(reading)).status_code == 404


def test_who_asked_and_lost_the_role_reads_it_no_more(
    copy: Assessment, state: State, administrator: User
) -> None:
    reading = make_emergency_reading(state, by=administrator)
    administrator.role = Role.REVIEWER
    administrator.save()

    assert client_of(administrator).get(read_url(reading)).status_code == 404


def test_it_ends_by_itself_after_an_hour(
    copy: Assessment, state: State, administrator: User
) -> None:
    # The database counts from the beginning of a transaction: here, of the test.
    earlier = timezone.now() - LASTS - datetime.timedelta(minutes=10)
    with time_machine.travel(earlier, tick=False):
        reading = make_emergency_reading(state, by=administrator)

    assert not reading.is_in_force
    assert client_of(administrator).get(read_url(reading)).status_code == 404
    with reading_in_emergency(reading):
        assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    "model", row_level_security.LOCKS, ids=lambda model: model.__name__
)
def test_the_database_opens_the_working_copy_alone_and_to_nothing_but_reading(
    model: Any,
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    other_state: State,
) -> None:
    fill(state, recommendation, cycle)
    reading = EmergencyReading.objects.get()
    table, column = model._meta.db_table, model._meta.pk.column

    with reading_in_emergency(reading), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert (cursor.fetchone()[0] > 0) == (model in OPENED)
        for statement in (
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
        ):
            cursor.execute(statement)
            assert cursor.rowcount == 0


def test_the_database_opens_nothing_to_add(
    state: State, recommendation: Recommendation, administrator: User
) -> None:
    measure = make_measure(state)
    reading = make_emergency_reading(state, by=administrator)

    with (
        pytest.raises(DatabaseError, match="row-level security"),
        reading_in_emergency(reading),
    ):
        measure.recommendations.add(recommendation)


def test_the_database_asks_for_two_persons_itself(
    copy: Assessment, state: State, other_state: State, administrator: User
) -> None:
    """Saying that one reads in an emergency is not enough."""
    asked = EmergencyReading.objects.ask(state, by=administrator, reason="Why")
    with reading_in_emergency(asked):
        assert not Assessment.objects.exists()
    elsewhere = make_emergency_reading(other_state, by=administrator)
    with reading_in_emergency(elsewhere):
        assert not Assessment.objects.exists()
    reading = make_emergency_reading(state)
    reading.asked_by = administrator  # who did not ask for this one
    with reading_in_emergency(reading):
        assert not Assessment.objects.exists()


def test_in_force_it_opens_nothing_on_other_pages(
    copy: Assessment, state: State, administrator: User
) -> None:
    make_emergency_reading(state, by=administrator)

    with reading_as(administrator):
        assert not Assessment.objects.exists()
    assert client_of(administrator).get("/en/my/nor/").status_code == 404


# Two persons -----------------------------------------------------------------------


def test_two_administrators_in_the_admin_site(
    copy: Assessment,
    state: State,
    administrator: User,
    reviewer: User,
    security_log: list[dict[str, Any]],
) -> None:
    second = make_user(Role.ADMINISTRATOR)
    add = reverse("admin:tracking_emergencyreading_add")
    sent = {"state": state.pk, "reason": "A court orders it"}
    assert client_of(reviewer).post(add, sent).status_code == 403
    client = client_of(administrator)
    assert client.post(add, {**sent, "reason": " "}).status_code == 200
    client.post(add, sent)
    reading = EmergencyReading.objects.get()
    waiting = Message.objects.get(kind="confirmation")
    assert (waiting.user, waiting.get_absolute_url()) == (second, change_url(reading))

    for user in (administrator, reviewer):
        client_of(user).post(change_url(reading), {"verb": "confirm"})
    assert not EmergencyReading.objects.in_force().exists()
    assert 'value="confirm"' not in client.get(change_url(reading)).content.decode()
    with pytest.raises(EmergencyError):
        reading.confirm(by=administrator)
    client_of(second).post(change_url(reading), {"verb": "confirm"})

    assert EmergencyReading.objects.in_force().get().confirmed_by == second
    assert read_url(reading) in client.get(change_url(reading)).content.decode()
    assert read_url(reading) not in (
        client_of(second).get(change_url(reading)).content.decode()
    )
    assert [
        (line["verb"], line["actor"])
        for line in security_log
        if line["event"] in ("break_glass", "nomination")
    ] == [("asked", administrator.pk), ("confirmed", second.pk)]


def test_only_who_asked_is_told_so_and_only_while_it_waits(
    copy: Assessment, state: State, administrator: User
) -> None:
    second, third = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR)
    reading = EmergencyReading.objects.ask(state, by=administrator, reason="A court")

    def told(user: User) -> tuple[bool, str]:
        page = client_of(user).get(change_url(reading))
        said = page.context.get("explanation"), page.context.get("page_url")
        return bool(said[0]), str(said[1] or "")

    assert told(administrator) == (True, "")
    assert told(second) == (False, "")
    reading.confirm(by=second)
    assert told(administrator) == (False, read_url(reading))
    assert told(second) == told(third) == (False, "")
    reading.end(by=third)
    assert told(administrator) == (False, "")


def test_the_database_keeps_two_persons_and_one_hour(
    state: State, administrator: User
) -> None:
    asked = EmergencyReading.objects.ask(state, by=administrator, reason="Why")
    rows, now = EmergencyReading.objects.filter(pk=asked.pk), timezone.now()

    with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
        rows.update(confirmed_by=administrator, confirmed_at=now, until=now)
    other = make_user(Role.ADMINISTRATOR)
    long = now + LASTS + datetime.timedelta(seconds=1)
    with pytest.raises(IntegrityError, match="an_hour"), transaction.atomic():
        rows.update(confirmed_by=other, confirmed_at=now, until=long)
    asked.confirm(by=other)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(until=now)


def test_what_nobody_confirms_lapses_after_a_day(
    state: State, administrator: User
) -> None:
    with time_machine.travel(timezone.now() - WAITS, tick=False):
        asked = EmergencyReading.objects.ask(state, by=administrator, reason="Why")

    with pytest.raises(EmergencyError):
        asked.confirm(by=make_user(Role.ADMINISTRATOR))


# In sight of the State ---------------------------------------------------------------


def test_the_state_is_told_and_sees_the_reason_and_each_opening(
    copy: Assessment, state: State, administrator: User, focal_point: User
) -> None:
    asked = EmergencyReading.objects.ask(state, by=administrator, reason="A <court>")
    client = client_of(focal_point)
    assert "A &lt;court" not in client.get("/en/my/nor/readers/").content.decode()
    assert not Message.objects.filter(kind="emergency").exists()
    asked.confirm(by=make_user(Role.ADMINISTRATOR))

    message = Message.objects.get(kind="emergency", user=focal_point)
    focal_point.muted = ["emergency"]
    focal_point.save()
    message.refresh_from_db()
    assert message.is_wanted_by_mail
    assert not any("court" in sentence for sentence in message.sentences)
    reader = client_of(administrator)
    for _opening in range(2):
        page_of(reader, asked)

    seen = client.get("/en/my/nor/readers/").content.decode()
    assert "A &lt;court&gt;" in seen
    assert seen.count("Working copy read in an emergency") == 2
    assert Access.objects.of(state).filter(kind="emergency").count() == 2
    settle()
    assert found() == []


@pytest.mark.parametrize("who", ["focal_point", "reviewer", "administrator"])
def test_it_can_be_ended_at_any_time(
    copy: Assessment,
    state: State,
    focal_point: User,
    reviewer: User,
    administrator: User,
    who: str,
) -> None:
    reading = make_emergency_reading(state, by=administrator)
    user = {"focal_point": focal_point, "reviewer": reviewer}.get(who, administrator)
    client = client_of(user)

    if who == "focal_point":
        assert "End it now" in client.get("/en/my/nor/readers/").content.decode()
        client.post("/en/my/nor/readers/end/")
    else:
        client.post(change_url(reading), {"verb": "end"})

    assert client_of(administrator).get(read_url(reading)).status_code == 404
    reading.refresh_from_db()
    assert reading.ended_by == user
    with reading_in_emergency(reading):
        assert not Assessment.objects.exists()


def test_another_state_ends_nothing(
    state: State, stranger: User, contributor: User, administrator: User
) -> None:
    make_emergency_reading(state, by=administrator)

    for user in (stranger, contributor):
        client = client_of(user)
        assert client.post("/en/my/nor/readers/end/").status_code == 404
    client_of(stranger).post("/en/my/ita/readers/end/")

    assert EmergencyReading.objects.in_force().exists()
