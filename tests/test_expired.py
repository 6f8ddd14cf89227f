"""The session ends between opening a form and sending it: no word is lost."""

import datetime
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import PASSWORD, make_assessment
from tests.test_unsaved import AJAX, autosave, form_with_token, waiting
from tracking.models import (
    Assessment,
    Cycle,
    State,
    UnsavedWork,
    User,
)

pytestmark = pytest.mark.usefixtures("cycle")


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation, law="Loi de 2019")


@pytest.fixture
def mine(focal_point: User) -> Client:
    client = Client()
    client.force_login(focal_point)
    return client


@pytest.fixture
def browser(focal_point: User) -> Client:
    """A browser that checks tokens, as the tests' own client does not."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(focal_point)
    return client


def typed(browser: Client, answer: Assessment, **typed: Any) -> Any:
    page = browser.get(answer.get_absolute_url())
    token = str(page.context["csrf_token"])
    return {
        **form_with_token(browser, answer.get_absolute_url(), **typed),
        "csrfmiddlewaretoken": token,
    }


def sign_in(browser: Client, user: User, address: str) -> Any:
    page = browser.get(address)
    data = {
        "login": user.email,
        "password": PASSWORD,
        "next": page.context["redirect_field_value"],
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
    }
    return browser.post(reverse("account_login"), data, follow=True)


def test_what_was_sent_too_late_is_on_the_form_after_signing_in(
    answer: Assessment, browser: Client, focal_point: User
) -> None:
    data = typed(browser, answer, law="Écrit trop tard")
    browser.cookies.clear()

    refused = browser.post(answer.get_absolute_url(), data)
    assert refused.status_code == 302
    assert Assessment.objects.get().law == "Loi de 2019"
    page = sign_in(browser, focal_point, refused["Location"])

    assert page.context["form"]["law"].value() == "Écrit trop tard"
    again = {
        **form_with_token(browser, waiting(focal_point)[0].get_absolute_url()),
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
    }
    assert browser.post(answer.get_absolute_url(), again).status_code == 302
    assert Assessment.objects.get().law == "Écrit trop tard"
    assert waiting(focal_point) == []


def test_it_is_not_for_whoever_signs_in_next(
    answer: Assessment, browser: Client, alternate: User
) -> None:
    data = typed(browser, answer, law="Écrit trop tard")
    browser.cookies.clear()
    refused = browser.post(answer.get_absolute_url(), data)

    page = sign_in(browser, alternate, refused["Location"])

    assert page.status_code == 404
    assert waiting(alternate) == []


def test_without_a_token_of_ours_nothing_is_kept(
    answer: Assessment, browser: Client, focal_point: User
) -> None:
    data = typed(browser, answer, law="Écrit trop tard")
    browser.cookies.clear()
    forged = f"{focal_point.pk}:{uuid.uuid4()}:x:y"

    for token in ("", forged):
        refused = browser.post(answer.get_absolute_url(), {**data, "writing": token})
        assert refused.status_code == 403
    assert not UnsavedWork.objects.exists()


def test_two_texts_sent_from_one_page_are_both_kept(
    answer: Assessment, browser: Client, focal_point: User
) -> None:
    data = typed(browser, answer)
    browser.cookies.clear()
    for text in ("Un", "Un", "Deux"):
        browser.post(answer.get_absolute_url(), {**data, "law": text})

    assert len(waiting(focal_point)) == 2


def test_autosave_is_told_and_goes_on_after_signing_in_elsewhere(
    answer: Assessment, browser: Client, focal_point: User
) -> None:
    url = answer.get_absolute_url()
    data = typed(browser, answer, law="La suite")
    browser.cookies.clear()
    assert autosave(browser, url, 1, data).status_code == 401

    browser.force_login(focal_point)
    refused = autosave(browser, url, 2, data)
    assert refused.status_code == 403
    token = refused.json()["token"]
    kept = autosave(browser, url, 3, {**data, "csrfmiddlewaretoken": token})

    assert kept.status_code == 200
    [draft] = waiting(focal_point)
    assert draft.payload["law"] == ["La suite"]


def test_a_page_of_before_the_new_sign_in_loses_nothing_without_script(
    answer: Assessment, browser: Client, focal_point: User
) -> None:
    data = typed(browser, answer, law="La suite")
    browser.cookies.clear()
    browser.force_login(focal_point)

    refused = browser.post(answer.get_absolute_url(), data)

    assert refused.status_code == 302
    page = browser.get(refused["Location"])
    assert page.context["form"]["law"].value() == "La suite"


def test_a_page_says_how_long_the_session_lasts_and_staying_prolongs_it(
    answer: Assessment, mine: Client
) -> None:
    now = timezone.now()
    with time_machine.travel(now + datetime.timedelta(minutes=50), tick=False):
        page = mine.get(reverse("workspace:unsaved"))
        assert 0 < page.context["session_seconds"]() <= 3600
        answered = mine.post(reverse("workspace:stay"), headers=AJAX)
        assert answered.json() == {"seconds": 3600}
    with time_machine.travel(now + datetime.timedelta(minutes=100)):
        assert mine.get(reverse("workspace:unsaved")).status_code == 200
