"""A form that arrives twice is acted upon once, and leads where it led."""

import datetime
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_ready_assessment,
    make_submission,
)
from tests.reading import PageForm, forms_of
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    IdempotencyKey,
    Measure,
    Nomination,
    Note,
    Proposal,
    State,
    Submission,
    UnsavedWork,
    User,
)
from tracking.worker.schedule import forget_what_passed

TOKEN = "csrfmiddlewaretoken"
TWICE = "arrived twice"


def browser_of(user: User) -> Client:
    """A browser that has to show the token of each form."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def form_at(client: Client, page: str, has: str) -> PageForm:
    """The form of a page that has this field, or leads there."""
    response = client.get(page)
    assert response.status_code == 200, response
    for form in forms_of(response):
        names = {*form.fields, *form.choices, *(name for name, _value in form.buttons)}
        if TOKEN in form.fields and (has in names or form.action.endswith(has)):
            form.action = form.action or page
            return form
    raise AssertionError(f"no form with {has} at {page}")


def send(client: Client, form: PageForm, **typed: Any) -> Any:
    """Send a form as a browser does; what can be read once is made anew."""
    said = {name: each() if callable(each) else each for name, each in typed.items()}
    return client.post(form.action, {**form.fields, **said})


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_ready_assessment(state, recommendation, cycle)


def law() -> SimpleUploadedFile:
    return SimpleUploadedFile("law.txt", b"The law.")


MY = "/en/my/nor/"
RECEIPT = f"{MY}submissions/2026/1/"
ADD_NOMINATION = "/admin/tracking/nomination/add/"
PERSON = {"name": "Amina Dalen", "email": "amina@example.org", "language": "en"}
NAMED = {**PERSON, "role": "focal_point", "note_reference": "NV 12/2026"}

# Who, from which page, by which form, with which words; then what is there once.
Case = tuple[str, str, str, dict[str, Any], Callable[[], int]]
CREATING: dict[str, Case] = {
    "measure": (
        "focal_point",
        f"{MY}2019/1/measures/add/",
        "title",
        {"title": "Décret", "kind": "law"},
        Measure.objects.count,
    ),
    "evidence": (
        "focal_point",
        f"{MY}2019/1/evidence/add/",
        "title",
        {"title": "Loi", "kind": "law", "upload": law},
        Evidence.objects.count,
    ),
    "proposal": (
        "contributor",
        f"{MY}2019/1/",
        "law",
        {"law": "Loi de 2026"},
        Proposal.objects.count,
    ),
    "note": (
        "contributor",
        f"{MY}2019/1/notes/",
        "text",
        {"text": "?"},
        Note.objects.count,
    ),
    "invitation": (
        "focal_point",
        f"{MY}people/invite/",
        "email",
        {**PERSON, "role": "viewer"},
        Nomination.objects.filter(name=PERSON["name"]).count,
    ),
    "nomination": (
        "administrator",
        ADD_NOMINATION,
        "note_reference",
        NAMED,
        Nomination.objects.filter(name=PERSON["name"]).count,
    ),
    "submission": (
        "focal_point",
        f"{MY}check/",
        "reminder",
        {"reminder": "on"},
        Submission.objects.count,
    ),
}


def browser_and_form(
    request: pytest.FixtureRequest, case: Case
) -> tuple[Client, PageForm, dict[str, Any]]:
    who, page, has, typed, _count = case
    client = browser_of(request.getfixturevalue(who))
    form = form_at(client, page, has)
    if page == ADD_NOMINATION:
        form.put("state", str(State.objects.get(iso3="NOR").pk))
    if "shown" in form.fields and "version" in form.fields:
        form.put("classification", "unclassified")
    return client, form, typed


@pytest.mark.parametrize("case", CREATING.values(), ids=CREATING)
def test_what_is_sent_twice_is_made_once_and_leads_to_the_same_page(
    request: pytest.FixtureRequest, answer: Assessment, case: Case
) -> None:
    client, form, typed = browser_and_form(request, case)

    first = send(client, form, **typed)
    again = send(client, form, **typed)

    assert first.status_code == again.status_code == 302, first.content.decode()
    assert again["Location"] == first["Location"]
    assert case[-1]() == 1
    page = client.get(again["Location"], follow=True)
    assert TWICE in page.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["measure", "evidence", "note", "submission"])
def test_two_at_the_same_moment_are_one(
    request: pytest.FixtureRequest, answer: Assessment, name: str
) -> None:
    case = CREATING[name]
    client, form, typed = browser_and_form(request, case)
    together = threading.Barrier(2)

    def press(_number: int) -> str:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = client.cookies
        together.wait(10)
        try:
            response = send(browser, form, **typed)
            return f"{response.status_code} {response.headers.get('Location')}"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(press, range(2))

    assert first == second
    assert first.startswith("302")
    assert case[-1]() == 1


# From one stage to the next ----------------------------------------------------------


@pytest.fixture
def sent(answer: Assessment, state: State, focal_point: User) -> Submission:
    return make_submission(state, Cycle.objects.get(), by=focal_point)


@pytest.fixture
def accepted(answer: Assessment, state: State, focal_point: User) -> Submission:
    return make_accepted_submission(state, Cycle.objects.get(), by=focal_point)


@pytest.fixture
def under_review(sent: Submission, reviewer: User) -> Submission:
    sent.begin_review(by=reviewer)
    return sent


@pytest.mark.parametrize(
    ("given", "who", "page", "has", "typed"),
    [
        ("sent", "focal_point", RECEIPT, "recall/", {}),
        ("accepted", "focal_point", RECEIPT, "reason", {"reason": "Wrong."}),
        ("accepted", "focal_point", f"{RECEIPT}visibility/", "consent", {}),
        ("sent", "reviewer", "", "begin", {"begin": "1"}),
        ("under_review", "reviewer", "", "decision", {"decision": "accept"}),
        (
            "under_review",
            "reviewer",
            "",
            "decision",
            {"decision": "return", "question_": "Which law?"},
        ),
    ],
)
def test_a_step_is_taken_once_and_nobody_is_told_that_it_failed(
    request: pytest.FixtureRequest,
    recommendation: Recommendation,
    given: str,
    who: str,
    page: str,
    has: str,
    typed: dict[str, Any],
) -> None:
    submission: Submission = request.getfixturevalue(given)
    client = browser_of(request.getfixturevalue(who))
    page = page or reverse("admin:tracking_submission_change", args=[submission.pk])
    form = form_at(client, page, has)
    typed = {
        f"{name}{recommendation.pk}" if name == "question_" else name: value
        for name, value in typed.items()
    }

    first = send(client, form, **typed)
    steps = submission.stage_changes.count()
    again = send(client, form, **typed)

    assert first.status_code == again.status_code == 302, first.content.decode()
    assert again["Location"] == first["Location"]
    assert submission.stage_changes.count() == steps
    page_after = client.get(again["Location"], follow=True).content.decode()
    assert TWICE in page_after
    assert "could not be recalled" not in page_after


# Other words under the same key ----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "other"), [("measure", "title"), ("evidence", "title"), ("note", "text")]
)
def test_other_words_are_kept_and_shown_and_nothing_is_done(
    request: pytest.FixtureRequest, answer: Assessment, name: str, other: str
) -> None:
    case = CREATING[name]
    client, form, typed = browser_and_form(request, case)
    send(client, form, **typed)

    response = send(client, form, **typed | {other: "Un autre texte"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "Un autre texte" in page
    assert "not saved yet" in page
    assert case[-1]() == 1
    [kept] = UnsavedWork.objects.of(request.getfixturevalue(case[0]))
    assert kept.payload[other] == ["Un autre texte"]
    # From the page that is shown now, they are saved like any others.
    shown = next(f for f in forms_of(response) if other in f.fields)
    shown.action = form.action
    file = {"upload": law} if "upload" in typed else {}
    assert send(client, shown, **file).status_code == 302
    assert case[-1]() == 2
    assert not UnsavedWork.objects.of(request.getfixturevalue(case[0])).exists()


def test_a_form_without_drafts_gives_its_words_back(
    request: pytest.FixtureRequest, answer: Assessment
) -> None:
    case = CREATING["invitation"]
    client, form, typed = browser_and_form(request, case)
    done = send(client, form, **typed)
    origin = {"origin": "http://testserver"}
    other = {**form.fields, **typed, "name": "Somebody Else", "email": "b@example.org"}

    response = client.post(form.action, other, headers=origin)

    assert response.status_code == 422
    page = response.content.decode()
    assert "Somebody Else" in page
    assert done["Location"] in page
    assert not Nomination.objects.filter(name="Somebody Else").exists()
    [again] = [f for f in forms_of(response) if "email" in f.fields]
    again.action = form.action
    assert send(client, again).status_code == 302
    assert Nomination.objects.filter(name="Somebody Else").count() == 1


# What may well come again ----------------------------------------------------------


def test_what_was_refused_may_be_sent_again_from_the_same_page(
    focal_point: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    form = form_at(client, f"{MY}2019/1/measures/add/", "title")

    assert send(client, form, title="", kind="law").status_code == 422
    assert send(client, form, title="Décret", kind="law").status_code == 302
    assert Measure.objects.count() == 1


def test_two_pages_make_two(focal_point: User, answer: Assessment) -> None:
    client = browser_of(focal_point)
    for _page in range(2):
        form = form_at(client, f"{MY}2019/1/notes/", "text")
        assert send(client, form, text="The same words.").status_code == 302

    assert Note.objects.count() == 2


def test_drafts_go_on_by_their_own_numbers(
    focal_point: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    form = form_at(client, f"{MY}2019/1/", "law")
    for number, words in ((1, "Un"), (2, "Un, deux")):
        response = client.post(
            form.action,
            {**form.fields, "law": words, "sequence": number},
            headers={"accept": "application/json"},
        )
        assert response.json()["sequence"] == number

    assert not IdempotencyKey.objects.exists()


def test_the_key_of_one_person_is_nobody_else_s(
    focal_point: User, alternate: User, answer: Assessment
) -> None:
    first = browser_of(focal_point)
    form = form_at(first, f"{MY}2019/1/notes/", "text")
    send(first, form, text="A")
    second = Client()  # somebody who could guess the token
    second.force_login(alternate)

    assert second.post(form.action, {**form.fields, "text": "A"}).status_code == 302
    assert Note.objects.count() == 2


def test_no_word_is_kept_with_a_key_and_it_goes_after_two_days(
    focal_point: User, answer: Assessment
) -> None:
    client = browser_of(focal_point)
    send(client, form_at(client, f"{MY}2019/1/notes/", "text"), text="Entre nous")
    [key] = IdempotencyKey.objects.values()
    assert "Entre nous" not in str(key)

    forget_what_passed()
    assert IdempotencyKey.objects.exists()
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=49)):
        forget_what_passed()
    assert not IdempotencyKey.objects.exists()


def test_a_password_leaves_no_trace(focal_point: User) -> None:
    client = browser_of(focal_point)
    form = form_at(client, reverse("account_change_password"), "password1")
    send(client, form, oldpassword="a", password1="b", password2="b")

    assert not IdempotencyKey.objects.exists()
