"""A line of a file, wherever it came from."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
# A report of a week of meetings has forty pages.
MOST_PAGES = 300
MOST_LINES = 60_000


@dataclass(frozen=True)
class Line:
    number: int  # of the file, or of its page
    text: str
    page: int = 0
    # What the file itself says: None where it says nothing.
    opens: bool | None = None  # a paragraph begins here
    heading: bool = False
    # Where on the page: 0 at its top, 1 at its foot.
    height: float = -1.0
    # A hyphen that the program of the page put at the end.
    broken: bool = False
