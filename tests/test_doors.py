"""Every place that takes a credential, what it answers, and how often it is tried."""

import base64
import datetime
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from allauth.account import app_settings as account_settings
from allauth.mfa import app_settings as factor_settings
from django.conf import settings as project
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, make_state, make_user
from tests.mailbox import outbox
from tests.test_access import ADDRESSES
from tests.test_accounts import (
    LOGIN,
    NEW_PASSWORD,
    choose_password,
    link_in,
    sign_in,
)
from tests.test_factors import code, with_app
from tracking.accounts.guard import (
    FRESH_WHEN_OPENED,
    FRESH_WHEN_SENT,
    IN_THE_NAME_OF_A_STATE,
    must_be_fresh,
)
from tracking.accounts.invitations import invite
from tracking.models import Nomination, Role, State, Tally, User

# Addresses at which a secret opens something, and what guards each.
DOORS = {
    "account_login": "password; 5 in 15 min per account and network, then slower",
    "admin:login": "none of its own: leads to the one above",
    "mfa_authenticate": "code or passkey after the password; 10 codes an hour",
    "mfa_login_webauthn": "passkey; nothing that could be guessed",
    "account_reset_password": "address; 3 an hour, slower from a busy network",
    "account_reset_password_from_key": "link of a mail: signed, once",
    "account_invite_again": "link of a mail, too old: brings a new one; 3 an hour",
    "account_confirm_email": "link of a mail: signed, once, both ends",
    "account_reauthenticate": "password, signed in; 10 an hour",
    "mfa_reauthenticate": "code, signed in; 10 an hour",
    "mfa_reauthenticate_webauthn": "passkey, signed in",
    "account_change_password": "password, signed in, confirmed; 5 an hour",
    "account_email": "signed in, confirmed; 5 an hour",
    # So does the rest of the API take one, which visitors read without.
    **dict.fromkeys(
        (
            "own:answers",
            "own:answer",
            "own:measures",
            "own:measure",
            "own:evidence_list",
            "own:evidence",
            "own:submissions",
            "own:submission",
        ),
        "token of a State; 20 failures an hour per network",
    ),
}
# Of the same folders, and no door: they need a session, and give none.
NO_DOORS = [
    "account_index",
    "account_logout",
    "account_inactive",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_end_sessions",
    "account_data",
    "account_data_file",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "people:people",
    "people:invite",
    "people:end",
    "people:resend",
]
# Open to visitors, and they take no secret.
OPEN = re.compile(r"(public|recommendations|exports|api):|healthz$|root$|csp_reports$")


def modules_of(callback: Any) -> str:
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    return str((view or callback).__module__)


def test_every_door_is_in_the_list() -> None:
    found = set()
    for name, pattern in ADDRESSES.items():
        callback: Any = pattern.callback
        open_to_visitors = not getattr(callback, "login_required", True)
        of_accounts = modules_of(callback).startswith(
            ("allauth", "tracking.accounts.v")
        )
        if of_accounts or (open_to_visitors and not OPEN.match(name)):
            found.add(name)

    assert found == {*DOORS, *NO_DOORS}
    assert not set(DOORS) & set(NO_DOORS)


def test_nothing_else_authenticates() -> None:
    assert project.AUTHENTICATION_BACKENDS == [
        "tracking.accounts.backends.NominationBackend"
    ]
    assert project.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"] == [
        "tracking.requests.token_auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ]
    assert "allauth.socialaccount" not in project.INSTALLED_APPS


def test_a_password_in_a_header_opens_nothing(reviewer: User, client: Client) -> None:
    pair = base64.b64encode(f"{reviewer.email}:{PASSWORD}".encode()).decode()
    page = client.get("/en/desk/", headers={"authorization": f"Basic {pair}"})

    assert page.status_code == 302


@pytest.mark.parametrize("page", ["/admin/", "/admin/login/", "/admin/tracking/user/"])
def test_the_admin_takes_no_password(db: None, reviewer: User, page: str) -> None:
    client = Client()
    answers = [
        client.get(page),
        client.post(page, {"username": reviewer.email, "password": PASSWORD}),
    ]

    assert all("/login/" in answer["Location"] for answer in answers)
    assert "_auth_user_id" not in client.session


def test_the_guard_names_addresses_that_exist() -> None:
    assert (
        set(ADDRESSES) >= FRESH_WHEN_SENT | FRESH_WHEN_OPENED | IN_THE_NAME_OF_A_STATE
    )


def test_whatever_the_secretariat_changes_asks_who_it_is() -> None:
    changing = [name for name in ADDRESSES if name.startswith("admin:")]

    # Words that are only kept, by the page itself while they are typed, decide nothing.
    assert [n for n in changing if not must_be_fresh(n, True)] == ["admin:draft"]


# The same answer to everybody ---------------------------------------------------------


