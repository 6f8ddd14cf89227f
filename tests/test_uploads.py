"""A file on its way into a form: examined, kept, waiting, refused, given out."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.documents import office, pdf, sound
from tests.factories import (
    make_assessment,
    make_evidence,
    make_measure,
    make_recommendation,
)
from tracking.files import quarantine, uploads
from tracking.files.kinds import TYPES
from tracking.files.names import extension_of
from tracking.files.process import Verdict, examine_apart
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    EvidenceFile,
    State,
    User,
    Writing,
)

PDF = pdf()
MACRO = office("docx", parts={"word/vbaProject.bin": b"a"})
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = pdf(encryption=pikepdf.Encryption(owner="o", user="u"))
ATTACHING = pdf(lambda document: document.attachments.__setitem__("a.xml", b"<a/>"))


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Any) -> Assessment:
    return make_assessment(state, recommendation)


@pytest.fixture
def client(focal_point: User) -> Client:
    browser = Client()
    browser.force_login(focal_point)
    return browser


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.QUARANTINE_ROOT = tmp_path / "quarantine"
    yield tmp_path
    # Whatever came of a request, nothing of it waits any longer.
    assert not list((tmp_path / "quarantine").glob("*"))


def url(view: str, *args: Any) -> str:
    return reverse(f"workspace:{view}", args=["nor", "2019/1", *args])


def fields(answer: Assessment, by: User, **changed: Any) -> dict[str, Any]:
    return {
        "title": "Décret",
        "kind": "law",
        "classification": "unclassified",
        "visibility": "secretariat",
        "recommendations": [answer.recommendation_id],
        "writing": Writing.new(by).token,
        **changed,
    }


def file(name: str = "law.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'type="hidden" name="{name}"(?: value="([^"]*)")?', page)
    assert found is not None
    return unescape(found[1] or "")


@pytest.fixture
def add(client: Client, answer: Assessment, focal_point: User) -> Any:
    def post(**changed: Any) -> Any:
        return client.post(url("add_evidence"), fields(answer, focal_point, **changed))

    return post


@pytest.fixture
def send(client: Client, state: State) -> Any:
    """Send a file alone, as the script does."""

    def post(upload: SimpleUploadedFile | None, browser: Client = client) -> Any:
        data = {} if upload is None else {"upload": upload}
        return browser.post(reverse("workspace:upload", args=["nor"]), data)

    return post


# Taken and refused -----------------------------------------------------------------


@pytest.mark.parametrize("name", sound())
def test_these_files_are_taken_and_given_out(
    client: Client, add: Any, name: str
) -> None:
    content = sound()[name]

    assert add(upload=file(name, content)).status_code == 302

    evidence = Evidence.objects.get()
    download = client.get(reverse("workspace:evidence_file", args=["nor", evidence.pk]))
    sent = b"".join(download)
    if extension_of(name) not in ("jpg", "png"):
        assert sent == content
    assert b"SECRET" not in sent
    assert download["Content-Type"] == TYPES[extension_of(name)]
    assert download["Content-Disposition"].startswith("attachment")
    assert download["X-Content-Type-Options"] == "nosniff"
    assert download["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert download["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in download["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "choose a file of type"),
        ("none", PDF, "choose a file of type"),
        ("a.doc", OLD, "DOC is not taken. Open it, save it as DOCX or PDF"),
        ("a.XLS", OLD, "XLS is not taken. Open it, save it as XLSX or PDF"),
        ("a.odp", OLD, "ODP is not taken. Open it, save it as PPTX or PDF"),
        ("a.heic", b"a", "HEIC is not taken. Export the photograph as JPG"),
        ("a.tif", b"II*", "TIF is not taken. Open it, save it as PDF"),
        ("a.svg", b"<svg/>", "SVG is not taken. Open it, save or export it as JPG"),
        ("a.html", b"<html>", "HTML is not taken. Open it, print it to a PDF"),
        ("a.p7m", b"0", "P7M is not taken. Take out the files that it holds"),
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"<html>", "does not contain"),
        ("a.docx", MACRO, "contains macros"),
        ("a.pdf", PDF[:-80] + b"%%EOF\n", "damaged inside. Open it, print it"),
        ("a.pdf", ATTACHING, "carries other files"),
        ("a.pdf", LOCKED, "protected by a password"),
        ("a.docx", OLD, "protected by a password"),
        ("a.csv", "Été".encode("cp1252"), "UTF-8"),
    ],
)
def test_other_files_are_refused_and_the_words_are_kept(
    add: Any, name: str, content: bytes, said: str
) -> None:
    response = add(authority="Ministère", upload=file(name, content))

    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "Ministère" in page
    assert not EvidenceFile.objects.exists()


@pytest.mark.parametrize("extra", [0, 1])
def test_a_file_has_the_limit_and_no_byte_more(
    add: Any, settings: Any, extra: int
) -> None:
    settings.EVIDENCE_FILE_MAX_BYTES = len(PDF) - extra

    response = add(upload=file())

    assert response.status_code == (422 if extra else 302)
    if extra:
        assert "at most" in str(response.context["form"].errors["upload"])


def test_what_is_too_large_is_not_even_written(
    add: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EVIDENCE_FILE_MAX_BYTES = 100_000
    most = 0
    write = quarantine.QuarantineHandler.receive_data_chunk

    def watch(handler: Any, raw_data: bytes, start: int) -> None:
        nonlocal most
        write(handler, raw_data, start)
        most = max(most, handler.content.tell())

    monkeypatch.setattr(quarantine.QuarantineHandler, "receive_data_chunk", watch)

    response = add(authority="Ministère", upload=file("a.txt", b"a" * 300_000))

    assert response.status_code == 422
    assert "Ministère" in response.content.decode()
    assert most <= 100_000 + 64 * 1024


def test_what_is_many_times_too_large_is_not_even_read(add: Any, settings: Any) -> None:
    settings.EVIDENCE_FILE_MAX_BYTES = 1000

    assert add(upload=file("a.txt", b"a" * 300_000)).status_code == 400


def test_twenty_files_are_the_most_in_one_request(
    client: Client, answer: Assessment
) -> None:
    many = {f"upload{number}": file() for number in range(21)}

    assert client.post(url("add_evidence"), many).status_code == 400


def test_a_visitor_s_file_is_never_written(
    answer: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(enforce_csrf_checks=True)
    writes: list[int] = []
    made = quarantine.waiting_file

    def watch() -> Any:
        found: Any = made()

        def write(data: bytes) -> None:
            writes.append(len(data))

        found.write = write
        return found

    monkeypatch.setattr(quarantine, "waiting_file", watch)

    response = browser.post(url("add_evidence"), {"upload": file()})

    assert response.status_code == 403
    assert writes == []


def test_what_waits_to_be_examined_is_nobody_else_s(
    add: Any, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, str]] = []
    examine = examine_apart

    def watch(*given: Any) -> Any:
        seen.extend(
            (path.stat().st_mode & 0o777, path.name)
            for path in (folders / "quarantine").iterdir()
        )
        return examine(*given)

    monkeypatch.setattr(uploads, "examine_apart", watch)

    add(upload=file("secret-operation.pdf"))

    assert seen
    assert {mode for mode, _name in seen} == {0o600}
    assert not any("secret" in name or "pdf" in name for _mode, name in seen)


def test_without_room_on_the_disk_the_form_is_kept(
    add: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FREE_DISK_FLOOR = 1.1
    monkeypatch.setattr(quarantine, "FLOOR_AT_MOST", 10**18)

    response = add(authority="Ministère", upload=file())

    assert response.status_code == 507
    page = response.content.decode()
    assert "no room for files" in page
    assert "Ministère" in page


def test_a_busy_site_says_so(add: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = Verdict("busy")
    monkeypatch.setattr(uploads, "examine_apart", lambda *_given: busy)

    response = add(upload=file())

    assert response.status_code == 503
    assert "Wait a minute" in response.content.decode()


def test_what_files_are_taken_is_said_before_one_is_chosen(
    client: Client, answer: Assessment
) -> None:
    with translation.override("fr"):
        page = client.get(url("add_evidence")).content.decode()

    field = re.search(r'<input type="file"[^>]*>', page)
    assert field
    assert "PDF, DOCX" in page
    assert "25,0" in page
    assert "HEIC" in page
    assert 'aria-describedby="id_upload_helptext"' in field[0]
    for taken in (".pdf", ".docx", ".jpg", ".jpeg", "image/jpeg"):
        assert taken in re.split('[",]', field[0]), taken


# Given out ---------------------------------------------------------------------------


def test_files_reach_only_the_states_own_people(
    add: Any, contributor: User, viewer: User, stranger: User, reviewer: User
) -> None:
    add(upload=file())
    address = reverse(
        "workspace:evidence_file", args=["nor", Evidence.objects.get().pk]
    )
    for user, status in (
        (contributor, 200),
        (viewer, 200),
        (stranger, 404),
        (reviewer, 404),
    ):
        browser = Client()
        browser.force_login(user)
        response: Any = browser.get(address)
        assert response.status_code == status
        assert (b"".join(response) == PDF) is (status == 200)


def test_evidence_without_a_file_has_none_to_download(
    client: Client, state: State, answer: Assessment
) -> None:
    evidence = make_evidence(state, answer)
    address = reverse("workspace:evidence_file", args=["nor", evidence.pk])

    assert client.get(address).status_code == 404


def test_a_file_is_given_out_under_the_type_of_its_name(
    client: Client, state: State, answer: Assessment, focal_point: User
) -> None:
    """Whatever another programme wrote into the row."""
    odd = EvidenceFile.keep(
        file(), state=state, by=focal_point, name="a.html", content_type="text/html"
    )
    evidence = make_evidence(state, answer, file=odd)
    address = reverse("workspace:evidence_file", args=["nor", evidence.pk])

    response: Any = client.get(address)

    assert response["Content-Type"] == "application/octet-stream"
    assert b"".join(response)


def test_reusing_evidence_still_works(
    client: Client, state: State, answer: Assessment
) -> None:
    evidence = make_evidence(state, make_measure(state, make_recommendation(2)))

    client.post(url("add_evidence"), {"reuse": evidence.pk})

    assert list(answer.evidence.all()) == [evidence]
