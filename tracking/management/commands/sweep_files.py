from typing import Any

from django.core.management.base import BaseCommand

from tracking.files.sweeping import sweep_orphans, sweep_quarantine, sweep_unused
from tracking.models.accounts.reader import reading_all


class Command(BaseCommand):
    help = (
        "Delete files that nothing needs: left in quarantine for a day, added to a "
        "form that was never saved, or stored without a row. To be run daily."
    )

    @reading_all()
    def handle(self, *, verbosity: int, **options: Any) -> None:
        waiting, unused, orphans = sweep_quarantine(), sweep_unused(), sweep_orphans()
        if verbosity:
            self.stdout.write(
                f"Files deleted: {waiting} in quarantine, {unused} unused, "
                f"{orphans} without a row."
            )
