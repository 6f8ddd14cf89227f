"""After a refused file the next save says why; a file alone is no unsaved work."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_unsaved
from tests.reading import form_with
from tests.test_uploads import MACRO, add, answer, client, file, folders, hidden, url
from tracking.models import Assessment, Evidence, UnsavedWork, User

__all__ = ["add", "answer", "client", "folders"]


def test_the_next_save_repeats_why_the_file_was_refused(add: Any) -> None:
    first = add(upload=file("law.docx", MACRO))
    [why] = first.context["form"].errors["upload"]
    page = first.content.decode()

    again = add(upload="", refused=hidden(page, "refused"))

    assert again.status_code == 422
    assert again.context["form"].errors == {"upload": [why]}
    assert why in again.content.decode()
    # And so does the one after it, which the page of the second one sends.
    assert hidden(again.content.decode(), "refused") == hidden(page, "refused")


def test_saved_with_a_link_it_says_that_the_file_is_missing(
    client: Client, add: Any
) -> None:
    page = add(upload=file("law.docx", MACRO)).content.decode()

    saved = add(url="https://example.org/law", refused=hidden(page, "refused"))

    assert saved.status_code == 302
    assert "macros" in client.get(saved["Location"]).content.decode()
    assert Evidence.objects.get().file is None


def test_a_sound_file_that_follows_leaves_nothing_of_it(add: Any) -> None:
    page = add(title="", upload=file("law.docx", MACRO)).content.decode()
    second = add(title="", upload=file(), refused=hidden(page, "refused"))
    assert hidden(second.content.decode(), "refused") == ""

    kept = hidden(second.content.decode(), "waiting")
    writing = hidden(second.content.decode(), "writing")
    saved = add(waiting=kept, writing=writing, refused=hidden(page, "refused"))

    assert saved.status_code == 302
    assert Evidence.objects.get().file is not None


@pytest.mark.parametrize(("typed", "unsaved"), [({}, False), ({"title": "A"}, True)])
def test_a_file_alone_is_no_unsaved_work(
    client: Client, answer: Assessment, typed: dict[str, str], unsaved: bool
) -> None:
    address = url("add_evidence")
    form = form_with(client.get(address), "title", "waiting")
    assert form
    page = client.post(
        address, {**form.fields, **typed, "upload": file("a.docx", MACRO)}
    )

    assert page.status_code == 422
    assert ("data-dirty" in page.content.decode()) == unsaved


def test_however_many_texts_wait_they_are_one_line(
    client: Client, answer: Assessment, focal_point: User
) -> None:
    for number in range(3):
        make_unsaved(focal_point, answer, law=[f"Unsaved words, {number}"])

    page = client.get(answer.get_absolute_url()).content.decode()
    assert page.count("notice warn unsaved") == 1
    assert "You have 3 unsaved texts" in page
    assert "Unsaved words, 2" in page
    form = next(
        form
        for form in [form_with(client.get(answer.get_absolute_url()), "all")]
        if form and form.action.endswith("/discard/")
    )
    other = make_unsaved(focal_point, answer, law=["Written since"])

    assert client.post(form.action, form.fields).status_code == 302
    assert list(UnsavedWork.objects.of(focal_point)) == [other]


def test_all_of_them_are_nobody_else_s(
    client: Client, answer: Assessment, focal_point: User, alternate: User
) -> None:
    mine, theirs = make_unsaved(focal_point, answer), make_unsaved(alternate, answer)
    address = "/en/my/unsaved/"
    form = form_with(client.get(address), "list")
    assert form
    assert client.post(form.action, {"all": [theirs.pk, mine.pk]}).status_code == 302

    assert list(UnsavedWork.objects.values_list("pk", flat=True)) == [theirs.pk]


def test_a_text_is_known_by_what_was_typed(
    client: Client, answer: Assessment, focal_point: User
) -> None:
    Assessment.objects.update(law="A law of before, with many words")
    form = form_with(client.get(answer.get_absolute_url()), "law", "sequence")
    assert form
    data = {**form.fields, "practice": "Typed now", "sequence": "1"}
    autosaved = {"accept": "application/json"}
    client.post(answer.get_absolute_url(), data, headers=autosaved)

    assert UnsavedWork.objects.get().beginning == "Typed now"
