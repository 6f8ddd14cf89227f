"""Letters that no keyboard makes, in the forms of accounts and of the admin site."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD
from tracking.models import AccountMail, EmailChange, Nomination, State, User

FORM = "application/x-www-form-urlencoded"
# A null character; half of a pair in the bytes that old programmes write; no UTF-8.
LETTERS = ["%00", "%ED%A0%80", "%FF%FE"]


def sent(fields: dict[str, Any], field: str, letters: str) -> str:
    """The form, with the letters in the middle of one field."""
    parts = [f"{name}={quote(str(value))}" for name, value in fields.items()]
    value = quote(str(fields[field]))
    half = len(value) // 2
    parts = [part for part in parts if not part.startswith(f"{field}=")]
    return "&".join([*parts, f"{field}={value[:half]}{letters}{value[half:]}"])


@pytest.fixture
def browser(focal_point: User) -> Client:
    client = Client()
    client.force_login(focal_point)
    return client


@pytest.mark.parametrize("letters", LETTERS)
def test_signing_in_and_asking_for_a_password(focal_point: User, letters: str) -> None:
    for page, fields, field in (
        ("account_login", {"login": focal_point.email, "password": PASSWORD}, "login"),
        ("account_login", {"login": focal_point.email, "password": "ab"}, "password"),
        ("account_reset_password", {"email": focal_point.email}, "email"),
    ):
        client = Client()
        body = sent(fields, field, letters)
        response = client.post(reverse(page), body, content_type=FORM)
        assert response.status_code in (200, 422), (page, field)
        assert "_auth_user_id" not in client.session
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize("letters", LETTERS)
@pytest.mark.parametrize("field", ["name", "function", "email", "language", "role"])
def test_inviting(browser: Client, letters: str, field: str) -> None:
    before = Nomination.objects.count()
    fields = {
        "name": "Amina Dalen",
        "function": "Desk officer",
        "email": "amina@example.org",
        "language": "en",
        "role": "viewer",
    }

    response = browser.post(
        reverse("people:invite", args=["nor"]),
        sent(fields, field, letters),
        content_type=FORM,
    )

    if response.status_code == 302:  # what could not be read is marked as such
        assert field in ("name", "function")
        assert letters != "%00"
        row = Nomination.objects.latest("pk")
        assert "\ufffd" in getattr(row, field)
    else:
        assert response.status_code == 422
        assert Nomination.objects.count() == before


@pytest.mark.parametrize("letters", LETTERS)
def test_another_address(browser: Client, letters: str) -> None:
    body = sent({"email": "new@example.org"}, "email", letters)

    response = browser.post(reverse("account_email"), body, content_type=FORM)

    assert response.status_code == 422
    assert not EmailChange.objects.exists()


def test_a_domain_is_kept_as_mail_servers_write_it(browser: Client) -> None:
    browser.post(reverse("account_email"), {"email": "Amina@Außenamt.example"})

    assert EmailChange.objects.get().new == "amina@aussenamt.example"


@pytest.mark.parametrize("field", ["name", "function", "note_reference", "email"])
def test_proposing_in_the_admin_site(
    administrator: User, state: State, field: str
) -> None:
    client = Client()
    client.force_login(administrator)
    fields = {
        "name": "Amina Dalen",
        "function": "Desk officer",
        "email": "amina@example.org",
        "language": "en",
        "role": "focal_point",
        "state": state.pk,
        "note_reference": "NV 12/2026",
        "valid_from": timezone.localdate().isoformat(),
    }

    response = client.post(
        reverse("admin:tracking_nomination_add"),
        sent(fields, field, "%00"),
        content_type=FORM,
    )

    assert field in response.context["adminform"].form.errors
    assert not Nomination.objects.waiting().exists()


@pytest.mark.parametrize(
    ("view", "arguments"),
    [
        ("workspace:measures", ["nor"]),
        ("workspace:evidence_library", ["nor"]),
        ("workspace:submissions", ["nor"]),
        ("workspace:tasks", ["nor"]),
        ("workspace:changes", ["nor"]),
        ("workspace:proposals", ["nor"]),
        ("public:measures", []),
        ("public:states", []),
        ("public:data", []),
        ("recommendations:list", []),
    ],
)
def test_addresses_with_such_letters_are_no_mistake_of_ours(
    browser: Client, view: str, arguments: list[str]
) -> None:
    for letters in LETTERS:
        for name in ("q", "page", "status", "sort", "since", "no-such-filter"):
            response = browser.get(f"{reverse(view, args=arguments)}?{name}=a{letters}")
            assert response.status_code < 500, (name, letters)
