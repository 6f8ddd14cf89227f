"""How often somebody came within some time: counted once for all processes."""

import datetime
from collections.abc import Iterable
from typing import Self

from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

# So many in so many seconds.
Limit = tuple[int, int]

# One statement: two who come at once are both counted. In the order of names, so
# that two statements never wait for each other.
COUNT = """
INSERT INTO tracking_tally AS t (name, number, until)
SELECT name, 1, now() + seconds * interval '1 second'
FROM unnest(%s::text[], %s::int[]) AS come(name, seconds) ORDER BY name
ON CONFLICT (name) DO UPDATE SET
    number = CASE WHEN t.until <= now() THEN 1 ELSE t.number + 1 END,
    until = CASE WHEN t.until <= now() THEN excluded.until ELSE t.until END
RETURNING name, number, ceil(extract(epoch FROM until - now()))::int
"""


def _name(kind: str, whose: str, seconds: int | None = None) -> str:
    """What a count is kept under.

    Nobody's network or key is kept, only what is made of it with our secret.
    """
    who = salted_hmac("tally", f"{kind} {whose}").hexdigest()
    return f"{who} {seconds}" if seconds else who


class TallyQuerySet(models.QuerySet["Tally"]):
    def come(self, kind: str, whose: str, limits: Iterable[Limit]) -> int:
        """Count one more, and return for how many seconds they have to wait; 0: not."""
        most = {_name(kind, whose, seconds): number for number, seconds in limits}
        if not most:
            return 0
        lengths = [int(name.split()[1]) for name in most]
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [list(most), lengths])
            return max(
                (left for name, number, left in cursor if number > most[name]),
                default=0,
            )

    def give_back(self, kind: str, whose: str, limit: Limit) -> None:
        """Take one back that came."""
        self.filter(name=_name(kind, whose, limit[1]), number__gt=0).update(
            number=F("number") - 1
        )

    def add(self, kind: str, whose: str, seconds: int) -> int:
        """Count one more; return how many there were since the count began.

        It begins with the first, and anew after so many seconds.
        """
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [[_name(kind, whose)], [seconds]])
            [(_row, number, _left)] = cursor.fetchall()
            return int(number)

    def number(self, kind: str, whose: str) -> int:
        """How many were added; 0 once their time has passed."""
        found = self.filter(name=_name(kind, whose), until__gt=Now())
        return found.values_list("number", flat=True).first() or 0

    def full_until(
        self, kind: str, whose: str, limit: Limit
    ) -> datetime.datetime | None:
        """When somebody who has used up a limit may come again; None: now."""
        most, seconds = limit
        found = self.filter(
            name=_name(kind, whose, seconds), number__gte=most, until__gt=Now()
        )
        return found.values_list("until", flat=True).first()

    def forget(self, kind: str, whose: str, limit: Limit | None = None) -> None:
        """Begin a count anew."""
        self.filter(name=_name(kind, whose, limit[1] if limit else None)).delete()

    def outdated(self) -> Self:
        """Counts whose time has passed."""
        return self.filter(until__lte=timezone.now() - datetime.timedelta(hours=1))


class Tally(models.Model):
    """One count, until a moment."""

    name = models.CharField(max_length=60, unique=True)
    number = models.PositiveIntegerField()
    until = models.DateTimeField()

    objects = TallyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
