from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recommendations.companion import LoadError
from recommendations.report import ReportError
from tracking.importing import import_report


class Command(BaseCommand):
    help = "Import the report of a meeting: its text, recommendations, participants."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="text of the report, in UTF-8")

    def handle(self, *args: Any, path: Path, verbosity: int, **options: Any) -> None:
        try:
            imported = import_report(path, Path(settings.BASE_DIR) / "seeds")
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
