"""What the real server says of itself, and what a real browser reports."""

import urllib.error
import urllib.request

import pytest


@pytest.mark.parametrize("path", ["/healthz", "/en/", "/nothing/", "/static/app.css"])
def test_every_answer_has_the_number_of_its_request(site: str, path: str) -> None:
    try:
        headers = urllib.request.urlopen(f"{site}{path}").headers  # noqa: S310 - ours
    except urllib.error.HTTPError as error:
        with error:
            headers = error.headers

    assert len(headers["X-Request-ID"]) == 32
