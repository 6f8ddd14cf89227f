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
ALIASES = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}
ACCEPTED = ("PDF", "DOCX", "XLSX", "PPTX", "ODT", "ODS", "CSV", "TXT", "JPG", "PNG")
# Extensions of what else is sent → the way to what is taken.
WAYS = {
    extension: way
    for way, extensions in {
        "docx": "doc dot docm dotx dotm rtf odm ott fodt wpd wps pages",
        "xlsx": "xls xlt xlsm xlsb xltx xltm ots fods numbers",
        "pptx": "ppt pps ppsx ppsm pptm potx potm odp otp fodp key",
        "photograph": "heic heif avif",
        "scan": "tif tiff djvu",
        "picture": "gif bmp webp svg ico jp2 jxl psd",
        "print": "html htm mht mhtml xps oxps ps eps epub eml msg odg vsd vsdx pub",
        "unpack": "zip rar 7z gz tar tgz p7m asice asics",
    }.items()
    for extension in extensions.split()
}

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


def choice(*extensions: str) -> str:
    """What a browser lets choose in a field that takes files of these types.

    Telephones read the types rather than the extensions, and then send a photograph
    as JPEG instead of HEIC.
    """
    names = [*extensions, *(name for name, of in ALIASES.items() if of in extensions)]
    return ",".join(
        [*(f".{name}" for name in names), *(TYPES[each] for each in extensions)]
    )


class Refused(Exception):  # noqa: N818 - a verdict, not a fault
    """A file is not taken; the code says why, the sentence is found elsewhere."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
