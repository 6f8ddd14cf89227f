import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recommendations.companion import LoadError
from recommendations.report import ReportError
from tracking.management.importing import Imported, import_report, preview_report


class Command(BaseCommand):
    help = "Import the report of a meeting: its text, recommendations, participants."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="text of the report, in UTF-8")
        parser.add_argument(
            "--yes", action="store_true", help="replace what was loaded, unasked"
        )

    def handle(
        self, *args: Any, path: Path, yes: bool, verbosity: int, **options: Any
    ) -> None:
        seeds = Path(settings.BASE_DIR) / "seeds"
        try:
            if not yes:
                self._ask(path, preview_report(path, seeds))
            imported = import_report(path, seeds)
        except ReportError as error:
            raise CommandError(f"{path}, {error} Nothing was saved.") from error
        except LoadError as error:
            raise CommandError(f"{error} Nothing was saved.") from error
        if not verbosity:
            return
        report = imported.report
        beside = "" if imported.has_companion else " No structure for this meeting yet."
        self.stdout.write(
            f"{report.meeting.code}: {len(report.recommendations)} recommendations, "
            f"{len(report.paragraphs)} paragraphs, {len(report.participants)} "
            f"participants; rows: {imported.counts}.{beside}"
        )

    def _ask(self, path: Path, preview: Imported) -> None:
        """Show what would give way, and go on when somebody agrees."""
        replaced = preview.counts.replaced
        if not replaced:
            return
        for replacement in replaced:
            self.stdout.write(str(replacement))
        self.stdout.write(
            f"{path} would replace what was loaded of {preview.report.meeting.code}: "
            f"{len(replaced)} values, as above."
        )
        if not sys.stdin.isatty():
            raise CommandError("Nothing was saved. With --yes it is replaced.")
        if input("Replace them? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was saved.")
