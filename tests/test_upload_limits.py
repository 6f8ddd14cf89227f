"""How much a State, an answer and a person may send."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_assessment,
    make_evidence,
    make_measure,
    make_recommendation,
)
from tests.test_doors import later
from tests.test_uploads import (
    MACRO,
    PDF,
    add,
    answer,
    client,
    fields,
    file,
    folders,
    send,
    url,
)
from tracking.files import uploads
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    EvidenceFile,
    State,
    Tally,
    User,
)

MOMENT = datetime.timedelta(minutes=1)

__all__ = ["add", "answer", "client", "folders", "send"]


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


# One person and the clock ------------------------------------------------------------


def test_a_person_sends_so_many_files_in_an_hour_and_is_told_when_again(
    add: Any, send: Any, settings: Any
) -> None:
    settings.UPLOADS_PER_HOUR = 2
    first = timezone.now()
    assert add(upload=file()).status_code == 302
    later(minutes=30)
    until = Tally.objects.latest("pk").until
    assert abs(until - first - datetime.timedelta(minutes=30)) < MOMENT
    again = f"From {timezone.localtime(until):%H:%M} on"
    # What is refused was work all the same.
    assert add(upload=file("a.docx", MACRO)).status_code == 422

    response = add(title="Third", authority="Ministère", upload=file("b.pdf"))
    alone = send(file("c.pdf"))

    assert response.status_code == alone.status_code == 429
    page = response.content.decode()
    assert "2 files are the most in an hour" in page
    assert again in page  # in Vienna
    assert "Ministère" in page
    assert again in alone.json()["error"]
    assert add(title="Fourth", url="https://example.org/").status_code == 302
    later(minutes=31)
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
