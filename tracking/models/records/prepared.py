"""What one person of a State prepared, and another one confirms or not."""

from collections.abc import Iterable
from typing import Any, Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.records.four_eyes import (
    SecondPersonError,
    in_charge_of,
    tell_the_other,
)
from tracking.models.records.records import (
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    show_to,
)
from tracking.models.records.selection import ChangedError, Versions, mark_of
from tracking.models.records.submissions import Submission
from tracking.models.records.submitting import submit
from tracking.models.working_copy.cycles import Cycle
from tracking.models.working_copy.values import Visibility

# How each kind of record is reached from its submission.
RECORDS: dict[type[models.Model], str] = {
    SubmittedAssessment: "assessments",
    SubmittedMeasure: "measures",
    SubmittedEvidence: "evidence",
}


class PreparedQuerySet(models.QuerySet["Prepared"]):
    def waiting(self) -> Self:
        return self.filter(ended_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(state__in=State.objects.readable_by(user))

    def decidable_by(self, user: User | AnonymousUser) -> Self:
        """What this user may confirm, being another person, or take back."""
        return self.waiting().filter(state__in=State.objects.submittable_by(user))

    def sending(self, state: State, cycle: Cycle | None) -> "Prepared | None":
        """What waits to be sent for a cycle."""
        rows = self.waiting().select_related("state", "cycle", "prepared_by")
        return rows.filter(state=state, cycle=cycle, widens=None).first()

    def widening(self, submission: Submission) -> "Prepared | None":
        """What waits to be shown to more readers."""
        rows = self.waiting().select_related("state", "cycle", "prepared_by")
        return rows.filter(widens=submission).first()

    @transaction.atomic
    def prepare_sending(
        self,
        state: State,
        cycle: Cycle,
        versions: Versions,
        *,
        by: User,
        consent: bool,
        note: str = "",
    ) -> "Prepared":
        """Leave everything as it is, and ask the other person to send it.

        `versions` are the rows that were read, with their versions: nothing else is
        confirmed. What waited before is replaced.
        """
        State.objects.select_for_update(no_key=True).get(pk=state.pk)
        before = self.waiting().filter(state=state, cycle=cycle, widens=None)
        before.update(ended_at=timezone.now(), ended_by=by)
        prepared = self.create(
            state=state,
            cycle=cycle,
            prepared_by=by,
            consent=consent,
            note=note,
            content=versions,
        )
        prepared.tell("sending")
        return prepared

    @transaction.atomic
    def prepare_widening(
        self,
        submission: Submission,
        changes: Iterable[tuple[Any, Visibility]],
        *,
        by: User,
    ) -> "Prepared":
        """Ask the other person to show these records to more readers."""
        State.objects.select_for_update(no_key=True).get(pk=submission.state_id)
        self.waiting().filter(widens=submission).update(
            ended_at=timezone.now(), ended_by=by
        )
        prepared = self.create(
            state=submission.state,
            cycle=submission.cycle,
            widens=submission,
            prepared_by=by,
            consent=True,
            content={
                f"{RECORDS[type(record)]}-{record.pk}": [record.shown_to, wanted]
                for record, wanted in changes
            },
        )
        prepared.tell("widening")
        return prepared


class Prepared(models.Model):
    """An act in the name of a State that waits for its second person."""

    state = models.ForeignKey(State, models.PROTECT, related_name="prepared")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    widens = models.ForeignKey(
        Submission,
        models.PROTECT,
        related_name="+",
        null=True,
        help_text="Whose records are to be read by more; empty for what is to be sent.",
    )
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(default=timezone.now)
    consent = models.BooleanField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    content = models.JSONField(help_text="Rows and versions, or who is to read what.")
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(default=False)

    objects = PreparedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state", "cycle"],
                condition=Q(ended_at=None, widens=None),
                name="prepared_one_sending",
            ),
            models.UniqueConstraint(
                fields=["widens"],
                condition=Q(ended_at=None),
                name="prepared_one_widening",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, confirmed=False)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="prepared_ends_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=False) | ~Q(ended_by=F("prepared_by")),
                name="prepared_is_confirmed_by_another",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="prepared_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="prepared_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="prepared_does_not_change",
                exclude=["ended_by", "ended_at", "confirmed"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} · {self.cycle} · {self.prepared_at:%Y-%m-%d}"

    def tell(self, what: str) -> None:
        tell_the_other(
            self.state,
            self.prepared_by,
            key=f"prepared {self.pk}",
            what=what,
            cycle=self.cycle.code,
        )

    @property
    def is_void(self) -> bool:
        """Whether who prepared it no longer acts in the name of the State."""
        people = in_charge_of(self.state).filter(pk=self.prepared_by_id)
        return not people.exists()

    @transaction.atomic
    def send(self, *, by: User, read: str) -> Submission:
        """Confirm and submit. Raises SecondPersonError, and what `submit` raises.

        `read` is the mark of what the second person has read: raises ChangedError
        unless it is what was prepared, and what would be sent.
        """
        self._confirm(by)
        if read != mark_of(self.content):
            raise ChangedError
        return submit(
            self.state,
            self.cycle,
            by=by,
            consent=self.consent,
            prepared_by=self.prepared_by,
            read=read,
        )

    @transaction.atomic
    def widen(self, *, by: User) -> None:
        """Confirm, and show the records from now on. Raises SecondPersonError."""
        self._confirm(by)
        if self.widens is None:
            raise ValueError("It is to be sent, not to be shown.")
        counts = Submission.objects.counted().filter(pk=self.widens.pk).exists()
        for name, (before, wanted) in self.content.items():
            kind, _dash, pk = name.partition("-")
            record = getattr(self.widens, kind).get(pk=pk)
            if record.shown_to != before or not counts:
                raise SecondPersonError(
                    _now(
                        "Something was changed after it was prepared. Nothing is shown "
                        "to more readers: take it back, read again, and prepare it "
                        "anew."
                    )
                )
            record.submission = self.widens
            show_to(record, Visibility(wanted), by=by)

    def cancel(self, *, by: User) -> bool:
        """Take it back, or refuse it; False if it had ended already."""
        return bool(self._end(by, confirmed=False))

    def _confirm(self, by: User) -> None:
        """End it as confirmed, for one of two who may both press at once."""
        # Whoever submits or prepares locks the State first: so does this.
        State.objects.select_for_update(no_key=True).get(pk=self.state_id)
        if by.pk == self.prepared_by_id:
            raise SecondPersonError(
                _now("Who prepared it does not confirm it. Nothing was done.")
            )
        if not in_charge_of(self.state).filter(pk=by.pk).exists() or self.is_void:
            raise SecondPersonError(
                _now(
                    "It was prepared by somebody who no longer acts in the name of "
                    "your State. Prepare it anew."
                )
            )
        if not self._end(by, confirmed=True):
            raise SecondPersonError(
                _now("It was confirmed, replaced or taken back meanwhile.")
            )

    def _end(self, by: User, *, confirmed: bool) -> int:
        rows = Prepared.objects.waiting().filter(pk=self.pk)
        return rows.update(ended_at=timezone.now(), ended_by=by, confirmed=confirmed)
