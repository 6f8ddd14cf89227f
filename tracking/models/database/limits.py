"""What the database itself refuses in the words of a State, whoever writes them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

# Characters of a text; a line break counts as one.
WORDS_LIMIT = 2000


class Limit(models.CheckConstraint):
    """A constraint of the database alone.

    Forms judge the same in words of their own; asking the database beforehand would
    cost each save a query for each of them.
    """

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the database will judge."""


def limits_of(
    content: type[models.Model], name: str, *, more: tuple[Any, ...] = ()
) -> list[models.BaseConstraint]:
    """Limits of a table with the columns of `content`, and the fields `more`."""
    fields = [*content._meta.local_fields, *more]
    found = {
        f"{name}_values_are_known": _values(fields),
        f"{name}_texts_have_a_limit": texts_within(
            *(field.name for field in fields if isinstance(field, models.TextField))
        ),
        f"{name}_link_is_a_web_address": _links(fields),
    }
    return [Limit(condition=rule, name=each) for each, rule in found.items() if rule]


def version_begins_at_one(name: str) -> Limit:
    return Limit(condition=Q(version__gte=1), name=f"{name}_version_begins_at_one")


def texts_within(*names: str) -> Q:
    """These texts have no more characters than a form takes."""
    rule = Q()
    for name in names:
        rule &= Q(LessThanOrEqual(Length(name), WORDS_LIMIT))
    return rule


def _values(fields: list[Any]) -> Q:
    rule = Q()
    for field in fields:
        if isinstance(field, ArrayField):
            known = [value for value, _label in field.base_field.flatchoices]
            rule &= Q(**{f"{field.name}__contained_by": known})
        elif field.choices:
            known = [value for value, _label in field.flatchoices]
            rule &= Q(**{f"{field.name}__in": [*known, *([""] * field.blank)]})
    return rule


def _links(fields: list[Any]) -> Q:
    rule = Q()
    for field in fields:
        if isinstance(field, models.URLField):
            web = Q(**{f"{field.name}__iregex": "^https?://"})
            rule &= Q(**{field.name: ""}) | web
    return rule
