"""XML read without document types of its own, and so without entities."""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterable
from xml.parsers import expat

from tracking.files.kinds import Refused

Attributes = dict[str, str]
OnElement = Callable[[str, Attributes], None]
# Document types that programmes name and nobody fetches: (public, system).
KNOWN_TYPES = (
    re.compile(r"-//OpenOffice\.org//DTD [\w .]+//EN \w+\.dtd"),
    re.compile(
        r"-//W3C//DTD SVG 1\.[01]//EN http://www\.w3\.org/[\w./-]+/(DTD/)?svg1[01]\.dtd"
    ),
)
# A fraction is no formula of a table.
MATHEMATICS = re.compile(r"http://(schemas|purl)\.\S+/math ")
# What is judged has one meaning: no second one under another prefix.
JUDGED = {
    *("href", "src", "action", "macro", "formula", "condition", "expression", "instr"),
    *("Type", "Target", "TargetMode", "ContentType", "PartName", "fldCharType"),
    *("media-type", "full-path", "textlink"),
}
WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def is_markup(head: bytes) -> bool:
    """Whether something begins as XML does, in whatever coding."""
    for mark, coding in WIDE.items():
        if head.startswith(mark):
            head = head[2:200].decode(coding, "ignore").encode()
    return head.removeprefix(codecs.BOM_UTF8).lstrip(b"\0 \t\r\n").startswith(b"<")


def read_markup(
    pieces: Iterable[bytes],
    on_element: OnElement | None = None,
    on_text: Callable[[str], None] | None = None,
    on_end: Callable[[str], None] | None = None,
    *,
    spaces: bool = False,
) -> None:
    """Parse a whole part; names come without their namespace, unless `spaces`.

    Raises Refused for a document type of its own or for what is not well formed.
    """
    names = _Names()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _judge_type
    parser.SkippedEntityHandler = _refuse
    if on_element is not None:

        def start(name: str, attributes: Attributes) -> None:
            named = {names[key]: value for key, value in attributes.items()}
            if len(named) != len(attributes):
                _judge_twins(names, attributes)
            on_element(name if spaces else names[name], named)

        parser.StartElementHandler = start
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    if on_end is not None:
        parser.EndElementHandler = lambda name: on_end(names[name])
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("content") from error


class _Names(dict[str, str]):
    """Names as the parser says them → without their namespace."""

    def __missing__(self, name: str) -> str:
        prefix = "math:" if MATHEMATICS.match(name) else ""
        self[name] = prefix + name.rpartition(" ")[2]
        return self[name]


def _judge_twins(names: _Names, attributes: Attributes) -> None:
    counted = Counter(names[key] for key in attributes)
    if any(counted[name] > 1 for name in JUDGED):
        raise Refused("content")


def _judge_type(
    _name: str, system: str | None, public: str | None, own: int | bool
) -> None:
    named = f"{public} {system}"
    if own or not any(known.fullmatch(named) for known in KNOWN_TYPES):
        raise Refused("content")


def _refuse(*_declared: object) -> None:
    raise Refused("content")
