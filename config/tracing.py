"""The number of a request: in its answer, in its log lines, in the audit chain."""

import logging
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest

HEADER = "X-Request-ID"
_current: ContextVar[str] = ContextVar("request", default="")


def begin(request: HttpRequest) -> str:
    """Number a request; what a browser or a proxy says of it is not believed."""
    number = uuid4().hex
    request.number = number  # type: ignore[attr-defined] # ours
    _current.set(number)
    return number


def number_of(request: HttpRequest | None) -> str:
    """The number of this request; one for itself if it did not come by the door."""
    if request is None:
        return _current.get()
    return str(getattr(request, "number", "")) or begin(request)


class RequestFilter(logging.Filter):
    """Give every log line the number of the request it was written in."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_number = _current.get() or "-"
        return True
