"""Who else has a page open is told, and holds nobody up."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import make_assessment, make_evidence, make_measure
from tracking.models import Assessment, Cycle, Presence, State, User

PAGE = "/my/nor/2019/1/"
AJAX = {"Accept": "application/json"}


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def who_is_here(user: User, url: str = f"/en{PAGE}") -> str:
    """What the page tells this person about others."""
    found = client_of(user).get(url).context["presence"]
    return found.text if found else ""


def hear(user: User, page: str = PAGE, **data: str) -> Any:
    address = reverse("workspace:present", args=["nor"])
    return client_of(user).post(address, {"page": page, **data}, headers=AJAX)


def test_who_came_before_is_named(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    moment = timezone.now()
    with time_machine.travel(moment, tick=False):
        assert who_is_here(contributor) == ""
        said = who_is_here(focal_point)

    assert said == (
        f"{contributor} has this page open too (seen at "
        f"{timezone.localtime(moment):%H:%M}). You can both write: nothing is lost."
    )


def test_each_editing_page_is_its_own(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    measure = make_measure(answer.state, answer.recommendation)
    evidence = make_evidence(answer.state, measure)
    pages = [
        f"/en{PAGE}",
        reverse("workspace:measure", args=["nor", "2019/1", measure.pk]),
        reverse("workspace:evidence", args=["nor", "2019/1", evidence.pk]),
    ]
    for page in pages:
        assert who_is_here(focal_point, page) == ""
        assert str(focal_point) in who_is_here(contributor, page)

    assert Presence.objects.count() == 6


def test_a_page_is_one_page_in_every_language(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    who_is_here(contributor, f"/fr{PAGE}")

    assert str(contributor) in who_is_here(focal_point)


def test_nobody_is_noted_who_only_reads(answer: Assessment, viewer: User) -> None:
    assert who_is_here(viewer) == ""
    assert hear(viewer).status_code == 404
    assert not Presence.objects.exists()


def test_after_two_minutes_without_a_word_nobody_is_there(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    who_is_here(contributor)
    now = timezone.now()

    with time_machine.travel(now + datetime.timedelta(minutes=1)):
        assert str(contributor) in who_is_here(focal_point)
    with time_machine.travel(now + datetime.timedelta(minutes=3)):
        assert who_is_here(focal_point) == ""


def test_a_page_that_is_still_open_says_so(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    with time_machine.travel(timezone.now() - datetime.timedelta(minutes=5)):
        who_is_here(contributor)
    heard = hear(contributor)

    assert heard.json() == {"here": ""}
    assert str(contributor) in hear(focal_point).json()["here"]
    assert Presence.objects.filter(user=contributor).count() == 1


def test_leaving_is_told(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    who_is_here(contributor)
    hear(contributor, left="1")

    assert who_is_here(focal_point) == ""


def test_a_draft_tells_it_in_the_same_request(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    who_is_here(contributor)
    browser = client_of(focal_point)
    token = browser.get(f"/en{PAGE}").context["writing"].token

    kept = browser.post(
        f"/en{PAGE}", {"writing": token, "sequence": "1", "law": "L"}, headers=AJAX
    )

    assert str(contributor) in kept.json()["here"]


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/my/ita/2019/1/",
        "/my/nor/",
        "/my/nor/check/",
        "https://example.org/",
        "/" * 300,
    ],
)
def test_only_editing_pages_of_the_own_state_are_noted(
    answer: Assessment, focal_point: User, page: str
) -> None:
    assert hear(focal_point, page).status_code == 404
    assert not Presence.objects.exists()


def test_a_stranger_hears_nothing(
    answer: Assessment, stranger: User, reviewer: User, contributor: User
) -> None:
    who_is_here(contributor)

    for user in (stranger, reviewer):
        assert hear(user).status_code == 404
    assert Presence.objects.get().user == contributor


def test_saving_is_not_held_up(
    answer: Assessment, focal_point: User, contributor: User
) -> None:
    who_is_here(contributor)
    browser = client_of(focal_point)
    form = browser.get(f"/en{PAGE}").context["form"]
    data = {"version": form["version"].value(), "shown": form["shown"].value()}

    saved = browser.post(
        f"/en{PAGE}", {**data, "visibility": "secretariat", "law": "L"}
    )

    assert saved.status_code == 302
    assert Assessment.objects.get().law == "L"


def test_what_is_past_goes(answer: Assessment, contributor: User) -> None:
    who_is_here(contributor)

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3)):
        call_command("purge_unsaved", verbosity=0)

    assert not Presence.objects.exists()
