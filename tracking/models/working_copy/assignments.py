"""Who inside a State was asked to write about which recommendation."""

import datetime
from typing import Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models import in_order
from tracking.models.database.limits import Limit, texts_within
from tracking.models.messages.messages import Message, MessageKind
from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.working_copy.assessments import Assessment


class AssignmentError(Exception):
    """This person cannot be given anything to write in this State."""


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """What focal points have given to their colleagues."""

    def open(self) -> Self:
        """What has not been ended."""
        return self.filter(ended_at=None)

    def of(self, user: User) -> Self:
        """What this person is asked to do now, in the own State only."""
        return self.open().filter(to=user, state=user.state_id)

    @transaction.atomic
    def assign(
        self,
        assessment: Assessment,
        *,
        to: User,
        by: User,
        due_on: datetime.date | None = None,
        note: str = "",
    ) -> "Assignment":
        """Give a recommendation to a colleague of the same State.

        Given again with another date or note, it is ended and made anew, so that
        what was asked first can still be read. Raises AssignmentError for somebody
        of another State, or who writes nothing.
        """
        may_be_given = to.may_propose or to.may_write
        if to.state_id != assessment.state_id or not may_be_given:
            raise AssignmentError(f"{to} writes nothing for {assessment.state}")
        # Two focal points who press at once wait for each other here.
        Assessment.objects.select_for_update().get(pk=assessment.pk)
        held = self.open().filter(assessment=assessment, to=to).first()
        if held is not None:
            if (held.due_on, held.note) == (due_on, note):
                return held
            held.end()
        made = self.create(
            state_id=assessment.state_id,
            assessment=assessment,
            to=to,
            by=by,
            due_on=due_on,
            note=note,
        )
        if to != by:
            Message.objects.tell(
                MessageKind.ASSIGNMENT,
                [to],
                key=f"assignment {made.pk}",
                state=to.state,
                facts={
                    "recommendation": assessment.recommendation.key,
                    "due_on": due_on and due_on.isoformat(),
                },
            )
        return made


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
        ordering = ["due_on", *in_order("assessment__recommendation__"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state", "assessment", "to"],
                condition=models.Q(ended_at=None),
                name="assignment_once_per_person",
            ),
            Limit(condition=texts_within("note"), name="assignment_note_has_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} → {self.to}"

    @property
    def is_overdue(self) -> bool:
        """Whether the date by which it was wanted has passed."""
        return self.due_on is not None and self.due_on < timezone.localdate()

    def end(self) -> None:
        """Take it back, or say that it is done; what was asked stays readable."""
        now = timezone.now()
        open_rows = Assignment.objects.filter(pk=self.pk, ended_at=None)
        if open_rows.update(ended_at=now):
            self.ended_at = now
