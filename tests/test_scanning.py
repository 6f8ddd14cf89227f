"""clamd, as it can answer: what it does not call clean is given to nobody."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tests.factories import (
    make_accepted_submission,
    make_cycle,
    make_evidence,
    make_ready_assessment,
)
from tracking.files.scanning import scan
from tracking.files.uploads import cleaned
from tracking.models import (
    EvidenceFile,
    Scan,
    State,
    SubmittedEvidence,
    User,
    Visibility,
)

CLEAN, FOUND = b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0"


class FakeClamd:
    """Speaks as clamd does, over a socket of its own."""

    def __init__(self, listener: socket.socket, reply: bytes) -> None:
        self.listener = listener
        self.reply = reply
        self.behave: Callable[[socket.socket], None] | None = None
        self.received: list[bytes] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            with connection:
                if self.behave:
                    self.behave(connection)
                    continue
                self.received.append(self._read(connection))
                connection.sendall(self.reply)

    def _read(self, connection: socket.socket) -> bytes:
        file = connection.makefile("rb")
        assert file.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", file.read(4))[0]:
            content += file.read(length)
        file.close()
        return content

    def close(self) -> None:
        # Closing alone would leave the thread waiting in accept().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


@pytest.fixture(params=["tcp", "unix"])
def clamd(
    request: pytest.FixtureRequest, tmp_path: Path, settings: Any
) -> Iterator[FakeClamd]:
    if request.param == "unix":
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(tmp_path / "c"))
        settings.CLAMD_ADDRESS = f"unix:{tmp_path / 'c'}"
    else:
        listener = socket.create_server(("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"127.0.0.1:{listener.getsockname()[1]}"
    settings.CLAMD_SECONDS = 2
    listener.listen()
    fake = FakeClamd(listener, CLEAN)
    yield fake
    fake.close()


def keep(state: State, by: User, **fields: Any) -> EvidenceFile:
    with SimpleUploadedFile("law.txt", b"The law.") as upload:
        return EvidenceFile.keep(
            upload,
            state=state,
            by=by,
            name="law.txt",
            content_type="text/plain",
            **fields,
        )


def test_without_a_scanner_nothing_is_asked() -> None:
    assert scan([b"a"]) == ""


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (CLEAN, Scan.CLEAN),
        (FOUND, Scan.INFECTED),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", Scan.INFECTED),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", Scan.NOT_SCANNED),
        (b"stream: Heuristics.Encrypted.PDF FOUND\0", Scan.NOT_SCANNED),
        (b"INSTREAM size limit exceeded. ERROR\0", Scan.NOT_SCANNED),
        (b"stream: Can't allocate memory ERROR\0", Scan.NOT_SCANNED),
        (b"UNKNOWN COMMAND\0", Scan.NOT_SCANNED),
        (b"OK\0", Scan.NOT_SCANNED),
        (b"stream: NOT OK\0", Scan.NOT_SCANNED),
        (b"\0", Scan.NOT_SCANNED),
        (b"\xff\xfe\0", Scan.NOT_SCANNED),
        (b"a" * 5000, Scan.NOT_SCANNED),
    ],
)
def test_each_reply_has_its_meaning(
    clamd: FakeClamd, reply: bytes, found: Scan
) -> None:
    clamd.reply = reply
    pieces = [b"one", b"two" * 40_000]

    assert scan(pieces) == found
    assert clamd.received == [b"".join(pieces)]


def test_a_scanner_that_closes_has_said_nothing(clamd: FakeClamd) -> None:
    clamd.behave = lambda connection: connection.close()

    assert scan([b"a" * 1_000_000] * 20) == Scan.NOT_SCANNED


def test_a_scanner_that_stops_in_the_middle_may_say_why(clamd: FakeClamd) -> None:
    def behave(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")

    clamd.behave = behave

    assert scan([b"a" * 1_000_000] * 20) == Scan.NOT_SCANNED


def test_a_slow_scanner_is_not_waited_for(clamd: FakeClamd, settings: Any) -> None:
    settings.CLAMD_SECONDS = 0.3
    done = threading.Event()

    def behave(connection: socket.socket) -> None:
        # A byte now and then: no single wait is too long.
        while not done.wait(0.1):
            try:
                connection.sendall(b"a")
            except OSError:
                return

    clamd.behave = behave
    began = time.monotonic()
    found = scan([b"a"])
    done.set()

    assert found == Scan.NOT_SCANNED
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/nowhere/clamd"])
def test_a_scanner_that_is_not_there_has_said_nothing(
    settings: Any, address: str
) -> None:
    settings.CLAMD_ADDRESS = address

    assert scan([b"a"]) == Scan.NOT_SCANNED


# Uploads and downloads ------------------------------------------------------------


def test_an_infected_file_is_refused(clamd: FakeClamd) -> None:
    clamd.reply = FOUND

    with (
        SimpleUploadedFile("law.txt", b"The law.") as upload,
        pytest.raises(ValidationError, match="virus") as refused,
    ):
        cleaned(upload)
    assert refused.value.code == "virus"


def test_a_file_that_was_not_scanned_is_kept_and_given_to_nobody(
    client: Client,
    settings: Any,
    state: State,
    recommendation: Any,
    focal_point: User,
) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    client.force_login(focal_point)
    cycle = make_cycle()
    answer = make_ready_assessment(
        state, recommendation, cycle, visibility=Visibility.PUBLIC
    )
    with SimpleUploadedFile("law.txt", b"The law.") as upload:
        clean = cleaned(upload)
        file = keep(state, focal_point, scan=clean.scan)
    assert file.scan == Scan.NOT_SCANNED
    evidence = make_evidence(state, answer, file=file, visibility=Visibility.PUBLIC)
    make_accepted_submission(state, cycle)
    record = SubmittedEvidence.objects.get()
    pages = [
        reverse("workspace:evidence_file", args=["nor", evidence.pk]),
        reverse("public:evidence_file", args=["nor", record.pk]),
    ]

    for page in pages:
        response = client.get(page)
        assert response.status_code == 503
        assert response["Retry-After"]
        assert "still being checked" in response.content.decode()
        assert b"The law." not in response.content

    file.note_scan(Scan.INFECTED)
    for page in pages:
        response = client.get(page)
        assert response.status_code == 410
        assert b"The law." not in response.content

    file.note_scan(Scan.CLEAN)
    for page in pages:
        found: Any = client.get(page)
        assert b"".join(found) == b"The law."


def test_a_scanner_that_is_new_has_said_nothing_about_old_files(
    settings: Any, state: State, focal_point: User
) -> None:
    file = keep(state, focal_point)
    assert file.is_available

    settings.CLAMD_ADDRESS = "127.0.0.1:1"

    assert not file.is_available


def test_a_scanner_that_is_gone_leaves_what_it_found(
    settings: Any, state: State, focal_point: User
) -> None:
    settings.CLAMD_ADDRESS = ""

    assert not keep(state, focal_point, scan=Scan.INFECTED).is_available
    assert keep(state, focal_point, scan=Scan.CLEAN).is_available


# Once more ------------------------------------------------------------------------


def rescanned(**options: Any) -> str:
    out = StringIO()
    call_command("rescan_files", stdout=out, **options)
    return out.getvalue()


def test_files_that_wait_are_given_out_once_they_are_scanned(
    clamd: FakeClamd, state: State, focal_point: User
) -> None:
    file = keep(state, focal_point, scan=Scan.NOT_SCANNED)

    assert "No virus found: 1" in rescanned(waiting=True)

    file.refresh_from_db()
    assert file.is_available
    assert "No virus found: 0" in rescanned(waiting=True)


def test_every_week_known_files_are_looked_at_again(
    clamd: FakeClamd, state: State, focal_point: User
) -> None:
    file = keep(state, focal_point, scan=Scan.CLEAN)
    clamd.reply = FOUND

    assert "Virus found: 1" in rescanned()

    file.refresh_from_db()
    assert not file.is_available


def test_a_silent_scanner_takes_nothing_back(
    clamd: FakeClamd, state: State, focal_point: User
) -> None:
    clean = keep(state, focal_point, scan=Scan.CLEAN)
    clamd.reply = b"stream: ERROR\0"

    rescanned()

    clean.refresh_from_db()
    assert clean.scan == Scan.CLEAN


def test_a_file_that_is_lost_stops_nothing(
    clamd: FakeClamd, state: State, focal_point: User
) -> None:
    lost = keep(state, focal_point)
    lost.content.delete(save=False)
    EvidenceFile.objects.filter(pk=lost.pk).update(content="aa/lost")

    assert "Not checked for viruses yet: 1" in rescanned()


def test_there_must_be_a_scanner_to_ask(settings: Any) -> None:
    settings.CLAMD_ADDRESS = ""

    with pytest.raises(CommandError, match="CLAMD_ADDRESS"):
        call_command("rescan_files")
