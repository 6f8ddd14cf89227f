import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CycleQuerySet(models.QuerySet["Cycle"]):
    def opened(self) -> Self:
        """Cycles that have opened, whether they are closed or not, last first."""
        return self.filter(opens_on__lte=timezone.localdate()).order_by("-opens_on")

    def current(self) -> "Cycle | None":
        """The cycle that opened last: States report for it, late or not."""
        return self.opened().first()


class Cycle(models.Model):
    """A reporting period."""

    code = models.SlugField(
        _("code"), max_length=20, unique=True, help_text=_("Used in addresses: 2026.")
    )
    name = models.CharField(_("name"), max_length=100)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    reference_meeting = models.CharField(
        _("reference meeting"),
        max_length=200,
        blank=True,
        help_text=_("The meeting for which the reports are collected."),
    )
    demonstration = models.BooleanField(
        _("demonstration"), default=False, editable=False
    )

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ["-opens_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gt=models.F("opens_on")),
                name="cycle_closes_after_it_opens",
                violation_error_message=_("A cycle closes after it opens."),
            ),
            models.UniqueConstraint(fields=["opens_on"], name="cycle_one_per_opening"),
        ]

    def __str__(self) -> str:
        return self.name

    def days_left(self, today: datetime.date | None = None) -> int:
        """Days until it closes, that day included; negative once it is closed."""
        return (self.closes_on - (today or timezone.localdate())).days

    @property
    def is_late(self) -> bool:
        return self.days_left() < 0
