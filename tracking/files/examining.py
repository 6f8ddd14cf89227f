"""One file, one verdict: extension, beginning and structure must agree."""

from typing import BinaryIO

from tracking.files.archives import Budget
from tracking.files.kinds import TYPES, Refused

ZIP = b"PK\3\4"
MARKS = {
    "pdf": b"%PDF-",
    "docx": ZIP,
    "xlsx": ZIP,
    "pptx": ZIP,
    "odt": ZIP,
    "ods": ZIP,
    "jpg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
}
# Extension → the one module that it needs: a text needs no decoder of pictures.
NEEDS = {
    "pdf": "pdf",
    "docx": "office",
    "xlsx": "office",
    "pptx": "office",
    "odt": "opendocument",
    "ods": "opendocument",
    "csv": "texts",
    "txt": "texts",
    "jpg": "images",
    "png": "images",
}
# How a protected document of an office programme begins, and every older one.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def examine(file: BinaryIO, extension: str, output: BinaryIO) -> None:
    """Read a file to its end; write a picture anew, to `output`.

    Raises Refused unless the file is sound.
    """
    try:
        _examine(file, extension, output)
    except (Refused, MemoryError):
        raise
    except RecursionError as error:
        raise Refused("bulk") from error
    # Parsers of hostile bytes fail in more ways than they say.
    except Exception as error:
        raise Refused("content") from error


def _examine(file: BinaryIO, extension: str, output: BinaryIO) -> None:
    if extension not in TYPES:
        raise Refused("type")
    size = file.seek(0, 2)
    if not size:
        raise Refused("empty")
    file.seek(0)
    head = file.read(len(COMPOUND))
    file.seek(0)
    mark = MARKS.get(extension, b"")
    if mark == ZIP and head == COMPOUND:
        raise Refused("password")
    if not head.startswith(mark):
        raise Refused("content")
    need = NEEDS[extension]
    if need == "pdf":
        from tracking.files.pdf import examine_pdf

        examine_pdf(file)
    elif need == "images":
        from tracking.files.images import rewrite_image

        rewrite_image(file, extension, output)
    elif need == "texts":
        from tracking.files.texts import examine_text

        examine_text(file, extension)
    elif need == "opendocument":
        from tracking.files.opendocument import examine_open_document

        examine_open_document(file, extension, Budget(size))
    else:
        from tracking.files.office import examine_office

        examine_office(file, extension, Budget(size))
