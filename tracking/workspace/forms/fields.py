"""Fields that forgive how people type, and say what to do otherwise."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tracking.models import validate_partial_date
from tracking.models.database.limits import WORDS_LIMIT

LARGEST_NUMBER = 10**12


def western(text: str) -> str:
    """The text with its digits written 0 to 9, whatever the script."""
    return "".join(
        str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c
        for c in text
    )


BREAKS = str.maketrans(dict.fromkeys("\v\f\x85", "\n"))


def plain(text: str) -> str:
    """The text without control characters, letters and accents put together.

    A null character stays, to be refused. Marks of direction stay, too: they are
    part of some languages, and every text is shown in a place of its own.
    """
    # Browsers send two characters for a line break, word processors others.
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(BREAKS)
    return "".join(
        c
        for c in unicodedata.normalize("NFC", text)
        if c in "\n\t\0" or unicodedata.category(c) != "Cc"
    )


class LineField(forms.CharField):
    """A text of one line."""

    def to_python(self, value: Any) -> str:
        text = plain(super().to_python(value) or "")
        return re.sub(r"\s*[\n\t]\s*", " ", text).strip()


class WordsField(forms.CharField):
    """A text of at most `limit` characters; a line break counts as one."""

    def __init__(
        self, *, limit: int = WORDS_LIMIT, rows: int = 4, **kwargs: Any
    ) -> None:
        kwargs.pop("max_length", None)
        kwargs["widget"] = forms.Textarea(
            attrs={"rows": rows, "data-count": limit, "dir": "auto"}
        )
        super().__init__(**kwargs)
        self.limit = limit

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        over = len(value) - self.limit
        if over > 0:
            raise ValidationError(
                ngettext(
                    "Remove at least %(number)s character.",
                    "Remove at least %(number)s characters.",
                    over,
                ),
                params={"number": over},
                code="too_long",
            )


class DateTextField(forms.CharField):
    """A year, a month or a day: 2026, 2026-02, 14.2.2026, 14 2 2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["max_length"] = 20
        kwargs["widget"] = forms.TextInput(
            attrs={"size": 14, "inputmode": "text", "dir": "ltr", "autocomplete": "off"}
        )
        kwargs["help_text"] = kwargs.get("help_text") or _(
            "A year, a month or a day: 2026, 2026-02 or 2026-02-14."
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = western(super().to_python(value) or "")
        parts = [part for part in re.split(r"[\s./–-]+", text) if part]
        # Written the day first, as on most letters, it is turned round.
        if len(parts) > 1 and len(parts[-1]) == 4 and len(parts[0]) <= 2:
            parts.reverse()
        return "-".join(part.zfill(2) for part in parts)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            validate_partial_date(value)


class CountField(forms.CharField):
    """A whole number, zero or more; spaces between thousands are accepted."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["max_length"] = 30
        kwargs["widget"] = forms.TextInput(
            attrs={"size": 10, "inputmode": "numeric", "dir": "ltr"}
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = re.sub(r"\s", "", western(super().clean(value)))
        if not text:
            return None
        if not re.fullmatch(r"\d{1,12}", text):
            raise ValidationError(
                _("Write a whole number in figures, such as 1200."), code="number"
            )
        return int(text)


def name_the_blank(field: forms.Field, label: str | Promise) -> None:
    """Say in words what choosing nothing means, instead of a row of dashes."""
    choices = field.choices  # type: ignore[attr-defined]
    field.choices = [("", label), *[choice for choice in choices if choice[0]]]  # type: ignore[attr-defined]


class AddressField(forms.URLField):
    """The address of a page; without a scheme, https is meant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)
