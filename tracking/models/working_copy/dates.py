import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def validate_partial_date(value: str) -> None:
    """Accept a year, a month or a day: 2026, 2026-02 or 2026-02-14."""
    parts = value.split("-")
    try:
        if [len(part) for part in parts] != [4, 2, 2][: len(parts)]:
            raise ValueError(value)
        year, month, day = (*map(int, parts), 1, 1)[:3]
        datetime.date(year, month, day)
    except ValueError as error:
        raise ValidationError(
            _("Write a year, a month or a day: 2026, 2026-02 or 2026-02-14."),
            code="partial_date",
        ) from error


class PartialDateField(models.CharField[str, str]):
    """A date known to the year, the month or the day, in ISO 8601.

    Kept as text, so that 2026 is not turned into the first of January; such
    texts still sort and compare by time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, validate_partial_date]


def is_past(value: str, today: datetime.date) -> bool:
    """Whether the year, month or day `value` is over on `today`."""
    return bool(value) and value < today.isoformat()[: len(value)]


def is_future(value: str, today: datetime.date) -> bool:
    """Whether the year, month or day `value` begins after `today`."""
    return bool(value) and value > today.isoformat()[: len(value)]


def ends_by(value: str, day: datetime.date) -> bool:
    """Whether the year, month or day `value` is over when `day` is over."""
    # Its last day, as text: 2026 ends on 2026-12-31, 2026-02 before 2026-02-31.
    return bool(value) and value + "-12-31"[len(value) - 4 :] <= day.isoformat()