@pytest.fixture
def people(state: State, viewer: User) -> dict[str, str]:
    """Addresses of every kind of account there is."""
    closed = make_user(Role.VIEWER, state)
    closed.nominations.get().end(by=None)
    inactive = make_user(Role.VIEWER, state)
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    invited = make_user(Role.VIEWER, state, password=None)
    return {
        "unknown": "nobody@example.org",
        "known": viewer.email,
        "ended": closed.email,
        "closed with its password": inactive.email,
        "invited": invited.email,
    }


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every password that is hashed: the only work that takes long."""
    done: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(self: Any, password: str, *args: Any, **kwargs: Any) -> Any:
        done.append(password)
        return encode(self, password, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    yield done


def shape(response: Any, email: str) -> tuple[int, str, list[tuple[str, str]]]:
    body = response.content.decode().replace(email, "EMAIL")
    body = re.sub(r'csrfmiddlewaretoken" value="\w+', "", body)
    # The address may stand on the page; each request has a number of its own.
    apart = ("Expires", "Content-Length", "X-Request-ID")
    headers = {k: v for k, v in response.items() if k not in apart}
    return response.status_code, body, sorted(headers.items())


@pytest.mark.parametrize(
    ("page", "more"),
    [(LOGIN, {"password": "not the password"}), ("/fr/account/password/reset/", {})],
)
def test_the_same_answer_and_the_same_work_for_every_address(
    people: dict[str, str], hashes: list[str], page: str, more: dict[str, str]
) -> None:
    answers, work, mails = {}, {}, {}
    for kind, email in people.items():
        hashes.clear()
        outbox().clear()
        fields = {"login": email, "email": email, **more}
        answers[kind] = shape(Client().post(page, fields), email)
        work[kind], mails[kind] = len(hashes), len(outbox())

    first = answers["unknown"]
    assert {kind: answer == first for kind, answer in answers.items()} == dict.fromkeys(
        people, True
    )
    assert len(set(work.values())) == 1, work
    assert len(set(mails.values())) == 1, mails


def test_the_right_password_of_a_closed_account_is_answered_like_a_wrong_one(
    people: dict[str, str],
) -> None:
    closed = people["closed with its password"]
    right = shape(sign_in(Client(), closed), closed)
    wrong = shape(sign_in(Client(), "nobody@example.org"), "nobody@example.org")

    assert right == wrong


# How often ----------------------------------------------------------------------------


def tries(email: str, number: int, network: str = "198.51.100.7") -> list[Any]:
    client = Client(REMOTE_ADDR=network)
    return [sign_in(client, email, "not the password") for _try in range(number)]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def later(**time: float) -> None:
    """Let time pass for what is counted; the database's clock does not travel."""
    Tally.objects.update(until=F("until") - datetime.timedelta(**time))


MINISTRY = "198.51.100.7"


@pytest.fixture
def busy(state: State) -> str:
    """A network from which much has failed, on accounts that exist and that do not."""
    for number in range(12):
        user = make_user(Role.VIEWER, state)
        for email in (user.email, f"nobody{number}@example.org"):
            answers = tries(email, 3, MINISTRY)
            assert {answer.status_code for answer in answers} == {200}
    return MINISTRY


def test_a_network_alone_locks_nobody_out(busy: str, viewer: User) -> None:
    for _time in range(2):
        colleague = Client(REMOTE_ADDR=busy)
        page = sign_in(colleague, viewer.email)

        assert page.status_code == 302
        assert is_in(colleague)


def test_a_network_slows_down_who_fails_there(busy: str, viewer: User) -> None:
    """After each failure one waits, longer each time; then the right one is heard."""
    assert waits_heard(viewer.email, busy) == [True, False, True, False, True]
    colleague = Client(REMOTE_ADDR=busy)
    sign_in(colleague, viewer.email)
    assert not is_in(colleague)

    later(minutes=5)
    sign_in(colleague, viewer.email)
    assert is_in(colleague)
    # That gave the network nothing back.
    assert waits_heard(viewer.email, busy)[:2] == [True, False]
    elsewhere = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(elsewhere, viewer.email, "not the password")
    sign_in(elsewhere, viewer.email)
    assert is_in(elsewhere)


def waits_heard(email: str, network: str) -> list[bool]:
    """Whether wrong tries were heard, after so many minutes each."""
    heard = []
    for minutes in (0, 0.5, 0.6, 1, 1.1):
        later(minutes=minutes)
        [page] = tries(email, 1, network)
        heard.append("too_many_login_attempts" not in codes_of(page))
    return heard


def test_an_account_under_attack_stays_open_to_its_owner(viewer: User) -> None:
    for network in range(13):
        # Slowly: the count lasts for the day.
        later(minutes=20)
        tries(viewer.email, 4, f"203.0.113.{network}")
    told = [m for m in outbox() if m.to == [viewer.email]]
    assert len(told) == 1

    owner = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(owner, viewer.email)

    assert is_in(owner)


