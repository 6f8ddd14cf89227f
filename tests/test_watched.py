"""A form on which a person writes is watched by the script, on every page."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction

from tests.access import ACCESS
from tests.factories import make_user
from tests.test_access import Country
from tracking.models import Role

WORDS = {"text", "url", "email"}
# Codes and addresses of one's own account: never sent by a script, never kept.
ACCOUNT = ("account_", "mfa_")


class Forms(HTMLParser):
    """Forms of a page that are sent: whether they are watched, and their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.known: dict[str, dict[str, Any]] = {}
        self.open: dict[str, Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self.open = self.known.setdefault(
                at.get("id") or f"#{len(self.known)}", {"words": [], "watched": False}
            )
            self.open["post"] = at.get("method") == "post"
            self.forms.append(self.open)
        form = self.open
        if name := at.get("form"):
            form = self.known.setdefault(name, {"words": [], "watched": False})
        if form is None:
            return
        form["watched"] |= "data-guard" in at
        if tag == "textarea" or (tag == "input" and at.get("type", "text") in WORDS):
            form["words"].append(at.get("name"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


def unwatched(page: str) -> list[str]:
    """Fields for words in forms of a page that nobody watches."""
    reader = Forms()
    reader.feed(page)
    return [
        str(name)
        for form in reader.forms
        if form["post"] and not form["watched"]
        for name in form["words"]
        if name
    ]


def test_an_unwatched_form_is_seen() -> None:
    page = '<form method="post" id="a"></form><textarea name="b" form="a"></textarea>'
    assert unwatched(page) == ["b"]
    assert unwatched(re.sub('id="a"', 'id="a" data-guard', page)) == []


@pytest.fixture
def country(db: None) -> Country:
    return Country()


@pytest.mark.parametrize("reader", ["focal_point", "administrator"])
def test_no_page_has_a_form_with_words_that_nobody_watches(
    country: Country, reader: str
) -> None:
    country.users["administrator"] = make_user(Role.ADMINISTRATOR)
    client = country.client(reader)
    found = {}
    for name in ACCESS:
        if name.startswith(ACCOUNT):
            continue
        with transaction.atomic():
            response: Any = client.get(country.address(name))
            for close in response._resource_closers:  # files that were sent
                close()
            transaction.set_rollback(True)  # so that no page depends on another
        if response.status_code == 200 and "html" in response["Content-Type"]:
            found[name] = unwatched(response.content.decode())

    assert any(name.endswith("_add") for name in found) == (reader == "administrator")
    assert {name: fields for name, fields in found.items() if fields} == {}
