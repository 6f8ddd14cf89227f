"""What the worker does by itself: mails without pause, other jobs when due.

Each job has a thread of its own: one that hangs stops no other, and is told of.
"""

import contextlib
import datetime
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connection, transaction
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone

from tracking.accounts.mails import send_account_mails
from tracking.models import (
    AUDITS,
    AccountMail,
    Cycle,
    IdempotencyKey,
    Job,
    Message,
    MessageKind,
    Role,
    SignIn,
    Tally,
    User,
    announce,
    last_week,
    remind,
    remind_of_replies,
    reminder_due,
    tell_of_the_week,
)
from tracking.models.accounts.reader import reading_all
from tracking.models.audit.signing import heads, verify
from tracking.models.database.jobs import facts_of_overdue
from tracking.requests.security_log import Event, note
from tracking.worker.mail import send_due

logger = logging.getLogger(__name__)

SECONDS = 2.0  # between two looks for mails
MINUTE = 60.0  # between two looks for jobs
FAREWELL = 5.0  # seconds in which a job may end by itself
THREAD = "job "  # begins the name of a thread that does one
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@reading_all()
def tell_of_the_cycle() -> None:
    """Announce the cycle that is open, and remind of its closing, once each."""
    cycle = Cycle.objects.current()
    if cycle is None:
        return
    announce(cycle)
    days = reminder_due(cycle)
    if days is None:
        return
    with transaction.atomic():
        # Each reminder goes out at one moment: what begins later waits for the next.
        if Job.objects.lease_once(
            f"reminder {cycle.pk} {cycle.closes_on.isoformat()} {days}"
        ):
            remind(cycle, days)


@reading_all()
def tell_of_the_replies() -> None:
    """Remind of the days by which the secretariat wants replies."""
    remind_of_replies()


@reading_all()
def forget_what_passed() -> None:
    """Remove what nobody needs any more: keys of requests, counts, mails that left."""
    IdempotencyKey.objects.outdated().delete()
    Tally.objects.outdated().delete()
    AccountMail.objects.outdated().delete()


@reading_all()
def verify_the_chains() -> None:
    """Walk through the audit; who audits is told of faults, each day anew."""
    done = verify()
    if done.number_of_faults:
        note(Event.ALARM, kind="audit", faults=done.number_of_faults)
        Message.objects.tell(
            MessageKind.FAULTS,
            User.objects.in_office().filter(role__in=AUDITS),
            key=f"faults {done.pk}",
            facts={"faults": done.number_of_faults},
        )


@reading_all()
def send_the_heads() -> None:
    """Give the auditors what the site has signed, to be kept elsewhere."""
    year, week, _day = timezone.localdate().isocalendar()
    signed = [[h.chain, h.position, h.hash, h.signature] for h in heads()]
    if signed:
        Message.objects.tell(
            MessageKind.HEADS,
            User.objects.in_office().filter(role=Role.AUDITOR),
            key=f"heads {year}-{week:02}",
            facts={"week": f"{year}-{week:02}", "heads": signed},
        )


@reading_all()
def tell_of_last_week() -> None:
    """Tell each State of the week that is over, once, whenever the worker finds it."""
    first, last = last_week()
    with transaction.atomic():
        if Job.objects.lease_once(f"digest {first.isoformat()}"):
            tell_of_the_week(first, last)


JOBS: dict[str, tuple[datetime.timedelta, Callable[[], object]]] = {
    "cycle": (HOUR, tell_of_the_cycle),
    # After the cycle: one reminder a day says both.
    "replies": (HOUR, tell_of_the_replies),
    "digest": (HOUR, tell_of_last_week),
    "purge_sign_ins": (DAY, SignIn.objects.purge),
    "purge_unsaved": (DAY, lambda: call_command("purge_unsaved", verbosity=0)),
    "forget_what_passed": (HOUR, forget_what_passed),
    "check_links": (DAY, lambda: call_command("check_links", verbosity=0)),
    "end_nominations": (HOUR, lambda: call_command("end_nominations", verbosity=0)),
    "seal_audit": (HOUR, lambda: call_command("seal_audit", verbosity=0)),
    "verify_audit": (DAY, verify_the_chains),
    "send_heads": (7 * DAY, send_the_heads),
    "sweep_files": (DAY, lambda: call_command("sweep_files", verbosity=0)),
}
if settings.CLAMD_ADDRESS:
    rescan = partial(call_command, "rescan_files", verbosity=0)
    JOBS["rescan_files"] = (7 * DAY, rescan)
    JOBS["rescan_waiting_files"] = (HOUR, partial(rescan, waiting=True))