def test_under_attack_each_network_waits_longer_and_longer(viewer: User) -> None:
    for network in range(13):
        tries(viewer.email, 4, f"203.0.113.{network}")

    found = waits_heard(viewer.email, "192.0.2.9")

    assert found == [True, False, True, False, True]


def test_another_password_begins_anew(viewer: User) -> None:
    tries(viewer.email, 6, MINISTRY)
    client = Client(REMOTE_ADDR=MINISTRY)
    client.post("/en/account/password/reset/", {"email": viewer.email})

    choose_password(client, link_in(outbox()[-1]))
    sign_in(client, viewer.email, NEW_PASSWORD)

    assert is_in(client)


def test_a_stranger_with_the_password_uses_up_no_codes_of_the_owner(
    reviewer: User,
) -> None:
    with_app(reviewer)
    owner = Client(REMOTE_ADDR=MINISTRY)
    sign_in(owner, reviewer.email)
    owner.post(reverse("mfa_authenticate"), {"code": code()})
    assert is_in(owner)
    for number in range(4):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{number}")
        sign_in(stranger, reviewer.email)
        for _try in range(4):
            page = stranger.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert codes_of(page) == ["too_many_login_attempts"]

    again = Client(REMOTE_ADDR=MINISTRY)
    sign_in(again, reviewer.email)
    again.post(reverse("mfa_authenticate"), {"code": code(time.time() + 30)})

    assert is_in(again)
    for _try in range(10):
        client = Client(REMOTE_ADDR=MINISTRY)
        sign_in(client, reviewer.email)
        page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert codes_of(page) == ["too_many_login_attempts"]


def test_a_ministry_asks_for_links_for_all_its_people(state: State) -> None:
    client = Client(REMOTE_ADDR=MINISTRY)
    people = [make_user(Role.VIEWER, state).email for _ in range(25)]

    def ask(email: str, client: Client = client) -> int:
        page = client.post("/en/account/password/reset/", {"email": email})
        return page.status_code

    assert {ask(email) for email in people} == {302}
    assert {message.to[0] for message in outbox()} == {*people}
    # Many have asked from there: from now on once an hour for each, known or not.
    for email in (people[-1], "nobody@example.org"):
        assert [ask(email), ask(email)][-1] == 429
        assert ask(email, Client(REMOTE_ADDR="192.0.2.1")) == 302


def test_who_holds_no_invitation_uses_up_none(state: State) -> None:
    user = make_user(Role.VIEWER, state, password=None)
    invite(user)
    link = link_in(outbox()[-1])
    with time_machine.travel(timezone.now() + datetime.timedelta(days=11)):
        stranger, invited = Client(), Client()
        page = invited.get(link, follow=True)
        address = re.search(r'action="([^"]+/invitation/[^"]+)"', page.content.decode())
        assert address
        codes = [stranger.post(address[1]).status_code for _try in range(4)]
        assert codes == [302, 302, 302, 429]

        codes = [invited.post(address[1]).status_code for _try in range(4)]

    assert codes == [302, 302, 302, 429]


def test_no_limit_of_the_library_counts_networks() -> None:
    """The library merges its own limits, by network, with those that are named."""
    reached = {"login", "login_failed", "reset_password", "reset_password_from_key"}
    reached |= {"reauthenticate", "change_password", "webauthn_login"}
    limits = {**account_settings.RATE_LIMITS, **factor_settings.RATE_LIMITS}
    assert [n for n in reached if "ip" in (limits[n] or "").split("/")] == []


def codes_of(page: Any) -> list[str]:
    return [
        error.code
        for errors in page.context["form"].errors.as_data().values()
        for error in errors
    ]


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_are_counted_once_each(hashes: list[str]) -> None:
    """Each thread has its own connection, as each process has."""
    user = make_user(Role.VIEWER, make_state("NOR"))
    hashes.clear()

    def attempt(number: int) -> None:
        try:
            client = Client(REMOTE_ADDR="198.51.100.7")
            sign_in(client, user.email, f"wrong {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, range(18)))

    # What was heard cost work; what was refused did not.
    assert 1 <= len(hashes) <= 5


def test_waiting_nominations_open_nothing(administrator: User, state: State) -> None:
    nomination = Nomination.objects.propose(
        by=administrator,
        state=state,
        role=Role.FOCAL_POINT,
        name="A",
        email="a@example.org",
        language="en",
    )
    client = Client()
    client.force_login(nomination.user)

    assert client.get(reverse("workspace:home")).status_code == 302
    client.post("/en/account/password/reset/", {"email": "a@example.org"})
    assert "/password/reset/key/" not in outbox()[0].body
