"""In which language, direction and colours a reader gets the pages."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("cookie", "header", "to"),
    [
        ("", "", "/fr/"),
        ("", "de-DE,de;q=0.9", "/fr/"),
        ("", "de,es-MX;q=0.8,en;q=0.5", "/es/"),
        ("", "zh-CN,zh;q=0.9", "/zh/"),
        ("ru", "es", "/ru/"),
        ("xx", "ar", "/ar/"),
    ],
)
def test_first_page_is_in_the_readers_language(
    client: Client, db: None, cookie: str, header: str, to: str
) -> None:
    client.cookies["language"] = cookie
    response = client.get("/", headers={"accept-language": header})
    assert response.headers["Location"] == to


def test_language_links_keep_page_and_query(client: Client, db: None) -> None:
    text = client.get("/fr/states/?q=norv%C3%A8ge").content.decode()
    for code in ("ar", "zh", "en", "fr", "ru", "es"):
        assert f'href="/{code}/states/?q=norv%C3%A8ge"' in text


def test_page_says_its_language_and_direction(client: Client, db: None) -> None:
    for code, direction in (("ar", "rtl"), ("fr", "ltr")):
        text = " ".join(client.get(f"/{code}/help/").content.decode().split())
        assert f'<html lang="{code}" dir="{direction}"' in text


def test_preferences_are_kept_and_forgotten(client: Client, db: None) -> None:
    url = reverse("public:preferences")
    client.get(url, {"theme": "dark", "text": "larger", "language": "es"})

    assert 'data-theme="dark" data-text="larger"' in client.get(url).content.decode()
    assert client.get("/").headers["Location"] == "/es/"

    client.get(url, {"theme": "auto", "text": "normal", "language": ""})
    assert "data-theme" not in client.get(url).content.decode()


def test_preferences_refuse_what_is_not_offered(client: Client, db: None) -> None:
    response = client.get(
        reverse("public:preferences"), {"theme": '"><b>', "text": "normal"}
    )
    assert response.status_code == 422
    assert "theme" not in response.cookies
    assert "<title>Error:" in response.content.decode()


def test_a_forged_cookie_is_ignored(client: Client, db: None) -> None:
    client.cookies["theme"] = '"><b>'
    assert "data-theme" not in client.get("/en/help/").content.decode()
