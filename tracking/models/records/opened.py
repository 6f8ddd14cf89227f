"""What a request fetches of words that are not public, told by the rows themselves.

Whoever of the secretariat reads what a State sent leaves a reading. No page says so:
rows of what was sent say it when they come from the database, so that a new page
cannot forget it. What is fetched counts as read. Values alone (`values_list`) are no
rows: who shows those says so with `notice`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

from django.db import models

from tracking.models.working_copy.answer_fields import Part, fields_of

PUBLIC = "public"
# Columns of an answer that are never public, whoever may read the rest.
NEVER_PUBLIC = tuple(field.name for field in fields_of(Part.ASSISTANCE))


class Opened:
    """What was fetched so far: rows, and States of which something is shown else."""

    def __init__(self) -> None:
        self.rows: list[SentModel] = []
        self.states: set[int] = set()
        # States of which a reading says more already, such as which submission.
        self.noted: set[int] = set()


_opened: ContextVar[Opened | None] = ContextVar("opened", default=None)


@contextmanager
def opening() -> Iterator[Opened]:
    """Collect what is fetched meanwhile."""
    opened = Opened()
    token = _opened.set(opened)
    try:
        yield opened
    finally:
        _opened.reset(token)


def notice(states: Iterable[int]) -> None:
    """Say that something of these States, not public, is shown without its rows."""
    opened = _opened.get()
    if opened is not None:
        opened.states.update(states)


def is_noted(states: Iterable[int]) -> None:
    """Say that a reading of these States has been written."""
    opened = _opened.get()
    if opened is not None:
        opened.noted.update(states)


class SentModel(models.Model):
    """A row of what a State sent, with its words; it belongs to a submission."""

    submission: Any
    submission_id: int

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **named: Any) -> Self:
        row = super().from_db(*args, **named)
        opened = _opened.get()
        if opened is not None:
            opened.rows.append(row)
        return row

    @property
    def is_reserved(self) -> bool:
        """Whether it was fetched with something that is not for everybody."""
        held = vars(self)
        return held.get("shown_to") != PUBLIC or any(map(held.get, NEVER_PUBLIC))

    @property
    def answered(self) -> set[str]:
        """Codes of the questions that it answers: some are confidential."""
        return set(vars(self).get("answers") or ())

    @property
    def state_known(self) -> int | None:
        """Key of its State, if that was fetched with it; no query."""
        known = type(self).submission.is_cached(self)
        return self.submission.state_id if known else None
