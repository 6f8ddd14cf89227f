"""Signing in, links to choose a password, accounts made by an administrator."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from tests.factories import PASSWORD, make_user
from tracking.models import Role, State, User

Commit = Callable[..., AbstractContextManager[list[Any]]]
LOGIN = "/fr/account/login/"
NEW_PASSWORD = "une autre phrase assez longue"


@pytest.fixture(autouse=True)
def no_attempts() -> Iterator[None]:
    """Attempts to sign in are counted in the cache."""
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **fields})


def link_in(message: Any) -> str:
    found = re.search(rf"{re.escape(settings.BASE_URL)}(/\S+)", message.body)
    assert found
    return found[1]


def choose_password(client: Client, link: str, password: str = NEW_PASSWORD) -> Any:
    """Follow a link of a mail and choose a password there."""
    page = client.get(link, follow=True)
    if not page.redirect_chain:
        return page
    return client.post(
        page.redirect_chain[-1][0],
        {"password1": password, "password2": password},
        follow=True,
    )


def account(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Amina Dalen",
        "function": "",
        "email": "amina@example.org",
        "language": "fr",
        **fields,
    }


@pytest.mark.parametrize(
    ("role", "page"),
    [(Role.FOCAL_POINT, "workspace:home"), (Role.REVIEWER, "dashboards:dashboard")],
)
def test_people_arrive_at_their_place_in_their_language(
    client: Client, state: State, role: Role, page: str
) -> None:
    user = make_user(role, state if role == Role.FOCAL_POINT else None, language="es")

    response = sign_in(client, user.email)

    with translation.override("es"):
        assert response.url == reverse(page)
    assert response.cookies["language"].value == "es"


def test_the_page_asked_for_comes_first(client: Client, focal_point: User) -> None:
    response = sign_in(client, focal_point.email, next="/fr/states/")

    assert response.url == "/fr/states/"


def test_nobody_is_sent_to_another_site(client: Client, focal_point: User) -> None:
    response = sign_in(client, focal_point.email, next="https://example.com/")

    assert response.url.startswith("/")


def test_the_address_is_found_in_any_case(client: Client, focal_point: User) -> None:
    response = sign_in(client, focal_point.email.upper())

    assert response.status_code == 302


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(
    client: Client, focal_point: User
) -> None:
    wrong = sign_in(client, focal_point.email, "something else entirely")
    unknown = sign_in(client, "nobody@example.org", "something else entirely")

    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert "_auth_user_id" not in client.session


def test_a_closed_account_cannot_sign_in(client: Client, state: State) -> None:
    user = make_user(Role.VIEWER, state, is_active=False)

    sign_in(client, user.email)

    assert "_auth_user_id" not in client.session


def test_closing_an_account_ends_its_sessions(
    client: Client, focal_point: User
) -> None:
    client.force_login(focal_point)
    User.objects.filter(pk=focal_point.pk).update(is_active=False)

    response = client.get(reverse("account_change_password"))

    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_attempts_are_limited(client: Client, focal_point: User) -> None:
    for _attempt in range(5):
        sign_in(client, focal_point.email, "not the password at all")

    sign_in(client, focal_point.email)

    assert "_auth_user_id" not in client.session


def test_wrong_guesses_elsewhere_do_not_keep_the_owner_out(
    client: Client, focal_point: User
) -> None:
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for _attempt in range(6):
        sign_in(stranger, focal_point.email, "not the password at all")

    sign_in(client, focal_point.email)

    assert "_auth_user_id" in client.session


def test_links_are_not_sent_without_end(client: Client, focal_point: User) -> None:
    answers = [
        client.post("/en/account/password/reset/", {"email": focal_point.email})
        for _attempt in range(4)
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("page", ["signup/", "email/", "confirm-email/", "login/code/"])
@pytest.mark.django_db
def test_nobody_registers_alone(client: Client, page: str) -> None:
    assert client.get(f"/en/account/{page}").status_code == 404


@pytest.mark.parametrize("known", [True, False])
def test_asking_for_a_link_answers_the_same_for_every_address(
    client: Client, focal_point: User, known: bool
) -> None:
    email = focal_point.email if known else "nobody@example.org"

    response = client.post("/en/account/password/reset/", {"email": email})

    assert response["Location"] == "/en/account/password/reset/done/"
    (message,) = mail.outbox
    assert message.to == [email]
    assert ("/password/reset/key/" in message.body) is known


def test_a_link_is_written_in_the_language_of_the_person(
    client: Client, state: State
) -> None:
    user = make_user(Role.VIEWER, state, language="fr")

    with translation.override("fr"):
        expected = translation.gettext("Choose a new password")
    client.post("/en/account/password/reset/", {"email": user.email})

    assert mail.outbox[0].subject == expected


def test_a_link_works_once(client: Client, focal_point: User) -> None:
    client.post("/en/account/password/reset/", {"email": focal_point.email})
    link = link_in(mail.outbox[0])

    choose_password(client, link)
    again = Client().get(link)

    focal_point.refresh_from_db()
    assert focal_point.check_password(NEW_PASSWORD)
    assert again.context["token_fail"]


def test_a_link_does_not_lead_where_a_browser_says(
    client: Client, focal_point: User
) -> None:
    with override_settings(ALLOWED_HOSTS=["elsewhere.example.org"]):
        client.post(
            "/en/account/password/reset/",
            {"email": focal_point.email},
            headers={"host": "elsewhere.example.org"},
        )

    assert "elsewhere" not in mail.outbox[0].body
    assert link_in(mail.outbox[0]).startswith("/en/account/password/reset/key/")


def test_looking_at_a_link_changes_nothing(client: Client, focal_point: User) -> None:
    client.post("/en/account/password/reset/", {"email": focal_point.email})
    link = link_in(mail.outbox[0])
    Client().get(link, follow=True)  # a mail scanner

    choose_password(client, link)

    focal_point.refresh_from_db()
    assert focal_point.check_password(NEW_PASSWORD)


@pytest.mark.parametrize(
    ("has_password", "hours", "works"),
    [(True, 23, True), (True, 25, False), (False, 239, True), (False, 241, False)],
)
def test_a_link_lasts_a_day_and_an_invitation_ten(
    client: Client, focal_point: User, has_password: bool, hours: int, works: bool
) -> None:
    if not has_password:
        focal_point.set_unusable_password()
        focal_point.save()
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
        client.post("/en/account/password/reset/", {"email": focal_point.email})
        clock.shift(hours * 3600)

        page = client.get(link_in(mail.outbox[0]), follow=True)

    assert ("token_fail" not in page.context) is works


def test_the_link_dies_with_the_account(client: Client, focal_point: User) -> None:
    client.post("/en/account/password/reset/", {"email": focal_point.email})
    User.objects.filter(pk=focal_point.pk).update(is_active=False)

    page = client.get(link_in(mail.outbox[0]))

    assert page.context["token_fail"]


def test_a_changed_password_is_told_by_mail_without_it(
    client: Client, focal_point: User
) -> None:
    client.force_login(focal_point)

    response = client.post(
        reverse("account_change_password"),
        {
            "oldpassword": PASSWORD,
            "password1": NEW_PASSWORD,
            "password2": NEW_PASSWORD,
        },
    )

    assert response.status_code == 302
    (message,) = mail.outbox
    assert message.to == [focal_point.email]
    assert NEW_PASSWORD not in message.body


def test_from_account_to_sign_in(
    client: Client,
    administrator: User,
    state: State,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    client.force_login(administrator)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("admin:tracking_user_add"),
            account(role=Role.FOCAL_POINT, state=state.pk),
        )
    user = User.objects.get(email="amina@example.org")
    assert not user.has_usable_password()
    person = Client()

    choose_password(person, link_in(mail.outbox[0]))
    response = sign_in(person, user.email, NEW_PASSWORD)

    assert response.status_code == 302
    assert person.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"role": Role.FOCAL_POINT}, "state"),
        ({"role": Role.REVIEWER, "state": True}, "state"),
        ({"role": Role.FOCAL_POINT, "state": True}, "role"),
        ({"role": Role.VIEWER, "state": True, "email": "taken"}, "email"),
    ],
)
def test_a_wrong_account_is_refused_beside_its_field(
    client: Client,
    administrator: User,
    focal_point: User,
    fields: dict[str, Any],
    field: str,
) -> None:
    client.force_login(administrator)
    data = account(**fields)
    if "state" in fields:
        data["state"] = focal_point.state_id
    if data["email"] == "taken":
        data["email"] = focal_point.email.upper()

    response = client.post(reverse("admin:tracking_user_add"), data)

    assert set(response.context["adminform"].form.errors) == {field}
    assert not mail.outbox


def _change(client: Client, user: User, **fields: Any) -> Any:
    data = account(
        name=user.name, email=user.email, role=user.role, state=user.state_id or ""
    )
    if user.is_active:
        data["is_active"] = "on"
    data |= fields
    data = {key: value for key, value in data.items() if value is not None}
    return client.post(reverse("admin:tracking_user_change", args=[user.pk]), data)


def test_a_new_address_starts_from_a_new_password(
    client: Client,
    administrator: User,
    focal_point: User,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    # An address that allauth knows beside ours would still open the door.
    EmailAddress.objects.create(user=focal_point, email=focal_point.email)
    client.force_login(administrator)

    with django_capture_on_commit_callbacks(execute=True):
        _change(client, focal_point, email="successor@example.org")

    focal_point.refresh_from_db()
    assert not focal_point.has_usable_password()
    assert mail.outbox[0].to == ["successor@example.org"]
    assert not EmailAddress.objects.exists()


def test_a_reopened_account_starts_from_a_new_password(
    client: Client,
    administrator: User,
    focal_point: User,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    browser = Client()
    browser.force_login(focal_point)
    client.force_login(administrator)
    _change(client, focal_point, is_active=None)
    focal_point.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        _change(client, focal_point, is_active="on")

    focal_point.refresh_from_db()
    assert focal_point.is_active
    assert mail.outbox[0].to == [focal_point.email]
    assert browser.get(reverse("account_change_password")).status_code == 302


def test_nobody_closes_or_demotes_their_own_account(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)

    _change(client, administrator, is_active=None, role=Role.REVIEWER)

    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.role == Role.ADMINISTRATOR


def test_the_link_is_sent_again(
    client: Client,
    administrator: User,
    focal_point: User,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    client.force_login(administrator)

    client.post(
        reverse("admin:tracking_user_changelist"),
        {"action": "send_link", "_selected_action": [focal_point.pk]},
    )
    with django_capture_on_commit_callbacks(execute=True):
        _change(client, focal_point, _invite="1")

    assert [message.to for message in mail.outbox] == [[focal_point.email]] * 2


def test_no_mail_goes_to_a_closed_account(
    client: Client, administrator: User, state: State
) -> None:
    closed = make_user(Role.VIEWER, state, is_active=False)
    client.force_login(administrator)

    client.post(
        reverse("admin:tracking_user_changelist"),
        {"action": "send_link", "_selected_action": [closed.pk]},
    )

    assert not mail.outbox
