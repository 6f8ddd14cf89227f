"""Files of what was adopted and of whom it addresses."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from recommendations.models import (
    ActionType,
    Actor,
    Article,
    Modality,
    Recommendation,
    RecommendationText,
    RecommendationTheme,
    Safeguard,
)
from tracking.filters import articles, themes
from tracking.models import (
    LANGUAGES,
    EntityType,
    ProtocolStatus,
    RegionalGroup,
    State,
    User,
)

from .columns import Column, Kind
from .origins import editorial


def recommendations(user: User | AnonymousUser) -> QuerySet[Any]:
    links = RecommendationTheme.objects.filter(recommendation=OuterRef("pk"))
    related = Article.objects.filter(recommendations=OuterRef("pk"))
    return Recommendation.objects.in_order().annotate(
        theme_codes=ArraySubquery(links.order_by("position").values("theme__code")),
        article_codes=ArraySubquery(related.values("code")),
    )


def _text(column: str) -> Combinable:
    """Official text in the reader's language, else as it was adopted."""
    texts = RecommendationText.objects.filter(
        recommendation=OuterRef("pk"), is_official=True
    )
    return Coalesce(
        Subquery(texts.filter(language=get_language() or "").values(column)[:1]),
        Subquery(
            texts.filter(language=OuterRef("meeting__language")).values(column)[:1]
        ),
        output_field=TextField(),
    )


RECOMMENDATIONS = {
    "meeting": Column(
        _("Meeting"),
        _("Name of the meeting that adopted it, as in addresses."),
        Kind.CODE,
        "meeting__slug",
    ),
    "recommendation": Column(
        _("Recommendation"),
        _("Number of the recommendation."),
        Kind.NUMBER,
        "number",
    ),
    "section": Column(
        _("Section"),
        _("Letter of the section of the recommendation."),
        Kind.CODE,
        "section__letter",
    ),
    "section_title": Column(
        _("Title of the section"),
        _("As adopted, in the language of the report."),
        Kind.TEXT,
        "section__title",
    ),
    "title": Column(
        _("Short title of the recommendation"),
        _("Editorial title; not the words of the Working Group."),
        Kind.TEXT,
        lambda: editorial("short_title"),
    ),
    "text": Column(
        _("Official text"),
        _("Word for word, in the language of the file or else as adopted."),
        Kind.TEXT,
        lambda: _text("text"),
    ),
    "text_language": Column(
        _("Language of the text"),
        _("Language of the official text."),
        Kind.CODE,
        lambda: _text("language"),
        LANGUAGES,
    ),
    "modality": Column(
        _("Modality"),
        _("How strongly it asks, from its own wording."),
        Kind.CODE,
        "modality",
        Modality.choices,
    ),
    "wording": Column(
        _("Normative wording"),
        _("As it stands in the text."),
        Kind.TEXT,
        "wording",
    ),
    "action_type": Column(
        _("Type of action"),
        _("What kind of step it asks for."),
        Kind.CODE,
        "action_type",
        ActionType.choices,
    ),
    "themes": Column(
        _("Themes"), _("The main one first."), Kind.CODES, "theme_codes", themes
    ),
    "articles": Column(
        _("Articles"),
        _("Related articles of the Protocol and of the Convention."),
        Kind.CODES,
        "article_codes",
        articles,
    ),
    "safeguards": Column(
        _("Safeguards"),
        _("Conditions that the wording attaches."),
        Kind.CODES,
        "safeguards",
        Safeguard.choices,
    ),
    "actors": Column(
        _("Actors named"),
        _("Whom the wording names beside States parties."),
        Kind.CODES,
        "actors",
        Actor.choices,
    ),
    "consideration_suffices": Column(
        _("Consideration suffices"),
        _("A documented decision not to pursue it is a full answer."),
        Kind.BOOLEAN,
        "consideration_suffices",
    ),
    "continuous": Column(
        _("Continuous"),
        _("Fully implemented means in operation this cycle."),
        Kind.BOOLEAN,
        "continuous",
    ),
}


def states(user: User | AnonymousUser) -> QuerySet[Any]:
    return State.objects.all()


NAMES = {
    "ar": _("Name in Arabic"),
    "zh": _("Name in Chinese"),
    "en": _("Name in English"),
    "fr": _("Name in French"),
    "ru": _("Name in Russian"),
    "es": _("Name in Spanish"),
}

STATES = {
    "state": Column(
        _("State (ISO 3166 code)"),
        _("Three letters; EUE for the European Union."),
        Kind.CODE,
        "iso3",
    ),
    "iso2": Column(
        _("Two-letter code"),
        _("ISO 3166; EU for the European Union."),
        Kind.CODE,
        "iso2",
    ),
    "m49": Column(
        _("M49 code"), _("Of the United Nations Statistics Division."), Kind.CODE, "m49"
    ),
    **{
        f"name_{code}": Column(
            header, _("Short name of the United Nations."), Kind.TEXT, f"name_{code}"
        )
        for code, header in NAMES.items()
    },
    "entity_type": Column(
        _("Kind of entity"),
        _("The European Union is not counted among the States."),
        Kind.CODE,
        "entity_type",
        EntityType.choices,
    ),
    "regional_group": Column(
        _("Regional group"),
        _("Regional group of the United Nations."),
        Kind.CODE,
        "regional_group",
        RegionalGroup.choices,
    ),
    "protocol_status": Column(
        _("Status under the Protocol"),
        _("As far as its source shows."),
        Kind.CODE,
        "protocol_status",
        ProtocolStatus.choices,
    ),
    "protocol_status_source": Column(
        _("Source of the status"),
        _("What the status rests on."),
        Kind.TEXT,
        "protocol_status_source",
    ),
    "protocol_status_as_of": Column(
        _("Status established on"),
        _("When the source was read."),
        Kind.DATE,
        "protocol_status_as_of",
    ),
    "protocol_action": Column(
        _("Treaty action"),
        _("By which it became a party."),
        Kind.TEXT,
        "protocol_action",
    ),
    "protocol_date": Column(
        _("Date of the action"),
        _("When it became a party."),
        Kind.DATE,
        "protocol_date",
    ),
    "signature_date": Column(
        _("Date of signature"), _("When it signed."), Kind.DATE, "signature_date"
    ),
}
