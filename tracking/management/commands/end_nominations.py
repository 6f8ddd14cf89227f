from typing import Any

from django.core.management.base import BaseCommand

from tracking.models import Nomination
from tracking.models.accounts.reader import reading_all


class Command(BaseCommand):
    help = "Close the accounts whose nomination has run out; to be run daily."

    @reading_all()
    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        rows = list(Nomination.objects.run_out())
        for nomination in rows:
            nomination.end(by=None)
        if verbosity:
            self.stdout.write(f"{len(rows)} nominations have ended.")
