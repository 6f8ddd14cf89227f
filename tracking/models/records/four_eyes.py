"""The choice of a State that nothing is published by one person alone."""

from typing import Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tracking.models.messages.messages import Message, MessageKind, focal_points_of
from tracking.models.people.states import State
from tracking.models.people.users import SPEAKERS, User


class SecondPersonError(Exception):
    """What takes two persons cannot be done like this; the sentence says why."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))


def in_charge_of(state: State) -> "models.QuerySet[User]":
    """Who acts in the name of the State today: focal point and alternate."""
    rows = User.objects.in_office().filter(state=state, role__in=SPEAKERS)
    return rows.order_by("name", "pk").distinct()


def tell_the_other(state: State, by: User, *, key: str, what: str, cycle: str) -> None:
    """Tell who else acts in the name of the State that something waits for them."""
    Message.objects.tell(
        MessageKind.PREPARED,
        [each for each in focal_points_of(state) if each.pk != by.pk],
        key=key,
        state=state,
        facts={"what": what, "cycle": cycle},
    )


class FourEyesQuerySet(models.QuerySet["FourEyes"]):
    def in_force(self) -> Self:
        return self.filter(ended_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(state__in=State.objects.readable_by(user))

    def of(self, state: State) -> "FourEyes | None":
        """The choice in force; None where one person is enough."""
        rows = self.in_force().select_related("begun_by", "ending_proposed_by")
        return rows.filter(state=state).first()

    def begin(self, state: State, *, by: User) -> "FourEyes":
        """From now on two persons are needed; one says so, even alone in office."""
        chosen, _new = self.get_or_create(
            state=state, ended_at=None, defaults={"begun_by": by}
        )
        return chosen


class FourEyes(models.Model):
    """A time during which two persons of a State are needed to publish.

    One person begins it. It ends when one proposes that and the other confirms:
    who wants to act alone cannot take the other pair of eyes away first. Nobody of
    the secretariat has a part in it.
    """

    state = models.ForeignKey(State, models.PROTECT, related_name="four_eyes")
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    ending_proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True
    )
    ending_proposed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    objects = FourEyesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(ended_at=None),
                name="four_eyes_once_per_state",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ending_proposed_by__isnull=False)
                & Q(ended_by__isnull=False)
                & ~Q(ended_by=F("ending_proposed_by")),
                name="four_eyes_end_by_two",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="four_eyes_stay", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="four_eyes_end_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="four_eyes_begin_once", fields=["state", "begun_by", "begun_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}: {self.begun_at:%Y-%m-%d}"

    @transaction.atomic
    def propose_end(self, *, by: User) -> None:
        """Say that one person would be enough; holds once the other confirms."""
        now = timezone.now()
        if self._change(
            Q(ending_proposed_by=None), ending_proposed_by=by, ending_proposed_at=now
        ):
            tell_the_other(
                self.state,
                by,
                key=f"four eyes {self.pk} {now.isoformat()}",
                what="ending",
                cycle="",
            )

    def keep(self) -> None:
        """Take such a proposal back, or refuse it; either may."""
        self._change(Q(), ending_proposed_by=None, ending_proposed_at=None)

    @transaction.atomic
    def end(self, *, by: User) -> None:
        """Confirm what the other proposed. Raises SecondPersonError.

        What waits for a second person is taken back: nobody has to confirm it now.
        """
        still = in_charge_of(self.state).values("pk")
        proposed = Q(ending_proposed_by__in=still) & ~Q(ending_proposed_by=by)
        if not self._change(proposed, ended_by=by, ended_at=timezone.now()):
            raise SecondPersonError(
                _(
                    "The other person has to propose it first, and to be in office "
                    "still. Nothing was changed."
                )
            )

        waiting = self.state.prepared.filter(ended_at=None)
        waiting.update(ended_by=by, ended_at=timezone.now())

    def _change(self, condition: Q, **values: object) -> int:
        # One UPDATE decides: two people may press at once.
        rows = FourEyes.objects.in_force().filter(condition, pk=self.pk)
        return rows.update(**values)
