"""Signing in with a password, and links to choose one."""

import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation

from tests.factories import PASSWORD, make_state, make_user
from tests.mailbox import outbox
from tracking.models import Role, State, User

LOGIN = "/fr/account/login/"
NEW_PASSWORD = "une autre phrase assez longue"


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **fields})


def link_in(message: Any) -> str:
    found = re.search(rf"{re.escape(settings.BASE_URL)}(/\S+)", message.body)
    assert found
    return found[1]


def choose_password(client: Client, link: str, password: str = NEW_PASSWORD) -> Any:
    """Follow a link of a mail and choose a password there."""
    page = client.get(link, follow=True)
    return client.post(
        page.redirect_chain[-1][0],
        {"password1": password, "password2": password},
        follow=True,
    )


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

    response = client.get(reverse("account_index"))

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
    assert len(outbox()) == 3


@pytest.mark.parametrize(
    "page", ["signup/", "confirm-email/", "login/code/", "password/set/", "3rdparty/"]
)
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
    (message,) = outbox()
    assert message.to == [email]
    assert ("/password/reset/key/" in message.body) is known


def test_a_link_is_written_in_the_language_of_the_person(
    client: Client, state: State
) -> None:
    user = make_user(Role.VIEWER, state, language="fr")

    with translation.override("fr"):
        expected = translation.gettext("Choose a new password")
    client.post("/en/account/password/reset/", {"email": user.email})

    assert outbox()[0].subject == expected


def test_a_link_works_once(client: Client, focal_point: User) -> None:
    client.post("/en/account/password/reset/", {"email": focal_point.email})
    link = link_in(outbox()[0])

    choose_password(client, link)
    again = Client().get(link, follow=True)

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

    assert "elsewhere" not in outbox()[0].body
    # In the language of the person, not of whoever asked.
    assert link_in(outbox()[0]).startswith("/fr/account/password/reset/key/")


def test_looking_at_a_link_changes_nothing(client: Client, focal_point: User) -> None:
    client.post("/en/account/password/reset/", {"email": focal_point.email})
    link = link_in(outbox()[0])
    Client().get(link, follow=True)  # a mail scanner

    choose_password(client, link)

    focal_point.refresh_from_db()
    assert focal_point.check_password(NEW_PASSWORD)


@pytest.mark.parametrize(
    ("has_password", "hours", "works"),
    [(True, 0.9, True), (True, 1.1, False), (False, 239, True), (False, 241, False)],
)
def test_a_link_lasts_an_hour_and_an_invitation_ten_days(
    client: Client, focal_point: User, has_password: bool, hours: float, works: bool
) -> None:
    if not has_password:
        focal_point.set_unusable_password()
        focal_point.save()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post("/en/account/password/reset/", {"email": focal_point.email})
        link = link_in(outbox()[0])
        clock.shift(hours * 3600)

        page = client.get(link, follow=True)

    assert ("token_fail" not in page.context) is works


def test_the_link_dies_with_the_account(client: Client, focal_point: User) -> None:
    client.post("/en/account/password/reset/", {"email": focal_point.email})
    link = link_in(outbox()[0])
    User.objects.filter(pk=focal_point.pk).update(is_active=False)

    page = client.get(link, follow=True)

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
    (message,) = outbox()
    assert message.to == [focal_point.email]
    assert NEW_PASSWORD not in message.body


def test_a_link_of_a_mail_does_not_stay_in_the_address(
    client: Client, focal_point: User
) -> None:
    client.post("/en/account/password/reset/", {"email": focal_point.email})

    response = client.get(link_in(outbox()[0]))

    assert response.status_code == 302
    assert response["Location"].endswith("-set-password/")
    assert response["Referrer-Policy"] == "no-referrer"


def test_links_never_begin_with_what_a_request_says(
    client: Client, focal_point: User, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post(
        "/en/account/password/reset/",
        {"email": focal_point.email},
        headers={"host": "evil.example"},
    )

    assert "evil.example" not in outbox()[0].body
    link_in(outbox()[0])


def test_a_name_puts_no_second_header_into_a_mail(client: Client, state: State) -> None:
    user = make_user(Role.VIEWER, state, name="A\r\nBcc: x@example.org", language="en")
    client.post("/en/account/password/reset/", {"email": user.email})

    (message,) = outbox()
    assert "\n" not in message.subject
    assert message.recipients() == [user.email]


@pytest.mark.parametrize(
    "password",
    [
        "suivi-onudc-vienne-2026",
        "Norway2026!!!",
        "Aminadalen1234",
        "P4ssw0rd-unodc-2025",
        "password12345",
        "x" * 129,
        "elevenchars",
    ],
)
def test_a_password_that_is_tried_first_is_refused(
    client: Client, db: None, password: str
) -> None:
    user = make_user(
        Role.VIEWER, make_state("NOR", name_en="Norway"), name="Amina Dalen"
    )
    client.post("/en/account/password/reset/", {"email": user.email})

    page = choose_password(client, link_in(outbox()[0]), password)

    assert page.context["form"].errors
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "password", ["quatre tortues mangent", "ёжик в тумане поёт", "z" * 20 + "Suivi"]
)
def test_any_other_long_password_is_accepted(
    client: Client, state: State, password: str
) -> None:
    user = make_user(Role.VIEWER, state)
    client.post("/en/account/password/reset/", {"email": user.email})

    choose_password(client, link_in(outbox()[0]), password)

    user.refresh_from_db()
    assert user.check_password(password)


def test_signing_out_clears_what_a_browser_kept(
    client: Client, focal_point: User
) -> None:
    client.force_login(focal_point)

    response = client.post(reverse("account_logout"))

    assert "storage" in response["Clear-Site-Data"]
