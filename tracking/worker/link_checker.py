"""Asking politely whether a page still answers: no private address, no hurry."""

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from tracking.models import LinkStatus

AGENT = "Suivi-link-check/1.0 (evidence of States; one request per second)"
TIMEOUT = 10  # seconds until a server takes a call
LINK_SECONDS = 30
RUN_SECONDS = 2 * 3600
HOPS = 5
SAFE = "%/:=&?~#+!$,;'@()*[]"  # what an address may hold as it stands
PAUSE = 1.0  # seconds between two requests to one host
# Asked for without being allowed to read: the page is there.
PRESENT = (401, 403, 429)
# What a server answers that does not know how to be asked for the heading alone.
NO_HEAD = (400, 403, 404, 405, 501)


# Nothing of these is ever asked. Of IPv6, only what is given out for use in public
# (2000::/3) is, less what of it carries other addresses or is for examples.
# Source: IANA, Special-Purpose Address Registries for IPv4 and for IPv6.
NOT_PUBLIC_4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC_6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
    )
]


class ForbiddenAddressError(Exception):
    """The host has an address that is not of the public network."""


def is_public(address: str) -> bool:
    """Whether an address belongs to the public network."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return found in PUBLIC_6 and not any(found in each for each in NOT_PUBLIC_6)
    return not any(found in each for each in NOT_PUBLIC_4)


class Deadline:
    """A moment by which something must be over, however slowly it goes on."""

    def __init__(self, seconds: float) -> None:
        self.moment = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; raises TimeoutError when none is."""
        left = self.moment - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.moment


class _Hurried:
    """A connection each of whose readings ends with the whole: drops do not prolong it.

    A time limit of a socket begins anew with each byte.
    """

    deadline: Deadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left())  # type: ignore[attr-defined] # a socket
        return super().recv_into(*args, **kwargs)  # type: ignore[misc,no-any-return]


class _PlainSocket(_Hurried, socket.socket):
    pass


class _SecureSocket(_Hurried, ssl.SSLSocket):
    pass


@dataclass
class Checker:
    """Asks for pages, one request per host and second.

    `allows` judges each address that is connected to, at each hop: tests that
    serve their own pages give another one. `seconds` is for a link, from its name to
    its last redirect, less the time that politeness takes.
    """

    allows: Callable[[str], bool] = is_public
    pause: float = PAUSE
    seconds: float = LINK_SECONDS
    asked_at: dict[str, float] = field(default_factory=dict)

    def check(self, url: str) -> LinkStatus:
        """Whether the page answers, after at most HOPS redirects."""
        deadline = Deadline(self.seconds)
        try:
            for _hop in range(HOPS + 1):
                status, location = self._ask("HEAD", url, deadline)
                if status in NO_HEAD:
                    status, location = self._ask("GET", url, deadline)
                if not (300 <= status < 400 and location):
                    found = status < 400 or status in PRESENT
                    return LinkStatus.ANSWERS if found else LinkStatus.DEAD
                url = urljoin(url, location)
        except ForbiddenAddressError:
            return LinkStatus.REFUSED
        except (OSError, http.client.HTTPException, ValueError):
            return LinkStatus.DEAD
        return LinkStatus.DEAD

    def _ask(self, method: str, url: str, deadline: Deadline) -> tuple[int, str]:
        """One request: its status, and where it leads."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ForbiddenAddressError(url)
        host = parts.hostname.encode("idna").decode()
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._address_of(host, port, deadline)
        deadline.moment += self._wait(host)
        connection = self._connection(parts.scheme, host, (address, port), deadline)
        try:
            target = quote(parts.path or "/", safe=SAFE)
            if parts.query:
                target += "?" + quote(parts.query, safe=SAFE)
            connection.request(
                method,
                target,
                headers={"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"},
            )
            # The body is not read: whether there is one is all that is asked.
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", "")
        finally:
            connection.close()

    def _address_of(self, host: str, port: int, deadline: Deadline) -> str:
        """The address to connect to; every one the host has must be allowed."""
        addresses = addresses_of(host, port, deadline.left())
        if not addresses or not all(self.allows(each) for each in addresses):
            raise ForbiddenAddressError(host)
        return addresses[0]

    def _connection(
        self, scheme: str, host: str, place: tuple[str, int], deadline: Deadline
    ) -> http.client.HTTPConnection:
        # Connected to the address that was judged, never to the name again: it
        # could have another address by then.
        left = min(TIMEOUT, deadline.left())
        made = socket.create_connection(place, timeout=left)
        plain = _PlainSocket(made.family, made.type, made.proto, made.detach())
        plain.deadline = deadline
        connection = http.client.HTTPConnection(host, place[1])
        connection.sock = plain
        try:
            if not self.allows(str(plain.getpeername()[0])):
                raise ForbiddenAddressError(host)
            # For sending, and for all of a handshake.
            plain.settimeout(deadline.left())
            if scheme == "https":
                context = ssl.create_default_context()
                context.sslsocket_class = _SecureSocket
                secure = context.wrap_socket(plain, server_hostname=host)
                secure.deadline = deadline  # type: ignore[attr-defined] # ours
                connection.sock = secure
        except BaseException:
            plain.close()
            raise
        return connection

    def _wait(self, host: str) -> float:
        """Wait until the host may be asked again; return for how many seconds."""
        wait = self.pause - (time.monotonic() - self.asked_at.get(host, -self.pause))
        if wait > 0:
            time.sleep(wait)
        self.asked_at[host] = time.monotonic()
        return max(0.0, wait)


def addresses_of(host: str, port: int, seconds: float) -> list[str]:
    """Addresses of a host; raises OSError when none is found within these seconds.

    The resolver of the system knows no time limit: what it still does by then, it does
    in vain.
    """
    found: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([str(row[4][0]) for row in rows])
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        outcome = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
