"""What colleagues of one State say to each other at a task."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.assessments import Assessment
from tracking.models.states import State
from tracking.models.users import User


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Notes of the own State; nobody outside it ever reads one."""
        return self.filter(state__in=State.objects.readable_by(user))

    def present(self) -> Self:
        return self.filter(removed_at=None)


class Note(models.Model):
    """A remark between colleagues; it is in no record, file or count."""

    state = models.ForeignKey(State, models.PROTECT, related_name="notes")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="notes")
    text = models.TextField(_("note"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="note_has_a_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} · {self.by}"
