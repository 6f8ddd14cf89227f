from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tracking.models.audit.signing import put_back as restore
from tracking.models.audit.signing import sign_heads


class Command(BaseCommand):
    help = "Sign the head of each audit chain that has grown; to be run hourly."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--put-back",
            action="store_true",
            help="first put back checkpoints that the list outside the database alone "
            "has, once you know why they are missing",
        )

    def handle(
        self, *args: Any, put_back: bool = False, verbosity: int = 1, **options: Any
    ) -> None:
        if put_back:
            self.stdout.write(f"{restore()} checkpoints put back.")
        number = sign_heads()
        if verbosity:
            self.stdout.write(f"{number} heads signed.")
