"""A worker of gunicorn that gives threads to requests that have arrived.

Gunicorn gives a thread to each connection that says something, and the thread waits for
the rest: as many clients as threads, each with half a request, and the site is
silent. Here a request waits without a thread until it is there; with a large body it
gets one before, but half of the threads are kept for the others. A proxy that buffers
does the same, and more.
"""

import contextlib
import re
import selectors
import socket
import time
from collections import deque
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# Seconds in which a request arrives; seconds in which more of a large body does, and in
# which a client takes what it is sent.
ARRIVES, MOVES = 10, 60
# Seconds in which a client that was answered closes its end; how many may take them.
LEAVES, LINGERING = 2, 100
HEAD_BYTES = 64 * 1024
BODY_BYTES = 128 * 1024  # larger bodies are not kept in memory: files
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.I)
BUSY = "503 Service Unavailable", "Many files arrive just now. Send yours again."
TOO_LONG = "431 Request Header Fields Too Large", "The head of the request is too long."


def received(client: socket.socket) -> bytes | None:
    """What has come; b"" after the client's end; None if nothing has come."""
    try:
        return client.recv(64 * 1024)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class Connection(TConn):  # type: ignore[misc] # gunicorn ships no types
    arrived = b""
    is_large = False

    def init(self) -> None:
        """Make the parser; called in the thread, once for each request."""
        super().init()
        self.sock.settimeout(MOVES)
        if self.arrived:
            self.parser.unreader.unread(self.arrived)
            self.arrived = b""

    @property
    def missing(self) -> int:
        """Bytes without which no thread is given; 0 if the request is here."""
        head, end, body = self.arrived.partition(b"\r\n\r\n")
        if not end:
            return 1
        found = LENGTH.search(head + b"\r\n")
        length = int(found[1]) if found else 0
        # What comes in chunks says no length: it may be large. Who expects to be asked
        # for the body waits to be.
        unknown = re.search(rb"\r\n(transfer-encoding|expect):", head, re.I)
        self.is_large = bool(unknown) or length > BODY_BYTES
        return 0 if self.is_large else max(0, length - len(body))


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """Connections wait in the loop of the worker, which reads without waiting."""

    number_of_large = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lingering: deque[Connection] = deque()  # the next to be closed first

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, client, address, listener.getsockname()))

    def enqueue_req(self, conn: Connection) -> None:
        """Wait for a request on this connection: a new one, or one that goes on."""
        if self.cfg.is_ssl:
            super().enqueue_req(conn)
            return
        if conn.parser is not None:
            conn.arrived = conn.parser.unreader.take_buffered()
        conn.sock.setblocking(False)
        if conn.arrived and not conn.missing:
            self._give_thread(conn)
            return
        conn.timeout = time.monotonic() + ARRIVES
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock,
            selectors.EVENT_READ,
            partial(self.on_pending_socket_readable, conn),
        )

    def on_pending_socket_readable(self, conn: Connection, client: Any) -> None:
        """Take what has come."""
        piece = received(client)
        if piece is None:
            return
        conn.arrived += piece
        too_long = len(conn.arrived) > HEAD_BYTES and b"\r\n\r\n" not in conn.arrived
        if piece and conn.missing and not too_long:
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if too_long:
            self._refuse(conn, *TOO_LONG)
        elif piece:
            self._give_thread(conn)
        else:
            self._close(conn)

    def _give_thread(self, conn: Connection) -> None:
        if conn.is_large and self.number_of_large >= max(1, self.cfg.threads // 2):
            self._refuse(conn, *BUSY)
            return
        self.number_of_large += conn.is_large
        conn.data_ready = True
        super().enqueue_req(conn)

    def finish_request(self, conn: Connection, future: Any) -> None:
        self.number_of_large -= conn.is_large
        conn.is_large = False
        if future.cancelled() or future.exception() or not future.result():
            self._linger(conn)
        else:
            super().finish_request(conn, future)

    def murder_pending(self) -> None:
        """Close what waited long enough; called after each round of the loop."""
        super().murder_pending()
        now = time.monotonic()
        while self.lingering and (
            len(self.lingering) > LINGERING or self.lingering[0].timeout < now
        ):
            self._leave(self.lingering[0])

    def _refuse(self, conn: Connection, status: str, sentence: str) -> None:
        lines = [
            f"HTTP/1.1 {status}",
            "Connection: close",
            "Retry-After: 15",
            "Content-Type: text/plain",
            f"Content-Length: {len(sentence) + 1}",
            "",
            f"{sentence}\n",
        ]
        with contextlib.suppress(OSError):
            conn.sock.send("\r\n".join(lines).encode())
        self._linger(conn)

    def _linger(self, conn: Connection) -> None:
        """End the answer, and wait in the loop for the client to end too.

        Bytes that are unread at the close, or come after it, would take the answer away
        with the connection. Gunicorn waits as well, but holds the whole worker up.
        """
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # the client has gone
            self._close(conn)
            return
        conn.timeout = time.monotonic() + LEAVES
        self.lingering.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, partial(self._drain, conn)
        )

    def _drain(self, conn: Connection, client: Any) -> None:
        if received(client) == b"":
            self._leave(conn)

    def _leave(self, conn: Connection) -> None:
        self.lingering.remove(conn)
        self.poller.unregister(conn.sock)
        received(conn.sock)
        self._close(conn)

    def _close(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()
