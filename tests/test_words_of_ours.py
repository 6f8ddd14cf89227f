"""Words that are not in the reader's language say in which language they are."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import pytest_django
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recommendations.models import Question, Recommendation, Theme
from tests.access import ACCESS
from tests.canary import Canary
from tests.test_access import ADDRESSES
from tests.test_canary import client_of, text_of

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
# What their content is not read from, or cannot carry a language of its own.
APART = {"script", "style", "title", "template"}

# Longer than `make test` has time for.
pytestmark = [pytest.mark.django_db, pytest.mark.security]


class Unmarked(HTMLParser):
    """Collects the `words` that stand in a page outside an element in English."""

    def __init__(self, words: set[str]) -> None:
        super().__init__()
        self.words = words
        self.open: list[tuple[str, str]] = []
        self.found: set[str] = set()
        self.marked = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            around = self.open[-1][1] if self.open else ""
            self.open.append((tag, dict(attrs).get("lang") or around))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.open or any(tag in APART for tag, _language in self.open):
            return
        there = {word for word in self.words if word in data}
        if self.open[-1][1] == "en":
            self.marked += len(there)
        else:
            self.found |= there


@pytest.fixture(scope="module")
def canary(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Canary]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Canary()
        transaction.set_rollback(True)


def pages(canary: Canary) -> Iterator[str]:
    """Every page of one State, the secretariat's and the public's, once or twice."""
    for name in ACCESS:
        # Not pages; forms for the words themselves.
        if name.startswith(("api:", "own:", "exports:", "admin:recommendations")):
            continue
        pattern = ADDRESSES[name].pattern
        wanted = [*pattern.converters, *pattern.regex.groupindex]
        found = [
            arguments
            for arguments in canary.arguments(name, wanted)
            if arguments.get("iso3", "nor") == "nor"
        ]
        for arguments in (found[:1], found[-1:])[: 1 + (len(found) > 1)]:
            with translation.override("ar"):
                yield reverse(name, kwargs=arguments[0])


@pytest.mark.parametrize(
    "reader", ["visitor", "focal_point NOR", "contributor NOR", "reviewer"]
)
def test_no_page_holds_our_english_words_unmarked(canary: Canary, reader: str) -> None:
    words = {
        *Question.objects.values_list("label_en", flat=True),
        *Theme.objects.values_list("label_en", flat=True),
        *Recommendation.objects.values_list("short_title_en", flat=True),
    }
    client: Client = client_of(canary, reader)
    unmarked: dict[str, list[str]] = {}
    marked = 0
    for path in pages(canary):
        page = Unmarked(words)
        page.feed(text_of(client.get(path, headers={"Accept-Language": "ar"})))
        marked += page.marked
        if page.found:
            unmarked[path] = sorted(page.found)[:3]
    assert marked
    assert unmarked == {}
