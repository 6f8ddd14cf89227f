"""XML read without document types of its own, and so without entities."""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from tracking.files.kinds import Refused

Attributes = dict[str, str]
OnElement = Callable[[str, Attributes], None]
OnWords = Callable[[str], None]
OnSpace = Callable[[str], None]
# The name of an element; of its attributes, the short names and those of the parser.
Plan = tuple[str, tuple[tuple[str, str], ...]]
# Document types that programmes name and nobody fetches: (public, system).
KNOWN_TYPES = (
    re.compile(r"-//OpenOffice\.org//DTD [\w .]+//EN \w+\.dtd"),
    re.compile(
        r"-//W3C//DTD SVG 1\.[01]//EN http://www\.w3\.org/[\w./-]+/(DTD/)?svg1[01]\.dtd"
    ),
)
# Elements whose space matters keep a sign of it: a field is one of a text only, and
# a fraction is no formula of a table.
SPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "math:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "math:",
    "http://www.w3.org/2000/svg": "svg:",
    "http://www.w3.org/1999/xhtml": "html:",
}
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


def root_of(head: bytes) -> str:
    """Name, without its namespace, of the element with which markup begins."""
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[str] = []
    parser.StartDoctypeDeclHandler = _judge_type
    parser.StartElementHandler = lambda name, _attributes: found.append(name)
    try:
        parser.Parse(head, False)
    except expat.ExpatError as error:
        if not found:
            raise Refused("content") from error
    if not found:
        raise Refused("content")
    return found[0].rpartition(" ")[2]


def read_markup(
    pieces: Iterable[bytes],
    on_element: OnElement | None = None,
    on_text: OnWords | None = None,
    on_end: OnWords | None = None,
    *,
    keys: Container[str] | None = None,
    texts: Container[str] | None = None,
    on_space: OnSpace | None = None,
) -> None:
    """Parse a whole part; names come without their namespace.

    Those of some elements begin with a sign of it, as `w:` in a text of Word.
    Only attributes among `keys` and words of elements among `texts` are told: large
    tables have millions of others. Of what namespaces elements are, the root's first,
    `on_space` is told, at least once each. Raises Refused for a document type of its
    own or for what is not well formed.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _judge_type
    parser.SkippedEntityHandler = _refuse
    reader = _Reader(parser, on_element, on_text, on_end, keys, texts, on_space)
    if on_element is not None:
        parser.StartElementHandler = reader.start
    if on_end is not None:
        parser.EndElementHandler = reader.end
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("content") from error


@dataclass
class _Reader:
    """Tells of what a parser finds what is asked for, and no more."""

    parser: expat.XMLParserType
    on_element: OnElement | None
    on_text: OnWords | None
    on_end: OnWords | None
    keys: Container[str] | None
    texts: Container[str] | None
    on_space: OnSpace | None
    # One look at each element with the same attributes, however often it comes.
    plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: Attributes) -> None:
        shape = (name, *attributes)
        plan = self.plans.get(shape)
        if plan is None:
            if self.on_space is not None:
                self.on_space(name.rpartition(" ")[0])
            plan = self.plans[shape] = _plan(shape, self.keys)
            self.names[name] = plan[0]
        element, told = plan
        if self.texts is not None:
            is_told = element in self.texts
            self.parser.CharacterDataHandler = self.on_text if is_told else None
        if self.on_element is not None:
            self.on_element(
                element, {key: attributes[full] for key, full in told} if told else {}
            )

    def end(self, name: str) -> None:
        element = self.names[name]
        if self.texts is not None and element in self.texts:
            self.parser.CharacterDataHandler = self.on_text
        if self.on_end is not None:
            self.on_end(element)


def _plan(shape: tuple[str, ...], keys: Container[str] | None) -> Plan:
    """What an element is called, and which of its attributes are told."""
    space, _blank, local = shape[0].rpartition(" ")
    named = [(full.rpartition(" ")[2], full) for full in shape[1:]]
    counted = Counter(key for key, _full in named)
    if any(counted[key] > 1 for key in JUDGED):
        raise Refused("content")
    told = tuple(pair for pair in named if keys is None or pair[0] in keys)
    return SPACES.get(space, "") + local, told


def _judge_type(
    _name: str, system: str | None, public: str | None, own: int | bool
) -> None:
    named = f"{public} {system}"
    if own or not any(known.fullmatch(named) for known in KNOWN_TYPES):
        raise Refused("content")


def _refuse(*_declared: object) -> None:
    raise Refused("content")
