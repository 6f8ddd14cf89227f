"""What six languages write in their own way: orders, lists, numbers, Django's words."""

import csv
import re
from pathlib import Path

import pytest
from django import forms
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from recommendations.lists import listed
from tracking.models.audit.columns import _names_of, column_name
from tracking.models.audit.tables import TRACKED
from tracking.models.database.collation import sort_key

ROOT = Path(__file__).parent.parent
OTHERS = ("ar", "es", "fr", "ru", "zh")


def in_order(language: str, *iso3: str) -> list[str]:
    """These States as the language sorts their names, by code."""
    with (ROOT / "seeds" / "states.csv").open(encoding="utf-8", newline="") as file:
        names = {row["iso3"]: row for row in csv.DictReader(file)}
    name = "name_fr_current" if language == "fr" else f"name_{language}"
    return sorted(iso3, key=lambda key: sort_key(names[key][name], language))


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("fr", ["ESP", "EST", "FIN"]),  # Espagne, Estonie, Finlande: É beside E
        ("zh", ["ALB", "BRA", "PER", "CPV", "CHN"]),  # ā, bā, bì, fó, zhōng
        (
            "ar",
            ["JOR", "DEU", "PRT", "SAU", "JPN"],
        ),  # أردن, ألمانيا, برتغال, مملكة, يابان
        ("ru", ["ISR", "ITA", "YEM", "CPV"]),  # Й after all of И
    ],
)
def test_names_of_states_stand_where_their_readers_look(
    language: str, order: list[str]
) -> None:
    assert in_order(language, *reversed(order)) == order


@pytest.mark.parametrize(
    ("language", "text"), [("en", "1, 2"), ("zh", "1、2"), ("ar", "1، 2")]
)
def test_a_list_is_separated_as_the_language_does(language: str, text: str) -> None:
    with translation.override(language):
        assert listed([1, 2]) == text


# Lists for machines, never read as a sentence.
LATIN = {
    "tracking/checks/row_level_security.py",
    "tracking/exports/dictionary.py",  # codes with their words, in one cell
    "tracking/management/importing.py",
    "tracking/management/commands/load_demo.py",
    "tracking/models/accounts/reader.py",
    "tracking/worker/schedule.py",  # a line of the security log
    "tracking/models/people/sessions.py",  # names of programmes
    "tracking/models/records/submitting.py",
}


def test_no_list_for_readers_is_glued_with_latin_commas() -> None:
    glued = re.compile(r"""["'][,;] ["']\.join|join:["'][,;] ["']""")
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("tracking", "recommendations", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".txt")
        and "migrations" not in path.parts
        and glued.search(path.read_text())
    }

    assert found == LATIN


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_of_django_are_in_the_language_of_the_reader(language: str) -> None:
    with translation.override(language):
        said = forms.CharField().error_messages["required"]
        words = [str(said), gettext("Enter a valid date."), gettext("Today")]

    assert not {"This field is required.", "Enter a valid date.", "Today"} & set(words)


@pytest.mark.parametrize(
    ("number", "word"), [(3, "أيام"), (11, "يوماً"), (99, "يوماً"), (100, "يوم")]
)
def test_arabic_counts_with_its_forms(number: int, word: str) -> None:
    with translation.override("ar"):
        said = ngettext("%(number)s day", "%(number)s days", number)

    assert said.split()[-1] == word


def test_every_column_of_the_audit_chain_has_a_name() -> None:
    """Raw names of columns would be English, in every language."""
    unnamed = {
        f"{table}.{column}"
        for table in (each.table for each in TRACKED)
        for column, name in _names_of(table).items()
        if not isinstance(name, Promise)
    }
    assert unnamed == set()
    with translation.override("fr"):
        assert column_name("tracking_assessment", "law") != "law"
        assert column_name("tracking_assessment", "state_id") == "État"
        assert column_name("tracking_unknown", "x") == "x"
