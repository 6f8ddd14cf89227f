"""The number of a request: in its answer, in its log lines, in the audit chain."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest

HEADER = "X-Request-ID"
_current: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@contextmanager
def traced(request: HttpRequest) -> Iterator[str]:
    """Number a request; what a browser or a proxy says of it is not believed."""
    token = _current.set(request)
    try:
        yield number_of(request)
    finally:
        _current.reset(token)


def current_request() -> HttpRequest | None:
    """The request that is being answered here; None in a job."""
    return _current.get()


def number_of(request: HttpRequest | None) -> str:
    """The number of a request, given at the first question; empty without one."""
    if request is None:
        return ""
    if not hasattr(request, "number"):
        request.number = uuid4().hex  # type: ignore[attr-defined] # ours
    return str(request.number)  # type: ignore[attr-defined] # ours


class RequestFilter(logging.Filter):
    """Give every log line the number of the request it was written in."""

    def filter(self, record: logging.LogRecord) -> bool:
        # What Django logs of an answer, it logs when the request is over here.
        said = getattr(record, "request", None)
        request = said if isinstance(said, HttpRequest) else current_request()
        record.request_number = number_of(request) or "-"
        return True
