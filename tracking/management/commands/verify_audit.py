from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracking.models import Submission
from tracking.models.accounts.reader import reading_all
from tracking.models.audit.signing import public_key, verify


class Command(BaseCommand):
    help = (
        "Walk every audit chain, checkpoint, tracked row, version and record, and say "
        "what was altered past the application."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with reading_all():
            done = verify()
        for fault in done.faults:
            self.stdout.write(self.style.ERROR(fault))
        if done.faults_not_kept:
            self.stdout.write(self.style.ERROR(f"and {done.faults_not_kept} more"))
        if done.number_of_faults:
            raise CommandError(
                f"{done.number_of_faults} faults: something was altered."
            )
        self.stdout.write(
            self.style.SUCCESS(
                f"Nothing was altered: {done.entries} entries in "
                f"{done.chains} chains, {done.checkpoints} checkpoints, "
                f"{Submission.objects.count()} submissions. Key: {public_key()}"
            )
        )
