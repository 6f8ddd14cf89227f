"""The recommendations themselves, their texts and what is asked about them."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from recommendations.search import found_in
from recommendations.vocabulary import (
    ActionType,
    Actor,
    AnswerType,
    Modality,
    Reference,
    Safeguard,
    System,
)

from .base import Editorial, EditorialText, Keyed, KeyedQuerySet
from .keys import FIRST_MEETING, KeyField, RecommendationKey, in_order
from .meetings import Meeting, Paragraph
from .themes import Article, Theme


class Section(Keyed, Editorial):
    """A group of recommendations under one lettered heading."""

    KEY = ("meeting__code", "letter")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="sections")
    letter = models.CharField(_("letter"), max_length=2, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.TextField(_("title as adopted"))
    short_title_en = models.CharField(
        _("short title (English)"), max_length=120, blank=True
    )
    short_title_fr = models.CharField(
        _("short title (French)"), max_length=120, blank=True
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "letter"], name="section_one_per_letter"
            )
        ]

    def __str__(self) -> str:
        title = self.short_title
        language = getattr(title, "language", "")
        # Some reports have no lettered sections.
        if not self.letter:
            return EditorialText(title or gettext("Recommendations"), language)
        return EditorialText(f"{self.letter}. {title}", language)

    @property
    def short_title(self) -> str:
        return self.editorial("short_title") or self.title


class RecommendationQuerySet(KeyedQuerySet["Recommendation"]):
    def in_order(self) -> Self:
        """By meeting, the earliest first, then by number."""
        return self.order_by(*in_order(""))

    def with_texts(self) -> Self:
        """With what a list of recommendations shows."""
        return self.select_related("section", "meeting").prefetch_related(
            "texts", "theme_links__theme"
        )

    def with_presentation(self) -> Self:
        """With everything that the page of one recommendation shows."""
        return self.with_texts().prefetch_related(
            "articles",
            "questions",
            "paragraphs",
            "practices__paragraph",
            models.Prefetch("relations", Relation.objects.select_related("earlier")),
            models.Prefetch(
                "later_relations",
                Relation.objects.select_related("recommendation").order_by(*in_order()),
            ),
        )

    def search(self, words: str) -> Self:
        """Those whose text, titles or summary hold `words`.

        Accents, capitals and endings do not count.
        """
        texts = RecommendationText.objects.filter(found_in(words, "text"))
        ours = found_in(
            words,
            "short_title_fr",
            "short_title_en",
            "summary_fr",
            "summary_en",
        )
        return self.filter(models.Q(pk__in=texts.values("recommendation")) | ours)


class Recommendation(Keyed, Editorial):
    """One numbered recommendation, addressed to all States parties."""

    KEY = ("meeting__code", "number")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="recommendations")
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        related_name="recommendations",
        verbose_name=_("section"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    key = KeyField(_("meeting and number"), max_length=30, unique=True, editable=False)
    modality = models.CharField(_("modality"), max_length=30, choices=Modality.choices)
    wording = models.CharField(
        _("normative wording"),
        max_length=100,
        help_text=_("As it stands in the text: «devraient envisager»."),
    )
    action_type = models.CharField(
        _("type of action"), max_length=30, choices=ActionType.choices, blank=True
    )
    themes = models.ManyToManyField(
        Theme,
        through="RecommendationTheme",
        related_name="recommendations",
        verbose_name=_("themes"),
    )
    articles = models.ManyToManyField(
        Article,
        related_name="recommendations",
        verbose_name=_("related articles"),
    )
    paragraphs = models.ManyToManyField(
        Paragraph,
        related_name="recommendations",
        verbose_name=_("related paragraphs of the deliberations"),
        blank=True,
    )
    safeguards = ArrayField(
        models.CharField(max_length=50, choices=Safeguard.choices),
        verbose_name=_("safeguards"),
        default=list,
        blank=True,
    )
    actors = ArrayField(
        models.CharField(max_length=50, choices=Actor.choices),
        verbose_name=_("actors named"),
        default=list,
        blank=True,
    )
    references_named = ArrayField(
        models.CharField(max_length=50, choices=Reference.choices),
        verbose_name=_("references in the text or its heading"),
        default=list,
        blank=True,
    )
    systems_named = ArrayField(
        models.CharField(max_length=50, choices=System.choices),
        verbose_name=_("systems named"),
        default=list,
        blank=True,
    )
    consideration_suffices = models.BooleanField(
        _("consideration suffices"),
        default=False,
        help_text=_("A documented decision not to pursue it is a full answer."),
    )
    continuous = models.BooleanField(
        _("continuous"),
        default=False,
        help_text=_("Fully implemented means in operation this cycle."),
    )
    short_title_en = models.CharField(
        _("short title (English)"), max_length=120, blank=True
    )
    short_title_fr = models.CharField(
        _("short title (French)"), max_length=120, blank=True
    )
    summary_en = models.TextField(_("summary (English)"), blank=True)
    summary_fr = models.TextField(_("summary (French)"), blank=True)
    evidence_ideas_en = models.TextField(_("what could show it (English)"), blank=True)
    evidence_ideas_fr = models.TextField(_("what could show it (French)"), blank=True)
    guidance_en = models.TextField(_("advice for reporting (English)"), blank=True)
    guidance_fr = models.TextField(_("advice for reporting (French)"), blank=True)
    editorial_note_en = models.TextField(
        _("editorial note on the text (English)"), blank=True
    )
    editorial_note_fr = models.TextField(
        _("editorial note on the text (French)"), blank=True
    )

    objects = RecommendationQuerySet.as_manager()  # type: ignore[misc]  # narrower

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["meeting__slug", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="recommendation_one_per_number"
            ),
            models.CheckConstraint(
                condition=models.Q(modality__in=Modality.values),
                name="recommendation_modality_known",
            ),
        ]

    def __str__(self) -> str:
        title = self.editorial("short_title")
        if not title:
            return self.short_title
        return EditorialText(f"{self.mark}. {title}", title.language)

    def get_absolute_url(self) -> str:
        return reverse("public:recommendation", args=[self.key])

    @property
    def mark(self) -> str:
        """What stands before its title: a number alone is one of 2019, everywhere."""
        meeting, number = self.place
        return str(number) if meeting == FIRST_MEETING else self.key

    @property
    def anchor(self) -> str:
        """Its name within a page."""
        return self.mark.replace("/", "-")

    @property
    def section_anchor(self) -> str:
        """Name of its section within a page."""
        letter, meeting = self.section.letter, self.place.meeting
        return letter if meeting == FIRST_MEETING else f"{meeting}-{letter}"

    @property
    def place(self) -> RecommendationKey:
        """Its place among all, to sort by."""
        return RecommendationKey.read(self.key)

    @property
    def short_title(self) -> EditorialText:
        """Words of ours; «Recommendation 12» until somebody has found them."""
        language = self.editorial_language
        with override(language):
            plain = gettext("Recommendation %(number)s") % {"number": self.mark}
        return self.editorial("short_title") or EditorialText(plain, language)

    @property
    def summary(self) -> str:
        return self.editorial("summary")

    @property
    def evidence_ideas(self) -> str:
        return self.editorial("evidence_ideas")

    @property
    def guidance(self) -> str:
        return self.editorial("guidance")

    @property
    def editorial_note(self) -> str:
        return self.editorial("editorial_note")

    @property
    def text(self) -> "RecommendationText":
        """Official text in the reader's language, else as it was adopted."""
        texts = {text.language: text for text in self.texts.all() if text.is_official}
        wanted = (get_language() or "").split("-")[0]
        return texts.get(wanted) or texts[self.meeting.language]

    @property
    def ordered_themes(self) -> list[Theme]:
        """Its themes, the main one first."""
        return [link.theme for link in self.theme_links.all()]

    @property
    def modality_explanation(self) -> Promise:
        return Modality(self.modality).explanation

    @property
    def safeguard_labels(self) -> list[Promise | str]:
        return [Safeguard(code).label for code in self.safeguards]

    @property
    def actor_labels(self) -> list[Promise | str]:
        return [Actor(code).label for code in self.actors]

    @property
    def reference_labels(self) -> list[Promise | str]:
        return [Reference(code).label for code in self.references_named]

    @property
    def system_labels(self) -> list[Promise | str]:
        return [System(code).label for code in self.systems_named]


