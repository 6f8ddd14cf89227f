from typing import Any

from django.core.management.base import BaseCommand

from tracking.models import Note, Presence, UnsavedWork
from tracking.models.accounts.reader import reading_all


class Command(BaseCommand):
    help = (
        "Delete unsaved work that is saved since, or untouched for 90 days; notes "
        "removed 30 days ago; who had which page open."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        with reading_all():
            count, _by_model = UnsavedWork.objects.expired().delete()
            Note.objects.forgotten().delete()
            Presence.objects.past().delete()
        if verbosity:
            self.stdout.write(f"Unsaved work deleted: {count}.")
