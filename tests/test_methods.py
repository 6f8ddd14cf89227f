"""An address that does not take what was asked of it answers with a page of ours."""

import re
from html import unescape

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.access import ACCESS, POSTED
from tests.test_access import Country, country

__all__ = ["country"]

READERS = ("visitor", "focal_point", "reviewer")


def ways_back(page: HttpResponseBase) -> list[str]:
    """Where the links of the page's own text lead."""
    body = getattr(page, "content", b"").decode()
    main = body.partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<template.*?</template>", "", main, flags=re.S)  # not on the page
    assert "<h1>" in body
    return [unescape(url) for url in re.findall(r'<a href="([^"]+)"', main)]


def test_whoever_opens_an_address_of_a_button_reads_a_page(country: Country) -> None:
    """With the right code, and a way back to where the button is."""
    read = 0
    for reader in READERS:
        client = country.client(reader)
        for name in POSTED:
            url = country.address(name)
            page = client.get(url)
            if page.status_code != 405:
                continue
            read += 1
            assert page["Allow"] == "POST"
            assert page["Content-Type"] == "text/html; charset=utf-8"
            [back] = ways_back(page)
            assert url.startswith(back), url
            if reader == "focal_point" and ACCESS[name][4] == 405:
                assert client.get(back, follow=True).status_code == 200, (url, back)
    assert read > 2 * len(POSTED) // 2


def test_where_the_button_is(country: Country) -> None:
    client = country.client("focal_point")
    found = {
        name: ways_back(client.get(country.address(f"workspace:{name}")))
        for name in ("withdraw", "confirm", "remove_note", "remove_measure", "stay")
    }

    receipt = country.address("workspace:receipt")
    assert found == {
        "withdraw": [receipt],
        "confirm": [country.address("workspace:assessment")],
        "remove_note": [country.address("workspace:notes")],
        "remove_measure": [country.address("workspace:measure")],
        "stay": [reverse("workspace:home")],
    }


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_it_speaks_the_language_of_the_address(country: Country, language: str) -> None:
    url = country.address("workspace:withdraw").replace("/en/", f"/{language}/")

    page = country.client("focal_point").get(url)

    assert page.status_code == 405
    assert f'<html lang="{language}"' in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"


def test_a_form_sent_to_a_page_to_be_read_says_so(db: None) -> None:
    page = Client().post(reverse("public:about"))

    assert (page.status_code, page["Allow"]) == (405, "GET, HEAD")
    assert "Nothing was changed" in page.content.decode()
    assert ways_back(page) == [reverse("public:about")]


def test_machines_are_answered_as_machines(db: None) -> None:
    refused = Client().post("/api/v1/states/", headers={"Accept": "application/json"})
    script = Client().get(
        reverse("account_invite_again", args=["1"]),
        headers={"Accept": "application/json"},
    )

    assert (refused.status_code, refused["Content-Type"]) == (405, "application/json")
    assert (script.status_code, script.content) == (405, b"")
