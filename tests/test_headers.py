"""What a browser is told with every page: what to run, what to keep, whom to trust."""

from typing import Any

import pytest
from django.test import Client

from tests.access import ACCESS
from tests.test_access import Country, country
from tests.test_compressing import GZIP, ill_compressed

__all__ = ["country"]

# Pages with a form need a session, to know their own form again; no other does.
FORMS = ("account_login", "account_reset_password")


@pytest.mark.parametrize("reader", ["visitor", "focal_point", "reviewer"])
def test_every_answer_says_what_may_run_and_be_kept(
    country: Country, reader: str
) -> None:
    client = country.client(reader)
    strange = []
    for name in ACCESS:
        response: Any = client.get(country.address(name), headers=GZIP)
        # Reads it to its end: a request ends when its file is sent.
        # An error says the path again, to readers whose pages hold secrets.
        echo = reader != "visitor" and response.status_code >= 400
        if wrong := ill_compressed(response, echo=echo):
            strange.append(f"{name}: {wrong}")
        policy = response.headers.get("Content-Security-Policy", "")
        kept = response.headers.get("Cache-Control", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            strange.append(f"{name}: {policy}")
        if response.headers.get("X-Content-Type-Options") != "nosniff":
            strange.append(f"{name}: may be sniffed")
        signed_in = reader != "visitor" and name != "account_logout"
        if signed_in and not {"private", "no-store"} <= set(kept.split(", ")):
            strange.append(f"{name}: {kept}")
        if "Cookie" not in response.headers.get("Vary", ""):
            strange.append(f"{name}: the same for everybody")

    assert strange == []


def test_a_visitor_gets_no_cookie(country: Country) -> None:
    setting = []
    for name in ACCESS:
        response: Any = Client().get(country.address(name))
        if response.streaming:
            b"".join(response)  # a request ends when its file is sent
        if response.cookies and name not in FORMS:
            setting.append((name, sorted(response.cookies)))

    assert setting == []


@pytest.mark.parametrize(
    "address", ["/nope/", "/en/nope/", "/api/v1/nope/", "/static/x"]
)
def test_what_is_not_there_is_guarded_too(
    client: Client, db: None, address: str
) -> None:
    response = client.get(address)

    assert response.status_code == 404
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert not response.cookies


def test_a_host_that_is_not_ours_gets_nothing(client: Client, db: None) -> None:
    response = client.get("/en/account/login/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert b"evil.example" not in response.content
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_an_error_of_ours_tells_nothing(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("the secret of Norway")

    monkeypatch.setattr("tracking.public.views.figures.read_statuses", fail)
    client.raise_request_exception = False
    response = client.get("/en/")

    assert response.status_code == 500
    assert b"Norway" not in response.content
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
