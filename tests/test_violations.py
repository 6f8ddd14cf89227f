"""What browsers report of our policy: one line each, and nothing that was typed."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tracking.requests.csp_reports import BYTES

ADDRESS = "/csp-reports"
OLD = {
    "csp-report": {
        "document-uri": "http://testserver/en/account/password/reset/key/1-secret/?x=y",
        "violated-directive": "img-src 'self'",
        "blocked-uri": "https://evil.example:8443/pixel?word=secret",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "url": "http://testserver/en/",
        "body": {
            "documentURL": "http://testserver/en/states/?q=secret",
            "effectiveDirective": "script-src-elem",
            "blockedURL": "inline",
            "sample": "secret",
        },
    },
    {"type": "deprecation", "body": {}},
]


@pytest.fixture(autouse=True)
def calm(db: None) -> None:
    cache.clear()


def send(said: Any, **headers: Any) -> Any:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    client = Client(enforce_csrf_checks=True)
    return client.post(ADDRESS, body, content_type="application/csp-report", **headers)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            OLD,
            {
                "directive": "img-src",
                "blocked": "https://evil.example",
                "page": "account_reset_password_from_key",
            },
        ),
        (
            NEW,
            {
                "directive": "script-src-elem",
                "blocked": "inline",
                "page": "public:states",
            },
        ),
    ],
)
def test_a_report_is_one_line(
    security_log: list[dict[str, Any]], said: Any, line: dict[str, str]
) -> None:
    response = send(said)

    assert response.status_code == 204
    assert not response.cookies
    (found,) = security_log
    assert {name: found[name] for name in line} == line
    assert found["event"] == "csp"
    assert "secret" not in json.dumps(found)


@pytest.mark.parametrize(
    "said",
    [b"", b"\xff", b"[" * 5000, b"7", b'{"csp-report": 7}', b'[7, {"type": "x"}]'],
)
def test_what_is_no_report_writes_nothing(
    security_log: list[dict[str, Any]], said: bytes
) -> None:
    assert send(said).status_code == 204
    assert security_log == []


@pytest.mark.parametrize(
    "blocked", ["https://[broken", "javascript:secret()", 'x"\n{', "", 7, ["a"]]
)
def test_hostile_words_are_left_out(
    security_log: list[dict[str, Any]], blocked: Any
) -> None:
    said = {
        "blocked-uri": blocked,
        "violated-directive": blocked,
        "document-uri": "//[",
    }
    send({"csp-report": said})

    (found,) = security_log
    assert found["directive"] == found["page"] == ""
    assert "secret" not in json.dumps(found)
    assert found["blocked"] in ("", "javascript")


def test_a_long_report_is_refused(security_log: list[dict[str, Any]]) -> None:
    assert send(b" " * (BYTES + 1)).status_code == 413
    assert security_log == []


def test_one_network_does_not_fill_the_log(security_log: list[dict[str, Any]]) -> None:
    codes = [send(OLD).status_code for _time in range(35)]
    elsewhere = send(OLD, REMOTE_ADDR="198.51.100.3")

    assert codes == [204] * 30 + [429] * 5
    assert elsewhere.status_code == 204


def test_one_request_holds_some_reports_only(
    security_log: list[dict[str, Any]],
) -> None:
    send([{"type": "csp-violation", "body": {"a": 1}}] * 200)

    assert len(security_log) == 20


def test_every_page_says_where_to(client: Client) -> None:
    for address in ("/en/", "/nothing/", "/healthz"):
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]

        assert "report-uri /csp-reports" in policy
        # A trial has no HTTPS, by which alone the newer way reports.
        assert "report-to" not in policy
        assert response.headers["Reporting-Endpoints"] == 'csp="/csp-reports"'
        assert "X-Powered-By" not in response.headers
