"""An account lives and dies with a nomination; two people for those who count."""

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine
from allauth.account.utils import user_pk_to_url_str
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.documents import pdf
from tests.factories import PASSWORD, make_user
from tests.mailbox import outbox
from tests.test_accounts import choose_password, link_in, sign_in
from tracking.accounts.invitations import invite
from tracking.models import (
    Nomination,
    NominationError,
    Role,
    Session,
    State,
    User,
)

Commit = Callable[..., AbstractContextManager[list[Any]]]
ADD = "admin:tracking_nomination_add"
CHANGE = "admin:tracking_nomination_change"
PDF = pdf()


@pytest.fixture
def second(db: None) -> User:
    """Another administrator."""
    return make_user(Role.ADMINISTRATOR)


def said(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Amina Dalen",
        "function": "Desk officer",
        "email": "amina@example.org",
        "language": "fr",
        **fields,
    }


def typed(state: State | None = None, **fields: Any) -> dict[str, Any]:
    """What an administrator types to propose somebody."""
    return {
        **said(),
        "role": Role.FOCAL_POINT,
        "state": state.pk if state else "",
        "note_reference": "NV 12/2026",
        "note_date": "",
        "valid_from": timezone.localdate().isoformat(),
        "valid_until": "",
        **fields,
    }


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("account_index")).status_code == 200


# In force -----------------------------------------------------------------------------


def test_without_a_nomination_nobody_signs_in(client: Client, state: State) -> None:
    user = User.objects.create_user(
        "nobody@example.org",
        name="Nobody",
        role=Role.VIEWER,
        state=state,
        password=PASSWORD,
    )

    sign_in(client, user.email)

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("fields", "inside"),
    [
        ({"valid_until": datetime.timedelta(days=0)}, True),
        ({"valid_until": datetime.timedelta(days=-1)}, False),
        ({"valid_from": datetime.timedelta(days=1)}, False),
        ({"valid_from": datetime.timedelta(days=0)}, True),
    ],
)
def test_a_nomination_is_in_force_from_day_to_day(
    client: Client, viewer: User, fields: dict[str, datetime.timedelta], inside: bool
) -> None:
    client.force_login(viewer)
    long_ago = timezone.localdate() - datetime.timedelta(days=9)
    days = {name: timezone.localdate() + shift for name, shift in fields.items()}
    viewer.nominations.update(**{"valid_from": long_ago, **days})

    assert is_in(client) is inside
    sign_in(other := Client(), viewer.email)
    assert ("_auth_user_id" in other.session) is inside


def test_a_nomination_that_ends_ends_everything_with_the_next_request(
    viewer: User, focal_point: User
) -> None:
    browsers = [browser_of(viewer), browser_of(viewer)]
    nomination = viewer.nominations.get()
    assert all(is_in(browser) for browser in browsers)

    nomination.end(by=focal_point)

    assert not any(is_in(browser) for browser in browsers)
    assert not Session.objects.of(viewer).exists()
    viewer.refresh_from_db()
    assert not viewer.is_active
    assert not viewer.has_usable_password()
    with pytest.raises(NominationError):
        nomination.end(by=focal_point)


def test_those_whose_last_day_has_passed_are_closed_by_the_daily_command(
    viewer: User, focal_point: User
) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    viewer.nominations.update(valid_from=yesterday, valid_until=yesterday)

    call_command("end_nominations", verbosity=0)

    viewer.refresh_from_db()
    focal_point.refresh_from_db()
    assert (viewer.is_active, focal_point.is_active) == (False, True)
    assert viewer.nominations.get().ended_at is not None


def test_whose_nomination_begins_later_chooses_a_password_before(
    client: Client, viewer: User
) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    viewer.nominations.update(valid_from=tomorrow)
    viewer.set_unusable_password()
    viewer.save()
    invite(viewer)
    assert viewer.name in outbox()[0].body

    choose_password(client, link_in(outbox()[0]))

    new = "une autre phrase assez longue"
    sign_in(client, viewer.email, new)
    assert "_auth_user_id" not in client.session
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=False):
        sign_in(client, viewer.email, new)
    assert "_auth_user_id" in client.session


