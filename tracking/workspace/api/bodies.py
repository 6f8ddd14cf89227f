"""What a machine sends: JSON read strictly, and its values as a form has them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from tracking.workspace.forms.merging import Values

MOST_BYTES = 1024 * 1024
DEEPEST = 20


class Problem(APIException):
    """A refusal with a code of HTTP and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status_code = status


class StrictJSONParser(BaseParser):
    """JSON of a bounded size and depth, which says everything once."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Problem(413, _("The body is larger than 1 MB."))
        try:
            found = json.loads(
                content.decode("utf-8"),
                object_pairs_hook=_each_once,
                parse_constant=_no_constant,
            )
        except RecursionError as error:
            raise ParseError(_too_deep()) from error
        except ValueError as error:  # not UTF-8 is one, too
            raise ParseError(_("The body is not JSON.")) from error
        if _is_deeper(found, DEEPEST):
            raise ParseError(_too_deep())
        if not isinstance(found, dict):
            raise ParseError(_("The body must be a JSON object."))
        return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError(_("A key of the body stands there twice."))
    return found


def _no_constant(name: str) -> Any:
    raise ParseError(_("A number of the body is none."))


def _too_deep() -> str:
    return _("The body is nested too deeply.")


def _is_deeper(value: Any, left: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return left == 0 or any(_is_deeper(each, left - 1) for each in inside)


# From what was sent to what a form takes ------------------------------------------


def sent_values(
    data: Mapping[str, Any], names: Iterable[str], kept: Iterable[str] = ()
) -> Values:
    """What was sent, as a browser would send it.

    A key that is not among `names` is refused, so that a mistake is seen; `kept` are
    those that people alone change, on the pages.
    """
    known, kept = set(names), set(kept)
    found: Values = {}
    for name, value in _pairs(data):
        if name in kept:
            sentence = _("%(name)s is not changed here, but on the pages of the State.")
            raise ParseError(sentence % {"name": name})
        if name not in known:
            raise ParseError(_("Unknown key: %(name)s.") % {"name": printable(name)})
        found[name] = [_text(name, each) for each in _listed(value)]
    return found


def _pairs(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(data, MultiValueDict):
        # A file has its own place; a field of a form may come several times.
        for name, values in data.lists():
            said = [each for each in values if not isinstance(each, UploadedFile)]
            if said:
                yield name, said
    else:
        yield from data.items()


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        sentence = _("%(name)s must be a text, a whole number, or a list of them.")
        raise ParseError(sentence % {"name": name})
    text = str(value)
    if not _is_unicode(text):
        raise ParseError(_("%(name)s holds half a character.") % {"name": name})
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(name: str) -> str:
    """A name as it was sent, fit to be shown: not too long, whole characters."""
    return name[:60].encode("ascii", "backslashreplace").decode()


def as_form(values: Values) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, sent in values.items():
        data.setlist(name, sent)
    return data


def pieces_of(data: Any) -> list[bytes]:
    """What was sent, for a digest: the same whatever the order of its keys."""
    if not isinstance(data, MultiValueDict):
        return [json.dumps(data, sort_keys=True).encode()]
    pieces = []
    for name in sorted(data):
        for value in data.getlist(name):
            pieces.append(name.encode("utf-8", "surrogatepass"))
            if isinstance(value, UploadedFile):
                pieces += [(value.name or "").encode(), _digest_of_file(value)]
            else:
                pieces.append(str(value).encode("utf-8", "surrogatepass"))
    return pieces


def _digest_of_file(file: UploadedFile[bytes]) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.digest()
