"""Reading a State's working copy in an emergency: two administrators, one hour.

Nobody of the secretariat reads what a State has not sent. Should it be needed all
the same, one administrator asks with a reason, another one confirms, the State is
told at once, and the database opens the rows for that hour to that one person.
"""

import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.models.accounts.by_two import (
    another_confirms,
    done_by_somebody,
    kept_for_good,
)
from tracking.models.accounts.nominations import NominationError
from tracking.models.messages.messages import Message, MessageKind, focal_points_of
from tracking.models.people.states import State
from tracking.models.people.users import Role, User

LASTS = datetime.timedelta(hours=1)
# Whoever is asked to confirm later asks again what the matter was.
WAITS = datetime.timedelta(hours=24)


class EmergencyError(NominationError):
    """An emergency reading that cannot be, and a sentence that says why."""


class EmergencyReadingQuerySet(models.QuerySet["EmergencyReading"]):
    def in_force(self) -> Self:
        """Those under which somebody may read now."""
        return self.filter(
            confirmed_at__isnull=False, ended_at=None, until__gt=timezone.now()
        )

    def of(self, state: State) -> Self:
        """What the State was told of."""
        return self.filter(state=state, confirmed_at__isnull=False)

    def usable_by(self, user: User) -> Self:
        """Those that let this person, and nobody else, read now."""
        if not user.is_active or user.role != Role.ADMINISTRATOR:
            return self.none()
        return self.in_force().filter(asked_by=user)

    def visible_to(self, user: User) -> Self:
        return self if user.is_secretariat else self.none()

    @transaction.atomic
    def ask(self, state: State, *, by: User, reason: str) -> "EmergencyReading":
        """Ask another administrator. Raises EmergencyError."""
        if not by.is_active or by.role != Role.ADMINISTRATOR:
            raise EmergencyError(_("An administrator alone can ask for this."))
        # Locked: of two who ask at once, the second is told of the first.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        since = timezone.now() - WAITS
        waiting = self.filter(
            state=state, asked_by=by, confirmed_at=None, ended_at=None
        )
        if waiting.filter(asked_at__gt=since).exists():
            raise EmergencyError(_("You have asked for this already."))
        if self.in_force().filter(state=state, asked_by=by).exists():
            raise EmergencyError(_("You may read this working copy now."))
        reading = self.create(state=state, asked_by=by, reason=reason)
        Message.objects.tell(
            MessageKind.CONFIRMATION,
            User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(
                pk=by.pk
            ),
            key=f"emergency {reading.pk}",
            state=state,
            facts={"what": "emergency", "row": reading.pk},
        )
        return reading

    def end(self, *, by: User) -> int:
        """End these at once; return how many were in force."""
        return self.in_force().update(ended_by=by, ended_at=timezone.now())


class EmergencyReading(models.Model):
    """One administrator may read one State's working copy for an hour."""

    state = models.ForeignKey(
        State, models.PROTECT, related_name="+", verbose_name=gettext_lazy("State")
    )
    reason = models.TextField(
        gettext_lazy("reason"),
        help_text=gettext_lazy(
            "The State reads it word by word, as soon as a second "
            "administrator confirms."
        ),
    )
    asked_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        verbose_name=gettext_lazy("asked for by"),
    )
    asked_at = models.DateTimeField(gettext_lazy("asked for"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("confirmed by"),
    )
    confirmed_at = models.DateTimeField(gettext_lazy("confirmed"), null=True)
    until = models.DateTimeField(gettext_lazy("open until"), null=True)
    ended_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("ended by"),
    )
    ended_at = models.DateTimeField(gettext_lazy("ended"), null=True)

    objects = EmergencyReadingQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("emergency reading")
        verbose_name_plural = gettext_lazy("emergency readings")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="emergency_has_a_reason"
            ),
            another_confirms("asked_by", name="emergency_by_two_persons"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None, until=None)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    until__lte=F("confirmed_at") + LASTS,
                ),
                name="emergency_lasts_an_hour",
            ),
            done_by_somebody("ended", name="emergency_ended_by_somebody"),
        ]
        triggers = kept_for_good(
            "emergencies",
            asked=["state", "reason", "asked_by", "asked_at"],
            confirmed=["confirmed_at", "confirmed_by", "until"],
            ended_at="ended_at",
        )

    def __str__(self) -> str:
        return str(self.state)

    @property
    def is_waiting(self) -> bool:
        return (
            self.confirmed_at is None
            and self.ended_at is None
            and timezone.now() < self.asked_at + WAITS
        )

    @property
    def is_in_force(self) -> bool:
        return (
            self.until is not None
            and self.ended_at is None
            and timezone.now() < self.until
        )

    def may_be_confirmed_by(self, user: User) -> bool:
        """Whether this is another administrator than the one who asked."""
        return (
            self.is_waiting
            and user.is_active
            and user.role == Role.ADMINISTRATOR
            and user.pk != self.asked_by_id
        )

    @transaction.atomic
    def confirm(self, *, by: User) -> None:
        """Open it for an hour, and tell the State. Raises EmergencyError."""
        self._lock()
        if not self.is_waiting:
            raise EmergencyError(_("This request no longer waits."))
        if not self.may_be_confirmed_by(by):
            raise EmergencyError(
                _("Another administrator than the one who asked must confirm.")
            )
        now = timezone.now()
        self.confirmed_by, self.confirmed_at, self.until = by, now, now + LASTS
        self.save(update_fields=["confirmed_by", "confirmed_at", "until"])
        Message.objects.tell(
            MessageKind.EMERGENCY,
            focal_points_of(self.state),
            key=f"emergency {self.pk}",
            state=self.state,
            facts={"until": self.until.isoformat()},
        )

    @transaction.atomic
    def end(self, *, by: User) -> None:
        """End it, or take back what was asked. Raises EmergencyError."""
        self._lock()
        if not (self.is_waiting or self.is_in_force):
            raise EmergencyError(_("This has ended already."))
        self.ended_by, self.ended_at = by, timezone.now()
        self.save(update_fields=["ended_by", "ended_at"])

    def _lock(self) -> None:
        """Read again what decides, so that two people cannot both win."""
        row = EmergencyReading.objects.select_for_update().get(pk=self.pk)
        self.confirmed_at, self.until = row.confirmed_at, row.until
        self.ended_at = row.ended_at
