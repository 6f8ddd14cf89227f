"""Search that forgives accents and endings: «reseaux» finds «réseau»."""

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import BooleanField, Expression, F, Func, Q, TextField, Value

ACCENTED = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸ’"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy'"
LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}


class Unaccented(Func):
    """A text without its accents, computed by PostgreSQL without any extension."""

    function = "translate"
    arity = 3
    output_field = TextField()

    def __init__(self, text: Expression | str) -> None:
        expression: Expression | F | str = text
        for ligature, letters in LIGATURES.items():
            expression = Func(
                expression,
                Value(ligature),
                Value(letters),
                function="replace",
                output_field=TextField(),
            )
        super().__init__(expression, Value(ACCENTED), Value(PLAIN))


class Matches(Func):
    """Whether a vector answers a query, usable inside a filter."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


class Contains(Func):
    """Whether a text holds another, capitals apart."""

    template = "(strpos(lower(%(expressions)s)) > 0)"
    arg_joiner = "), lower("
    output_field = BooleanField()


def unaccented(text: str) -> str:
    """The same, for the words somebody typed."""
    for ligature, letters in LIGATURES.items():
        text = text.replace(ligature, letters)
    return text.translate(str.maketrans(ACCENTED, PLAIN))


def found_in(words: str, *fields: str) -> Q:
    """Whether any of `fields` holds all of `words`, or the phrase as typed.

    French endings are set aside on both sides by PostgreSQL itself. Fields in
    English (…_en) are read as English. The plain comparison finds the beginning
    of a word, and languages that PostgreSQL does not know.
    """
    typed = unaccented(words.strip())
    found = Q()
    for field in fields:
        config = "english" if field.endswith("_en") else "french"
        found |= Q(
            Matches(
                SearchVector(Unaccented(field), config=config),
                SearchQuery(typed, config=config, search_type="websearch"),
            )
        )
        found |= Q(Contains(Unaccented(field), Value(typed)))
    return found
