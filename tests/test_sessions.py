"""How long a session lasts, where one is signed in, and how sessions end."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, make_state, make_user
from tests.test_accounts import sign_in
from tests.test_nominations import browser_of, is_in
from tracking.models import Role, Session, User
from tracking.models.people.sessions import AT_MOST, browser_named, stored_key

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
    before = str(client.session.session_key)

    sign_in(client, viewer.email)

    assert client.session.session_key != before
    assert not Session.objects.filter(pk=stored_key(before)).exists()


def test_five_sessions_at_most_and_the_oldest_goes(viewer: User) -> None:
    browsers = []
    for number in range(6):
        with at(number / 10):
            browsers.append(browser_of(viewer))

    with at(1):
        assert [is_in(browser) for browser in browsers] == [False] + [True] * 5


@pytest.mark.django_db(transaction=True)
def test_five_remain_of_many_that_sign_in_at_the_same_moment() -> None:
    viewer = make_user(Role.VIEWER, make_state("NOR"))
    for _number in range(AT_MOST):
        browser_of(viewer)
    together = threading.Barrier(3, timeout=20)

    def wait(request: HttpRequest, **_details: Any) -> None:
        if "REQUEST_METHOD" in request.META:  # a real sign-in
            together.wait()

    def come(_number: int) -> None:
        try:
            sign_in(Client(), viewer.email)
        finally:
            connection.close()

    # None of them is saved before all have been let in.
    user_logged_in.connect(wait, dispatch_uid="together")
    try:
        with ThreadPoolExecutor(3) as browsers:
            list(browsers.map(come, range(3)))
    finally:
        user_logged_in.disconnect(dispatch_uid="together")

    assert Session.objects.of(viewer).count() == AT_MOST


def test_the_database_does_not_hold_the_key_of_a_session(viewer: User) -> None:
    client = browser_of(viewer)
    cookie = client.cookies["sessionid"].value
    row = Session.objects.get()

    assert cookie == client.session.session_key
    assert cookie not in f"{row.session_key} {row.session_data} {row.name}"
    for stored in (row.session_key, row.name):
        other = Client()
        other.cookies["sessionid"] = stored
        assert not is_in(other)
    assert is_in(client)


def test_one_sees_where_one_is_signed_in_and_ends_one_session(viewer: User) -> None:
    here, there = browser_of(viewer), Client(headers={"user-agent": FIREFOX})
    sign_in(there, viewer.email)
    key = str(there.session.session_key)
    page = here.get(reverse("account_index"))
    assert "Firefox, Windows" in page.text
    assert str(key) not in page.text

    here.post(
        reverse("account_end_sessions"),
        {"session": Session.objects.get(pk=stored_key(key)).name},
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
