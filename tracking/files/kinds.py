"""Which files are taken, and how large and how deep they may be.

Read by the site and by the process that examines files, which knows no Django.
"""

MEGABYTE = 1024 * 1024

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

# Extension → type under which the file is served, never the one that was sent.
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "pptx": f"{OFFICE}presentationml.presentation",
    "odt": f"{OPEN_DOCUMENT}text",
    "ods": f"{OPEN_DOCUMENT}spreadsheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "png": "image/png",
}
ALIASES = {"jpeg": "jpg"}
ACCEPTED = "PDF, DOCX, XLSX, PPTX, ODT, ODS, CSV, TXT, JPG, PNG"

# Of a PDF and of a picture.
PAGES = 500
PIXELS = 40_000_000
# Of what a document of an office programme holds inside.
ENTRIES = 2000
INFLATED_BYTES = 200 * MEGABYTE
RATIO = 100

# Of the process that examines a file.
CPU_SECONDS = 10
WALL_SECONDS = 20
MEMORY_BYTES = 512 * MEGABYTE
OUTPUT_BYTES = 64 * MEGABYTE
OPEN_FILES = 32


class Refused(Exception):  # noqa: N818 - a verdict, not a fault
    """A file is not taken; the code says why, the sentence is found elsewhere."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
