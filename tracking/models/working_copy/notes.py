"""What colleagues of one State say to each other at a task."""

import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.database.limits import Limit, texts_within
from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.working_copy.assessments import Assessment

# Time in which who removed a note may bring it back.
RESTORABLE_FOR = datetime.timedelta(days=30)


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Notes of the own State; nobody outside it ever reads one."""
        return self.filter(state__in=State.objects.readable_by(user))

    def present(self) -> Self:
        return self.filter(removed_at=None)

    def removed_by(self, user: User) -> Self:
        """Notes that their writer took away, and may bring back."""
        since = timezone.now() - RESTORABLE_FOR
        return self.filter(by=user, removed_at__gte=since)

    def forgotten(self) -> Self:
        """Notes that were removed too long ago to come back."""
        return self.filter(removed_at__lt=timezone.now() - RESTORABLE_FOR)


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
            Limit(condition=texts_within("text"), name="note_has_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} · {self.by}"

    def remove(self) -> None:
        """Take it off the page; its writer may bring it back."""
        self.removed_at = timezone.now()
        self.save(update_fields=["removed_at"])

    def restore(self) -> None:
        self.removed_at = None
        self.save(update_fields=["removed_at"])