def send_mails(stop: threading.Event) -> None:
    """Send what is due: first what somebody waits for at a page of sign-in."""
    send_account_mails(stop)
    send_due(stop)


def do_job(name: str) -> None:
    """Do a job that was taken up; what fails is logged, and tried again soon."""
    every, do = JOBS[name]
    try:
        do()
    except Exception as error:
        logger.exception("The job %s failed", name)
        if isinstance(error, OperationalError | InterfaceError):
            connection.close()
        # Where the database is away, the lease ends by itself.
        with contextlib.suppress(OperationalError, InterfaceError):
            Job.objects.put_off(name, every)
    else:
        Job.objects.finish(name, every)


def do_alone(name: str) -> None:
    """Do a job in a thread, with a connection of its own."""

    def do() -> None:
        try:
            do_job(name)
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database is away: %s", type(error).__name__)
        finally:
            connection.close()

    # A job that goes on when the worker ends is cut off; its lease ends, and it begins
    # anew.
    threading.Thread(target=do, daemon=True, name=THREAD + name).start()


def do_jobs(do: Callable[[str], object] = do_alone) -> None:
    """Take up what is due, and tell of what is not done."""
    running = {thread.name for thread in _threads()}
    for name, (every, _do) in JOBS.items():
        if f"{THREAD}{name}" not in running and Job.objects.lease(name, every):
            do(name)
    tell_of_what_is_overdue()


@reading_all()
def tell_of_what_is_overdue() -> None:
    """Tell administrators and auditors, once a day, of jobs that nobody does."""
    today = timezone.localdate()
    with transaction.atomic():
        late = [
            job
            for job in Job.objects.overdue().order_by("name")
            if Job.objects.lease_once(f"overdue {job.name} {today}")
        ]
        if not late:
            return
        facts = facts_of_overdue(late)
        note(Event.ALARM, kind="jobs", jobs=", ".join(facts["jobs"]))
        Message.objects.tell(
            MessageKind.OVERDUE,
            User.objects.in_office().filter(role__in=AUDITS),
            key=f"overdue {today} {late[0].name}",
            facts=facts,
        )


def _threads() -> list[threading.Thread]:
    """Jobs that are being done here."""
    return [each for each in threading.enumerate() if each.name.startswith(THREAD)]


def repeat(do: Callable[[], object], stop: threading.Event, seconds: float) -> None:
    """Do something again and again until `stop`; outlive a database that is away."""
    while not stop.is_set():
        try:
            close_old_connections()
            do()
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database is away: %s", type(error).__name__)
            connection.close()
            stop.wait(10 * seconds)
        except Exception:
            logger.exception("The worker goes on after a mistake")
        stop.wait(seconds)
    connection.close()


def work(stop: threading.Event) -> None:
    """Send mails and do jobs until `stop`.

    Jobs are looked for in a thread of its own: mails do not wait.
    """
    # The embedded server is joined at the first connection: by one thread, not by two.
    with contextlib.suppress(OperationalError):
        connection.ensure_connection()
        Job.objects.forget_others(JOBS)
    jobs = threading.Thread(
        target=repeat, args=(do_jobs, stop, MINUTE), daemon=True, name="jobs"
    )
    jobs.start()
    repeat(partial(send_mails, stop), stop, SECONDS)
    ends = time.monotonic() + FAREWELL
    for thread in [jobs, *_threads()]:
        thread.join(max(0, ends - time.monotonic()))


@contextlib.contextmanager
def stopped_by_signals(parent: int | None = None) -> Iterator[threading.Event]:
    """An event that is set on SIGTERM and SIGINT, and when `parent` is gone."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {
        each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGINT)
    }
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, stop), daemon=True).start()
    try:
        yield stop
    finally:
        stop.set()
        for each, handler in before.items():
            signal.signal(each, handler)


def _watch(parent: int, stop: threading.Event) -> None:
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()
