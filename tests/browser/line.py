"""A line between the browser and the site, which breaks as lines do."""

import contextlib
import select
import socket
import threading
from typing import Literal

AWAY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\n"
    b"Content-Length: 4\r\nConnection: close\r\n\r\nAway"
)
How = Literal["whole", "down", "no answer", "away"]


class Line:
    """Carries bytes to the site and back, as far as `how` allows.

    `down`: nothing arrives. `no answer`: the site hears and acts, and the answer is
    lost on its way. `away`: what stands before the site says that it is not there.
    """

    def __init__(self, site: str) -> None:
        self.how: How = "whole"
        self.site = ("127.0.0.1", int(site.rpartition(":")[2]))
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._open, daemon=True).start()

    def close(self) -> None:
        # Whoever waits at it is woken.
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()

    def _open(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                caller, _address = self.door.accept()
                carry = threading.Thread(target=self._carry, args=[caller])
                carry.daemon = True
                carry.start()

    def _carry(self, caller: socket.socket) -> None:
        """Carry pieces to and fro until one end, or the line, has gone."""
        with (
            caller,
            socket.create_connection(self.site) as site,
            contextlib.suppress(OSError),
        ):
            while True:
                ready, _write, _wrong = select.select([caller, site], [], [])
                for end in ready:
                    piece = end.recv(65536)
                    if not piece or self.how == "down":
                        return
                    if end is site and self.how == "no answer":
                        return
                    if end is caller and self.how == "away":
                        caller.sendall(AWAY)
                        return
                    (site if end is caller else caller).sendall(piece)
