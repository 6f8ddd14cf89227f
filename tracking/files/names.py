"""What a file may be called."""

import re
import unicodedata
from pathlib import PurePath

from tracking.files.kinds import ALIASES

NAME_LIMIT = 120
# Names that Windows keeps for its devices, whatever the extension.
DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE
)
# Controls, marks of direction, characters without width, private and unassigned
# ones, breaks of line and paragraph.
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*'), "_")


def clean_name(name: str) -> str:
    """The last part of a name, without what could mislead, at most 120 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    bare = "".join(
        c
        for c in unicodedata.normalize("NFC", last)
        if unicodedata.category(c) not in HIDDEN
    )
    words = " ".join(bare.translate(FORBIDDEN).split()).lstrip(". ").rstrip(". ")
    path = PurePath(words or "file")
    suffix = path.suffix[:10]
    stem = path.stem.rstrip(". ")
    if DEVICES.match(stem):
        stem = f"_{stem}"
    return (stem[: NAME_LIMIT - len(suffix)].rstrip(". ") or "file") + suffix


def extension_of(name: str) -> str:
    """Extension of a clean name in lower case, one for each type."""
    extension = PurePath(name).suffix.lstrip(".").lower()
    return ALIASES.get(extension, extension)


def named(name: str, extension: str) -> str:
    """The clean name with the extension of what the file was found to be."""
    return f"{PurePath(name).stem[: NAME_LIMIT - len(extension) - 1]}.{extension}"


def isolated(name: str) -> str:
    """The name for the middle of a sentence, read in its own direction."""
    return f"\u2068{name}\u2069"
