"""A file on its way into a form: examined, kept, waiting, refused, given out."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.documents import located_photograph, office, pdf, sound
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
    UnsavedWork,
    User,
    Writing,
)

PDF = pdf()
MACRO = office("docx", parts={"word/vbaProject.bin": b"a"})


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
    return reverse(f"workspace:{view}", args=["nor", 1, *args])


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
        ("a.svg", b"<svg/>", "choose a file of type"),
        ("none", PDF, "choose a file of type"),
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"<html>", "does not contain"),
        ("a.docx", MACRO, "contains macros"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "protected by a password"),
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


def test_what_files_are_taken_is_said_in_the_reader_s_language(
    client: Client, answer: Assessment
) -> None:
    with translation.override("fr"):
        page = client.get(url("add_evidence")).content.decode()

    assert "PDF, DOCX" in page


# Limits of a State -------------------------------------------------------------------


def test_a_state_has_so_much_room_and_is_told_how_much_is_left(
    add: Any, settings: Any
) -> None:
    settings.STATE_FILES_MAX_BYTES = len(PDF) + 100
    assert add(upload=file()).status_code == 302
    # The same file under the same name takes no more room.
    settings.STATE_FILES_MAX_BYTES = len(PDF) * 2 - 1

    response = add(upload=file("other.pdf"))

    assert response.status_code == 422
    assert "left for files" in str(response.context["form"].errors["upload"])
    assert EvidenceFile.objects.count() == 1


def test_the_room_is_looked_at_again_when_it_is_taken(
    add: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two may look at once; only one of them gets the last room."""
    from tracking.workspace.forms.evidence import EvidenceForm

    monkeypatch.setattr(EvidenceForm, "_clean_room", lambda *_given: None)
    settings.STATE_FILES_MAX_BYTES = 10

    response = add(upload=file())

    assert response.status_code == 422
    assert "left for files" in str(response.context["form"].errors["upload"])
    assert not Evidence.objects.exists()


def test_another_state_s_files_take_no_room(
    add: Any, settings: Any, other_state: State, stranger: User
) -> None:
    settings.STATE_FILES_MAX_BYTES = len(PDF)
    EvidenceFile.keep(
        file(), state=other_state, by=stranger, name="a.pdf", content_type="a"
    )

    assert add(upload=file()).status_code == 302
    assert EvidenceFile.objects.count() == 2  # the same content, once for each State


def test_an_answer_has_so_many_files(
    add: Any, settings: Any, state: State, answer: Assessment, focal_point: User
) -> None:
    settings.EVIDENCE_FILES_MAX = 1
    assert add(upload=file()).status_code == 302

    response = add(upload=file("other.pdf"))

    assert response.status_code == 422
    assert "has 1 file already" in str(response.context["form"].errors)
    assert add(url="https://example.org/").status_code == 302  # a link is no file


def test_a_measure_has_so_many_files(
    add: Any, settings: Any, state: State, answer: Assessment
) -> None:
    settings.EVIDENCE_FILES_MAX = 1
    measure = make_measure(state, answer.recommendation)
    chosen = {"recommendations": [], "measures": [measure.pk]}
    assert add(upload=file(), **chosen).status_code == 302

    assert add(upload=file("other.pdf"), **chosen).status_code == 422


# A file that waits for its form ------------------------------------------------------


def test_a_sound_file_waits_while_the_form_is_put_right(
    client: Client, add: Any
) -> None:
    refused = add(title="", upload=file())

    assert refused.status_code == 422
    assert "upload" not in refused.context["form"].errors
    page = refused.content.decode()
    assert "«\u2068law.pdf\u2069» is kept; you need not choose it again." in page
    saved = add(waiting=hidden(page, "waiting"), writing=hidden(page, "writing"))
    assert saved.status_code == 302
    kept = Evidence.objects.get().file
    assert kept is not None
    assert kept.name == "law.pdf"
    assert EvidenceFile.objects.count() == 1


def test_it_waits_although_another_one_is_refused(add: Any) -> None:
    page = add(title="", upload=file()).content.decode()
    kept = {"waiting": hidden(page, "waiting"), "writing": hidden(page, "writing")}

    refused = add(upload=file("a.exe", b"MZ"), **kept)

    assert refused.status_code == 422
    assert "«\u2068law.pdf\u2069» is kept" in refused.content.decode()


def test_another_one_takes_its_place(add: Any) -> None:
    page = add(title="", upload=file()).content.decode()
    kept = {"waiting": hidden(page, "waiting"), "writing": hidden(page, "writing")}

    add(upload=file("other.pdf", pdf(pages=2)), **kept)

    found = Evidence.objects.get().file
    assert found is not None
    assert found.name == "other.pdf"


