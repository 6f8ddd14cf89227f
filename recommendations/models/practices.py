"""What speakers told a meeting that States do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Editorial, Keyed
from .meetings import Paragraph
from .recommendations import Recommendation


class Practice(Keyed, Editorial):
    """What a speaker told the meeting about a State: reported, never found."""

    KEY = ("paragraph__meeting__code", "paragraph__number", "position")

    paragraph = models.ForeignKey(Paragraph, models.CASCADE, related_name="practices")
    position = models.PositiveSmallIntegerField(_("position"))
    speaker = models.CharField(_("speaker"), max_length=200, blank=True)
    state_iso3 = models.CharField(_("State (ISO 3166)"), max_length=3, blank=True)
    summary_en = models.TextField(_("summary (English)"))
    summary_fr = models.TextField(_("summary (French)"))
    recommendations = models.ManyToManyField(
        Recommendation,
        related_name="practices",
        verbose_name=_("recommendations"),
        blank=True,
    )

    class Meta:
        verbose_name = _("practice reported by a speaker")
        verbose_name_plural = _("practices reported by speakers")
        ordering = ["paragraph", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["paragraph", "position"], name="practice_one_per_position"
            )
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def summary(self) -> str:
        return self.editorial("summary")
