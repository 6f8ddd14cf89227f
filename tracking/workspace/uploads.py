"""Which files are taken, judged by name and by content; the two must agree."""

import unicodedata
import zipfile
import zlib
from pathlib import PurePath

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from tracking.models import EvidenceFile

NAME_LIMIT = 120
HEAD_BYTES = 64 * 1024
ZIP_ENTRIES_LIMIT = 2000

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

# Extension → type under which the file is served, never the one that was sent.
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "odt": f"{OPEN_DOCUMENT}text",
    "ods": f"{OPEN_DOCUMENT}spreadsheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "png": "image/png",
}
ACCEPTED = "PDF, DOCX, XLSX, ODT, ODS, CSV, TXT, JPG, PNG"


def clean_name(name: str) -> str:
    """The last part of a name, without controls, at most 120 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    # Category C holds controls and the marks that make a name read backwards.
    bare = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    path = PurePath(" ".join(bare.split()).lstrip(".") or "file")
    suffix = path.suffix[:10]
    return path.stem[: NAME_LIMIT - len(suffix)] + suffix


def content_type_of(upload: UploadedFile[bytes]) -> str:
    """Type of an upload whose name and content agree.

    Raises ValidationError with a sentence for the person otherwise.
    """
    name = clean_name(upload.name or "")
    extension = PurePath(name).suffix.lstrip(".").lower().replace("jpeg", "jpg")
    if extension not in TYPES:
        raise ValidationError(
            _("«%(name)s» was not added: choose a file of type %(types)s."),
            params={"name": name, "types": ACCEPTED},
            code="type",
        )
    if not upload.size:
        raise ValidationError(
            _("«%(name)s» is empty: choose the file again."),
            params={"name": name},
            code="empty",
        )
    if upload.size > settings.EVIDENCE_FILE_MAX_BYTES:
        raise ValidationError(
            _("«%(name)s» has %(size)s: choose one of at most %(limit)s, or a link."),
            params={
                "name": name,
                "size": filesizeformat(upload.size),
                "limit": filesizeformat(settings.EVIDENCE_FILE_MAX_BYTES),
            },
            code="size",
        )
    if not _holds(upload, extension):
        raise ValidationError(
            _(
                "«%(name)s» does not contain what its name says, or is protected by a "
                "password. Open it, save it again as %(type)s and choose it again."
            ),
            params={"name": name, "type": extension.upper()},
            code="content",
        )
    return TYPES[extension]


def _holds(upload: UploadedFile[bytes], extension: str) -> bool:
    """Whether the content is of the kind that the extension names."""
    if extension in ("csv", "txt"):
        return _is_text(upload)
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    upload.seek(0)
    if extension in ("docx", "xlsx", "odt", "ods"):
        return head.startswith(b"PK") and _is_document(upload, extension)
    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        return False
    kinds = {match.mime_type for match in found if match.offset == 0}
    return TYPES[extension] in kinds


def _is_text(upload: UploadedFile[bytes]) -> bool:
    """Whether it is text in UTF-8, UTF-16 with a mark, or a Windows code page."""
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    allowed = b"\t\n\r\f\x1a"
    return not any(byte < 32 and byte not in allowed for byte in set(content))


def _is_document(upload: UploadedFile[bytes], extension: str) -> bool:
    """Whether a zip holds a document of the kind `extension`."""
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > ZIP_ENTRIES_LIMIT or any(
                entry.flag_bits & 0x1 for entry in entries
            ):
                return False
            if extension in ("docx", "xlsx"):
                folder = {"docx": "word/", "xlsx": "xl/"}[extension]
                # A macro travels in this part, whatever the extension says.
                return (
                    "[Content_Types].xml" in names
                    and any(name.startswith(folder) for name in names)
                    and not any(name.endswith("vbaProject.bin") for name in names)
                )
            if "mimetype" not in names or archive.getinfo("mimetype").file_size > 200:
                return False
            return (
                archive.read("mimetype").decode("ascii", "replace").strip()
                == (TYPES[extension])
            )
    except (
        # What a damaged archive ends in, of the module and of what it calls.
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        ValueError,
        OSError,
        EOFError,
    ):
        return False
    finally:
        upload.seek(0)


def handed_over(file: EvidenceFile) -> FileResponse:
    """A stored file, to be kept by the reader, never run. Raises Http404 if lost."""
    try:
        content = file.content.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=file.name,
        content_type=file.content_type,
    )
    # Whatever it holds, a browser keeps it and never runs it.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
