"""Notes between colleagues stay at their task, and inside their State."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import make_assessment, make_note, make_submission
from tracking.models import Assessment, Cycle, Note, State, UnsavedWork, User

NOTE = "Ask the ministry whether the figure holds."


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation, law="Loi de 2019")


def client_of(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def place(view: str = "notes", *args: Any) -> str:
    return reverse(f"workspace:{view}", args=["nor", "2019/1", *args])


def page_of(answer: Assessment, user: User) -> str:
    return client_of(user).get(answer.get_absolute_url()).content.decode()


@pytest.mark.parametrize("role", ["focal_point", "contributor"])
def test_who_writes_for_the_state_adds_notes_that_all_colleagues_read(
    answer: Assessment, viewer: User, role: str, request: pytest.FixtureRequest
) -> None:
    writer = request.getfixturevalue(role)

    response = client_of(writer).post(place(), {"text": NOTE})

    note = Note.objects.get()
    assert (note.by, note.state, note.assessment) == (writer, answer.state, answer)
    assert response["Location"] == f"{answer.get_absolute_url()}#note-{note.pk}"
    assert NOTE in page_of(answer, viewer)


@pytest.mark.parametrize("role", ["viewer", "stranger", "reviewer"])
def test_nobody_else_adds_one(
    answer: Assessment, role: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(role)

    assert client_of(user).post(place(), {"text": NOTE}).status_code == 404
    assert not Note.objects.exists()


@pytest.mark.parametrize("role", ["stranger", "reviewer", "administrator"])
def test_nobody_outside_the_state_reads_one(
    answer: Assessment,
    focal_point: User,
    role: str,
    request: pytest.FixtureRequest,
) -> None:
    make_note(answer, focal_point)
    user = request.getfixturevalue(role)

    assert client_of(user).get(place()).status_code == 404
    assert not Note.objects.visible_to(user).exists()


def test_the_section_says_who_reads_it(answer: Assessment, focal_point: User) -> None:
    assert "Only people of your State read them" in page_of(answer, focal_point)


def test_a_viewer_is_offered_no_form(answer: Assessment, viewer: User) -> None:
    assert 'aria-label="New note"' not in page_of(answer, viewer)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_a_mistake_comes_back_with_every_word(
    answer: Assessment, focal_point: User, text: str
) -> None:
    response = client_of(focal_point).post(place(), {"text": text})

    assert response.status_code == 422
    assert response.context["form"]["text"].value() == text
    assert not Note.objects.exists()


def test_a_note_is_shown_as_text(answer: Assessment, focal_point: User) -> None:
    make_note(answer, focal_point, text="<b>bold</b>")

    assert "&lt;b&gt;bold&lt;/b&gt;" in page_of(answer, focal_point)


def test_ones_own_note_goes_and_comes_back(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    note = make_note(answer, contributor, text=NOTE)
    browser = client_of(contributor)

    browser.post(place("remove_note", note.pk))
    assert NOTE not in page_of(answer, focal_point)
    assert "Notes you removed" in page_of(answer, contributor)
    browser.post(place("restore_note", note.pk))

    assert NOTE in page_of(answer, focal_point)


def test_a_colleague_removes_and_restores_nothing(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    kept, removed = (make_note(answer, contributor) for _ in range(2))
    removed.remove()
    browser = client_of(focal_point)

    assert browser.post(place("remove_note", kept.pk)).status_code == 404
    assert browser.post(place("restore_note", removed.pk)).status_code == 404
    assert list(Note.objects.present()) == [kept]


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_a_removed_note_can_come_back_for_30_days(
    answer: Assessment, focal_point: User, days: int, left: int
) -> None:
    make_note(answer, focal_point).remove()

    with time_machine.travel(timezone.now() + datetime.timedelta(days=days)):
        assert Note.objects.removed_by(focal_point).count() == left
        call_command("purge_unsaved", verbosity=0)

    assert Note.objects.count() == left


def test_the_list_of_tasks_counts_what_is_there(
    answer: Assessment, focal_point: User
) -> None:
    for _time in range(3):
        note = make_note(answer, focal_point)
    note.remove()

    page = client_of(focal_point).get(reverse("workspace:tasks", args=["nor"]))

    assert page.context["notes"] == {answer.pk: 2}
    assert "2 notes between colleagues" in page.content.decode()


def test_a_note_is_in_no_submission(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    make_note(answer, focal_point, text=NOTE)
    submission = make_submission(answer.state, cycle)

    browser = client_of(focal_point)
    for page in (
        submission.get_absolute_url(),
        f"{submission.get_absolute_url()}file/",
    ):
        assert NOTE not in browser.get(page).content.decode()


def test_a_draft_is_kept_while_typing_and_settled_by_adding(
    answer: Assessment, focal_point: User
) -> None:
    browser = client_of(focal_point)
    token = browser.get(answer.get_absolute_url()).context["talk"].writing.token
    typed = {"text": NOTE, "writing": token}

    kept = browser.post(
        place(),
        {**typed, "sequence": "1"},
        headers={"Accept": "application/json"},
    )
    assert kept.json()["sequence"] == 1
    [draft] = UnsavedWork.objects.of(focal_point)
    page = browser.get(draft.get_absolute_url())
    assert page.context["form"]["text"].value() == NOTE
    assert not Note.objects.exists()
    browser.post(place(), {**typed, "sequence": "2"})

    assert Note.objects.get().text == NOTE
    assert not UnsavedWork.objects.of(focal_point).exists()


def test_a_note_sent_after_the_session_has_ended_is_kept(
    answer: Assessment, focal_point: User
) -> None:
    browser = client_of(focal_point, enforce_csrf_checks=True)
    page = browser.get(answer.get_absolute_url())
    data = {
        "text": NOTE,
        "writing": page.context["talk"].writing.token,
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
    }
    browser.cookies.clear()

    assert browser.post(place(), data).status_code == 302
    browser.force_login(focal_point)
    [held] = UnsavedWork.objects.of(focal_point)
    page = browser.get(held.get_absolute_url())

    assert page.context["form"]["text"].value() == NOTE
    words = browser.get(reverse("workspace:unsaved")).content.decode()
    assert NOTE in words
    assert "Note to colleagues on recommendation 2019/1" in words
