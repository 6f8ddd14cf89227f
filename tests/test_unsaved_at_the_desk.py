"""What the secretariat writes and has not sent is kept as the States' words are."""

import datetime
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_ready_assessment,
    make_submission,
)
from tests.reading import PageForm
from tests.test_once import TOKEN, browser_of, form_at
from tests.test_unsaved import AJAX, waiting
from tracking.models import (
    Cycle,
    EmergencyReading,
    Hiding,
    State,
    Submission,
    UnsavedWork,
    User,
    Writing,
)

EMERGENCY = "/admin/tracking/emergencyreading/add/"


@pytest.fixture
def page(
    state: State, cycle: Cycle, recommendation: Recommendation, reviewer: User
) -> str:
    """A submission whose review has begun."""
    make_ready_assessment(state, recommendation, cycle)
    sent = make_submission(state, cycle)
    sent.begin_review(by=reviewer)
    return reverse("admin:tracking_submission_change", args=[sent.pk])


@pytest.fixture
def published(
    state: State, cycle: Cycle, recommendation: Recommendation, reviewer: User
) -> str:
    make_ready_assessment(state, recommendation, cycle)
    sent = make_accepted_submission(state, cycle, reviewer=reviewer)
    return reverse("admin:tracking_submission_change", args=[sent.pk])


@pytest.fixture
def question(recommendation: Recommendation) -> str:
    return f"question_{recommendation.pk}"


def keep(client: Client, form: PageForm, of: str, **typed: Any) -> Any:
    """Keep what is typed, as the script does while somebody writes."""
    form.fields |= {name: [value] for name, value in typed.items()}
    form.put("sequence", str(int(form.fields["sequence"][0]) + 1))
    return client.post(f"/admin/draft/?of={of}", form.fields, headers=AJAX)


def test_a_question_is_kept_and_offered_and_asked(
    page: str, question: str, reviewer: User
) -> None:
    client = browser_of(reviewer)
    form = form_at(client, page, question)
    assert keep(client, form, page, **{question: "Which law?"}).json()["saved"]
    [draft] = waiting(reviewer)
    assert draft.get_absolute_url() in client.get(page).content.decode()

    again = form_at(client, draft.get_absolute_url(), question)
    assert again.fields[question] == ["Which law?"]
    again.put("decision", "return")
    assert client.post(page, again.fields).status_code == 302

    assert waiting(reviewer) == []
    assert Submission.objects.get().questions.get().text == "Which law?"


def test_it_is_told_downloaded_and_nobody_else_s(
    page: str, question: str, reviewer: User, administrator: User
) -> None:
    client = browser_of(reviewer)
    keep(client, form_at(client, page, question), page, **{question: "Which law?"})
    [draft] = waiting(reviewer)

    listed = client.get("/en/my/unsaved/").content.decode()
    assert "Questions and note of a review" in listed
    assert str(Submission.objects.get()) in listed
    text = client.get(reverse("workspace:unsaved_file", args=[draft.pk]))
    assert "Question to the State on recommendation 2019/1\nWhich law?" in (
        text.content.decode()
    )
    other = browser_of(administrator)
    assert "?unsaved=" not in other.get(page).content.decode()
    assert "Which law?" not in other.get(draft.get_absolute_url()).content.decode()


def test_drafts_are_for_who_may_decide(
    page: str, question: str, reviewer: User, auditor: User, viewer: User
) -> None:
    form = form_at(browser_of(reviewer), page, question)
    for user, status in ((auditor, 404), (viewer, 404), (reviewer, 409)):
        client = Client()
        client.force_login(user)
        if user == reviewer:
            form.put("writing", Writing.new(auditor).token)
        assert keep(client, form, page).status_code == status
    client.force_login(reviewer)
    form.put("writing", Writing.new(reviewer).token)
    for elsewhere in ("/en/my/nor/2019/1/", "/nowhere/", "", "https://example.org/"):
        assert keep(client, form, elsewhere).status_code == 400
    assert not UnsavedWork.objects.exists()


def test_a_draft_asks_for_no_fresh_confirmation_and_a_decision_does(
    page: str, question: str, reviewer: User
) -> None:
    client = browser_of(reviewer)
    form = form_at(client, page, question)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=20)):
        assert keep(client, form, page, **{question: "Which law?"}).status_code == 200
        sent = client.post(page, {**form.fields, "decision": "return"})

    assert "/account/confirm/" in sent["Location"]
    assert len(waiting(reviewer)) == 1


def test_the_session_ends_and_the_question_is_on_the_form_again(
    page: str, question: str, reviewer: User
) -> None:
    client = browser_of(reviewer)
    form = form_at(client, page, question)
    client.cookies.clear()
    refused = client.post(
        page, {**form.fields, question: "Which law?", "decision": "return"}
    )

    assert refused["Location"].startswith(reverse("account_login"))
    client.force_login(reviewer)
    [kept] = waiting(reviewer)
    assert quote(kept.get_absolute_url(), safe="") in refused["Location"]
    again = form_at(client, kept.get_absolute_url(), question)
    assert again.fields[question] == ["Which law?"]


def test_a_reason_for_hiding_is_kept_too(published: str, reviewer: User) -> None:
    client = browser_of(reviewer)
    form = form_at(client, published, "reason")
    keep(client, form, form.action, reason="Names a person")
    [draft] = waiting(reviewer)
    shown = client.get(draft.get_absolute_url(), follow=True)
    assert "Names a person" in shown.content.decode()
    assert "Reason for hiding" in client.get("/en/my/unsaved/").content.decode()

    form.put("verb", "propose")
    assert client.post(form.action, form.fields).status_code == 302

    assert Hiding.objects.get().reason == "Names a person"
    assert waiting(reviewer) == []


def test_a_form_of_the_admin_site_keeps_its_words(
    state: State, administrator: User
) -> None:
    client = browser_of(administrator)
    form = form_at(client, EMERGENCY, "reason")
    keep(client, form, EMERGENCY, reason="A threat to life", state=str(state.pk))
    [draft] = waiting(administrator)
    assert draft.get_absolute_url() in client.get(EMERGENCY).content.decode()
    file = client.get(reverse("workspace:unsaved_file", args=[draft.pk]))
    assert "Reason\nA threat to life" in file.content.decode()

    again = form_at(client, draft.get_absolute_url(), "reason")
    assert again.fields["reason"] == ["A threat to life"]
    assert again.fields["state"] == [str(state.pk)]
    assert client.post(EMERGENCY, again.fields).status_code == 302

    assert EmergencyReading.objects.get().reason == "A threat to life"
    assert waiting(administrator) == []


def test_what_could_not_be_asked_stays_on_the_form(
    state: State, administrator: User
) -> None:
    client = browser_of(administrator)
    for reason in ("A threat to life", "Another"):
        form = form_at(client, EMERGENCY, "reason")
        typed = {"reason": reason, "state": str(state.pk)}
        response = client.post(EMERGENCY, {**form.fields, **typed})

    assert response.status_code == 200
    assert "Another" in response.content.decode()
    assert EmergencyReading.objects.count() == 1


def test_words_sent_when_it_is_no_longer_sure_who_sits_there(
    state: State, administrator: User
) -> None:
    client = browser_of(administrator)
    form = form_at(client, EMERGENCY, "reason")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=20)):
        sent = client.post(EMERGENCY, {**form.fields, "reason": "A threat to life"})

    assert "unsaved" in sent["Location"]
    [kept] = waiting(administrator)
    assert kept.payload["reason"] == ["A threat to life"]
    assert TOKEN not in kept.payload
