"""Kinds of names in addresses: a meeting, and a recommendation of it."""

import re

from .models.keys import MEETING, RecommendationKey


class MeetingConverter:
    """`<meeting:slug>` in a path: «2019»."""

    regex = MEETING

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RecommendationConverter:
    """`<recommendation:key>` in a path: «2019/14», its meeting and its number."""

    regex = MEETING + "/[0-9]{1,4}"

    def to_python(self, value: str) -> str:
        return str(RecommendationKey.read(value))

    def to_url(self, value: str) -> str:
        # A number alone would lead to the first meeting, whichever was meant.
        if not re.fullmatch(self.regex, value):
            raise ValueError(value)
        return value
