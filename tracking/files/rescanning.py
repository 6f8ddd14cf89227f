"""Having stored files checked for viruses once more."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Q

from tracking.files.scanning import scan
from tracking.models import EvidenceFile, Nomination, Scan

CHUNK = 64 * 1024
WAITING = ("", Scan.NOT_SCANNED)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    """A stored file: where it is, what was said of it, where to write what is said."""

    name: str
    content: Any
    said: str
    note: Callable[[str], None]


def rescan(*, waiting: bool = False) -> Counter[str]:
    """Ask about every file, or about those that wait; how many had which answer."""
    counts: Counter[str] = Counter()
    # Those that nobody can have yet come first.
    for some in [False] if waiting else [False, True]:
        for file in chain(_evidence(seen=some), _notes(seen=some)):
            counts[_rescan(file)] += 1
    return counts


def _evidence(*, seen: bool) -> Iterator[Stored]:
    """Files of States; `seen` are those of which a scanner has said something."""
    waits = Q(scan__in=WAITING)
    keys = EvidenceFile.objects.filter(~waits if seen else waits).order_by("pk")
    for key in list(keys.values_list("pk", flat=True)):
        file = EvidenceFile.objects.get(pk=key)
        yield Stored(f"file {key}", file.content, file.scan, file.note_scan)


def _notes(*, seen: bool) -> Iterator[Stored]:
    """Scans of notes verbales."""
    waits = Q(note_scan__in=WAITING)
    notes = Nomination.objects.exclude(note_file="")
    for row in notes.filter(~waits if seen else waits).order_by("pk"):
        yield Stored(
            f"note of nomination {row.pk}",
            row.note_file,
            row.note_scan,
            row.note_virus_check,
        )


def _rescan(file: Stored) -> str:
    try:
        with file.content.open("rb") as content:
            found = scan(iter(lambda: content.read(CHUNK), b""))
    except FileNotFoundError:
        logger.exception("The %s has a row and no content", file.name)
        return Scan.NOT_SCANNED
    # A scanner that is silent today does not take back what it said before.
    if found != Scan.NOT_SCANNED or file.said == "":
        if found == Scan.INFECTED and file.said != found:
            logger.error("A virus was found in %s", file.name)
        file.note(found)
    return found
