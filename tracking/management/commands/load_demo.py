import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config.postgresql import as_owner
from recommendations.models import Meeting
from tracking.demonstration import PASSWORD, PEOPLE, CannotLoadError, Summary, load
from tracking.models import State
from tracking.models.accounts.reader import reading_all

SEEDS = settings.BASE_DIR / "seeds"
REPORT = SEEDS / "000_c31f8919134225db.txt"


def sign_ins() -> str:
    """Who can sign in to the demonstration, and with which password."""
    lines = [
        f"{person.email:30} {person.role.label}{person.iso3 and f', {person.iso3}'}"
        for person in PEOPLE
    ]
    return "\n".join([f"Sign-ins, all with the password {PASSWORD}", *lines])


class Command(BaseCommand):
    help = "Load invented reporting, to try the application with; for evaluation only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--states", type=int, default=60, help="default 60")
        parser.add_argument("--cycles", type=int, default=3, help="default 3")
        parser.add_argument("--seed", type=int, default=2019, help="default 2019")

    def handle(
        self,
        *args: Any,
        states: int,
        cycles: int,
        seed: int,
        verbosity: int,
        **options: Any,
    ) -> None:
        if not settings.EVALUATION:
            raise CommandError(
                "Refused: demonstration data never enter a production database. "
                "Set EVALUATION=1 on an installation for trial."
            )
        if states < 1 or not 1 <= cycles <= 10:
            raise CommandError("Ask for at least 1 State and for 1 to 10 cycles.")
        began = time.monotonic()
        if not State.objects.exists():
            call_command("load_states", SEEDS / "states.csv", verbosity=verbosity)
        if not Meeting.objects.exists():
            call_command("import_report", REPORT, verbosity=verbosity)
        try:
            with reading_all():
                summary = load(states=states, cycles=cycles, seed=seed)
        except CannotLoadError as error:
            raise CommandError(str(error)) from error
        with as_owner() as owner, owner.cursor() as cursor:
            # Or the first pages guess how many rows there are.
            cursor.execute("ANALYZE")
        if verbosity:
            self.stdout.write(described(summary, time.monotonic() - began))
            self.stdout.write(sign_ins())


def described(summary: Summary, seconds: float) -> str:
    """One paragraph on what the database now holds."""
    stages = ", ".join(
        f"{number} {stage}" for stage, number in sorted(summary.submissions.items())
    )
    beginning = (
        f"Demonstration loaded in {seconds:.1f} s"
        if summary.new
        else "A demonstration is there already; nothing was changed"
    )
    return (
        f"{beginning}: {summary.states} States, {summary.cycles} cycles, "
        f"{summary.answers} answers, {summary.measures} measures, "
        f"{summary.evidence} evidence items; submissions: {stages}."
    )
