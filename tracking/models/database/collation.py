"""In which order names stand, by language: PostgreSQL comes without collations here."""

import re
import unicodedata
from functools import cache

ARTICLE = re.compile(r"\bال(?=\w)")
# Where the reading in a name is another than the usual one.
READINGS = {"佛得角": [["fó"], ["dé"], ["jiǎo"]]}

Key = tuple[str | tuple[str, ...], str]


def bare(text: str) -> str:
    """The text without accents or capitals, to sort and to find by."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@cache
def sort_key(name: str, language: str) -> Key:
    """What a name sorts by: É beside E, Arabic without its article, Chinese by pinyin.

    Names in one language compare with each other alone.
    """
    if language == "zh":
        return _pinyin(name), name
    if language == "ar":
        # Before hamzas go: «ألبانيا» begins with no article.
        return bare(ARTICLE.sub("", name)), name
    if language == "ru":
        return bare(
            name.casefold().replace("й", "и\uffff")
        ), name  # a letter of its own
    return bare(name), name


def _pinyin(name: str) -> tuple[str, ...]:
    """The syllables of a name with their tones: «zhong1», «guo2»."""
    # Here, because its dictionaries take 50 MB, and one language of six needs them.
    from pypinyin import Style, lazy_pinyin, load_phrases_dict

    load_phrases_dict(READINGS)
    return tuple(lazy_pinyin(name, style=Style.TONE3))
