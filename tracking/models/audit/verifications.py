"""What the walks through the audit chains found, so that a page can say it at once."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FAULTS_KEPT = 100


class Verification(models.Model):
    """One walk through every chain, checkpoint, tracked row, version and record."""

    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField()
    chains = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    checkpoints = models.PositiveIntegerField()
    number_of_faults = models.PositiveIntegerField()
    faults = models.JSONField(default=list, help_text="The first hundred, as told.")

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.number_of_faults}"

    @property
    def faults_not_kept(self) -> int:
        return self.number_of_faults - len(self.faults)
