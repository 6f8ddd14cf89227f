"""What a browser is promised, what is refused at the door, what waits its turn."""

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import override_settings

from config.guards import HEADERS, QUERY_LIMIT
from recommendations.models import Recommendation
from tests.access import ACCESS
from tests.factories import make_accepted_submission, make_user
from tests.test_access import Country, country
from tests.test_settings import SOUND, start
from tracking.exports.slots import PEOPLE, VISITORS, InTurn, Turn
from tracking.models import Cycle, Role, State, User
from tracking.requests.template_tags import marks, said

__all__ = ["country"]

READ_PRODUCTION = """
import json, django
django.setup()
from django.conf import settings
begin = ("SECURE_", "SESSION_COOKIE_", "CSRF_")
names = [n for n in dir(settings) if n.startswith(begin)]
print(json.dumps({n: getattr(settings, n) for n in names}, default=str))
"""


@pytest.fixture
def production() -> Iterator[None]:
    """What a browser gets in production: settings of a process of its own."""
    done = start(["-c", READ_PRODUCTION], **SOUND)
    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout)
    values["SECURE_PROXY_SSL_HEADER"] = tuple(values["SECURE_PROXY_SSL_HEADER"])
    with override_settings(**values, ALLOWED_HOSTS=["*"]):
        yield


# Mozilla's HTTP Observatory: rules and points, as published for its version 5.
# Each rule is a question to a page; the points are what an answer adds to 100.


def grade(page: Any, insecure: Any) -> tuple[int, list[str]]:
    """Points of a page and what took some away; 100 and more is the best grade."""
    headers, points, lost = page.headers, 100, []
    policy: dict[str, list[str]] = {}
    for part in headers.get("Content-Security-Policy", "").split(";"):
        name, *told = part.split() or [""]
        policy[name] = told

    def rule(name: str, holds: bool, loses: int, gains: int = 0) -> None:
        nonlocal points
        points += gains if holds else -loses
        if not holds:
            lost.append(name)

    # Where to report is no source.
    sources = {
        source
        for name, each in policy.items()
        if not name.startswith("report-")
        for source in each
    }
    rule("policy without unsafe", bool(policy) and "unsafe" not in str(sources), 20)
    rule("policy that begins closed", policy.get("default-src") == ["'none'"], 0, 10)
    rule("no foreign source", sources <= {"'self'", "'none'"}, 20)
    # A file that leaves as an attachment is in a sandbox of its own: no page at all.
    file = "sandbox" in policy and "attachment" in headers["Content-Disposition"]
    rule("no framing", file or policy.get("frame-ancestors") == ["'none'"], 20, 5)
    closed = {"base-uri", "form-action"} <= set(policy)
    rule("base and forms closed", file or closed, 5)
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    rule("strict transport", bool(age) and int(age[1]) >= 15768000, 20)  # type: ignore[index]
    rule("nosniff", headers.get("X-Content-Type-Options") == "nosniff", 5)
    rule(
        "referrer kept",
        headers.get("Referrer-Policy") in ("same-origin", "no-referrer"),
        5,
        5,
    )
    rule(
        "own origin",
        headers.get("Cross-Origin-Resource-Policy") == "same-origin",
        0,
        10,
    )
    rule("no foreign readers", "Access-Control-Allow-Origin" not in headers, 50)
    rule(
        "redirected to https",
        insecure.status_code == 301 and insecure["Location"].startswith("https://"),
        20,
    )
    for cookie in page.cookies.values():
        if not cookie.value:
            continue  # one that is taken back
        rule(f"cookie {cookie.key} secure", bool(cookie["secure"]), 40)
        rule(f"cookie {cookie.key} for the server", bool(cookie["httponly"]), 30)
        rule(f"cookie {cookie.key} stays", cookie["samesite"] in ("Lax", "Strict"), 20)
        bound = cookie.key == "messages" or cookie.key.startswith("__Host-")
        rule(f"cookie {cookie.key} bound", bound, 5)
    content = b"" if page.streaming else page.content
    foreign = re.findall(rb'<(?:script|link)[^>]*(?:src|href)="(?:https?:)?//', content)
    rule("scripts and styles of our own", not foreign, 50)
    inline = re.findall(
        rb"<script(?![^>]*src=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=\"",
        content,
    )
    rule("nothing inline", not inline, 20)
    return points, lost


