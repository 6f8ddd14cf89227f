"""Who has which page open: a hint, never a lock."""

import datetime
from dataclasses import dataclass
from typing import Self

from django.db import connection, models
from django.utils import timezone

from tracking.models.people.states import State
from tracking.models.people.users import User

PRESENT_FOR = datetime.timedelta(minutes=2)

# A visit is noted, and who else is there read, in one statement.
VISIT = """
    WITH visit AS (
        INSERT INTO tracking_presence (state_id, user_id, page, at)
        VALUES (%(state)s, %(user)s, %(page)s, %(now)s)
        ON CONFLICT (state_id, page, user_id) DO UPDATE SET at = EXCLUDED.at
    )
    SELECT person.name, presence.at
    FROM tracking_presence presence
    JOIN tracking_user person ON person.id = presence.user_id
    WHERE presence.state_id = %(state)s
        AND presence.page = %(page)s
        AND presence.user_id <> %(user)s
        AND presence.at >= %(since)s
        AND person.is_active
    ORDER BY person.name
"""


@dataclass(frozen=True)
class Colleague:
    """Somebody else who has the same page open."""

    name: str
    seen_at: datetime.datetime


class PresenceQuerySet(models.QuerySet["Presence"]):
    def now(self) -> Self:
        """Pages that were open a moment ago."""
        return self.filter(at__gte=timezone.now() - PRESENT_FOR)

    def past(self) -> Self:
        """Pages that are open no more."""
        return self.filter(at__lt=timezone.now() - PRESENT_FOR)

    def visit(self, user: User, page: str) -> list[Colleague]:
        """Note that this person has a page of the own State open; say who else has."""
        now = timezone.now()
        values = {
            "state": user.state_id,
            "user": user.pk,
            "page": page,
            "now": now,
            "since": now - PRESENT_FOR,
        }
        with connection.cursor() as cursor:
            cursor.execute(VISIT, values)
            return [Colleague(*row) for row in cursor.fetchall()]


class Presence(models.Model):
    """One person has one page of the own State open, or had a moment ago."""

    state = models.ForeignKey(State, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    page = models.CharField(max_length=200, help_text="Address without language.")
    at = models.DateTimeField(default=timezone.now)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state", "page", "user"], name="presence_once_per_page"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.page}"
