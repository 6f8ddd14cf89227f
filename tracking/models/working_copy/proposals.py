"""What a contributor writes, until a focal point takes it into the working copy."""

from collections.abc import Collection
from typing import Any, Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation
from tracking.models.messages.messages import Message, MessageKind, focal_points_of
from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.working_copy.assessments import StaleError
from tracking.models.working_copy.measures import EvidenceFile


class Outcome(models.TextChoices):
    """What became of a proposal."""

    TAKEN = "taken", _("Taken over")
    TAKEN_IN_PART = "taken_in_part", _("Taken over in part")
    DECLINED = "declined", _("Not taken over")
    REPLACED = "replaced", _("Replaced by a later proposal")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """What contributors have written."""

    def open(self) -> Self:
        """What waits for the focal point."""
        return self.filter(outcome="")

    def of(self, state: State) -> Self:
        return self.filter(state=state)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Proposals this user may read: those written inside the own State."""
        return self.filter(state__in=State.objects.readable_by(user))

    def decidable_by(self, user: User | AnonymousUser) -> Self:
        """Open proposals that this user takes over or not."""
        return self.open().filter(state__in=State.objects.editable_by(user))

    def at(self, view: str, arguments: dict[str, Any]) -> Self:
        """Proposals about one row; about new rows, where the page makes one.

        A measure is one row, whatever the recommendation from which it was opened.
        """
        key = "pk" if "pk" in arguments else "place"
        return self.filter(view=view, **{f"arguments__{key}": arguments[key]})

    @transaction.atomic
    def propose(
        self,
        *,
        state: State,
        recommendation: Recommendation,
        by: User,
        view: str,
        arguments: dict[str, Any],
        payload: dict[str, list[str]],
        version: int | None = None,
        file: EvidenceFile | None = None,
        ready: bool = False,
        replaces: Collection[int] = (),
    ) -> "Proposal":
        """Keep what a contributor sent; it replaces `replaces`, if still open.

        The same press of the button, sent twice, is kept once.
        """
        # Two pages of one person wait for each other here.
        User.objects.select_for_update().get(pk=by.pk)
        words = {
            "state": state,
            "recommendation": recommendation,
            "view": view,
            "arguments": arguments,
            "payload": payload,
            "version": version,
            "file": file,
            "ready": ready,
        }
        mine = self.open().filter(by=by)
        same = mine.filter(**words).first()
        if same is not None:
            return same
        mine.filter(state=state, pk__in=replaces).update(
            outcome=Outcome.REPLACED, closed_at=timezone.now(), closed_by=by
        )
        made = self.create(by=by, **words)
        if ready:
            Message.objects.tell(
                MessageKind.PROPOSAL,
                focal_points_of(state),
                key=f"proposal {made.pk}",
                state=state,
                facts={"recommendation": recommendation.key, "proposal": made.pk},
            )
        return made


class Proposal(models.Model):
    """What one contributor sent in one form, beside the row it is about.

    Its words never change: who writes more makes another proposal, which replaces
    this one. So whatever was ever proposed can be read again.
    """

    state = models.ForeignKey(State, models.PROTECT, related_name="proposals")
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="proposals"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="proposals")
    at = models.DateTimeField(default=timezone.now)
    view = models.CharField(max_length=60, help_text="Name of the page of the form.")
    arguments = models.JSONField(help_text="Of the address of that page.")
    payload = models.JSONField(help_text="Field of the form → list of what was sent.")
    version = models.PositiveIntegerField(
        null=True, help_text="Of the row that the page showed; none for a new row."
    )
    file = models.ForeignKey(EvidenceFile, models.PROTECT, null=True, related_name="+")
    ready = models.BooleanField(
        default=False, help_text="Whether its writer finds it ready for clearance."
    )
    outcome = models.CharField(max_length=15, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    taken = models.JSONField(
        default=list, help_text="Names of the fields that were taken over."
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="", closed_at=None)
                | ~models.Q(outcome="") & models.Q(closed_at__isnull=False),
                name="proposal_closed_with_an_outcome",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="proposals_stay", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="proposals_do_not_change",
                exclude=["outcome", "closed_at", "closed_by", "reason", "taken"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state.iso3} {self.recommendation.key} · {self.by}"

    def get_absolute_url(self) -> str:
        place = [self.state.key, self.recommendation.key, self.pk]
        return reverse("workspace:proposal", args=place)

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def title(self) -> str:
        """Title of the measure or evidence proposed; none for an answer."""
        return "".join(self.payload.get("title", [])[-1:])

    def close(
        self,
        outcome: Outcome,
        *,
        by: User,
        taken: Collection[str] = (),
        reason: str = "",
    ) -> None:
        """Say what became of it. Raises StaleError if somebody was faster."""
        values: dict[str, Any] = {
            "outcome": outcome,
            "closed_at": timezone.now(),
            "closed_by": by,
            "taken": list(taken),
            "reason": reason,
        }
        # A single UPDATE checks and changes, so that two people cannot both decide.
        if not Proposal.objects.open().filter(pk=self.pk).update(**values):
            raise StaleError(f"{self} is not open any more")
        for name, value in values.items():
            setattr(self, name, value)

    def withdraw(self) -> None:
        """Take one's own proposal back. Raises StaleError if it was decided on."""
        self.close(Outcome.WITHDRAWN, by=self.by)
