"""What a contributor writes, until a focal point takes it into the working copy."""

from typing import Self

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation
from tracking.models.measures import EvidenceFile
from tracking.models.states import State
from tracking.models.users import User


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
        return f"{self.state.iso3} {self.recommendation.number} · {self.by}"
