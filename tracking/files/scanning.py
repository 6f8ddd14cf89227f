"""Asking clamd about a file. Whatever it does not clearly call clean is not.

Source: clamd(8), INSTREAM.
"""

import logging
import socket
import struct
import time
from collections.abc import Iterable

from django.conf import settings

from tracking.models import Scan

REPLY_BYTES = 4096
# Alerts that tell of clamd's own limits, not of a virus.
NOT_READ = ("Heuristics.Limits.", "Heuristics.Encrypted.")

logger = logging.getLogger(__name__)


def scan(pieces: Iterable[bytes]) -> str:
    """One of Scan; none where no scanner is configured."""
    if not settings.CLAMD_ADDRESS:
        return ""
    try:
        reply = _ask(settings.CLAMD_ADDRESS, pieces, settings.CLAMD_SECONDS)
    except OSError as error:
        logger.warning("clamd did not answer: %s", error)
        return Scan.NOT_SCANNED
    found = _judge(reply)
    if found == Scan.NOT_SCANNED:
        logger.warning("clamd did not scan a file: %r", reply[:200])
    return found


def _judge(reply: str) -> Scan:
    subject, _colon, verdict = reply.partition(": ")
    if subject == "stream" and verdict == "OK":
        return Scan.CLEAN
    name, _space, last = verdict.rpartition(" ")
    if last == "FOUND" and not name.startswith(NOT_READ):
        return Scan.INFECTED
    return Scan.NOT_SCANNED


def _ask(address: str, pieces: Iterable[bytes], seconds: float) -> str:
    """Send the pieces and read the answer, all within `seconds`."""
    ends = time.monotonic() + seconds
    with _connect(address, seconds) as connection:
        try:
            connection.sendall(b"zINSTREAM\0")
            for piece in pieces:
                _set_time(connection, ends)
                connection.sendall(struct.pack("!L", len(piece)) + piece)
            connection.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it had enough; perhaps it says why
        reply = b""
        while not reply.endswith(b"\0") and len(reply) < REPLY_BYTES:
            _set_time(connection, ends)
            piece = connection.recv(REPLY_BYTES)
            if not piece:
                raise ConnectionError("closed without a word")
            reply += piece
    return reply.rstrip(b"\0\n").decode("utf-8", "replace")


def _connect(address: str, seconds: float) -> socket.socket:
    """A connection to `unix:/path` or `host:port`."""
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        try:
            connection.connect(address.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)


def _set_time(connection: socket.socket, ends: float) -> None:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("too slow")
    connection.settimeout(left)