class RecommendationText(Keyed):
    """The text of a recommendation in one language."""

    KEY = ("recommendation__meeting__code", "recommendation__number", "language")

    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, related_name="texts"
    )
    language = models.CharField(_("language"), max_length=2)
    title = models.TextField(_("title as adopted"), blank=True, default="")
    text = models.TextField(_("text"))
    is_official = models.BooleanField(_("official"), default=True)
    source = models.CharField(_("source"), max_length=255)

    class Meta:
        verbose_name = _("text of a recommendation")
        verbose_name_plural = _("texts of recommendations")
        ordering = ["recommendation", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "language"], name="text_one_per_language"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_in_reader_language(self) -> bool:
        return (get_language() or "").split("-")[0] == self.language

    @property
    def parts(self) -> tuple[str, str, str]:
        """What stands before the normative wording, the wording, what follows."""
        return self.text.partition(self.recommendation.wording)


class RecommendationTheme(Keyed):
    """A theme of a recommendation; the first one is the main one."""

    KEY = ("recommendation__meeting__code", "recommendation__number", "theme__code")

    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, related_name="theme_links"
    )
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="links")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("theme of a recommendation")
        verbose_name_plural = _("themes of recommendations")
        ordering = ["recommendation", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "theme"], name="theme_once"
            ),
            models.UniqueConstraint(
                fields=["recommendation", "position"],
                name="theme_one_per_position",
            ),
        ]

    def __str__(self) -> str:
        return str(self.theme)


