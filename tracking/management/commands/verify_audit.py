from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracking.models import AuditEntry, Checkpoint, Submission
from tracking.models.readers import reading_all
from tracking.sealing import faults, public_key


class Command(BaseCommand):
    help = (
        "Walk every audit chain, checkpoint, tracked row, version and record, and say "
        "what was altered past the application."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with reading_all():
            found = list(faults())
        for fault in found:
            self.stdout.write(self.style.ERROR(str(fault)))
        if found:
            raise CommandError(f"{len(found)} faults: something was altered.")
        self.stdout.write(
            self.style.SUCCESS(
                f"Nothing was altered: {AuditEntry.objects.count()} entries in "
                f"{AuditEntry.objects.values('chain').distinct().count()} chains, "
                f"{Checkpoint.objects.count()} checkpoints, "
                f"{Submission.objects.count()} submissions. Key: {public_key()}"
            )
        )
