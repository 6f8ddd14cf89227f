import datetime
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recommendations.companion import LoadError
from recommendations.report import Report, ReportError
from tracking.management.importing import (
    Imported,
    load_file,
    preview_report,
    read_file,
)


class Command(BaseCommand):
    help = "Import the report of a meeting: its text, recommendations, participants."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the report: TXT, DOCX or PDF")
        parser.add_argument(
            "--yes", action="store_true", help="replace what was loaded, unasked"
        )
        parser.add_argument(
            "--preview", action="store_true", help="show what is read, save nothing"
        )
        parser.add_argument("--language", default="", help="en, fr, es, ru, ar or zh")
        parser.add_argument(
            "--accept", action="append", default=[], help="key of a doubt: yes"
        )
        parser.add_argument(
            "--decline", action="append", default=[], help="key of a doubt: no"
        )
        parser.add_argument("--ordinal", type=int, help="number of the meeting")
        for name in ("starts-on", "ends-on"):
            parser.add_argument(
                f"--{name}", type=datetime.date.fromisoformat, help="YYYY-MM-DD"
            )

    def handle(
        self,
        *args: Any,
        path: Path,
        yes: bool,
        preview: bool,
        verbosity: int,
        **options: Any,
    ) -> None:
        seeds = Path(settings.BASE_DIR) / "seeds"
        answers = dict.fromkeys(options["accept"], True)
        answers |= dict.fromkeys(options["decline"], False)
        facts = {name: options[name] for name in ("ordinal", "starts_on", "ends_on")}
        try:
            report = read_file(path, options["language"], answers, facts)
            if preview:
                self._show(report)
                self._show_difference(preview_report(path, report, seeds))
                return
            self._refuse_doubts(path, report)
            if not yes:
                self._ask(path, preview_report(path, report, seeds))
            imported = load_file(path, report, seeds)
        except ReportError as error:
            others = [p for p in error.problems if p.sentence != error.sentence]
            listed = "".join(f"\n{problem}" for problem in others)
            raise CommandError(f"{path}, {error} Nothing was saved.{listed}") from error
        except LoadError as error:
            raise CommandError(f"{error} Nothing was saved.") from error
        if not verbosity:
            return
        beside = "" if imported.has_companion else " No structure for this meeting yet."
        self.stdout.write(
            f"{report.meeting.code}: {len(report.recommendations)} recommendations, "
            f"{len(report.paragraphs)} paragraphs, {len(report.participants)} "
            f"participants; rows: {imported.counts}.{beside}"
        )

    def _show(self, report: Report) -> None:
        """All that was read, taken out, doubted and missed."""
        meeting = report.meeting.code or "meeting not told"
        self.stdout.write(f"{meeting}, {report.language}, {report.layout}")
        titles = {row.letter: row.title for row in report.sections}
        section = None
        for row in report.recommendations:
            if row.section != section:
                section = row.section
                self.stdout.write(f"{section} {titles.get(section, '')}".strip())
            asks = f"{row.modality.label}: «{row.wording}»"
            self.stdout.write(f"  {row.number} ({asks}) {row.title} {row.text}")
        for title, rows in (
            ("Problems", report.problems),
            ("Taken out", report.removed),
            ("Corrected", report.corrections),
        ):
            self.stdout.write(f"{title}: {len(rows)}")
            for item in rows:
                self.stdout.write(f"  {item}")
        self._show_doubts(report)

    def _show_doubts(self, report: Report) -> None:
        self.stdout.write(f"Doubts: {len(report.doubts)}")
        for doubt in report.doubts:
            said = {None: "open", True: "accepted", False: "declined"}[doubt.accepted]
            self.stdout.write(f"  {doubt.key} ({said}) {doubt}")

    def _show_difference(self, preview: Imported) -> None:
        self.stdout.write(f"Difference to what is loaded: {preview.counts}")
        for replacement in preview.counts.replaced:
            self.stdout.write(str(replacement))

    def _refuse_doubts(self, path: Path, report: Report) -> None:
        """Nothing that is not certain enters an official text, `--yes` or not."""
        if report.open_doubts:
            self._show_doubts(report)
            raise CommandError(
                f"{path} leaves {len(report.open_doubts)} doubts, as above. Answer "
                "each with --accept or --decline and its key. Nothing was saved."
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
