"""Passwords: long, and not what somebody would try first. No other rule."""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tracking.models import State
from tracking.models.database.collation import bare
from tracking.models.people.states import NAME_LANGUAGES

AT_MOST = 128
WORDS = settings.BASE_DIR / "tracking" / "accounts" / "context_words.txt"
# What is left of a password without the words of this place must still be long.
LEFT = 8


class MaximumLengthValidator:
    """A bound, so that nobody makes the server hash a book."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > AT_MOST:
            raise ValidationError(
                _("Shorten the password to %(number)d characters.")
                % {"number": AT_MOST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return _("At most %(number)d characters.") % {"number": AT_MOST}


@cache
def _words_of_the_place() -> frozenset[str]:
    lines = WORDS.read_text().splitlines()
    return frozenset(_bare(line) for line in lines if line and line[0] != "#")


def _bare(text: str) -> str:
    """Letters and digits, without accents, capitals or what passes for letters."""
    plain = bare(text).translate(str.maketrans("01345@$!7", "oieasasit"))
    return re.sub(r"\W|_", "", plain)


class ContextValidator:
    """Refuse what is made of words of this place, of a State, or of the person."""

    def validate(self, password: str, user: Any = None) -> None:
        left = _bare(password)
        words = _words_of_the_place() | _names_of_states() | _words_of(user)
        for word in sorted(words, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEFT:
            raise ValidationError(
                _(
                    "Add words that have nothing to do with this site, your State or "
                    "your name: those are tried first."
                ),
                code="password_of_this_place",
            )

    def get_help_text(self) -> str:
        return _("Not made of words of this site, names of States or your own name.")


def _names_of_states() -> frozenset[str]:
    columns = [f"name_{language}" for language in NAME_LANGUAGES]
    rows = State.objects.values_list(*columns, "iso3")
    names = {_bare(name) for row in rows for name in row}
    return frozenset(name for name in names if len(name) > 2)


def _words_of(user: Any) -> frozenset[str]:
    if user is None:
        return frozenset()
    said = re.split(r"\W+", f"{user.name} {user.email} {user.function}")
    return frozenset(word for word in map(_bare, said) if len(word) > 2)
