"""How long a session lasts, where one is signed in, and how sessions end."""

import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD
from tests.test_accounts import sign_in
from tests.test_nominations import browser_of, is_in
from tracking.models import Session, User
from tracking.models.sessions import browser_named

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Firefox/130.0"


def at(minutes: float) -> Any:
    moment = timezone.now() + datetime.timedelta(minutes=minutes)
    return time_machine.travel(moment, tick=False)


@pytest.mark.parametrize(
    ("who", "minutes", "lasts"),
    [
        ("reviewer", 29, True),
        ("reviewer", 31, False),
        ("viewer", 59, True),
        ("viewer", 61, False),
    ],
)
def test_a_session_ends_after_some_rest(
    request: pytest.FixtureRequest, who: str, minutes: int, lasts: bool
) -> None:
    client = browser_of(request.getfixturevalue(who))

    with at(minutes):
        assert is_in(client) is lasts


def test_a_session_ends_after_twelve_hours_whatever_one_does(viewer: User) -> None:
    client = browser_of(viewer)

    seen = []
    for half_hours in range(1, 26):
        with at(30 * half_hours):
            seen.append(is_in(client))
            client.post(reverse("workspace:stay"))

    assert seen == [True] * 23 + [False] * 2


def test_a_form_that_changes_the_session_does_not_prolong_it(viewer: User) -> None:
    client = browser_of(viewer)
    began = Session.objects.get().began_at
    session = client.session
    session["something"] = 1
    session.save()

    row = Session.objects.get()
    assert row.began_at == began
    assert row.user == viewer


def test_signing_in_changes_the_key_of_the_session(
    client: Client, viewer: User
) -> None:
    client.get("/en/account/login/")
    before = client.session.session_key

    sign_in(client, viewer.email)

    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_five_sessions_at_most_and_the_oldest_goes(viewer: User) -> None:
    browsers = []
    for number in range(6):
        with at(number / 10):
            browsers.append(browser_of(viewer))

    with at(1):
        assert [is_in(browser) for browser in browsers] == [False] + [True] * 5


def test_one_sees_where_one_is_signed_in_and_ends_one_session(viewer: User) -> None:
    here, there = browser_of(viewer), Client(headers={"user-agent": FIREFOX})
    sign_in(there, viewer.email)
    key = there.session.session_key
    page = here.get(reverse("account_index"))
    assert "Firefox, Windows" in page.text
    assert str(key) not in page.text

    here.post(
        reverse("account_end_sessions"),
        {"session": Session.objects.get(pk=key).name},
    )

    assert is_in(here)
    assert not is_in(there)


def test_nobody_ends_a_session_of_somebody_else(viewer: User, stranger: User) -> None:
    theirs, mine = browser_of(stranger), browser_of(viewer)
    name = Session.objects.of(stranger).get().name

    mine.post(reverse("account_end_sessions"), {"session": name})
    mine.post(reverse("account_end_sessions"))

    assert is_in(theirs)


def test_all_other_sessions_end_together(viewer: User) -> None:
    others, here = [browser_of(viewer), browser_of(viewer)], browser_of(viewer)

    here.post(reverse("account_end_sessions"))

    assert is_in(here)
    assert not any(is_in(browser) for browser in others)


def test_another_password_ends_the_other_sessions(viewer: User) -> None:
    other, here = browser_of(viewer), browser_of(viewer)
    new = "une autre phrase assez longue"

    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert is_in(here)
    assert not is_in(other)
    assert Session.objects.of(viewer).count() == 1


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone) Version/17 Mobile Safari/604.1", "Safari, iOS"),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_named_by_words_of_ours(said: str, named: str) -> None:
    assert browser_named(said) == named
