from typing import Any

from django.core.management.base import BaseCommand

from tracking.sealing import seal


class Command(BaseCommand):
    help = "Sign the head of each audit chain that has grown; to be run hourly."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        number = seal()
        if verbosity:
            self.stdout.write(f"{number} heads signed.")
