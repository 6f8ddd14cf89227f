"""What the secretariat read and took of what a State sent, for that State to read."""

from collections.abc import Iterable
from typing import Any, Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models import Question
from tracking.models.accounts.emergencies import EmergencyReading
from tracking.models.audit.alarms import watch
from tracking.models.people.states import State
from tracking.models.people.users import Role, User
from tracking.models.records.opened import Opened, is_noted
from tracking.models.records.submissions import Submission


class AccessKind(models.TextChoices):
    READ = "read", _("Read")
    PAGE = "page", _("Read on a page")
    FILE = "file", _("Evidence file taken")
    EXPORT = "export", _("Export")
    EMERGENCY = "emergency", _("Working copy read in an emergency")


class AccessQuerySet(models.QuerySet["Access"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All for who audits; for who speaks for a State, what is of it."""
        if not user.is_authenticated:
            return self.none()
        if user.may_audit:
            return self
        return self.of(user.state) if user.may_submit and user.state else self.none()

    def of(self, state: State) -> Self:
        """What the secretariat read or took of this State."""
        return self.filter(states__contains=[state.pk])

    def read(
        self, submission: Submission, *, by: User, kind: AccessKind = AccessKind.READ
    ) -> None:
        """Note that somebody of the secretariat read a submission."""
        self._note([submission.state_id], by=by, kind=kind, submission=submission)

    def read_in_emergency(self, reading: EmergencyReading) -> None:
        """Note that an administrator opened a State's working copy."""
        self._note([reading.state_id], by=reading.asked_by, kind=AccessKind.EMERGENCY)

    def exported(
        self, name: str, filters: str, states: Iterable[int], rows: int, *, by: User
    ) -> None:
        """Note that somebody of the secretariat took what was submitted as a file."""
        self._note(
            states, by=by, kind=AccessKind.EXPORT, name=name, filters=filters, rows=rows
        )

    def opened(
        self, opened: Opened, address: str, query: str, *, by: User, is_file: bool
    ) -> None:
        """Note whose words, not public, a request of the secretariat fetched.

        Not of States of which this request has noted more.
        """
        states = opened.states | _states_of(opened)
        if states - opened.noted:
            self._note(
                states - opened.noted,
                by=by,
                kind=AccessKind.FILE if is_file else AccessKind.PAGE,
                name=address,
                filters=query,
                rows=len(opened.rows),
            )

    def _note(
        self,
        states: Iterable[int],
        *,
        by: User,
        kind: AccessKind,
        name: str = "",
        filters: str = "",
        **more: Any,
    ) -> None:
        known = sorted(set(states))
        self.create(
            by=by,
            kind=kind,
            states=known,
            name=name[:40],
            filters=filters[:500],
            **more,
        )
        is_noted(known)
        watch(self, by)


def _states_of(opened: Opened) -> set[int]:
    """States of which something was fetched that is not public, noted ones left out."""
    whose = {
        row.submission_id: row.state_known for row in opened.rows if row.state_known
    }
    rows = [
        row for row in opened.rows if whose.get(row.submission_id) not in opened.noted
    ]
    closed = {row.submission_id for row in rows if row.is_reserved}
    asked = {code for row in rows for code in row.answered}
    public = Question.objects.filter(code__in=asked, confidential=False)
    open_ = set(public.values_list("code", flat=True))
    # What is asked no more may have been confidential.
    closed |= {row.submission_id for row in rows if not row.answered <= open_}
    submissions = Submission.objects.filter(
        models.Q(pk__in=closed) | ~models.Q(pk__in=Submission.objects.published()),
        pk__in={row.submission_id for row in rows},
    )
    return set(submissions.order_by().values_list("state_id", flat=True))


class Access(models.Model):
    """Somebody of the secretariat read what a State submitted, or took it along.

    Of a page, `name` is its address and `filters` what was asked of it.
    """

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=AccessKind)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="+"
    )
    states = ArrayField(models.BigIntegerField())
    name = models.CharField(
        max_length=40, blank=True, help_text="Of the export, or address of the page."
    )
    filters = models.CharField(max_length=500, blank=True)
    rows = models.PositiveIntegerField(null=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["-at", "-pk"]
        indexes = [GinIndex(fields=["states"], name="access_by_state")]
        triggers = [
            pgtrigger.Protect(
                name="accesses_stay", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.kind} {self.at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.role = self.by.role
        super().save(*args, **kwargs)

    @property
    def place(self) -> str:
        """Name of the export or address of the page, from left to right everywhere."""
        return f"\u2066{self.name}\u2069" if self.name else ""

    @property
    def role_name(self) -> str:
        """The role at that time, in the reader's language."""
        return str(dict(Role.choices).get(self.role, self.role))
