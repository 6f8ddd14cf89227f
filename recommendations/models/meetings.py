"""A meeting and what its report says, outside the recommendations."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recommendations.vocabulary import CorrectionKind

from .base import Keyed
from .themes import Theme

# The Working Group on the Smuggling of Migrants.
BODY = "som"
WORKING_GROUP = _("Working Group on the Smuggling of Migrants")
LETTERS = RegexValidator(r"^[a-z]+$", _("Write small Latin letters only."))

# The Working Group meets at the seat of its secretariat.
PLACES = {"Vienne": _("Vienna"), "Vienna": _("Vienna")}


class Meeting(Keyed):
    """A meeting of a body, as its report tells it; a report may lack many facts.

    Which meetings States report on is said by the cycles that name them.
    """

    KEY = ("code",)

    code = models.SlugField(_("code"), unique=True)
    slug = models.SlugField(
        _("name in addresses"),
        max_length=20,
        unique=True,
        help_text=_("The year; with the body where two bodies meet in a year."),
    )
    body_code = models.SlugField(
        _("code of the body"), max_length=12, default=BODY, validators=[LETTERS]
    )
    body = models.CharField(_("body"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    ordinal = models.PositiveSmallIntegerField(_("number of the meeting"))
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    chair = models.CharField(_("chair"), max_length=200, blank=True)
    chair_state_name = models.CharField(
        _("State of the chair"), max_length=100, blank=True
    )
    sittings = models.PositiveSmallIntegerField(
        _("number of sittings"), null=True, blank=True
    )
    symbol = models.CharField(_("symbol of the report"), max_length=60, blank=True)
    language = models.CharField(_("language of the report"), max_length=2)
    source_name = models.CharField(_("source file"), max_length=255)
    source_sha256 = models.CharField(_("SHA-256 of the source"), max_length=64)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["body_code", "year", "ordinal"],
                name="meeting_one_per_body_year_and_ordinal",
            )
        ]

    def __str__(self) -> str:
        return self.slug

    def save(self, *arguments: Any, **options: Any) -> None:
        # Once given it stays: addresses and keys are made of it.
        self.slug = self.slug or self._free_slug()
        super().save(*arguments, **options)

    def _free_slug(self) -> str:
        wanted = (
            f"{self.year}",
            f"{self.year}-{self.body_code}",
            f"{self.year}-{self.body_code}-{self.ordinal}",
        )
        taken = Meeting.objects.filter(slug__in=wanted).values_list("slug", flat=True)
        return next(slug for slug in wanted if slug not in taken)

    def get_absolute_url(self) -> str:
        return reverse("recommendations:meeting", args=[self.slug])

    @property
    def body_name(self) -> Promise | str:
        """The body in the reader's language, where we know it, else as printed."""
        return WORKING_GROUP if self.body_code == BODY else self.body

    @property
    def title(self) -> str:
        """«Meeting of 2021», with the body where it is another than ours."""
        title = _("Meeting of %(year)s") % {"year": self.year}
        return title if self.body_code == BODY else f"{title} – {self.body}"

    @property
    def place_name(self) -> Promise | str:
        """The place in the reader's language, where we know it, else as printed."""
        return PLACES.get(self.place, self.place)


class Heading(Keyed):
    """A heading of the report, as printed: «II. Recommandations»."""

    KEY = ("meeting__code", "position")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="headings")
    position = models.PositiveSmallIntegerField(_("position"))
    level = models.PositiveSmallIntegerField(_("level"))
    mark = models.CharField(_("mark"), max_length=10)
    title = models.TextField(_("title"))

    class Meta:
        verbose_name = _("heading")
        verbose_name_plural = _("headings")
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="heading_one_per_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mark}. {self.title}"


class Paragraph(Keyed):
    """A numbered paragraph of the report, outside its recommendations.

    What speakers told stands in such paragraphs. It is theirs, not a finding of
    the Working Group.
    """

    KEY = ("meeting__code", "number")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="paragraphs")
    heading = models.ForeignKey(Heading, models.CASCADE, related_name="paragraphs")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("paragraph of the report")
        verbose_name_plural = _("paragraphs of the report")
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="paragraph_one_per_number"
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class AgendaItem(Keyed):
    KEY = ("meeting__code", "number")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda_items")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.TextField(_("title"))
    parts = ArrayField(
        models.TextField(), verbose_name=_("parts"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="agenda_item_one_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Document(Keyed):
    """A document that the Working Group had before it, with its symbols."""

    KEY = ("meeting__code", "letter")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="documents")
    letter = models.CharField(_("letter"), max_length=2)
    title = models.TextField(_("title"))
    symbols = ArrayField(
        models.CharField(max_length=60), verbose_name=_("symbols"), default=list
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["meeting", "letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "letter"], name="document_one_per_letter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter}) {self.title}"


class Topic(Keyed):
    """A subject proposed for later meetings: context, never a recommendation."""

    KEY = ("meeting__code", "letter")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="topics")
    letter = models.CharField(_("letter"), max_length=2)
    text = models.TextField(_("text"))
    theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        related_name="topics",
        verbose_name=_("theme"),
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("topic proposed for later meetings")
        verbose_name_plural = _("topics proposed for later meetings")
        ordering = ["meeting", "letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "letter"], name="topic_one_per_letter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter}) {self.text}"


class Correction(Keyed):
    """What was mended in the text that came out of the printed report."""

    KEY = ("meeting__code", "position")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="corrections")
    position = models.PositiveSmallIntegerField(_("position"))
    line = models.PositiveIntegerField(_("line of the source"))
    paragraph_number = models.PositiveSmallIntegerField(
        _("paragraph"), null=True, blank=True
    )
    recommendation_number = models.PositiveSmallIntegerField(
        _("recommendation"), null=True, blank=True
    )
    heading_mark = models.CharField(_("heading"), max_length=10, blank=True)
    before = models.TextField(_("before"))
    after = models.TextField(_("after"))
    kind = models.CharField(_("kind"), max_length=20, choices=CorrectionKind.choices)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="correction_one_per_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