@pytest.mark.parametrize("reader", ["visitor", "focal_point", "reviewer"])
def test_every_page_has_the_best_grade(
    production: None, country: Country, reader: str
) -> None:
    client = country.client(reader)
    client.defaults |= {"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "https"}
    failed = {}
    for name in ACCESS:
        if name == "healthz":
            continue  # asked by a machine of ours, in plain
        address = country.address(name)
        page: Any = client.get(address, secure=True)
        for close in page._resource_closers:  # files that were sent
            close()
        insecure = Client().get(address, HTTP_X_FORWARDED_PROTO="http")
        points, lost = grade(page, insecure)
        if points < 100 or lost:
            failed[name] = (points, lost)

    assert failed == {}


@pytest.mark.parametrize("address", ["/en/", "/static/app.css", "/nope/", "/admin/"])
def test_every_response_is_guarded(client: Client, db: None, address: str) -> None:
    response = client.get(address)

    assert HEADERS.items() <= dict(response.headers).items()
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


# Limits ----------------------------------------------------------------------


def test_a_long_address_is_refused(client: Client, db: None) -> None:
    assert client.get("/en/states/?q=" + "a" * QUERY_LIMIT).status_code == 414
    assert client.get("/en/states/").status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "GETS"])
@pytest.mark.parametrize(
    "address",
    ["/", "/healthz", "/csp-reports", "/en/", "/en/my/nor/", "/admin/", "/api/v1/"],
)
def test_what_nothing_here_takes_is_refused(
    client: Client, db: None, method: str, address: str
) -> None:
    response = client.generic(method, address)

    assert response.status_code == 405
    assert "TRACE" not in response.headers["Allow"]


def test_too_many_fields_are_refused(
    client: Client, focal_point: User, recommendation: Recommendation
) -> None:
    client.force_login(focal_point)
    many = {f"field{n}": "x" for n in range(1001)}

    assert client.post("/en/my/nor/2019/1/", many).status_code == 400


def test_too_many_files_are_refused(
    client: Client, focal_point: User, recommendation: Recommendation
) -> None:
    client.force_login(focal_point)
    many = {f"file{n}": SimpleUploadedFile(f"{n}.txt", b"x") for n in range(21)}

    assert client.post("/en/my/nor/2019/1/evidence/add/", many).status_code == 400


def test_too_long_a_body_is_refused(
    client: Client, focal_point: User, recommendation: Recommendation
) -> None:
    client.force_login(focal_point)
    long = "law=" + "a" * (1024 * 1024 + 1)
    kind = "application/x-www-form-urlencoded"

    assert client.post("/en/my/nor/2019/1/", long, content_type=kind).status_code == 400


