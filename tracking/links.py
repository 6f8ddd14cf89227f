"""Asking politely whether a page still answers: no private address, no hurry."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from tracking.models import LinkStatus

AGENT = "Suivi-link-check/1.0 (evidence of States; one request per second)"
TIMEOUT = 10  # seconds
HOPS = 5
SAFE = "%/:=&?~#+!$,;'@()*[]"  # what an address may hold as it stands
PAUSE = 1.0  # seconds between two requests to one host
# Asked for without being allowed to read: the page is there.
PRESENT = (401, 403, 429)
# What a server answers that does not know how to be asked for the heading alone.
NO_HEAD = (400, 403, 404, 405, 501)


# Addresses that carry another one, which could be private.
CARRIERS = [
    ipaddress.IPv6Network(network)
    for network in ("64:ff9b::/96", "2001::/32", "2002::/16")
]


class ForbiddenAddressError(Exception):
    """The host has an address that is not of the public network."""


def is_public(address: str) -> bool:
    """Whether an address belongs to the public network."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and (
        found.ipv4_mapped or any(found in network for network in CARRIERS)
    ):
        return False
    return found.is_global and not found.is_multicast


@dataclass
class Checker:
    """Asks for pages, one request per host and second.

    `allows` judges each address that is connected to, at each hop: tests that
    serve their own pages give another one.
    """

    allows: Callable[[str], bool] = is_public
    pause: float = PAUSE
    timeout: float = TIMEOUT
    asked_at: dict[str, float] = field(default_factory=dict)

    def check(self, url: str) -> LinkStatus:
        """Whether the page answers, after at most HOPS redirects."""
        try:
            for _hop in range(HOPS + 1):
                status, location = self._ask("HEAD", url)
                if status in NO_HEAD:
                    status, location = self._ask("GET", url)
                if not (300 <= status < 400 and location):
                    found = status < 400 or status in PRESENT
                    return LinkStatus.ANSWERS if found else LinkStatus.DEAD
                url = urljoin(url, location)
        except ForbiddenAddressError:
            return LinkStatus.REFUSED
        except (OSError, http.client.HTTPException, ValueError):
            return LinkStatus.DEAD
        return LinkStatus.DEAD

    def _ask(self, method: str, url: str) -> tuple[int, str]:
        """One request: its status, and where it leads."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ForbiddenAddressError(url)
        host = parts.hostname.encode("idna").decode()
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._address_of(host, port)
        self._wait(host)
        connection = self._connection(parts.scheme, host, address, port)
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

    def _address_of(self, host: str, port: int) -> str:
        """The address to connect to; every one the host has must be allowed."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        if not addresses or not all(self.allows(each) for each in addresses):
            raise ForbiddenAddressError(host)
        return addresses[0]

    def _connection(
        self, scheme: str, host: str, address: str, port: int
    ) -> http.client.HTTPConnection:
        # Connected to the address that was judged, never to the name again: it
        # could have another address by then.
        plain = socket.create_connection((address, port), timeout=self.timeout)
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        try:
            if scheme == "https":
                context = ssl.create_default_context()
                connection.sock = context.wrap_socket(plain, server_hostname=host)
            else:
                connection.sock = plain
        except BaseException:
            plain.close()
            raise
        return connection

    def _wait(self, host: str) -> None:
        since = time.monotonic() - self.asked_at.get(host, -self.pause)
        if since < self.pause:
            time.sleep(self.pause - since)
        self.asked_at[host] = time.monotonic()
