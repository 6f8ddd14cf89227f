import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models import Meeting, Recommendation, RecommendationQuerySet


def followed(cycle: "Cycle | None" = None) -> RecommendationQuerySet:
    """The recommendations on which States report in `cycle`, by meeting and number.

    Without one, those on which they work now. What no cycle names is a text to
    read: it asks nothing of anybody, and is in no figure.
    """
    rows = Recommendation.objects.in_order()
    if cycle:
        return rows.filter(meeting__cycles=cycle)
    return rows.filter(meeting__cycles__in=Cycle.objects.asking().values("pk"))


def ever_followed() -> RecommendationQuerySet:
    """The recommendations on which States report, or did, in any cycle."""
    named = Cycle.meetings.through.objects.values("meeting")
    return Recommendation.objects.in_order().filter(meeting__in=named)


class CycleQuerySet(models.QuerySet["Cycle"]):
    def opened(self) -> Self:
        """Cycles that have opened, whether they are closed or not, last first."""
        return self.filter(opens_on__lte=timezone.localdate()).order_by("-opens_on")

    def current(self) -> "Cycle | None":
        """The cycle that opened last: States report for it, late or not."""
        return self.opened().first()

    def asking(self) -> Self:
        """The cycle on whose meetings States work now, alone.

        The current one; before any has opened, the next to open.
        """
        today = timezone.localdate()
        opened = models.Case(
            models.When(opens_on__lte=today, then=models.F("opens_on")),
            output_field=models.DateField(),
        )
        return self.order_by(opened.desc(nulls_last=True), "opens_on")[:1]


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
    meetings = models.ManyToManyField(
        Meeting,
        related_name="cycles",
        verbose_name=_("meetings"),
        blank=True,
        help_text=_("States report on the recommendations of these meetings."),
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
