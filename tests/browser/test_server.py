"""What the real server says of itself, and what a real browser reports."""

import urllib.error
import urllib.request

import pytest


@pytest.mark.parametrize("path", ["/healthz", "/en/", "/nothing/", "/static/app.css"])
def test_no_answer_names_the_server(site: str, path: str) -> None:
    try:
        headers = urllib.request.urlopen(f"{site}{path}").headers  # noqa: S310 - ours
    except urllib.error.HTTPError as error:
        with error:
            headers = error.headers

    assert headers.get("Server") is None
    assert headers.get("X-Powered-By") is None
    assert len(headers["X-Request-ID"]) == 32