def test_it_may_be_left_out(add: Any) -> None:
    page = add(title="", upload=file()).content.decode()
    kept = {"waiting": hidden(page, "waiting"), "writing": hidden(page, "writing")}

    assert add(leave_out="on", **kept).status_code == 422  # nothing is left
    assert add(leave_out="on", url="https://example.org", **kept).status_code == 302
    assert Evidence.objects.get().file is None


def test_it_waits_for_nobody_else(
    add: Any, state: State, contributor: User, client: Client, answer: Assessment
) -> None:
    page = add(title="", upload=file()).content.decode()
    token = hidden(page, "waiting")

    for writing in (Writing.new(contributor).token, "forged", ""):
        assert add(waiting=token, writing=writing).status_code == 422
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("token", ["", "1:1", "1:1:a:b", "é", "x" * 500])
def test_a_forged_token_brings_nothing(
    add: Any, state: State, focal_point: User, token: str
) -> None:
    EvidenceFile.keep(file(), state=state, by=focal_point, name="a", content_type="a")

    assert add(waiting=token).status_code == 422


def test_no_file_of_another_state_is_brought_in(
    add: Any, other_state: State, focal_point: User
) -> None:
    """Not even with a token that was given, before one moved to another State."""
    from tracking.workspace.waiting import token_for

    theirs = EvidenceFile.keep(
        file(), state=other_state, by=focal_point, name="a", content_type="a"
    )

    assert add(waiting=token_for(theirs, focal_point)).status_code == 422
    assert not Evidence.objects.exists()


def test_it_comes_back_with_words_that_were_not_saved(
    client: Client, add: Any, answer: Assessment, focal_point: User
) -> None:
    page = add(title="", upload=file()).content.decode()
    draft = fields(
        answer,
        focal_point,
        title="Later",
        waiting=hidden(page, "waiting"),
        writing=hidden(page, "writing"),
        sequence=1,
    )
    client.post(url("add_evidence"), draft, headers={"accept": "application/json"})
    work = UnsavedWork.objects.get()

    again = client.get(work.get_absolute_url()).content.decode()

    assert "«\u2068law.pdf\u2069» is kept" in again
    saved = add(waiting=hidden(again, "waiting"), writing=hidden(again, "writing"))
    assert saved.status_code == 302
    assert Evidence.objects.get().file is not None


def test_it_waits_while_two_texts_are_put_together(
    client: Client, state: State, answer: Assessment, focal_point: User
) -> None:
    evidence = make_evidence(state, answer)
    page = client.get(url("evidence", evidence.pk)).content.decode()
    shown = {name: hidden(page, name) for name in ("shown", "version", "writing")}
    other = fields(answer, focal_point, title="Theirs", reference="a", **shown)
    assert client.post(url("evidence", evidence.pk), other).status_code == 302

    mine = {**other, "title": "Mine", "upload": file()}
    conflict = client.post(url("evidence", evidence.pk), mine)

    assert conflict.status_code == 409
    page = conflict.content.decode()
    assert "«\u2068law.pdf\u2069» is kept" in page
    names = ("waiting", "writing", "shown", "version", "clash")
    again = {**other, **{name: hidden(page, name) for name in names}}
    chosen = {**again, "title": "Mine", "keep-title": "mine"}
    assert client.post(url("evidence", evidence.pk), chosen).status_code == 302
    evidence.refresh_from_db()
    assert evidence.title == "Mine"
    assert evidence.file is not None


# Sent alone, by the script -----------------------------------------------------------


def test_a_file_is_sent_as_soon_as_it_is_chosen(
    send: Any, add: Any, focal_point: User
) -> None:
    response = send(file("../\u202eloi.JPEG", located_photograph()))

    assert response.status_code == 200
    told = json.loads(response.content)
    assert told["name"] == "loi.jpg"
    assert add(waiting=told["waiting"]).status_code == 302
    found = Evidence.objects.get().file
    assert found is not None
    assert found.content_type == "image/jpeg"


def test_a_refusal_is_told_at_once(send: Any, settings: Any) -> None:
    response = send(file("a.docx", MACRO))

    assert response.status_code == 422
    assert "contains macros" in json.loads(response.content)["error"]
    assert send(None).status_code == 422
    settings.STATE_FILES_MAX_BYTES = 1
    assert "left for files" in json.loads(send(file()).content)["error"]
    assert not EvidenceFile.objects.exists()


def test_only_who_writes_for_the_state_sends_files(
    send: Any,
    contributor: User,
    viewer: User,
    stranger: User,
    reviewer: User,
) -> None:
    for user, status in (
        (contributor, 200),
        (viewer, 404),
        (stranger, 404),
        (reviewer, 404),
    ):
        browser = Client()
        browser.force_login(user)
        assert send(file(), browser).status_code == status


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


