"""A zip whose every byte is accounted for, unpacked within limits.

Nothing stands before, between or behind its entries, so that no other programme
finds another file in the same bytes.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tracking.files.kinds import (
    ENTRIES,
    INFLATED_BYTES,
    MEGABYTE,
    RATIO,
    Refused,
)

CHUNK = 64 * 1024
END = struct.Struct("<4s4H2LH")
LOCAL = struct.Struct("<4s5H3L2H")
# After an entry may stand its sizes once more, at the end a second, wider record.
DESCRIPTOR = 24
WIDE_END = 76
ENCRYPTED = 0x1 | 0x40 | 0x2000
UNICODE = 0x800


@dataclass
class Budget:
    """What may still be unpacked, those files inside files included."""

    packed: int
    inflated: int = 0
    entries: int = 0

    def spend(self, size: int) -> None:
        self.inflated += size
        if self.inflated > INFLATED_BYTES or (
            self.inflated > MEGABYTE and self.inflated > RATIO * self.packed
        ):
            raise Refused("bulk")

    def add(self, entries: int) -> None:
        self.entries += entries
        if self.entries > ENTRIES:
            raise Refused("bulk")


class Archive:
    """The entries of a zip, in their order. Raises Refused, or what zipfile raises."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self.file = file
        self.budget = budget
        size = file.seek(0, 2)
        if size < END.size + LOCAL.size:
            raise Refused("content")
        size -= _blanks(file, size)
        file.seek(size - END.size)
        mark, disk, first, here, entries, length, start, comment = END.unpack(
            file.read(END.size)
        )
        if (mark, disk, first, comment) != (b"PK\5\6", 0, 0, 0) or here != entries:
            raise Refused("content")
        budget.add(entries)
        end = start + length
        if end not in (size - END.size, size - END.size - WIDE_END):
            raise Refused("content")
        with zipfile.ZipFile(file) as archive:
            found = archive.infolist()
        if len(found) != entries:
            raise Refused("content")
        self.entries: dict[str, zipfile.ZipInfo] = {}
        self.starts: dict[str, int] = {}
        place = 0
        for info in sorted(found, key=lambda info: info.header_offset):
            if not place <= info.header_offset <= place + (DESCRIPTOR if place else 0):
                raise Refused("content")
            self._add(info)
            place = self.starts[info.filename] + info.compress_size
        if not place <= start <= place + DESCRIPTOR:
            raise Refused("content")
        if len({name.lower() for name in self.entries}) != len(found):
            raise Refused("content")

    def _add(self, info: zipfile.ZipInfo) -> None:
        """Take an entry whose two headers agree."""
        name = info.filename
        if info.flag_bits & ENCRYPTED:
            raise Refused("password")
        if (
            info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            or stat.S_IFMT(info.external_attr >> 16)
            not in (0, stat.S_IFREG, stat.S_IFDIR)
            or name != info.orig_filename
            or not is_plain(name)
        ):
            raise Refused("content")
        self.file.seek(info.header_offset)
        head = self.file.read(LOCAL.size)
        mark, _version, flags, method, _t, _d, _crc, _c, _s, length, extra = (
            LOCAL.unpack(head)
        )
        local = self.file.read(length).decode("utf-8" if flags & UNICODE else "cp437")
        if (mark, method, local) != (
            b"PK\3\4",
            info.compress_type,
            name,
        ) or flags & ENCRYPTED:
            raise Refused("content")
        self.entries[name] = info
        self.starts[name] = info.header_offset + LOCAL.size + length + extra

    def pieces(self, name: str) -> Iterator[bytes]:
        """An entry unpacked, piece by piece; its length and checksum are true.

        None is empty, and the first tells how the entry begins, however it was packed.
        """
        waiting = bytearray()
        for piece in self._pieces(name):
            waiting += piece
            if len(waiting) >= CHUNK:
                yield bytes(waiting)
                waiting.clear()
        if waiting:
            yield bytes(waiting)

    def _pieces(self, name: str) -> Iterator[bytes]:
        info = self.entries[name]
        size = crc = 0
        raw = self._raw(self.starts[name], info.compress_size)
        stored = info.compress_type == zipfile.ZIP_STORED
        for piece in raw if stored else _inflated(raw):
            self.budget.spend(len(piece))
            size += len(piece)
            crc = zlib.crc32(piece, crc)
            yield piece
        if (size, crc) != (info.file_size, info.CRC):
            raise Refused("content")

    def read(self, name: str, limit: int) -> bytes:
        """A whole entry of at most `limit` bytes."""
        if self.entries[name].file_size > limit:
            raise Refused("bulk")
        return b"".join(self.pieces(name))

    def _raw(self, start: int, length: int) -> Iterator[bytes]:
        self.file.seek(start)
        while length:
            piece = self.file.read(min(CHUNK, length))
            if not piece:
                raise Refused("content")
            length -= len(piece)
            # Another entry may be read in between.
            place = self.file.tell()
            yield piece
            self.file.seek(place)


def _blanks(file: BinaryIO, size: int) -> int:
    """Length of the line break that some way of sending left behind an archive."""
    file.seek(size - 2)
    tail = file.read(2)
    return len(tail) - len(tail.rstrip(b"\r\n"))


def _inflated(raw: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in raw:
        waiting = piece
        while waiting:
            yield inflater.decompress(waiting, CHUNK)
            waiting = inflater.unconsumed_tail
            if inflater.eof and (waiting or inflater.unused_data):
                raise Refused("content")
    while not inflater.eof:
        last = inflater.decompress(b"", CHUNK)
        # Some end without saying so; whether all came, length and checksum tell.
        if not last:
            return
        yield last


def is_plain(name: str) -> bool:
    """Whether a name stays inside the archive, and hides nothing."""
    return not (
        name.startswith("/")
        or any(character in name for character in '\\:\x7f<>"|?*')
        or any(ord(character) < 32 for character in name)
        or ".." in name.split("/")
    )
