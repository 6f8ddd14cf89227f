"""What the virus scanner says of a file, and whether it may then be given out."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scan(models.TextChoices):
    """What the virus scanner said; empty where none was asked."""

    NOT_SCANNED = "not_scanned", _("Not checked for viruses yet")
    CLEAN = "clean", _("No virus found")
    INFECTED = "infected", _("Virus found")


def is_available(scan: str) -> bool:
    """Whether a file may be given out, after what the scanner said of it."""
    if scan == Scan.INFECTED:
        return False
    return not settings.CLAMD_ADDRESS or scan == Scan.CLEAN
