"""XML read without document types, and so without entities."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from tracking.files.kinds import Refused

Attributes = dict[str, str]
OnElement = Callable[[str, Attributes], None]


def read_markup(
    pieces: Iterable[bytes],
    on_element: OnElement | None = None,
    on_text: Callable[[str], None] | None = None,
) -> None:
    """Parse a whole part; names come without their namespace.

    Raises Refused for a document type or for what is not well formed.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    if on_element is not None:
        parser.StartElementHandler = lambda name, attributes: on_element(
            _local(name), {_local(key): value for key, value in attributes.items()}
        )
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("content") from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_declared: object) -> None:
    raise Refused("content")
