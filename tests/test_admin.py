"""Who gets which page of the admin site, and what can be changed there."""

import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from tests.factories import make_state, make_submission
from tracking.models import Cycle, Message, State, User

# page: (visitor, focal point, reviewer, administrator)
ACCESS = {
    "index": (302, 404, 200, 200),
    "tracking_submission_changelist": (302, 404, 200, 200),
    "tracking_submission_change": (302, 404, 200, 200),
    "tracking_submission_history": (302, 404, 302, 302),
    "tracking_state_changelist": (302, 404, 200, 200),
    "tracking_state_change": (302, 404, 200, 200),
    "tracking_state_history": (302, 404, 200, 200),
    "tracking_state_add": (302, 404, 403, 403),
    "tracking_state_delete": (302, 404, 403, 403),
    "tracking_cycle_changelist": (302, 404, 200, 200),
    "tracking_cycle_add": (302, 404, 403, 200),
    "tracking_cycle_change": (302, 404, 200, 200),
    "tracking_cycle_delete": (302, 404, 403, 403),
    "tracking_user_changelist": (302, 404, 403, 200),
    "tracking_user_add": (302, 404, 403, 403),
    "tracking_user_change": (302, 404, 403, 200),
    "tracking_user_delete": (302, 404, 403, 403),
    "tracking_nomination_changelist": (302, 404, 403, 200),
    "tracking_nomination_add": (302, 404, 403, 200),
    "tracking_nomination_change": (302, 404, 403, 200),
    "tracking_nomination_delete": (302, 404, 403, 403),
    "tracking_nomination_history": (302, 404, 302, 200),
    "tracking_nomination_note": (302, 404, 404, 404),
    "tracking_factorreset_changelist": (302, 404, 403, 200),
    "tracking_factorreset_add": (302, 404, 403, 200),
    "tracking_participation_changelist": (302, 404, 200, 200),
    "tracking_participation_add": (302, 404, 403, 403),
    "login": (302, 404, 302, 302),
    "logout": (302, 404, 302, 302),
    "password_change": (302, 404, 302, 302),
}


@pytest.mark.parametrize("page", ACCESS)
def test_access(
    page: str,
    state: State,
    cycle: Cycle,
    focal_point: User,
    reviewer: User,
    administrator: User,
) -> None:
    submission = make_submission(state, cycle)
    things: dict[str, Any] = {
        "submission": submission,
        "state": state,
        "cycle": cycle,
        "user": focal_point,
        "nomination": focal_point.nominations.get(),
    }
    model, _sep, action = page.removeprefix("tracking_").partition("_")
    of_one = action in ("change", "delete", "history", "note") and model in things
    args = [things[model].pk] if of_one else []
    url = reverse(f"admin:{page}", args=args)
    answers = []
    for user in (None, focal_point, reviewer, administrator):
        client = Client()
        if user:
            client.force_login(user)
        answers.append(client.get(url).status_code)

    assert tuple(answers) == ACCESS[page]


def test_visitors_use_the_door_of_the_site(client: Client) -> None:
    response = client.get(
        "/admin/tracking/submission/", headers={"accept-language": "fr"}
    )

    assert response["Location"] == "/fr/account/login/?next=/admin/tracking/submission/"


def test_the_admin_holds_no_working_copy_and_no_second_address_book() -> None:
    names = {model._meta.label for model in admin.site._registry}

    assert {name for name in names if not name.startswith("recommendations.")} == {
        "tracking.Cycle",
        "tracking.EmergencyReading",
        "tracking.FactorReset",
        "tracking.Nomination",
        "tracking.Participation",
        "tracking.State",
        "tracking.Submission",
        "tracking.Token",
        "tracking.User",
    }


def test_the_admin_speaks_the_language_of_the_person(
    client: Client, reviewer: User
) -> None:
    User.objects.filter(pk=reviewer.pk).update(language="ar")
    client.force_login(reviewer)

    page = client.get("/admin/", headers={"accept-language": "fr"}).text

    assert 'lang="ar" dir="rtl"' in page


def test_the_admin_goes_on_in_the_language_of_the_page_one_comes_from(
    client: Client, reviewer: User
) -> None:
    client.force_login(reviewer)
    queue = "/admin/tracking/submission/"

    page = client.get(queue, headers={"referer": "http://testserver/es/desk/"}).text
    assert '<html lang="es"' in page
    page = client.get("/admin/", headers={"referer": f"http://testserver{queue}"}).text
    assert '<html lang="es"' in page


@pytest.fixture
def change_state(client: Client, administrator: User, state: State) -> Any:
    client.force_login(administrator)
    url = reverse("admin:tracking_state_change", args=[state.pk])

    def change(**fields: Any) -> Any:
        return client.post(url, {"protocol_status": state.protocol_status, **fields})

    return change


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"protocol_status_source": "C.N.12.2026"},
        {"protocol_status_as_of": "2026-02-14"},
        {
            "protocol_status_source": "C.N.12.2026",
            "protocol_status_as_of": "2999-01-01",
        },
    ],
)
def test_a_status_without_source_and_date_is_refused(
    change_state: Any, state: State, fields: dict[str, str]
) -> None:
    response = change_state(protocol_status="signatory", **fields)

    assert response.context["adminform"].form.errors
    state.refresh_from_db()
    assert state.protocol_status == "party"


