"""A draft that is continued in a second tab."""

from typing import Any

import pytest
from django.test import Client

from tests.test_unsaved import answer, autosave, form_with_token, mine, waiting
from tracking.models import (
    Assessment,
    UnsavedWork,
    User,
)

__all__ = ["answer", "mine"]

pytestmark = pytest.mark.usefixtures("cycle")


class TestTwoTabs:
    """A draft goes on in a second tab while the first one is still open."""

    @pytest.fixture
    def first(self, answer: Assessment, mine: Client) -> dict[str, Any]:
        data = form_with_token(mine, answer.get_absolute_url(), law="Un")
        autosave(mine, answer.get_absolute_url(), 1, data)
        return data

    @pytest.fixture
    def second(
        self, answer: Assessment, mine: Client, first: dict[str, Any]
    ) -> dict[str, Any]:
        address = UnsavedWork.objects.get().get_absolute_url()
        return form_with_token(mine, address, practice="Deux")

    @pytest.mark.parametrize("saves", [True, False])
    def test_newer_words_of_the_first_stay(
        self,
        answer: Assessment,
        mine: Client,
        focal_point: User,
        first: dict[str, Any],
        second: dict[str, Any],
        saves: bool,
    ) -> None:
        url = answer.get_absolute_url()
        autosave(mine, url, 2, {**first, "law": "Un, et davantage"})

        if saves:
            assert mine.post(url, {**second, "sequence": 1}).status_code == 302
        else:
            autosave(mine, url, 1, second)

        texts = {work.payload["law"][0] for work in waiting(focal_point)}
        assert "Un, et davantage" in texts

    @pytest.mark.parametrize("saves", [True, False])
    def test_what_the_second_has_taken_over_waits_no_more(
        self,
        answer: Assessment,
        mine: Client,
        focal_point: User,
        second: dict[str, Any],
        saves: bool,
    ) -> None:
        url = answer.get_absolute_url()

        if saves:
            assert mine.post(url, {**second, "sequence": 1}).status_code == 302
        else:
            autosave(mine, url, 1, second)

        assert [work.payload["practice"] for work in waiting(focal_point)] == (
            [] if saves else [["Deux"]]
        )

    def test_the_second_offers_what_was_written_in_the_first_since(
        self,
        answer: Assessment,
        mine: Client,
        first: dict[str, Any],
        second: dict[str, Any],
    ) -> None:
        url = answer.get_absolute_url()
        autosave(mine, url, 2, {**first, "law": "Un, et davantage"})

        page = mine.post(url, {**second, "status": "no such thing", "sequence": 1})

        assert page.status_code == 422
        [offer] = page.context["writing"].offers
        assert offer.payload["law"] == ["Un, et davantage"]
