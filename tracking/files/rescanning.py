"""Having stored files checked for viruses once more."""

import logging
from collections import Counter

from django.db.models import Q

from tracking.files.scanning import scan
from tracking.models import EvidenceFile, Scan

CHUNK = 64 * 1024
WAITING = Q(scan__in=["", Scan.NOT_SCANNED])

logger = logging.getLogger(__name__)


def rescan(*, waiting: bool = False) -> Counter[str]:
    """Ask about every file, or about those that wait; how many had which answer."""
    files = EvidenceFile.objects.order_by("pk")
    counts: Counter[str] = Counter()
    # Those that nobody can have yet come first.
    for some in [WAITING] if waiting else [WAITING, ~WAITING]:
        for key in list(files.filter(some).values_list("pk", flat=True)):
            counts[_rescan(EvidenceFile.objects.get(pk=key))] += 1
    return counts


def _rescan(file: EvidenceFile) -> str:
    try:
        with file.content.open("rb") as content:
            found = scan(iter(lambda: content.read(CHUNK), b""))
    except FileNotFoundError:
        logger.exception("File %s has a row and no content", file.pk)
        return Scan.NOT_SCANNED
    # A scanner that is silent today does not take back what it said before.
    if found != Scan.NOT_SCANNED or file.scan == "":
        if found == Scan.INFECTED and file.scan != found:
            logger.error("A virus was found in file %s", file.pk)
        file.note_scan(found)
    return found
