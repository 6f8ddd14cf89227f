"""Links are asked for politely: public addresses only, at every hop."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_evidence, make_measure, make_recommendation
from tracking.links import AGENT, Checker, is_public
from tracking.management.commands.check_links import check_all
from tracking.models import Cycle, LinkCheck, LinkStatus, State, User


class Pages(BaseHTTPRequestHandler):
    """A small site: each path answers in its own way."""

    def do_HEAD(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))  # type: ignore[attr-defined]
        name = self.path.strip("/")
        if name.startswith("to:"):
            self.send_response(302)
            self.send_header("Location", name.removeprefix("to:"))
        elif name == "circle":
            self.send_response(301)
            self.send_header("Location", "/circle")
        elif name == "get-only":
            self.send_response(405 if self.command == "HEAD" else 200)
        else:
            self.send_response(int(name))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.asked = []  # type: ignore[attr-defined]
    server.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def only_ours(address: str) -> bool:
    """The rule of these tests: the address they serve from, and public ones."""
    return address == "127.0.0.1" or is_public(address)


@pytest.fixture
def checker() -> Checker:
    return Checker(allows=only_ours, pause=0, timeout=2)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/200", LinkStatus.ANSWERS),
        ("/get-only", LinkStatus.ANSWERS),
        ("/401", LinkStatus.ANSWERS),
        ("/404", LinkStatus.DEAD),
        ("/410", LinkStatus.DEAD),
        ("/500", LinkStatus.DEAD),
        ("/to:/200", LinkStatus.ANSWERS),
        ("/to:/404", LinkStatus.DEAD),
        ("/to:http://10.0.0.1/", LinkStatus.REFUSED),
        ("/to:http://169.254.169.254/latest", LinkStatus.REFUSED),
        ("/to:http://[::1]/", LinkStatus.REFUSED),
        ("/to:file:///etc/passwd", LinkStatus.REFUSED),
    ],
)
def test_a_page_answers_or_not(
    site: Any, checker: Checker, path: str, status: LinkStatus
) -> None:
    assert checker.check(site.url + path) == status


def test_redirects_in_a_circle_end(site: Any, checker: Checker) -> None:
    assert checker.check(f"{site.url}/circle") == LinkStatus.DEAD
    assert len(site.asked) == 6


def test_it_says_who_asks_and_begins_with_the_heading(
    site: Any, checker: Checker
) -> None:
    checker.check(f"{site.url}/200")

    assert site.asked == [("HEAD", "/200", AGENT)]


def test_our_own_machine_is_never_asked_without_leave(site: Any) -> None:
    assert Checker(pause=0).check(f"{site.url}/200") == LinkStatus.REFUSED
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_a_host_that_does_not_answer_is_dead(site: Any, checker: Checker) -> None:
    url = site.url
    site.shutdown()
    site.server_close()

    assert checker.check(f"{url}/200") == LinkStatus.DEAD


def test_one_host_is_asked_once_in_a_while(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tracking.links.time.sleep", waits.append)
    checker = Checker(allows=only_ours, pause=1000)

    checker.check(f"{site.url}/200")
    checker.check(f"{site.url}/404")

    assert len(waits) == 2  # before the second page, by HEAD and by GET
    assert all(wait > 900 for wait in waits)


def test_a_dead_link_is_shown_to_its_state_only(
    client: Client,
    state: State,
    cycle: Cycle,
    focal_point: User,
    site: Any,
    checker: Checker,
) -> None:
    measure = make_measure(state, make_recommendation(1))
    dead = make_evidence(state, measure, url=f"{site.url}/404")
    make_evidence(state, measure, url=f"{site.url}/200")

    counts = check_all(checker)

    assert counts[LinkStatus.DEAD] == counts[LinkStatus.ANSWERS] == 1
    client.force_login(focal_point)
    page = client.get(reverse("workspace:evidence_library", args=["nor"]))
    assert page.content.decode().count("did not answer") == 1
    dead.refresh_from_db()
    assert dead.version == 1  # a check is no change


def test_a_link_that_was_corrected_is_not_called_dead(
    state: State, site: Any, checker: Checker
) -> None:
    item = make_evidence(state, url=f"{site.url}/404")
    check_all(checker)
    assert LinkCheck.objects.get().is_dead

    item.url = f"{site.url}/200"
    item.save()

    assert not LinkCheck.objects.get().is_dead
    check_all(checker)
    assert LinkCheck.objects.get().status == LinkStatus.ANSWERS
