"""A form sent after the session has ended: the words come back, to be sent again."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_assessment
from tracking.models import Assessment, Cycle, State, User

WORDS = "Words that must <not> be lost."
HERE = {"origin": "http://testserver"}


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Any) -> Assessment:
    return make_assessment(state, recommendation)


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def address() -> str:
    return reverse("workspace:assessment", args=["nor", "2019/1"])


def hidden(page: str) -> dict[str, str]:
    """Names and values of the hidden fields of the form that gives words back."""
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    form = next(each for each in reversed(forms) if 'name="practice"' in each)
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def test_words_sent_after_the_session_come_back_and_can_be_sent_again(
    browser: Client, answer: Assessment, focal_point: User
) -> None:
    typed = {"status": "in_progress", "practice": WORDS, "version": "1", "act": "save"}

    refused = browser.post(address(), typed, headers=HERE)
    assert refused.status_code == 403
    assert "Words that must &lt;not&gt; be lost." in refused.content.decode()

    browser.force_login(focal_point)
    again = browser.post(
        address(), hidden(refused.content.decode()), headers=HERE
    ).content.decode()
    sent = browser.post(address(), hidden(again), headers=HERE)

    assert sent.status_code == 302
    answer.refresh_from_db()
    assert (answer.practice, answer.status) == (WORDS, "in_progress")


@pytest.mark.parametrize("headers", [{}, {"origin": "https://elsewhere.example"}])
def test_another_site_puts_no_words_on_our_page(
    browser: Client, answer: Assessment, focal_point: User, headers: dict[str, str]
) -> None:
    browser.force_login(focal_point)

    refused = browser.post(address(), {"practice": WORDS}, headers=headers)

    assert refused.status_code == 403
    assert "Words that must" not in refused.content.decode()


def test_a_password_is_never_given_back(browser: Client, focal_point: User) -> None:
    refused = browser.post(
        reverse("account_login"),
        {"login": "some body", "password": "one two three"},
        headers=HERE,
    )

    assert refused.status_code == 403
    page = refused.content.decode()
    assert "one two three" not in page
    assert "some body" not in page
