from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracking.models.working_copy.measures import Evidence


class LinkStatus(models.TextChoices):
    """What came of asking for the page that evidence names."""

    ANSWERS = "answers", pgettext_lazy("link", "It answers")
    DEAD = "dead", pgettext_lazy("link", "It no longer answers")
    REFUSED = "refused", pgettext_lazy("link", "It was not asked")


class LinkCheck(models.Model):
    """When the link of a piece of evidence was last asked for; for its State only.

    Beside the evidence, not in it: a check is no change of the State's words.
    """

    evidence = models.OneToOneField(
        Evidence, models.CASCADE, related_name="link_check", verbose_name=_("evidence")
    )
    url = models.URLField(_("link"), max_length=500)
    status = models.CharField(_("status"), max_length=10, choices=LinkStatus)
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("check of a link")
        verbose_name_plural = _("checks of links")

    def __str__(self) -> str:
        return f"{self.url}: {self.status}"

    @property
    def is_dead(self) -> bool:
        """Whether the link did not answer, and is still the one of the evidence."""
        return self.status == LinkStatus.DEAD and self.url == self.evidence.url
