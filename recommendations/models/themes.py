"""How recommendations are grouped: themes, articles."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.vocabulary import Instrument

from .base import Editorial, EditorialText, Keyed


class Theme(Keyed, Editorial):
    KEY = ("code",)

    code = models.SlugField(_("code"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    label_en = models.CharField(_("label (English)"), max_length=120)
    label_fr = models.CharField(_("label (French)"), max_length=120)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> EditorialText:
        return self.editorial("label")


class Article(Keyed, Editorial):
    KEY = ("code",)

    code = models.CharField(_("code"), max_length=30, unique=True)
    instrument = models.CharField(
        _("instrument"), max_length=20, choices=Instrument.choices
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title_en = models.CharField(_("title (English)"), max_length=200)
    title_fr = models.CharField(_("title (French)"), max_length=200)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["instrument", "number"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """«Protocol, article 10»."""
        if self.instrument == Instrument.PROTOCOL:
            return gettext("Protocol, article %(number)d") % {"number": self.number}
        return gettext("Convention, article %(number)d") % {"number": self.number}

    @property
    def title(self) -> str:
        return self.editorial("title")