def test_a_status_changes_with_its_source_and_history_keeps_both(
    change_state: Any, state: State
) -> None:
    change_state(
        protocol_status="signatory",
        protocol_status_source="C.N.12.2026",
        protocol_status_as_of="2026-02-14",
    )

    state.refresh_from_db()
    assert state.protocol_status == "signatory"
    assert state.protocol_status_source == "C.N.12.2026"
    assert state.protocol_status_as_of == datetime.date(2026, 2, 14)
    entry = LogEntry.objects.get()
    assert "C.N.12.2026" in entry.get_change_message()
    assert "→" in entry.get_change_message()


def test_saving_nothing_keeps_the_source(change_state: Any, state: State) -> None:
    change_state()

    state.refresh_from_db()
    assert state.protocol_status_source == "test"


def test_the_names_of_a_state_stay(change_state: Any, state: State) -> None:
    change_state(name_fr="Autre", iso3="XXX")

    state.refresh_from_db()
    assert (state.name_fr, state.iso3) == ("NOR fr", "NOR")


def test_states_are_found_by_any_of_their_names(
    client: Client, reviewer: User, state: State, other_state: State
) -> None:
    client.force_login(reviewer)

    page = client.get(reverse("admin:tracking_state_changelist"), {"q": "ita ru"})

    assert list(page.context["cl"].result_list) == [other_state]


def test_states_stand_in_the_order_of_the_readers_language(
    client: Client, reviewer: User
) -> None:
    User.objects.filter(pk=reviewer.pk).update(language="fr")
    for iso3, name in (("ZZZ", "Zambie"), ("EEE", "Égypte"), ("GGG", "Gabon")):
        make_state(iso3, name_fr=name)
    client.force_login(reviewer)

    page = client.get(reverse("admin:tracking_state_changelist"))

    found = [state.name_fr for state in page.context["cl"].result_list]
    assert found == ["Égypte", "Gabon", "Zambie"]


def test_a_cycle_closes_after_it_opens(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    today = timezone.localdate().isoformat()

    page = client.post(
        reverse("admin:tracking_cycle_add"),
        {"code": "x", "name": "X", "opens_on": today, "closes_on": today},
    )

    assert page.context["errors"]
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("number", [1, 5])
def test_queries_of_the_list_of_states(
    client: Client, reviewer: User, number: int, django_assert_num_queries: Any
) -> None:
    for index in range(number):
        make_state(f"B{index}B")
    client.force_login(reviewer)

    with django_assert_num_queries(10):
        client.get(reverse("admin:tracking_state_changelist"))


@pytest.mark.parametrize(
    ("opens", "closes", "field"),
    [(60, 90, "opens_on"), (-60, -30, "closes_on"), (-60, 90, "closes_on")],
    ids=["its first day is the other's last", "its last is the first", "around it"],
)
def test_a_cycle_that_would_cross_another_is_refused_and_explained(
    client: Client,
    administrator: User,
    cycle: Cycle,
    opens: int,
    closes: int,
    field: str,
) -> None:
    administrator.language = "en"
    administrator.save()
    client.force_login(administrator)
    today = timezone.localdate()
    data: dict[str, Any] = {
        "code": "x",
        "name": "x",
        "opens_on": today + datetime.timedelta(days=opens),
        "closes_on": today + datetime.timedelta(days=closes),
    }
    add = reverse("admin:tracking_cycle_add")

    page = client.post(add, data)

    errors = page.context["adminform"].form.errors
    assert list(errors) == [field]
    assert date_format(cycle.opens_on) in errors[field][0]
    data["opens_on"] = cycle.closes_on + datetime.timedelta(days=1)
    data["closes_on"] = cycle.closes_on + datetime.timedelta(days=90)
    later = client.post(add, data, follow=True)
    # What follows is said at once, and stands in the list.
    assert "becomes the current cycle by itself" in later.text
    assert f"The current one from {date_format(data['opens_on'])}" in later.text


def test_a_mistyped_date_does_not_close_a_cycle(
    client: Client, administrator: User, focal_point: User, cycle: Cycle
) -> None:
    client.force_login(administrator)
    url = reverse("admin:tracking_cycle_change", args=[cycle.pk])
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    data = {"name": "x", "opens_on": cycle.opens_on, "closes_on": yesterday}

    page = client.post(url, data)

    assert list(page.context["adminform"].form.errors) == ["closes_on"]
    assert not Message.objects.exists()
    assert client.post(url, {**data, "is_over": "on"}).status_code == 302
    cycle.refresh_from_db()
    assert cycle.closes_on == yesterday


def test_a_cycle_is_not_extended_into_the_next_one(
    client: Client, administrator: User, cycle: Cycle
) -> None:
    after = cycle.closes_on + datetime.timedelta(days=1)
    Cycle.objects.create(
        code="next",
        name="next",
        opens_on=after,
        closes_on=after + datetime.timedelta(days=9),
    )
    client.force_login(administrator)

    page = client.post(
        reverse("admin:tracking_cycle_change", args=[cycle.pk]),
        {"name": "x", "opens_on": cycle.opens_on, "closes_on": after},
    )

    assert list(page.context["adminform"].form.errors) == ["closes_on"]
