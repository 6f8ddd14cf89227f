"""A sound file that waits for its form, or comes before it."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.documents import located_photograph, pdf
from tests.factories import (
    make_evidence,
)
from tests.test_uploads import (
    MACRO,
    add,
    answer,
    client,
    fields,
    file,
    folders,
    hidden,
    send,
    url,
)
from tracking.models import (
    Assessment,
    Evidence,
    EvidenceFile,
    State,
    UnsavedWork,
    User,
    Writing,
)

__all__ = ["add", "answer", "client", "folders", "send"]


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
    from tracking.workspace.forms.pending_files import token_for

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
