from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracking.files.rescanning import rescan
from tracking.models import Scan
from tracking.models.accounts.reader import reading_all


class Command(BaseCommand):
    help = (
        "Have files checked for viruses by clamd. A file that is infected is given to "
        "nobody any more. To be run weekly, and with --waiting every few minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--waiting",
            action="store_true",
            help="only files that were never called clean or infected",
        )

    def handle(self, *, waiting: bool, verbosity: int, **options: Any) -> None:
        if not settings.CLAMD_ADDRESS:
            raise CommandError("Set CLAMD_ADDRESS to unix:/path or host:port.")
        with reading_all():
            counts = rescan(waiting=waiting)
        if verbosity:
            for each in Scan:
                self.stdout.write(f"{each.label}: {counts[each]}")
