"""A script that sends a form stays on its page until it is told what came of it."""

import datetime
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import make_ready_assessment
from tests.reading import PageForm
from tests.test_once import MY, TOKEN, browser_of, form_at
from tracking.models import Assessment, Cycle, Measure, Note, State, UnsavedWork, User
from tracking.requests.duplicate_forms import OnceMiddleware

NOTES = f"{MY}2019/1/notes/"


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_ready_assessment(state, recommendation, cycle)


def send(client: Client, form: PageForm, reader: User, **typed: Any) -> Any:
    """Send a form as the script does, under the number with which it was shown."""
    headers = {
        "x-requested-with": "suivi",
        "x-reader": str(reader.pk),
        "idempotency-key": form.key,
    }
    return client.post(form.action, {**form.fields, **typed}, headers=headers)


def shown(client: Client, page: str, has: str) -> PageForm:
    form = form_at(client, page, has)
    form.key = form.fields[TOKEN][0]
    return form


def test_it_is_told_where_the_form_led(focal_point: User, answer: Assessment) -> None:
    client = browser_of(focal_point)

    told = send(client, shown(client, NOTES, "text"), focal_point, text="A").json()

    note = Note.objects.get()
    assert told == {"location": f"{answer.get_absolute_url()}#note-{note.pk}"}
    assert "Note added" in client.get(told["location"]).content.decode()


def test_it_is_done_once_even_if_somebody_signed_in_again_in_between(
    focal_point: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    form = shown(client, NOTES, "text")
    first = send(client, form, focal_point, text="A")  # the answer is lost
    client.cookies.clear()
    assert send(client, form, focal_point, text="A").status_code == 401
    client.force_login(focal_point)
    renewed = send(client, form, focal_point, text="A")
    assert renewed.status_code == 403
    form.put(TOKEN, renewed.json()["token"])

    again = send(client, form, focal_point, text="A")

    assert again.json() == first.json()
    assert Note.objects.count() == 1


def test_it_is_not_done_for_who_signed_in_meanwhile(
    focal_point: User, alternate: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    form = shown(client, NOTES, "text")
    client.cookies.clear()
    client.force_login(alternate)

    assert send(client, form, focal_point, text="A").status_code == 409
    # Nor with a token that was got otherwise.
    form.put(TOKEN, str(client.get(NOTES).context["csrf_token"]))
    assert send(client, form, focal_point, text="A").status_code == 409
    assert not Note.objects.exists()


def test_what_has_to_be_looked_at_is_sent_by_the_browser(
    focal_point: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    form = shown(client, f"{MY}2019/1/measures/add/", "title")

    assert send(client, form, focal_point, title="").json() == {"show": True}
    assert client.post(form.action, form.fields).status_code == 422
    assert not Measure.objects.exists()


def test_what_will_never_be_taken_stays_on_the_page(
    focal_point: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    form = shown(client, f"{MY}2019/1/", "law")
    User.objects.filter(pk=focal_point.pk).update(role="viewer")

    assert send(client, form, focal_point, law="A").json() == {"show": False}


def test_a_mistake_of_ours_is_no_answer(rf: RequestFactory) -> None:
    """Nor is what stands before us, which knows nothing of this: it is tried again."""
    request = rf.post("/", headers={"x-requested-with": "suivi"})
    request.let_in = True  # type: ignore[attr-defined] # as the middleware does
    broken = OnceMiddleware(lambda _request: HttpResponse("Oh", status=500))

    assert broken(request).content == b"Oh"


def test_other_words_sent_again_are_kept_once(
    focal_point: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    form = shown(client, NOTES, "text")
    send(client, form, focal_point, text="A")

    assert send(client, form, focal_point, text="A, B").json() == {"show": True}
    page = client.post(form.action, {**form.fields, "text": "A, B"})

    assert "A, B" in page.content.decode()
    assert UnsavedWork.objects.of(focal_point).count() == 1


def test_the_way_through_another_page_is_taken_by_the_browser(
    focal_point: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    form = shown(client, f"{MY}check/", "reminder")

    later = timezone.now() + datetime.timedelta(minutes=20)
    with time_machine.travel(later):  # it is no longer sure who sits there
        told = send(client, form, focal_point, reminder="on")

    assert told.json() == {"show": True}
