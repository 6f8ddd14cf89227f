"""Columns that all files of records share: whose, of what, with which submission."""

from collections.abc import Callable
from typing import Any

from django.db.models import Case, F, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tracking.filters import (
    NAME_LANGUAGES,
    Reporter,
    by_state_name,
    reporter_is,
)
from tracking.models import LANGUAGES, RegionalGroup, Visibility

from .columns import Column, Kind


def editorial(name: str) -> Combinable:
    """Words of ours in French for readers of French, else in English."""
    english = F(f"{name}_en")
    if (get_language() or "").startswith("fr"):
        french = NullIf(F(f"{name}_fr"), Value(""))
        return Coalesce(french, english, output_field=TextField())
    return english


def reporter(prefix: str) -> Case:
    return Case(
        *(
            When(reporter_is(value, prefix), then=Value(value))
            for value in Reporter.values
        ),
        output_field=TextField(),
    )


def name_of_state(prefix: str) -> str:
    language = get_language()
    return f"{prefix}name_{language if language in NAME_LANGUAGES else 'en'}"


def state_columns(prefix: str) -> dict[str, Column]:
    """Who it is, reached through `prefix`."""
    return {
        "state": Column(
            _("State (ISO 3166 code)"),
            _("Three letters; EUE for the European Union."),
            Kind.CODE,
            f"{prefix}iso3",
        ),
        "state_name": Column(
            _("Name of the State"),
            _("Short name, in the language of the file."),
            Kind.TEXT,
            lambda: name_of_state(prefix),
        ),
        "regional_group": Column(
            _("Regional group"),
            _("Regional group of the United Nations."),
            Kind.CODE,
            f"{prefix}regional_group",
            RegionalGroup.choices,
        ),
        "reporter": Column(
            _("Who reports"),
            _("Percentages count States parties only; others are shown apart."),
            Kind.CODE,
            lambda: reporter(prefix),
            Reporter.choices,
        ),
    }


def origin() -> dict[str, Column]:
    """Who reports, for which cycle."""
    return {
        "cycle": Column(
            _("Cycle"),
            _("Code of the reporting cycle."),
            Kind.CODE,
            "submission__cycle__code",
        ),
        **state_columns("submission__state__"),
    }


def recommendation_columns() -> dict[str, Column]:
    return {
        "meeting": Column(
            _("Meeting"),
            _("Name of the meeting that adopted it, as in addresses."),
            Kind.CODE,
            "recommendation__meeting__slug",
        ),
        "recommendation": Column(
            _("Recommendation"),
            _("Number of the recommendation."),
            Kind.NUMBER,
            "recommendation__number",
        ),
        "recommendation_title": Column(
            _("Short title of the recommendation"),
            _("Editorial title; not the words of the Working Group."),
            Kind.TEXT,
            lambda: editorial("recommendation__short_title"),
        ),
    }


def circumstances() -> dict[str, Column]:
    """With which submission it came, and who may read it."""
    return {
        "language": Column(
            _("Language of the text"),
            _("Language in which the State wrote."),
            Kind.CODE,
            "language",
            LANGUAGES,
        ),
        "visibility": Column(
            _("Who may read it"),
            _("Whom the State lets read now."),
            Kind.CODE,
            "shown_to",
            Visibility.choices,
        ),
        "submission": Column(
            _("Number of the submission"),
            _("Counts the submissions of a State in a cycle, from 1."),
            Kind.NUMBER,
            "submission__number",
        ),
        "submitted_at": Column(
            _("Submitted on"),
            _("When the focal point submitted it."),
            Kind.TIME,
            "submission__submitted_at",
        ),
        "demonstration": Column(
            _("Invented for demonstration"),
            _("Yes: invented, says nothing about any State."),
            Kind.BOOLEAN,
            "submission__cycle__demonstration",
        ),
    }


def by_state(*then: str) -> Callable[[], list[Any]]:
    """Order of records: last cycle first, then States by name, then `then`."""

    def order() -> list[Any]:
        return [
            "-submission__cycle__opens_on",
            by_state_name("submission__state__"),
            "submission__state__iso3",
            *then,
            "pk",
        ]

    return order
