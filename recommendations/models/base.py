"""What the models of the catalogue share."""

from typing import Any, Self, TypeVar

from django.db import models
from django.utils.translation import get_language

Row = TypeVar("Row", bound=models.Model)


class EditorialText(str):
    """Words of ours with the code of their `language`, for the `lang` attribute."""

    language: str

    def __new__(cls, text: str, language: str) -> Self:
        made = super().__new__(cls, text)
        made.language = language
        return made


class Editorial(models.Model):
    """A row that carries words of ours, in English and French.

    They help readers find their way; they are not the words of the Working Group,
    and pages say so.
    """

    class Meta:
        abstract = True

    @property
    def editorial_language(self) -> str:
        """Language in which our own words come, for the `lang` attribute."""
        return "fr" if (get_language() or "").startswith("fr") else "en"

    def editorial(self, name: str) -> EditorialText:
        """The words `name` in the reader's language if we have them, else English."""
        for language in (self.editorial_language, "en"):
            text: str = getattr(self, f"{name}_{language}")
            if text:
                break
        return EditorialText(text, language)


class KeyedQuerySet(models.QuerySet[Row]):
    """Rows that fixtures tell apart by the fields of `KEY`."""

    def get_by_natural_key(self, *values: str | int) -> Row:
        names: tuple[str, ...] = self.model.KEY  # type: ignore[attr-defined]
        return self.get(**dict(zip(names, values, strict=True)))


class Keyed(models.Model):
    """A row that fixtures name by what it is called, never by its primary key."""

    KEY: tuple[str, ...]

    objects: models.Manager[Self] = KeyedQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[Any, ...]:
        values = []
        for path in self.KEY:
            value: Any = self
            for name in path.split("__"):
                value = getattr(value, name)
            values.append(value)
        return tuple(values)
