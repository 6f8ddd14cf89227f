"""`make run`: everything a trial needs, from an empty folder to a served site."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.utils import OperationalError
from gunicorn.app.base import BaseApplication

from config import catalogues
from tracking.models import Cycle, State

HOST = "127.0.0.1"
FREE_BYTES = 300 * 1024 * 1024
FAREWELL = 15  # seconds in which the worker ends


class Server(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """Gunicorn, told by us instead of by its command line."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"{HOST}:{self.port}")
        self.cfg.set("workers", 2)
        self.cfg.set("threads", 4)
        self.cfg.set("worker_class", "config.arriving.Worker")
        self.cfg.set("loglevel", "warning")
        self.cfg.set("worker_tmp_dir", str(settings.VAR_DIR))

    def load(self) -> Any:
        from config.wsgi import application

        return application


@contextlib.contextmanager
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """The worker, beside the site: it begins and ends with it."""
    owner = os.getpid()
    command = [str(settings.BASE_DIR / "manage.py"), "work", "--parent", str(owner)]
    process = subprocess.Popen([sys.executable, *command])  # noqa: S603 - ourselves
    try:
        yield process
    finally:
        # The processes that serve are forks of this one, and pass here too.
        if os.getpid() == owner:
            process.terminate()
            try:
                process.wait(timeout=FAREWELL)
            except subprocess.TimeoutExpired:
                process.kill()


class Command(BaseCommand):
    help = "Start Suivi for evaluation: database, corpus, demonstration, site."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, **options: Any) -> None:
        if not settings.EVALUATION:
            raise CommandError("This is for evaluation: set EVALUATION=1.")
        port = self.port()
        self.check_disk()
        self.check_database()
        catalogues.compile_all()
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", verbosity=0)
        self.load()
        self.stdout.write(self.addresses(port))
        connections.close_all()  # the processes that serve open their own
        with worker():
            Server(port).run()

    def port(self) -> int:
        """Port to serve on, from PORT; raises CommandError if it is taken."""
        value = os.environ.get("PORT", "8000")
        if not value.isdecimal() or not 0 < int(value) < 65536:
            raise CommandError(f"PORT is a number from 1 to 65535, not {value!r}.")
        with contextlib.closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, int(value)))
            except OSError as error:
                raise CommandError(
                    f"Port {value} cannot be used ({error.strerror}). Choose another: "
                    f"make run PORT={int(value) + 1 if int(value) < 65535 else 8000}"
                ) from error
        return int(value)

    def check_disk(self) -> None:
        place = Path(settings.VAR_DIR)
        try:
            place.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(place).free
        except OSError as error:
            raise CommandError(
                f"{place} cannot be written: {error.strerror}."
            ) from error
        if free < FREE_BYTES:
            raise CommandError(
                f"The disk of {place} is full: Suivi needs 300 MB and has {free >> 20}."
            )

    def check_database(self) -> None:
        try:
            connections["default"].ensure_connection()
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"The database cannot be reached: {reason}") from error

    def load(self) -> None:
        """Load corpus, States and demonstration, where they are missing."""
        if Cycle.objects.exists():
            return
        self.stdout.write("Loading the report, the States and a demonstration…")
        if not State.objects.exists():
            call_command("load_states", "seeds/states.csv", verbosity=0)
        call_command("load_demo", verbosity=0)

    def addresses(self, port: int) -> str:
        from tracking.management.commands.load_demo import sign_ins

        site = f"http://{HOST}:{port}"
        return "\n".join(
            [
                "",
                f"Suivi is at        {site}/",
                f"Sign in at         {site}/en/account/login/",
                f"Secretariat        {site}/en/desk/   {site}/admin/",
                f"Mails are files in {settings.EMAIL_FILE_PATH}",
                "",
                sign_ins(),
                "",
                "Ctrl-C stops everything.",
            ]
        )
