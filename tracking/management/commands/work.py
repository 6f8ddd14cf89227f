from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tracking.worker.schedule import stopped_by_signals, work


class Command(BaseCommand):
    help = (
        "Send the mails that are due, announce cycles and remind of their closing, "
        "check links and delete old unsaved work each day; until it is told to stop."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--parent", type=int, help="stop when this process is no longer its parent"
        )

    def handle(self, *, parent: int | None, **options: Any) -> None:
        if not settings.EVALUATION:
            self.check(tags=["machine"], include_deployment_checks=True)
        with stopped_by_signals(parent) as stop:
            work(stop)
