"""Links are asked for politely: public addresses only, at every hop."""

import contextlib
import ipaddress
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_evidence, make_measure, make_recommendation
from tracking.management.commands.check_links import check_all
from tracking.models import Cycle, LinkCheck, LinkStatus, State, User
from tracking.worker.link_checker import AGENT, Checker, is_public


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
        elif name.startswith("drip:"):
            self.drip(name.removeprefix("drip:"))
            return
        elif name == "get-only":
            self.send_response(405 if self.command == "HEAD" else 200)
        else:
            self.send_response(int(name))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def drip(self, what: str) -> None:
        """Say something for ever, a few bytes at a time, before any pause is long."""
        beginning, again = {
            "status": (b"HTTP/1.1 2", b"0"),
            "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            "header": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        }[what]
        with contextlib.suppress(OSError):
            self.wfile.write(beginning)
            while not self.server.stopped.wait(0.01):  # type: ignore[attr-defined]
                self.wfile.write(again)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.asked = []  # type: ignore[attr-defined]
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    server.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.stopped.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def only_ours(address: str) -> bool:
    """The rule of these tests: the address they serve from, and public ones."""
    return address == "127.0.0.1" or is_public(address)


@pytest.fixture
def checker() -> Checker:
    return Checker(allows=only_ours, pause=0, seconds=2)


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
        "64:ff9b:1::a00:1",
        "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2001:20::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "100:0:0:1::1",
        "fec0::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "::",
        "::10.0.0.1",
        "4000::1",
        "192.0.0.8",
        "192.0.0.170",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "240.0.0.1",
        "255.255.255.255",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "1.1.1.1", "192.0.1.1", "2606:4700::1111", "2a00:1450::8a"],
)
def test_the_others_are_public(address: str) -> None:
    assert is_public(address)


def test_nothing_that_python_calls_private_is_public() -> None:
    """Our list is our own; where Python knows more, it is read again."""
    private = [
        *ipaddress._IPv4Constants._private_networks,  # type: ignore[attr-defined]
        *ipaddress._IPv6Constants._private_networks,  # type: ignore[attr-defined]
    ]
    for network in private:
        assert not is_public(str(network[0])), network
        assert not is_public(str(network[-1])), network


@pytest.mark.parametrize("what", ["status", "continue", "header"])
def test_a_page_that_drips_is_dead_in_the_end(site: Any, what: str) -> None:
    checker = Checker(allows=only_ours, pause=0, seconds=0.3)
    begun = time.monotonic()

    assert checker.check(f"{site.url}/drip:{what}") == LinkStatus.DEAD
    assert time.monotonic() - begun < 2
    assert checker.check(f"{site.url}/to:/drip:{what}") == LinkStatus.DEAD


def test_a_handshake_that_drips_is_dead_in_the_end(site: Any) -> None:
    """TLS is asked of a server that speaks in clear, and slowly."""
    checker = Checker(allows=only_ours, pause=0, seconds=0.3)
    url = site.url.replace("http:", "https:")
    begun = time.monotonic()

    assert checker.check(f"{url}/drip:header") == LinkStatus.DEAD
    assert time.monotonic() - begun < 2


def test_a_name_that_nobody_resolves_is_dead_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()

    def slow(*args: Any, **kwargs: Any) -> list[Any]:
        over.wait(10)
        return []

    monkeypatch.setattr("tracking.worker.link_checker.socket.getaddrinfo", slow)

    assert Checker(seconds=0.1).check("https://a.example.org/") == LinkStatus.DEAD
    over.set()


def test_the_address_is_judged_again_when_connected(
    site: Any, checker: Checker
) -> None:
    judged: list[str] = []

    def once(address: str) -> bool:
        judged.append(address)
        return len(judged) == 1

    checker.allows = once

    assert checker.check(f"{site.url}/200") == LinkStatus.REFUSED
    assert judged == ["127.0.0.1"] * 2
    assert site.asked == []


def test_a_host_that_does_not_answer_is_dead(site: Any, checker: Checker) -> None:
    url = site.url
    site.shutdown()
    site.server_close()

    assert checker.check(f"{url}/200") == LinkStatus.DEAD


def test_one_host_is_asked_once_in_a_while(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tracking.worker.link_checker.time.sleep", waits.append)
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


def test_a_run_ends_and_the_next_begins_with_what_it_left(
    state: State, site: Any, checker: Checker
) -> None:
    for number in (200, 401, 404):
        make_evidence(state, url=f"{site.url}/{number}")
    assert not any(check_all(checker, seconds=0).values())
    assert sum(check_all(checker).values()) == 3
    first = LinkCheck.objects.earliest("checked_at")
    LinkCheck.objects.exclude(pk=first.pk).delete()
    site.asked.clear()

    check_all(checker)

    # What was never asked for comes first, what was asked for last comes last.
    assert site.asked[-1][1] == first.url.removeprefix(site.url)


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
