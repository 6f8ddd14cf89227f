"""Reading the environment: each value as it stands, and of the kind that is asked for.

Nothing in a value is a name, a reference or an escape: keys and passwords hold any
character. What is not of its kind raises ImproperlyConfigured, in one sentence that
names the variable and never shows a secret.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
# Ways to hand over mail of which none is in clear.
MAIL_SCHEMES = {"smtp+tls": "EMAIL_USE_TLS", "smtp+ssl": "EMAIL_USE_SSL"}


def read_file(path: Path) -> None:
    """Take over what a file of lines `NAME=value` says and the environment does not."""
    environ.Env.read_env(path)


class Environment:
    """The variables of a process, by name; a missing one has its default."""

    def __init__(self, values: Mapping[str, str] = os.environ) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def words(self, name: str, default: list[str] | None = None) -> list[str]:
        """What is between commas, without the space around it."""
        if name not in self.values:
            return default or []
        parts = (part.strip() for part in self.values[name].split(","))
        return [part for part in parts if part]

    def flag(self, name: str, default: bool = False) -> bool:
        if name not in self.values:
            return default
        value = self.values[name].strip().lower()
        if value not in YES + NO:
            raise ImproperlyConfigured(f"Set {name} to 1 or 0, not {value!r}.")
        return value in YES

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number, not below `least`."""
        value = self.text(name).strip() or str(default)
        if not (value.isascii() and value.isdecimal()) or int(value) < least:
            raise ImproperlyConfigured(
                f"Set {name} to a whole number from {least}, not {value!r}."
            )
        return int(value)

    def share(self, name: str, default: float) -> float:
        """A share from 0 to less than 1."""
        value = self.text(name).strip() or str(default)
        try:
            share = float(value)
        except ValueError:
            share = -1
        if not 0 <= share < 1:
            raise ImproperlyConfigured(
                f"Set {name} to a share from 0 to less than 1, such as 0.1, not "
                f"{value!r}."
            )
        return share

    def database(self, name: str) -> dict[str, Any]:
        """What an address `postgres://user:password@host/name` says, for Django."""
        try:
            found: dict[str, Any] = environ.Env.db_url_config(self.text(name))
        except ValueError:
            found = {}
        if found.get("ENGINE") != "django.db.backends.postgresql" or not found["NAME"]:
            raise ImproperlyConfigured(
                f"Set {name} to a PostgreSQL database: "
                "postgres://user:password@host/name. In the password, write / as %2F, "
                "# as %23, ? as %3F, @ as %40, : as %3A and % as %25."
            )
        return found

    def mail(self, name: str) -> dict[str, Any]:
        """Settings for the server of an address `smtp+tls://user:password@host:587`."""
        try:
            parts = urlsplit(self.text(name))
            scheme, host, port = MAIL_SCHEMES[parts.scheme], parts.hostname, parts.port
        except (KeyError, ValueError):
            host = None
        if not host or parts.path.strip("/") or parts.query or parts.fragment:
            raise ImproperlyConfigured(
                f"Set {name} to the server that takes mails, with encryption: "
                "smtp+tls://user:password@host:587 (STARTTLS) or "
                "smtp+ssl://user:password@host:465. In the password, write / as %2F, "
                "# as %23, ? as %3F, @ as %40, : as %3A and % as %25."
            )
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": host,
            "EMAIL_PORT": port or (587 if scheme == "EMAIL_USE_TLS" else 465),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            scheme: True,
        }
