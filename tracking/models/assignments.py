"""Who inside a State was asked to write about which recommendation."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.assessments import Assessment
from tracking.models.states import State
from tracking.models.users import User


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """What focal points have given to their colleagues."""

    def open(self) -> Self:
        """What has not been ended."""
        return self.filter(ended_at=None)

    def of(self, user: User) -> Self:
        """What this person is asked to do now, in the own State only."""
        return self.open().filter(to=user, state=user.state_id)


class Assignment(models.Model):
    """A recommendation given to a colleague, with a date and a note."""

    state = models.ForeignKey(State, models.PROTECT, related_name="assignments")
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="assignments"
    )
    to = models.ForeignKey(
        User, models.PROTECT, related_name="assignments", verbose_name=_("given to")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("wanted by"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["due_on", "assessment__recommendation__number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state", "assessment", "to"],
                condition=models.Q(ended_at=None),
                name="assignment_once_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} → {self.to}"
