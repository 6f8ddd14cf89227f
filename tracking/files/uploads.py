"""From what somebody sent to what may be kept."""

import logging
import shutil
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from tracking.files.kinds import TYPES
from tracking.files.names import clean_name, extension_of, named
from tracking.files.process import examine_apart
from tracking.files.quarantine import has_room, waiting_file
from tracking.files.scanning import scan
from tracking.files.sentences import refusal
from tracking.models import Scan
from tracking.requests.security_log import Event, note

PICTURES = ("jpg", "png")

logger = logging.getLogger(__name__)


class CleanFile(UploadedFile[bytes]):
    """A file found sound: its name, type and, for a picture, content are ours."""

    content_type: str
    scan: str = ""


def cleaned(upload: UploadedFile[bytes]) -> CleanFile:
    """Examine an upload, and return it as it may be kept.

    Raises ValidationError with a sentence for the person, and a code, otherwise.
    """
    name = clean_name(upload.name or "")
    extension = extension_of(name)
    code, content = _examined(upload, extension)
    found = "" if code else scan(_pieces(content))
    if found == Scan.INFECTED:
        code = "virus"
    if code:
        logger.warning(
            "File refused (%s): %s bytes, extension %r",
            code,
            upload.size,
            extension if extension in TYPES else "other",
        )
        note(
            Event.FILE_REFUSED,
            why=code,
            size=upload.size or 0,
            extension=extension if extension in TYPES else "other",
        )
        raise refusal(
            code,
            name,
            extension,
            upload.size or 0,
            getattr(upload, "opens_at", None),
        )
    content.seek(0)
    size = content.seek(0, 2)
    content.seek(0)
    clean = CleanFile(content, named(name, extension), TYPES[extension], size)
    clean.scan = found
    return clean


def _examined(upload: UploadedFile[bytes], extension: str) -> tuple[str, IO[bytes]]:
    """Code of the refusal, if any, and the content to keep.

    The upload holds that content too, so that it is closed with the request.
    """
    size = upload.size or 0
    file = _on_disk(upload)
    known = getattr(upload, "refused", "")
    if extension not in TYPES:
        known = "type"
    elif size > settings.EVIDENCE_FILE_MAX_BYTES:
        known = "size"
    elif not size:
        known = "empty"
    elif not known and not has_room(2 * size):
        known = "room"
    if known:
        return known, file
    output = waiting_file()
    refused = examine_apart(file, extension, output).refused
    if refused or extension not in PICTURES:
        output.close()
        return refused, file
    return "", _exchange(upload, output)


def _on_disk(upload: UploadedFile[bytes]) -> IO[bytes]:
    """The upload as a file of the system, which another process can be given."""
    file: Any = upload.file
    try:
        file.fileno()
    except (AttributeError, OSError):
        copy = waiting_file()
        upload.seek(0)
        shutil.copyfileobj(upload, copy)
        copy.flush()
        return _exchange(upload, copy)
    return cast(IO[bytes], file)


def _exchange(upload: UploadedFile[bytes], content: IO[bytes]) -> IO[bytes]:
    upload.close()
    upload.file = content
    return content


def _pieces(content: IO[bytes]) -> Any:
    content.seek(0)
    return iter(lambda: content.read(64 * 1024), b"")
