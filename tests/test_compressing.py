"""What leaves compressed, and what does not, because its length would tell."""

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from config.compressing import WORDS, CompressionMiddleware
from tests.factories import make_accepted_submission, make_recommendation, make_user
from tests.test_access import Country, country
from tracking.models import Cycle, Role, State, User

__all__ = ["country"]

GZIP = {"accept-encoding": "gzip, deflate, br"}


def whole(response: Any) -> bytes:
    content = b"".join(response) if response.streaming else response.content
    if response.headers.get("Content-Encoding") == "gzip":
        return gzip.decompress(content)
    return bytes(content)


def is_compressed(response: Any) -> bool:
    return bool(response.headers.get("Content-Encoding") == "gzip")


def kind(response: Any) -> str:
    return str(response.headers.get("Content-Type", "").partition(";")[0])


def ill_compressed(response: Any, *, echo: bool = False) -> str:
    """What is wrong with how an answer to GZIP leaves: every page is asked."""
    content = whole(response)
    words = kind(response) in WORDS and not hasattr(response, "file_to_stream")
    if not response.streaming and len(content) < 500:
        return ""
    if is_compressed(response) != (words and not echo):
        return f"compressed: {is_compressed(response)}"
    if words and "Accept-Encoding" not in response.headers.get("Vary", ""):
        return "the same for everybody"
    return ""


# Who asks, what, and whether the answer could say a part of the question again.
ASKED = [
    ("focal_point", "/en/my/nor/", True),
    ("focal_point", "/en/measures/", True),
    ("reviewer", "/en/desk/answers/", True),
    ("reviewer", "/admin/tracking/submission/", True),
    ("reviewer", "/api/v1/states/", True),
    ("reviewer", "/en/data/answers.csv", False),
    ("visitor", "/en/measures/", False),
    ("visitor", "/api/v1/states/", False),
]


def test_no_secret_leaves_compressed_with_what_was_asked(country: Country) -> None:
    wrong = []
    for reader, address, echo in ASKED:
        client = country.client(reader)
        plain = client.get(address, headers=GZIP)
        asked = client.get(f"{address}?cycle=2026", headers=GZIP)
        wrong += [ill_compressed(plain), ill_compressed(asked, echo=echo)]

    assert set(wrong) == {""}


@pytest.mark.parametrize("reader", ["focal_point", "reviewer", "visitor"])
def test_a_path_that_is_not_found_is_compressed_for_visitors_alone(
    country: Country, reader: str
) -> None:
    """It stands in the links to the other languages, whatever it is."""
    page = country.client(reader).get("/en/my/nor/guessed-word/", headers=GZIP)

    assert b"guessed-word" in whole(page)
    assert page.status_code == 404
    assert ill_compressed(page, echo=reader != "visitor") == ""


def test_the_home_page_is_short_and_the_same(client: Client, cycle: Cycle) -> None:
    for number in range(1, 25):
        make_recommendation(number)
    plain = client.get("/en/")
    short = client.get("/en/", headers=GZIP)

    assert whole(short) == plain.content
    assert len(short.content) < len(plain.content) / 2
    assert int(short.headers["Content-Length"]) == len(short.content)
    assert plain.headers["Vary"] == short.headers["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_who_reads_no_gzip_gets_none(client: Client, db: None, accepted: str) -> None:
    response = client.get("/en/", headers={"accept-encoding": accepted})

    assert not is_compressed(response)
    assert "Accept-Encoding" in response.headers["Vary"]


def test_a_table_is_compressed_while_it_is_made(
    client: Client, state: State, cycle: Cycle, reviewer: User
) -> None:
    make_accepted_submission(state, cycle)
    client.force_login(reviewer)
    address = "/en/data/answers.csv?group="
    plain = whole(client.get(address))

    response: Any = client.get(address, headers=GZIP)

    assert response.streaming
    assert is_compressed(response)
    pieces = list(response)
    assert len(pieces) > 1
    reading = zlib.decompressobj(wbits=31)
    assert b"".join(reading.decompress(piece) for piece in pieces) == plain


def test_a_table_that_is_not_wanted_to_its_end_is_ended(db: None) -> None:
    over: list[bool] = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            yield from [b"a" * 1000] * 3

        def close(self) -> None:
            over.append(True)

    request = RequestFactory().get("/", headers=GZIP)
    table = StreamingHttpResponse(Pieces(), content_type="text/csv")
    response: Any = CompressionMiddleware(lambda _request: table)(request)
    next(iter(response))
    response.close()

    assert is_compressed(response)
    assert over == [True]


def test_what_is_sent_is_not_answered_compressed(client: Client, state: State) -> None:
    """Who typed an address meets it again, beside the token of the form."""
    make_user(Role.VIEWER, state)
    response = client.post(
        reverse("account_login"), {"login": "word", "password": "x"}, headers=GZIP
    )

    assert b"word" in response.content
    assert not is_compressed(response)


def test_the_token_of_a_form_is_another_each_time(client: Client, db: None) -> None:
    """Else a visitor's page with words of an address would be one of those."""
    pages = {client.get(reverse("account_login")).content for _time in range(3)}

    assert len(pages) == 3
