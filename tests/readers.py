"""Who the database believes reads, in the process of the tests.

The code of a test makes and looks at rows of all States, as a job does. A request
that it sends through the test client begins as nobody, on the same connection: what
it then sees is what the site told the database.
"""

import threading
from typing import Any

from django.db import connections
from psycopg.pq import TransactionStatus

BROKEN = TransactionStatus.INERROR
_thread = threading.local()


def greet(connection: Any, **_: Any) -> None:
    """Let a new connection read all, unless a request opened it."""
    if not getattr(_thread, "in_request", False):
        _tell(connection, "job")


def leave(**_: Any) -> None:
    """A request begins."""
    _thread.in_request = True
    for connection in connections.all(initialized_only=True):
        _tell(connection, "")


def come_back(**_: Any) -> None:
    """The request is answered, and its file sent."""
    _thread.in_request = False
    for connection in connections.all(initialized_only=True):
        _tell(connection, "job")


def _tell(connection: Any, reader: str) -> None:
    """Past Django's cursor, so that no test counts this among its queries."""
    link = connection.connection
    # After an error, rolling back takes the settings back too.
    if link is None or link.closed or link.info.transaction_status == BROKEN:
        return
    link.execute(
        "SELECT set_config('suivi.reader', %s, false), "
        "set_config('suivi.state', '', false), set_config('suivi.user', '', false)",
        [reader],
    )