# One person and the clock ------------------------------------------------------------


def test_a_person_sends_so_many_files_in_an_hour_and_is_told_when_again(
    add: Any, send: Any, settings: Any
) -> None:
    settings.UPLOADS_PER_HOUR = 2
    with time_machine.travel("2026-11-24T09:10:00Z", tick=False):
        assert add(upload=file()).status_code == 302
        # What is refused was work all the same.
        assert add(upload=file("a.docx", MACRO)).status_code == 422

        response = add(title="Third", authority="Ministère", upload=file("b.pdf"))
        alone = send(file("c.pdf"))

        assert response.status_code == alone.status_code == 429
        page = response.content.decode()
        assert "2 files are the most in an hour" in page
        assert "From 11:10 on" in page  # in Vienna
        assert "Ministère" in page
        assert "From 11:10 on" in alone.json()["error"]
        assert add(title="Fourth", url="https://example.org/").status_code == 302
    with time_machine.travel("2026-11-24T10:10:01Z", tick=False):
        assert add(upload=file("b.pdf")).status_code == 302


def test_others_are_counted_apart(
    add: Any, send: Any, settings: Any, alternate: User
) -> None:
    settings.UPLOADS_PER_HOUR = 1
    assert add(upload=file()).status_code == 302
    colleague = Client()
    colleague.force_login(alternate)

    assert send(file("b.pdf"), colleague).status_code == 200
    assert send(file("c.pdf"), colleague).status_code == 429


def test_what_is_one_too_many_is_not_even_written(
    add: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOADS_PER_HOUR = 1
    assert add(upload=file()).status_code == 302

    def examined(*_given: Any) -> Any:
        raise AssertionError("nothing is examined")

    monkeypatch.setattr(uploads, "examine_apart", examined)

    assert add(upload=file("other.pdf")).status_code == 429
    assert EvidenceFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_all_processes_count_together(
    settings: Any, state: State, cycle: Cycle, focal_point: User
) -> None:
    """Sixteen files at the same moment, of which eight are the most."""
    settings.UPLOADS_PER_HOUR = 8
    browsers = [Client() for _number in range(4)]
    for browser in browsers:
        browser.force_login(focal_point)

    def send(number: int) -> int:
        upload = file(f"{number}.txt", f"The law, {number}.".encode())
        address = reverse("workspace:upload", args=["nor"])
        try:
            response = browsers[number % 4].post(address, {"upload": upload})
        finally:
            connection.close()
        return response.status_code

    with ThreadPoolExecutor(4) as threads:
        codes = sorted(threads.map(send, range(16)))

    assert codes.count(200) <= 8
    assert set(codes) <= {200, 429, 503}
    assert EvidenceFile.objects.count() == codes.count(200)


# The number of files, by the other doors --------------------------------------------


def test_an_answer_that_is_full_takes_no_file_again(
    client: Client, settings: Any, state: State, answer: Assessment, add: Any
) -> None:
    settings.EVIDENCE_FILES_MAX = 1
    assert add(upload=file()).status_code == 302
    other = make_assessment(state, make_recommendation(2))
    elsewhere = make_evidence(state, other, file=EvidenceFile.objects.get())
    link = make_evidence(state, other, url="https://example.org/")

    response = client.post(url("add_evidence"), {"reuse": elsewhere.pk}, follow=True)
    client.post(url("add_evidence"), {"reuse": link.pk})

    assert "has 1 file already" in response.content.decode()
    assert elsewhere not in answer.evidence.all()
    assert link in answer.evidence.all()


def test_a_file_comes_to_no_full_answer_by_ticking_it(
    client: Client,
    settings: Any,
    state: State,
    answer: Assessment,
    add: Any,
    focal_point: User,
) -> None:
    settings.EVIDENCE_FILES_MAX = 1
    assert add(upload=file()).status_code == 302
    [here] = answer.evidence.all()
    other = make_assessment(state, make_recommendation(2))
    elsewhere = make_evidence(state, other, file=EvidenceFile.objects.get())

    def save(row: Evidence, *recommendations: int) -> Any:
        ticked = fields(answer, focal_point, recommendations=recommendations)
        ticked["version"] = Evidence.objects.get(pk=row.pk).version
        return client.post(url("evidence", row.pk), ticked)

    both = (answer.recommendation_id, other.recommendation_id)
    response = save(elsewhere, *both)

    assert response.status_code == 422
    assert "has 1 file already" in str(response.context["form"].errors)
    assert save(here, answer.recommendation_id).status_code == 302  # it stays
    assert save(elsewhere, other.recommendation_id).status_code == 302