def test_no_statement_runs_for_ever(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("1min",)


def test_a_page_gets_ten_seconds() -> None:
    done = start(
        [
            "-c",
            "import django.core.checks as checks; checks.run_checks = lambda **_: []; "
            "import config.wsgi; from django.db import connections; "
            "print(connections['default'].settings_dict['OPTIONS']['options'])",
        ],
        **SOUND,
    )

    assert done.stdout.strip() == "-c statement_timeout=10s"


# One file at a time ----------------------------------------------------------


class Elsewhere:
    """Another process: it has its own connection and keeps what it took."""

    def __init__(self, user: Any) -> None:
        self.user, self.turn = user, None  # type: Any, Turn | None
        self.done, self.may_end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        assert self.done.wait(10)

    def _run(self) -> None:
        try:
            self.turn = Turn.take(self.user)
            self.done.set()
            self.may_end.wait(10)
        finally:
            connections.close_all()

    def end(self) -> None:
        self.may_end.set()
        self.thread.join()


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    started = []

    def begin(user: Any) -> Elsewhere:
        started.append(Elsewhere(user))
        return started[-1]

    yield begin
    for each in started:
        each.end()


@pytest.mark.django_db(transaction=True)
def test_a_person_has_one_file_made_at_a_time(
    client: Client, elsewhere: Any, settings: Any
) -> None:
    reviewer = make_user(Role.REVIEWER)
    other = elsewhere(reviewer)
    client.force_login(reviewer)
    refused = client.get("/en/data/answers.csv")

    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    other.end()
    again: Any = client.get("/en/data/answers.csv")
    assert again.status_code == 200
    assert b"".join(again.streaming_content)


@pytest.mark.django_db(transaction=True)
def test_there_is_a_bound_for_everybody(elsewhere: Any) -> None:
    turns = [elsewhere(make_user(Role.REVIEWER)).turn for _ in range(PEOPLE)]
    assert all(turns)

    assert Turn.take(make_user(Role.REVIEWER)) is None
    # Visitors do not take the places of those who sign in, nor the other way round.
    others = [elsewhere(AnonymousUser()).turn for _ in range(VISITORS)]
    assert all(others)
    assert Turn.take(AnonymousUser()) is None


@pytest.mark.django_db(transaction=True)
def test_a_state_has_two_files_made_at_a_time(state: State, elsewhere: Any) -> None:
    for role in (Role.FOCAL_POINT, Role.ALTERNATE):
        assert elsewhere(make_user(role, state)).turn is not None

    assert Turn.take(make_user(Role.VIEWER, state)) is None


@pytest.mark.parametrize("how", ["read", "left", "broken", "never begun"])
def test_a_turn_is_given_back(how: str, reviewer: User) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a"
        if how == "broken":
            raise RuntimeError
        yield b"b"

    turn = Turn.take(reviewer)
    assert turn is not None
    assert held() == 2
    file = InTurn(pieces(), turn)
    if how == "read":
        assert list(file) == [b"a", b"b"]
    elif how == "broken":
        with pytest.raises(RuntimeError):
            list(file)
    else:
        if how == "left":
            next(file)
        file.close()

    assert held() == 0


@pytest.fixture(autouse=True)
def no_turn_is_held() -> None:
    """Files that earlier tests began and did not read hold theirs."""
    if connection.connection is not None and not connection.connection.closed:
        connection.connection.execute("SELECT pg_advisory_unlock_all()")


def held() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
            "pid = pg_backend_pid() AND classid BETWEEN 7310 AND 7330"
        )
        return int(cursor.fetchone()[0])


def test_a_file_that_was_read_gives_its_turn_back(
    client: Client, state: State, cycle: Cycle, reviewer: User
) -> None:
    make_accepted_submission(state, cycle)
    client.force_login(reviewer)
    response: Any = client.get("/en/data/answers.csv")
    assert held() == 2

    assert b"".join(response.streaming_content)
    assert held() == 0


# Unseen characters -----------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("loi \u202efdp.exe", 'loi <span class="unseen">U+202E</span>fdp.exe'),
        ("a\u200bb", 'a<span class="unseen">U+200B</span>b'),
        ("\U000e0041", '<span class="unseen">U+E0041</span>'),
        ("<b>\u2066", '&lt;b&gt;<span class="unseen">U+2066</span>'),
        ("می\u200cخواهم \u200f(1)", "می\u200cخواهم \u200f(1)"),
        ("line\nline\ttab", "line\nline\ttab"),
    ],
)
def test_unseen_characters_are_shown(typed: str, shown: str) -> None:
    assert marks(typed) == shown
    assert shown in said(typed)
