"""Telling the database who reads, so that its own locks can decide.

The locks of `models.row_level_security` ask who reads; without an answer they open
nothing but what is public. The answer holds until the transaction ends and cannot
reach the next request on the same connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from tracking.models.accounts.emergencies import EmergencyReading
from tracking.models.people.users import User

JOB, SECRETARIAT, AUDITOR, STATE, NOBODY = (
    "job", "secretariat", "auditor", "state", ""
)  # fmt: skip
# The last one opens nothing: the audit chain writes it beside each change.
SETTINGS = ("suivi.reader", "suivi.state", "suivi.user", "suivi.request")
Reader = tuple[str, str, str, str]


def reader_of(user: User | AnonymousUser, request: str = "") -> Reader:
    """What the locks are told of a user: kind, State, person; and of which request."""
    if not user.is_authenticated or not user.is_active:
        return (NOBODY, "", "", request)
    if user.is_secretariat and not user.may_review:
        return (AUDITOR, "", str(user.pk), request)
    if user.is_secretariat:
        return (SECRETARIAT, "", str(user.pk), request)
    return (STATE, str(user.state_id), str(user.pk), request)


@contextmanager
def reading_as(
    user: User | AnonymousUser, *, savepoint: bool = True, request: str = ""
) -> Iterator[None]:
    """In one transaction: what the database shows is what this user may see."""
    with _reading(reader_of(user, request), savepoint=savepoint):
        yield


@contextmanager
def reading_in_emergency(reading: EmergencyReading) -> Iterator[None]:
    """In one transaction: the working copy that this emergency reading opens.

    The database looks for itself whether it is in force; nothing else is shown, and
    nothing can be written. Only the page of such a reading says this.
    """
    reader = (f"emergency {reading.pk}", "", str(reading.asked_by_id), "")
    with _reading(reader, savepoint=True):
        yield


@contextmanager
def reading_all() -> Iterator[None]:
    """In one transaction: a job of ours, over the rows of every State."""
    with _reading((JOB, "", "", ""), savepoint=True):
        yield


@contextmanager
def _reading(reader: Reader, *, savepoint: bool) -> Iterator[None]:
    inside = connection.in_atomic_block
    with transaction.atomic(savepoint=savepoint):
        before = _tell(reader)
        yield
        # After an error, going back to the savepoint takes the settings back too.
        if inside:
            _tell(before)


# The list is evaluated from left to right: what was told before, then what is now.
TELL = "SELECT {}".format(
    ", ".join(
        [
            *(f"coalesce(current_setting('{name}', true), '')" for name in SETTINGS),
            *(f"set_config('{name}', %s, true)" for name in SETTINGS),
        ]
    )
)


def _tell(reader: Reader) -> Reader:
    """Tell who reads until the transaction ends; return who was told before.

    Past Django's cursor: this belongs to the beginning of a transaction, and is no
    question of a page.
    """
    with connection.wrap_database_errors:
        row = connection.connection.execute(TELL, reader).fetchone()
    return (row[0], row[1], row[2], row[3])
