from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommendations.companion import LoadError
from tracking.management.importing import load_states


class Command(BaseCommand):
    help = "Load the States, with the source and date of each status, from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="states.csv, beside tile_grid.csv")

    def handle(self, *args: Any, path: Path, verbosity: int, **options: Any) -> None:
        try:
            counts = load_states(path, path.with_name("tile_grid.csv"))
        except LoadError as error:
            raise CommandError(f"{error} Nothing was saved.") from error
        if verbosity:
            self.stdout.write(f"States: {counts}.")
