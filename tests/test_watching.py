"""Alarms on unusual volume, and the week that each State is told of."""

import datetime
import json
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    PASSWORD,
    make_accepted_submission,
    make_hiding,
    make_state,
    make_submission,
    make_user,
)
from tracking.models import (
    Access,
    Cycle,
    Job,
    Message,
    Role,
    SignIn,
    State,
    Submission,
    User,
    Visibility,
    last_week,
    show_to,
    tell_of_the_week,
)
from tracking.worker.mail import mail_of
from tracking.worker.schedule import tell_of_last_week

NOON = datetime.datetime(2026, 11, 23, 12, 30, tzinfo=datetime.UTC)  # a Monday


@pytest.fixture
def sent(state: State, cycle: Cycle) -> Submission:
    return make_submission(state, cycle)


def alarms() -> list[Message]:
    return list(Message.objects.filter(kind="alarm").order_by("user"))


# Unusual volume ----------------------------------------------------------------------


def test_many_readings_are_told_once_an_hour(
    sent: Submission, reviewer: User, administrator: User, caplog: Any
) -> None:
    other = make_user(Role.ADMINISTRATOR)
    with time_machine.travel(NOON, tick=False):
        for number in range(35):
            Access.objects.read(sent, by=reviewer)
            assert bool(alarms()) == (number >= 30), number

    told = alarms()
    assert {message.user for message in told} == {administrator, other, reviewer}
    assert reviewer.name in told[0].title
    assert "31 submissions or files of 1 States" in told[0].sentences[0]
    with time_machine.travel(NOON + datetime.timedelta(hours=1), tick=False):
        Access.objects.read(sent, by=reviewer)
        assert len(alarms()) == len(told)
        for _number in range(31):
            Access.objects.read(sent, by=reviewer)
    assert len(alarms()) == 2 * len(told)


def test_slow_reading_is_no_alarm(sent: Submission, reviewer: User) -> None:
    for minute in range(40):
        moment = NOON + datetime.timedelta(minutes=minute)
        with time_machine.travel(moment, tick=False):
            Access.objects.read(sent, by=reviewer)

    assert alarms() == []


def test_six_states_in_ten_minutes_are_an_alarm(cycle: Cycle, reviewer: User) -> None:
    for number, iso3 in enumerate(("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")):
        assert alarms() == []
        Access.objects.read(make_submission(make_state(iso3), cycle), by=reviewer)
        assert number < 6

    assert [message.user for message in alarms()] == [reviewer]


def test_exports_of_everything_are_ordinary_work_but_not_six(
    reviewer: User, administrator: User
) -> None:
    for number in range(6):
        assert alarms() == []
        Access.objects.exported("answers", "", range(1, 194), 4000, by=reviewer)
        assert number < 6

    assert {message.user for message in alarms()} == {reviewer, administrator}


