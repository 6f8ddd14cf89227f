"""Where a file waits that nobody has examined: apart, nameless, for one request."""

import datetime
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils import timezone

from tracking.models import Tally

# Of a large disk a tenth is more than is ever needed.
FLOOR_AT_MOST = 5 * 1024**3
# What is too large is no longer kept, but still read so far: only then does the
# form with its words arrive, and can be shown again.
READ_AT_MOST = 4
HOUR = 3600  # seconds


def waiting_file() -> IO[bytes]:
    """A new file that only this account reads, and that goes when it is closed."""
    folder = Path(settings.QUARANTINE_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=folder, prefix="", suffix=".upload")


def has_room(size: int = 0) -> bool:
    """Whether the disk keeps its reserve when `size` more bytes are written."""
    folder = Path(settings.QUARANTINE_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    disk = shutil.disk_usage(folder)
    floor = min(disk.total * settings.FREE_DISK_FLOOR, FLOOR_AT_MOST)
    return bool(disk.free - size >= floor)


class QuarantinedFile(UploadedFile[bytes]):
    """A file as it arrived; `refused` says why it is not even there.

    `opens_at` is when its sender may send one again.
    """

    refused = ""
    opens_at: datetime.datetime | None = None


class QuarantineHandler(FileUploadHandler):
    """Writes each file to the quarantine, and stops writing at the limit."""

    file: QuarantinedFile  # under this name Django closes it when a request breaks off
    content: IO[bytes]
    request: HttpRequest

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = waiting_file()
        self.file = QuarantinedFile(
            self.content,
            self.file_name,
            self.content_type,
            0,
            self.charset,
            self.content_type_extra,
        )
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            # Read, so that the form can be answered, but never written.
            self.file.refused = "visitor"
        elif opens_at := Tally.objects.full_until(*self._counted_as()):
            self._refuse_for_now(opens_at)
        elif not has_room(settings.EVIDENCE_FILE_MAX_BYTES):
            self.file.refused = "room"

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        end = start + len(raw_data)
        limit = settings.EVIDENCE_FILE_MAX_BYTES
        if end > READ_AT_MOST * limit:
            self.file.close()
            raise RequestDataTooBig("A file is many times too large.")
        if end > limit and not self.file.refused:
            self.file.refused = "size"
            self.content.truncate(0)
        if not self.file.refused:
            self.content.write(raw_data)

    def _counted_as(self) -> tuple[str, str, tuple[int, int]]:
        """Each file costs a process and room on the disk, taken or not."""
        return "upload", str(self.request.user.pk), (settings.UPLOADS_PER_HOUR, HOUR)

    def _refuse_for_now(self, opens_at: datetime.datetime) -> None:
        self.file.refused, self.file.opens_at = "rate", opens_at

    def file_complete(self, file_size: int) -> QuarantinedFile:
        # Counted once it is here: while it arrives, no other file has to wait.
        if not self.file.refused:
            kind, whose, limit = self._counted_as()
            if wait := Tally.objects.come(kind, whose, [limit]):
                self._refuse_for_now(timezone.now() + datetime.timedelta(seconds=wait))
        self.content.seek(0)
        self.file.size = file_size
        return self.file
