"""Files are made one at a time per person, and a few at a time for everybody.

A turn is a lock of the database's session: it ends with the file, or with the
connection if the process dies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from tracking.models import User

PEOPLE, VISITORS, PER_STATE = 4, 4, 2
# First half of the key of a lock; the second is a person, a State, or a number.
PERSON, PLACE_OF_PEOPLE, PLACE_OF_VISITORS, PLACE_OF_STATE = 7310, 7311, 7312, 7320


@dataclass(frozen=True)
class Turn:
    """The locks that one running file holds."""

    locks: tuple[tuple[int, int], ...]

    @classmethod
    def take(cls, user: User | AnonymousUser) -> Self | None:
        """A turn for this reader; None while others have them all."""
        held: list[tuple[int, int]] = []
        for choices in _needed(user):
            lock = next((each for each in choices if _try(each)), None)
            if lock is None:
                cls(tuple(held)).give_back()
                return None
            held.append(lock)
        return cls(tuple(held))

    def give_back(self) -> None:
        with connection.cursor() as cursor:
            for lock in self.locks:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)


def _needed(user: User | AnonymousUser) -> Iterator[list[tuple[int, int]]]:
    """Locks to have, each one of several."""
    if not user.is_authenticated:
        yield [(PLACE_OF_VISITORS, place) for place in range(VISITORS)]
        return
    yield [(PERSON, user.pk)]
    if user.state_id:
        yield [(PLACE_OF_STATE + place, user.state_id) for place in range(PER_STATE)]
    yield [(PLACE_OF_PEOPLE, place) for place in range(PEOPLE)]


def _try(lock: tuple[int, int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock)
        (taken,) = cursor.fetchone()
    return bool(taken)


class InTurn:
    """Pieces of a file; when they end, however they end, the turn is given back."""

    def __init__(self, pieces: Iterator[bytes], turn: Turn) -> None:
        self.pieces, self.turn, self.over = pieces, turn, False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self.pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Called by Django when the response is sent, or the reader has gone."""
        if self.over:
            return
        self.over = True
        close = getattr(self.pieces, "close", None)
        if close is not None:
            close()
        self.turn.give_back()