def test_it_stands_in_the_security_log(
    reviewer: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(
        "tracking.models.audit.alarms.logger.warning",
        lambda form, *values: lines.append(form % values),
    )
    settings.ALARM_EXPORTS = 0
    Access.objects.exported("answers", "", [1], 1, by=reviewer)

    line = json.loads(lines[0])
    assert (line["event"], line["actor"], line["exports"]) == ("alarm", reviewer.pk, 1)


def test_an_alarm_cannot_be_switched_off_as_mail(
    sent: Submission, administrator: User, reviewer: User, settings: Any
) -> None:
    administrator.muted = ["alarm"]
    administrator.save()
    settings.ALARM_READINGS = 0
    Access.objects.read(sent, by=reviewer)

    assert Message.objects.get(user=administrator, kind="alarm").is_wanted_by_mail
    client = Client()
    client.force_login(administrator)
    page = client.get(reverse("inbox:mails")).content.decode()
    assert 'value="confirmation"' in page
    assert 'value="alarm"' not in page


# The week ---------------------------------------------------------------------


def test_a_week_goes_from_monday_to_sunday() -> None:
    monday = datetime.date(2026, 11, 23)

    for day in range(7):
        first, last = last_week(monday + datetime.timedelta(days=day))
        assert (first, last) == (
            datetime.date(2026, 11, 16),
            datetime.date(2026, 11, 22),
        )


def told_after_a_week() -> list[Message]:
    today = timezone.localdate()
    tell_of_the_week(today - datetime.timedelta(days=6), today)
    return list(Message.objects.filter(kind="digest"))


def test_a_week_says_what_happened_and_no_word_of_a_draft(
    state: State,
    cycle: Cycle,
    focal_point: User,
    contributor: User,
    reviewer: User,
) -> None:
    for user in (focal_point, focal_point, contributor):
        SignIn.objects.create(user=user)
    leaving = make_user(Role.VIEWER, state)
    leaving.nominations.get().end(by=focal_point)
    accepted = make_accepted_submission(state, cycle, by=focal_point, reviewer=reviewer)
    show_to(accepted.assessments.get(), Visibility.PARTIES, by=focal_point)
    make_hiding(accepted, reason="secretreason").lift(by=reviewer)
    Access.objects.read(accepted, by=reviewer)
    Access.objects.exported("answers", "", [state.pk], 1, by=reviewer)

    message = next(m for m in told_after_a_week() if m.user == focal_point)

    text = "\n".join(message.sentences)
    for sentence in (
        f"{focal_point.name} signed in 2 times.",
        f"{contributor.name} signed in 1 time.",
        f"Ended: {leaving.name}.",
        "1 submission was published.",
        "Who reads 1 published item was changed.",
        "1 publication was hidden",
        "1 hidden publication was shown again.",
        "opened submissions or files of your State 1 time.",
        "1 export of the secretariat held words",
    ):
        assert sentence in text
    assert "secretreason" not in text
    assert leaving.name not in str(message.facts)
    body = str(mail_of([message]).body)
    assert f"{contributor.name}" in body


def test_without_anything_nobody_is_told(
    state: State, other_state: State, focal_point: User, stranger: User
) -> None:
    focal_point.nominations.update(confirmed_at=NOON - datetime.timedelta(days=90))
    stranger.nominations.update(confirmed_at=NOON - datetime.timedelta(days=90))
    assert told_after_a_week() == []
    SignIn.objects.create(user=focal_point)
    SignIn.objects.create(user=stranger, at=timezone.now() - datetime.timedelta(days=8))

    assert [message.user for message in told_after_a_week()] == [focal_point]


def test_the_worker_tells_of_a_week_once(focal_point: User) -> None:
    first, _last = last_week()
    moment = datetime.datetime.combine(first, datetime.time(12), tzinfo=datetime.UTC)
    SignIn.objects.create(user=focal_point, at=moment)

    tell_of_last_week()
    tell_of_last_week()

    assert Message.objects.filter(kind="digest").count() == 1
    assert Job.objects.filter(name=f"digest {first.isoformat()}").exists()


def test_a_digest_can_be_switched_off_as_mail(focal_point: User) -> None:
    focal_point.muted = ["digest"]
    focal_point.save()
    SignIn.objects.create(user=focal_point)

    assert not told_after_a_week()[0].is_wanted_by_mail


def test_the_inbox_reads_the_names_of_many_weeks_in_one_query(
    focal_point: User, django_assert_max_num_queries: Any
) -> None:
    for week in range(10):
        first = datetime.date(2026, 1, 5) + datetime.timedelta(weeks=week)
        moment = datetime.datetime.combine(
            first, datetime.time(12), tzinfo=datetime.UTC
        )
        SignIn.objects.create(user=focal_point, at=moment)
        tell_of_the_week(first, first + datetime.timedelta(days=6))
    client = Client()
    client.force_login(focal_point)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("inbox:inbox")).content.decode()

    assert page.count(f"{focal_point.name} signed in 1 time.") == 10


# Who signed in ----------------------------------------------------------------


def test_a_sign_in_is_kept_for_two_years_and_goes_with_the_name(
    viewer: User,
) -> None:
    Client().post("/en/account/login/", {"login": viewer.email, "password": PASSWORD})
    assert SignIn.objects.filter(user=viewer).count() == 1
    old = timezone.now() - datetime.timedelta(days=731)
    SignIn.objects.create(user=viewer, at=old)

    SignIn.objects.purge()
    assert SignIn.objects.count() == 1
    viewer.nominations.get().end(by=None)
    viewer.forget()
    assert not SignIn.objects.exists()
