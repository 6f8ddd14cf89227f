"""Hiding what a State published: the secretariat's emergency brake, by two persons."""

from typing import Self

import pgtrigger
from django.db import models, transaction
from django.db.models import Q
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
from tracking.models.people.users import REVIEWS, User
from tracking.models.records.submissions import Submission


class HidingError(NominationError):
    """Hiding that cannot be done now, and a sentence that says why."""


class HidingQuerySet(models.QuerySet["Hiding"]):
    def open(self) -> Self:
        """Proposed or in force."""
        return self.filter(lifted_at=None)

    def waiting(self) -> Self:
        """Proposed, and waiting for a second person."""
        return self.open().filter(confirmed_at=None)

    def in_force(self) -> Self:
        return self.open().filter(confirmed_at__isnull=False)

    def confirmed(self) -> Self:
        """In force now or once: what the State was told of."""
        return self.filter(confirmed_at__isnull=False)

    def known_to(self, user: User, submission: Submission) -> Self:
        """What this reader may know of the hiding of a submission; last first."""
        rows = self.filter(submission=submission).select_related(
            "proposed_by", "confirmed_by", "lifted_by"
        )
        return rows if user.is_secretariat else rows.confirmed()

    @transaction.atomic
    def propose(self, submission: Submission, *, by: User, reason: str) -> "Hiding":
        """Ask a second person to hide what counts now. Raises HidingError."""
        if not by.may_review:
            raise HidingError(_("The secretariat alone hides a publication."))
        if not Submission.objects.counted().filter(pk=submission.pk).exists():
            raise HidingError(_("Nothing of this submission is published now."))
        # Locked: of two who propose at once, the second is told of the first.
        Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
        if self.open().filter(submission=submission).exists():
            raise HidingError(_("Somebody has proposed this already."))
        hiding = self.create(submission=submission, proposed_by=by, reason=reason)
        Message.objects.tell(
            MessageKind.CONFIRMATION,
            User.objects.filter(role__in=REVIEWS, is_active=True).exclude(pk=by.pk),
            key=f"hiding {hiding.pk}",
            state=submission.state,
            facts={
                "what": "hiding",
                "row": submission.pk,
                "cycle": submission.cycle.code,
                "number": submission.number,
            },
        )
        return hiding


class Hiding(models.Model):
    """The secretariat keeps a publication from everybody but its State.

    One person proposes, another confirms, either shows it again. What the State lets
    read (`shown_to`) stays as it is. `Submission.hidden` follows in the database.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="hidings")
    reason = models.TextField(gettext_lazy("reason"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = HidingQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("hiding of a publication")
        verbose_name_plural = gettext_lazy("hidings of publications")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="hiding_has_a_reason"),
            another_confirms("proposed_by", name="hiding_by_two_persons"),
            done_by_somebody("confirmed", name="hiding_confirmed_by_somebody"),
            done_by_somebody("lifted", name="hiding_lifted_by_somebody"),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(lifted_at=None),
                name="hiding_one_at_a_time",
            ),
        ]
        triggers = [
            *kept_for_good(
                "hidings",
                asked=["submission", "reason", "proposed_by", "proposed_at"],
                confirmed=["confirmed_at", "confirmed_by"],
                ended_at="lifted_at",
            ),
            pgtrigger.Trigger(
                name="hidings_hide",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    UPDATE tracking_submission SET hidden = NOT hidden
                    WHERE id = NEW.submission_id AND hidden <>
                        (NEW.confirmed_at IS NOT NULL AND NEW.lifted_at IS NULL);
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.submission)

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.lifted_at is None

    @property
    def is_in_force(self) -> bool:
        return self.confirmed_at is not None and self.lifted_at is None

    def may_be_confirmed_by(self, user: User) -> bool:
        """Whether this is somebody else of the secretariat than who proposed."""
        return self.is_waiting and user.may_review and user.pk != self.proposed_by_id

    @transaction.atomic
    def confirm(self, *, by: User) -> None:
        """Hide it from now on, and tell the State. Raises HidingError."""
        self._lock()
        if not self.is_waiting:
            raise HidingError(_("This proposal no longer waits."))
        if not self.may_be_confirmed_by(by):
            raise HidingError(
                _("Another person of the secretariat than the one who proposed.")
            )
        self.confirmed_by, self.confirmed_at = by, timezone.now()
        self.save(update_fields=["confirmed_by", "confirmed_at"])
        self._tell("hidden")

    @transaction.atomic
    def lift(self, *, by: User) -> None:
        """Show it again, or take the proposal back. Raises HidingError."""
        if not by.may_review:
            raise HidingError(_("The secretariat alone hides a publication."))
        self._lock()
        if self.lifted_at is not None:
            raise HidingError(_("Somebody has ended this already."))
        self.lifted_by, self.lifted_at = by, timezone.now()
        self.save(update_fields=["lifted_by", "lifted_at"])
        if self.confirmed_at is not None:
            self._tell("shown")

    def _lock(self) -> None:
        """Read again what decides, so that two people cannot both win."""
        row = Hiding.objects.select_for_update().get(pk=self.pk)
        self.confirmed_at, self.lifted_at = row.confirmed_at, row.lifted_at

    def _tell(self, what: str) -> None:
        submission = self.submission
        Message.objects.tell(
            MessageKind.HIDING,
            {*focal_points_of(submission.state), submission.submitted_by},
            key=f"{what} {self.pk}",
            state=submission.state,
            facts={
                "what": what,
                "cycle": submission.cycle.code,
                "number": submission.number,
            },
        )