class Question(Keyed, Editorial):
    """What a State may answer beside its status; ours, not the Working Group's."""

    KEY = ("code",)

    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, related_name="questions"
    )
    code = models.CharField(_("code"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    answer_type = models.CharField(
        _("type of answer"), max_length=20, choices=AnswerType.choices
    )
    is_key = models.BooleanField(
        _("key question"),
        default=False,
        help_text=_("To be answered before reporting partial or full implementation."),
    )
    confidential = models.BooleanField(_("confidential by default"), default=False)
    label_en = models.TextField(_("question (English)"))
    label_fr = models.TextField(_("question (French)"), blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["recommendation", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "position"], name="question_one_per_position"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> EditorialText:
        return self.editorial("label")


class Relation(Keyed):
    """What a recommendation does to one of an earlier meeting."""

    KEY = ("recommendation__key", "earlier__key")

    class Kind(models.TextChoices):
        RESTATES = "restates", _("restates")
        UPDATES = "updates", _("updates")
        REPLACES = "replaces", _("replaces")

    recommendation = models.ForeignKey(
        Recommendation,
        models.CASCADE,
        related_name="relations",
        verbose_name=_("recommendation"),
    )
    kind = models.CharField(_("does to it"), max_length=10, choices=Kind.choices)
    earlier = models.ForeignKey(
        Recommendation,
        models.CASCADE,
        related_name="later_relations",
        verbose_name=_("recommendation of an earlier meeting"),
    )
    source = models.CharField(
        _("source"),
        max_length=255,
        help_text=_("Where it is said: symbol and paragraph of a document."),
    )
    dated = models.DateField(_("date of the source"))

    class Meta:
        verbose_name = _("line through the years")
        verbose_name_plural = _("lines through the years")
        ordering = [*in_order("earlier__")]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "earlier"], name="relation_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(recommendation=models.F("earlier")),
                name="relation_between_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation.key} → {self.earlier.key}"

    def clean(self) -> None:
        """Raises ValidationError unless the other meeting is an earlier one."""
        if self.recommendation_id and self.earlier_id:
            new, old = self.recommendation.meeting, self.earlier.meeting
            if (old.year, old.pk == new.pk) >= (new.year, True):
                raise ValidationError(
                    {"earlier": _("Choose a recommendation of an earlier meeting.")}
                )
