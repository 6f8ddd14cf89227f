"""How the items of a list stand one after another in a sentence."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def separator() -> str:
    # Translators: Chinese writes «、» between two items, Arabic «، ».
    return pgettext("between two items of a list", ", ")


def listed(items: Iterable[object]) -> str:
    """The items with what the reader's language writes between two of them."""
    return separator().join(map(str, items))
