"""Files that nothing needs any more: what a fall or a change of mind left behind."""

import datetime
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from tracking.models import EvidenceFile

QUARANTINED_FOR = datetime.timedelta(days=1)
# Longer than a form may stay open that has a file waiting for it.
UNUSED_FOR = datetime.timedelta(days=8)


def sweep_quarantine() -> int:
    """Delete what waits longer than any request lasts; how many."""
    before = (timezone.now() - QUARANTINED_FOR).timestamp()
    count = 0
    for path in Path(settings.QUARANTINE_ROOT).glob("*"):
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            count += 1
    return count


def sweep_unused() -> int:
    """Delete files that no evidence, proposal, record or version names; how many."""
    count = 0
    before = timezone.now() - UNUSED_FOR
    for file in EvidenceFile.objects.unused().filter(uploaded_at__lt=before):
        try:
            with transaction.atomic():
                file.delete()
        except (IntegrityError, ProtectedError):
            continue  # somebody has just found a use for it
        # The row first: a file without a row is swept, a row without a file fails.
        file.content.delete(save=False)
        count += 1
    return count


def sweep_orphans(storage: Storage = default_storage) -> int:
    """Delete stored files without a row, a day old at least; how many."""
    before = timezone.now() - QUARANTINED_FOR
    known = {
        name
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.FileField)
        for name in model._base_manager.values_list(field.name, flat=True)
    }
    count = 0
    for name in list(_names(storage)):
        if name not in known and storage.get_modified_time(name) < before:
            storage.delete(name)
            count += 1
    return count


def _names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Names of everything in the storage, folder by folder."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        if name:
            yield f"{folder}{name}"
    for name in folders:
        yield from _names(storage, f"{folder}{name}/")
