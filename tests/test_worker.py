"""The worker: jobs when they are due, once each, beside the site that starts it."""

import datetime
import os
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from django.utils import timezone

from config.addresses import sealed
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_recommendation,
    make_state,
)
from tracking.management.commands.run import worker
from tracking.models import (
    Cycle,
    Job,
    Mailing,
    Message,
    MessageKind,
    User,
)
from tracking.worker import schedule


def mailing(message: Message) -> Mailing:
    message.refresh_from_db()
    return Mailing(message.mailing)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_do_a_job_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    jobs = {"hourly": (schedule.HOUR, lambda: done.append("hourly"))}
    monkeypatch.setattr(schedule, "JOBS", jobs)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        schedule.do_jobs(schedule.do_job)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert done == ["hourly"]


def test_a_job_is_done_when_it_is_due(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    jobs = {
        "hourly": (schedule.HOUR, lambda: done.append("hourly")),
        "daily": (schedule.DAY, lambda: done.append("daily")),
    }
    monkeypatch.setattr(schedule, "JOBS", jobs)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        schedule.do_jobs(schedule.do_job)
        schedule.do_jobs(schedule.do_job)
        assert done == ["hourly"]  # a daily job begins a day later

        clock.shift(schedule.DAY)
        schedule.do_jobs(schedule.do_job)
        schedule.do_jobs(schedule.do_job)
        assert done == ["hourly", "hourly", "daily"]


def test_a_job_that_fails_is_done_again_and_stops_no_other(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def fail() -> None:
        done.append("failed")
        raise ValueError

    jobs = {
        "bad": (schedule.HOUR, fail),
        "good": (schedule.HOUR, lambda: done.append("good")),
    }
    monkeypatch.setattr(schedule, "JOBS", jobs)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        schedule.do_jobs(schedule.do_job)
        clock.shift(schedule.HOUR)
        schedule.do_jobs(schedule.do_job)

    assert done == ["failed", "good"] * 2


def test_a_daily_job_that_fails_is_tried_again_within_the_hour(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def fail_once() -> None:
        done.append("tried")
        if len(done) == 1:
            raise OperationalError

    monkeypatch.setattr(schedule, "JOBS", {"daily": (schedule.DAY, fail_once)})
    monkeypatch.setattr(connection, "close", lambda: None)  # it is the test's
    with time_machine.travel(timezone.now(), tick=False) as clock:
        schedule.do_jobs(schedule.do_job)
        clock.shift(schedule.DAY)
        for _hour in range(3):
            schedule.do_jobs(schedule.do_job)
            clock.shift(schedule.HOUR)

    assert len(done) == 2


@pytest.mark.django_db(transaction=True)
def test_a_job_that_hangs_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    over, others = threading.Event(), threading.Event()
    begun: list[str] = []

    def hang() -> None:
        begun.append("hang")
        assert over.wait(30)

    jobs = {"hang": (schedule.HOUR, hang), "other": (schedule.HOUR, others.set)}
    monkeypatch.setattr(schedule, "JOBS", jobs)
    try:
        schedule.do_jobs()
        assert others.wait(10)
        # Even when its lease has ended, it is not begun again beside itself.
        Job.objects.filter(name="hang").update(leased_until=None)
        schedule.do_jobs()
    finally:
        over.set()
        for thread in schedule._threads():
            thread.join(10)

    assert begun == ["hang"]
    assert not Job.objects.filter(ran_at=None).exists()


# What is overdue ------------------------------------------------------------------


def told() -> list[tuple[str, list[str]]]:
    rows = Message.objects.filter(kind=MessageKind.OVERDUE).order_by("pk")
    return [(message.user.role, message.facts["jobs"]) for message in rows]


def test_what_is_overdue_alarms_who_looks_after_the_site(
    administrator: User,
    auditor: User,
    reviewer: User,
    focal_point: User,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    security_log: list[dict[str, Any]],
) -> None:
    def fail() -> None:
        raise ValueError

    jobs = {
        "fails": (schedule.HOUR, fail),
        "hangs": (schedule.HOUR, lambda: None),
        "works": (schedule.DAY, lambda: None),
    }
    monkeypatch.setattr(schedule, "JOBS", jobs)
    both = sorted([administrator.role, auditor.role])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert Job.objects.lease_once("digest of long ago")
        # The worker dies over it.
        schedule.do_jobs(
            lambda name: None if name == "hangs" else schedule.do_job(name)
        )
        for _hour in range(3):
            clock.shift(schedule.HOUR)
            schedule.do_jobs(schedule.do_job)
        assert told() == []

        clock.shift(datetime.timedelta(minutes=1))
        for _minute in range(3):
            schedule.do_jobs(schedule.do_job)

        assert sorted(told()) == [(role, ["fails", "hangs"]) for role in both]
        lines = [line for line in security_log if line["event"] == "alarm"]
        assert [line["jobs"] for line in lines] == ["fails, hangs"]
        client.force_login(reviewer)
        assert "fails and hangs" in client.get("/en/desk/").content.decode()

        jobs["fails"] = (schedule.HOUR, lambda: None)
        clock.shift(6 * schedule.HOUR)
        schedule.do_jobs(schedule.do_job)
        assert not Job.objects.overdue().exists()


def test_jobs_that_no_longer_exist_are_forgotten(db: None) -> None:
    Job.objects.lease("gone", schedule.HOUR)
    Job.objects.lease("cycle", schedule.HOUR)
    Job.objects.lease_once("digest of a week")

    Job.objects.forget_others(schedule.JOBS)

    names = Job.objects.order_by("name").values_list("name", flat=True)
    assert [*names] == ["cycle", "digest of a week"]


def test_a_job_whose_worker_died_is_taken_up_again(db: None) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert Job.objects.lease("cycle", schedule.HOUR)
        clock.shift(schedule.HOUR * 2)
        assert not Job.objects.lease("cycle", schedule.HOUR)
        clock.shift(schedule.HOUR * 5)
        assert Job.objects.lease("cycle", schedule.HOUR)


def test_the_worker_announces_and_reminds_each_once(focal_point: User) -> None:
    assert focal_point.state is not None
    cycle = make_cycle("2026")  # closes in 60 days
    make_assessment(focal_point.state, make_recommendation(1))
    told = []
    for left in (60, 31, 30, 29, 14, 13, 3, 2, 0, -1):
        day = cycle.closes_on - datetime.timedelta(days=left)
        with time_machine.travel(f"{day}T10:00:00+00:00"):
            before = Message.objects.count()
            schedule.tell_of_the_cycle()
            told += [left] * (Message.objects.count() - before)

    assert told == [60, 30, 14, 3]


def test_what_begins_after_a_reminder_waits_for_the_next(
    focal_point: User, cycle: Cycle
) -> None:
    cycle.closes_on = timezone.localdate() + datetime.timedelta(days=14)
    cycle.save()
    schedule.tell_of_the_cycle()
    assert focal_point.state is not None
    make_assessment(focal_point.state, make_recommendation(1))
    schedule.tell_of_the_cycle()

    assert not Message.objects.filter(kind=MessageKind.REMINDER).exists()


def test_a_worker_outlives_mistakes_and_ends_when_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop = threading.Event()
    calls = []

    def fail() -> None:
        calls.append(1)
        if len(calls) == 3:
            stop.set()
        raise ValueError

    # In a thread, as jobs are: the one of the tests may have a browser's loop.
    worker = threading.Thread(target=schedule.repeat, args=(fail, stop, 0.01))
    worker.start()
    worker.join(10)

    assert len(calls) == 3


@pytest.mark.django_db(transaction=True)
def test_the_site_starts_a_worker_and_ends_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = connection.get_connection_params()
    query = urlencode({"host": found.get("host", ""), "port": found.get("port", "")})
    person = f"{quote(found.get('user', ''))}:{quote(found.get('password') or '')}"
    address = f"postgres://{person}@/{found['dbname']}?{query}"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("EVALUATION", "1")
    monkeypatch.setenv("ADDRESS_KEY", settings.ADDRESS_KEY)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    cycle = make_cycle()
    submission = make_accepted_submission(make_state("NOR"), cycle)
    message = Message.objects.get(user=submission.submitted_by)

    with worker() as process:
        for _attempt in range(150):
            if mailing(message) == Mailing.SENT:
                break
            time.sleep(0.2)
        assert process.poll() is None

    assert process.returncode == 0
    assert mailing(message) == Mailing.SENT
    # The acceptance and the opening of the cycle, or both in one.
    texts = [path.read_text() for path in (tmp_path / "mail").iterdir()]
    assert any(f"/my/inbox/{sealed(message.pk)}/" in text for text in texts)
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
