"""Where a link leads: to a page, into the document, or elsewhere."""

import posixpath
import re
from urllib.parse import unquote

SCHEMES = ("http", "https", "mailto", "tel", "ftp")
ELSEWHERE = re.compile(r"\s*([a-z][a-z0-9+.-]*:|[\\/]{2}|\\)", re.IGNORECASE)
# A disk of the reader's own machine, or a bare name: nobody else can answer there.
OWN_DISK = re.compile(
    r"((file://)?/)?([a-z]|macintosh hd):(?![\\/]{2})"
    r"|(file://)?/(?![\\/])|(\.\./)+(?![\\/])|[^\\/:]+$",
    re.IGNORECASE,
)


def is_address(target: str) -> bool:
    """Whether a link leads to a page or a mailbox, not to a file or a script."""
    bare = "".join(c for c in target if ord(c) > 32)
    if re.match(r"[\\/]{2}", bare):
        return False
    # What stands before a colon decides, whether or not it may be called a scheme.
    scheme, colon, _rest = re.split(r"[/?#\\]", bare)[0].partition(":")
    return not colon or scheme.lower() in SCHEMES


def is_inside(target: str) -> bool:
    """Whether a reference names a part of the document, or a place in it."""
    bare = "".join(c for c in unquote(target) if ord(c) > 32)
    return not (
        ELSEWHERE.match(bare) or posixpath.normpath(bare).startswith(("/", ".."))
    )


def is_own_template(target: str) -> bool:
    """Whether a template would be looked for on the reader's own disk only."""
    return bool(OWN_DISK.match(unquote(target).strip() or "."))
