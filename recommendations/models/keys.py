"""What tells a recommendation from all others: its meeting and its number."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.db import models

# Slug of a meeting, and the one that all addresses meant before there were others.
MEETING = r"[0-9]{4}(?:-[a-z]+(?:-[0-9]+)?)?"
FIRST_MEETING = "2019"


class RecommendationKey(NamedTuple):
    """What tells a recommendation from all others: «2019/14»."""

    meeting: str  # slug
    number: int

    @classmethod
    def read(cls, text: str) -> "RecommendationKey":
        """The key that `text` is; a number alone is one of 2019.

        Addresses, files and messages written before there were other meetings have
        numbers only. Raises ValueError for what is neither.
        """
        match = re.fullmatch(rf"(?:({MEETING})/)?([0-9]{{1,4}})", text)
        if not match:
            raise ValueError(text)
        return cls(match[1] or FIRST_MEETING, int(match[2]))

    def __str__(self) -> str:
        return f"{self.meeting}/{self.number}"


def sorted_keys(keys: Iterable[str]) -> list[str]:
    """Each key once, by meeting and number."""
    return sorted(set(keys), key=RecommendationKey.read)


def in_order(path: str = "recommendation__") -> tuple[str, str]:
    """Names by which rows are ordered whose recommendation is at `path`."""
    return (f"{path}meeting__slug", f"{path}number")


class KeyField(models.CharField[str, str]):
    """The key of a row, written with it: no page joins the meeting to say which."""

    def pre_save(self, row: models.Model, add: bool) -> str:
        key = str(RecommendationKey(row.meeting.slug, row.number))  # type: ignore[attr-defined]
        setattr(row, self.attname, key)
        return key
