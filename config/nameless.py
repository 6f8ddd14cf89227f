"""Answers that do not name the server: `gunicorn` says so by default."""

from typing import Any

from gunicorn.http.wsgi import Response


def be_nameless() -> None:
    """Leave the Server header out of every answer of this process."""
    with_name = Response.default_headers

    def default_headers(self: Any) -> list[str]:
        return [line for line in with_name(self) if not line.startswith("Server:")]

    Response.default_headers = default_headers
