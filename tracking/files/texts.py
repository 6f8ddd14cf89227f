"""Plain text and tables of text: Unicode, without controls or calls."""

import codecs
import re
import unicodedata
from typing import BinaryIO

from tracking.files.kinds import Refused

BREAKS = "\t\n\r\f\x85"
# What text begins with that is really something else.
OTHERWISE = re.compile(
    r"\s*(<!doctype|<html|<head|<body|<svg|<script|<\?xml|<\?php|%pdf-|\{\\rtf|#!"
    r"|mime-version:|received:|return-path:|\[internetshortcut\]|\[autorun\]"
    r"|@echo off|<\w+:|begin:vcard)",
    re.IGNORECASE,
)
# A cell that, in a spreadsheet, calls a programme or fetches a page.
CALL = re.compile(
    r"""(?:^|[\n\r,;\t"])\s*[=+\-@＝＋－＠][^\n\r]*?
    (?:\|[^\n\r]*!|\b(?:WEBSERVICE|HYPERLINK|IMPORTXML|IMPORTDATA|IMPORTHTML|IMPORTFEED
    |IMPORTRANGE|IMAGE|CALL|REGISTER|REGISTER\.ID|EXEC|RTD|DDE|FILTERXML)\s*\()""",
    re.IGNORECASE | re.VERBOSE,
)


def examine_text(file: BinaryIO, extension: str) -> None:
    """Raises Refused unless it is text in UTF-8, or in UTF-16 with a mark."""
    content = file.read()
    coding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        coding = "utf-16"
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused("coding")
    if coding != "utf-16" and b"\0" in content:
        raise Refused("content")
    try:
        text = content.decode(coding)
    except UnicodeDecodeError as error:
        raise Refused(_reason(content)) from error
    characters = set(text) - set(BREAKS)
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in characters):
        raise Refused("content")
    if not characters - set(" \ufeff"):
        raise Refused("empty")
    if OTHERWISE.match(text[:4000].lstrip("\ufeff")):
        raise Refused("content")
    if extension == "csv" and any(map(CALL.search, text.splitlines())):
        raise Refused("call")


def _reason(content: bytes) -> str:
    """Whether it may be text of an older code page, or is none at all."""
    if OTHERWISE.match(content[:4000].decode("latin-1")):
        return "content"
    controls = {byte for byte in content if byte < 32} - set(BREAKS[:4].encode())
    return "content" if controls else "coding"
