"""Who has which page open: a hint, never a lock."""

import datetime
from typing import Self

from django.db import models
from django.utils import timezone

from tracking.models.states import State
from tracking.models.users import User

PRESENT_FOR = datetime.timedelta(minutes=2)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def now(self) -> Self:
        """Pages that were open a moment ago."""
        return self.filter(at__gte=timezone.now() - PRESENT_FOR)


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