# Two administrators -------------------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    [Role.FOCAL_POINT, Role.ALTERNATE, Role.REVIEWER, Role.ADMINISTRATOR],
)
def test_who_proposes_cannot_confirm(
    administrator: User, second: User, reviewer: User, state: State, role: Role
) -> None:
    of = state if role in (Role.FOCAL_POINT, Role.ALTERNATE) else None
    nomination = Nomination.objects.propose(
        by=administrator, state=of, role=role, **said()
    )
    assert nomination.is_waiting
    assert not nomination.user.is_active

    for somebody in (administrator, reviewer):
        with pytest.raises(NominationError):
            nomination.confirm(by=somebody)
    nomination.confirm(by=second)

    nomination.user.refresh_from_db()
    assert nomination.user.is_active
    assert nomination.user.role == role
    with pytest.raises(NominationError):
        nomination.confirm(by=second)


def test_the_database_keeps_the_rule_of_two(administrator: User, state: State) -> None:
    nomination = Nomination.objects.propose(
        by=administrator, state=state, role=Role.FOCAL_POINT, **said()
    )

    for confirmer in (administrator.pk, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Nomination.objects.filter(pk=nomination.pk).update(
                confirmed_by=confirmer, confirmed_at=timezone.now()
            )


def test_an_administrator_who_left_confirms_nothing(
    administrator: User, second: User, state: State
) -> None:
    nomination = Nomination.objects.propose(
        by=administrator, state=state, role=Role.FOCAL_POINT, **said()
    )
    second.nominations.get().end(by=administrator)
    second.refresh_from_db()

    with pytest.raises(NominationError):
        nomination.confirm(by=second)


def test_a_successor_takes_over_and_the_register_says_from_whom(
    administrator: User, second: User, focal_point: User, state: State
) -> None:
    before = focal_point.nominations.get()
    browser = browser_of(focal_point)
    nomination = Nomination.objects.propose(
        by=administrator, state=state, role=Role.FOCAL_POINT, **said()
    )
    assert is_in(browser)  # a proposal changes nothing

    nomination.confirm(by=second)

    before.refresh_from_db()
    assert before.replaced_by == nomination
    assert not is_in(browser)
    assert state.users.get(role=Role.FOCAL_POINT, is_active=True) == nomination.user


def test_a_person_moves_to_another_role_with_the_same_account(
    administrator: User, second: User, contributor: User, state: State
) -> None:
    browser = browser_of(contributor)
    nomination = Nomination.objects.propose(
        by=administrator,
        state=state,
        role=Role.FOCAL_POINT,
        **said(email=contributor.email, name=contributor.name),
    )

    nomination.confirm(by=second)

    contributor.refresh_from_db()
    assert contributor.role == Role.FOCAL_POINT
    assert contributor.check_password(PASSWORD)
    assert contributor.nominations.named().get() == nomination
    assert not is_in(browser)  # a session does not outlive its role


def test_an_address_that_passes_to_a_successor_opens_nothing_of_the_predecessor(
    viewer: User, focal_point: User, state: State
) -> None:
    email = viewer.email
    viewer.nominations.get().end(by=focal_point)

    nomination = Nomination.objects.propose(
        by=focal_point, state=state, role=Role.CONTRIBUTOR, **said(email=email)
    )

    viewer.refresh_from_db()
    assert nomination.user != viewer
    assert nomination.user.email == email
    assert viewer.email != email
    assert viewer.nominations.get().email == email  # the register remembers


def test_a_person_of_another_state_is_not_taken_over(
    stranger: User, focal_point: User, state: State
) -> None:
    with pytest.raises(NominationError):
        Nomination.objects.propose(
            by=focal_point, state=state, role=Role.VIEWER, **said(email=stranger.email)
        )


# The people of a State ----------------------------------------------------------------


def people(state: State, name: str = "people", **more: int) -> str:
    return reverse(f"people:{name}", kwargs={"iso3": state.key, **more})


def test_a_focal_point_invites_and_the_person_signs_in(
    focal_point: User, state: State
) -> None:
    browser_of(focal_point).post(people(state, "invite"), said(role=Role.CONTRIBUTOR))
    user = User.objects.get(email="amina@example.org")
    person = Client()

    choose_password(person, link_in(outbox()[0]))
    sign_in(person, user.email, "une autre phrase assez longue")

    assert person.session["_auth_user_id"] == str(user.pk)
    assert (user.role, user.state) == (Role.CONTRIBUTOR, state)


@pytest.mark.parametrize(
    "role", [Role.FOCAL_POINT, Role.ALTERNATE, Role.REVIEWER, Role.ADMINISTRATOR]
)
def test_a_focal_point_names_nobody_above(
    focal_point: User, state: State, role: Role
) -> None:
    response = browser_of(focal_point).post(people(state, "invite"), said(role=role))

    assert response.status_code == 422
    assert not User.objects.filter(email="amina@example.org").exists()


def test_a_focal_point_ends_contributors_and_viewers_and_nobody_else(
    focal_point: User, viewer: User, stranger: User, administrator: User, state: State
) -> None:
    alternate = make_user(Role.ALTERNATE, state)
    browser = browser_of(focal_point)
    codes = [
        browser.post(people(state, "end", pk=user.nominations.get().pk)).status_code
        for user in (viewer, alternate, stranger, administrator, focal_point)
    ]

    assert codes == [302, 404, 404, 404, 404]
    viewer.refresh_from_db()
    assert not viewer.is_active


def test_colleagues_see_names_and_only_focal_points_see_addresses(
    focal_point: User, viewer: User, state: State
) -> None:
    seen_by_viewer = browser_of(viewer).get(people(state)).text
    seen_by_focal_point = browser_of(focal_point).get(people(state)).text

    assert focal_point.name in seen_by_viewer
    assert focal_point.email not in seen_by_viewer
    assert viewer.email in seen_by_focal_point


def test_twenty_invitations_a_day_are_enough(focal_point: User, state: State) -> None:
    browser = browser_of(focal_point)
    codes = [
        browser.post(
            people(state, "invite"),
            said(role=Role.VIEWER, email=f"p{number}@example.org"),
        ).status_code
        for number in range(21)
    ]

    assert codes == [302] * 20 + [429]
    assert len(outbox()) == 20


# An invitation that is too old --------------------------------------------------------


def invited(state: State) -> tuple[User, str]:
    """Somebody who was invited eleven days ago, and the link."""
    by = state.users.filter(role=Role.FOCAL_POINT).first() or make_user(
        Role.FOCAL_POINT, state
    )
    then = timezone.now() - datetime.timedelta(days=11)
    with time_machine.travel(then, tick=False):
        nomination = Nomination.objects.propose(
            by=by, state=state, role=Role.VIEWER, **said()
        )
        Client().post("/en/account/password/reset/", {"email": nomination.email})
        return nomination.user, link_in(outbox().pop())


def test_one_click_brings_a_new_invitation(client: Client, state: State) -> None:
    _user, link = invited(state)
    page = client.get(link, follow=True)
    assert page.context["too_old"]
    (address,) = re.findall(r'action="(/\S+invitation/\S+)"', page.text)

    client.post(address)
    choose_password(client, link_in(outbox()[0]))

    assert (
        sign_in(
            client, "amina@example.org", "une autre phrase assez longue"
        ).status_code
        == 302
    )


def test_without_its_link_nobody_has_an_invitation_sent(
    client: Client, state: State
) -> None:
    user, _link = invited(state)

    response = client.post(
        reverse("account_invite_again", args=[user_pk_to_url_str(user)])
    )

    assert response["Location"].endswith("/done/")
    assert not outbox()


def test_an_invitation_dies_with_the_nomination(
    client: Client, focal_point: User, state: State
) -> None:
    user, link = invited(state)
    user.nominations.get().end(by=focal_point)

    page = client.get(link, follow=True)

    assert page.context["token_fail"]
    assert not page.context["too_old"]
