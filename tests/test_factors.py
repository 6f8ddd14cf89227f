"""Second factors: for whom they are obligatory, how they work, how they are lost."""

import datetime
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, make_submission, make_user
from tests.mailbox import outbox
from tests.passkeys import Passkey
from tests.test_accounts import sign_in
from tests.test_nominations import browser_of, is_in
from tracking.models import (
    Cycle,
    FactorReset,
    NominationError,
    Role,
    Session,
    State,
    Submission,
    User,
)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(at: float | None = None) -> str:
    """What the app shows."""
    moment = time.time() if at is None else at
    return str(format_hotp_value(hotp_value(SECRET, int(moment) // 30)))


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


def signed_in(user: User) -> Client:
    """Through the door, with a password and nothing else so far."""
    client = Client()
    sign_in(client, user.email)
    return client


# For whom -----------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/en/desk/", "/admin/", "/en/data/submissions.csv"])
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR])
def test_the_secretariat_reaches_nothing_without_a_factor(
    db: None, role: Role, page: str
) -> None:
    client = signed_in(make_user(role))

    assert client.get(page)["Location"].endswith("/account/factors/")
    assert client.get("/en/account/factors/").status_code == 200


def test_a_focal_point_writes_but_does_not_submit_without_a_factor(
    focal_point: User, state: State, cycle: Cycle
) -> None:
    client = signed_in(focal_point)
    check = reverse("workspace:check", args=[state.key])

    assert client.get(reverse("workspace:tasks", args=[state.key])).status_code == 200
    assert "/account/factors/" in client.get(check).text
    assert client.post(check)["Location"].endswith("/account/factors/")
    assert not Submission.objects.exists()


def test_a_trial_asks_for_no_factor(
    focal_point: User, state: State, cycle: Cycle, settings: Any
) -> None:
    settings.MFA_REQUIRED = False
    reviewer = signed_in(make_user(Role.REVIEWER))
    check = reverse("workspace:check", args=[state.key])

    assert reviewer.get("/en/desk/").status_code == 200
    assert signed_in(focal_point).post(check).status_code == 422
    assert "trial" in reviewer.get("/en/account/").text


# An app that shows codes --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)  # what follows a commit belongs to the request
def test_setting_up_an_app_is_shown_once_and_lets_in_at_once() -> None:
    reviewer = make_user(Role.REVIEWER)
    client = signed_in(reviewer)
    page = client.get(reverse("mfa_activate_totp"))
    assert "<svg" in page.text
    assert "data:" not in page.text
    secret = client.session["mfa.totp.secret"]
    now = hotp_value(secret, int(time.time()) // 30)

    response = client.post(
        reverse("mfa_activate_totp"), {"code": format_hotp_value(now)}
    )

    codes = client.get(response["Location"])
    assert len(codes.context["unused_codes"]) == 10
    again = client.get(response["Location"])
    assert codes.context["unused_codes"][0] not in again.text
    assert client.get("/en/desk/").status_code == 200
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept  # encrypted
    assert any(message.to == [reviewer.email] for message in outbox())


def test_a_code_is_asked_for_and_works_once(reviewer: User) -> None:
    with_app(reviewer)
    client, other = Client(), Client()
    with time_machine.travel(timezone.now(), tick=False):
        for each in (client, other):
            assert sign_in(each, reviewer.email)["Location"].endswith("/sign-in/")
            assert "_auth_user_id" not in each.session
        first = client.post(reverse("mfa_authenticate"), {"code": code()})
        second = other.post(reverse("mfa_authenticate"), {"code": code()})

    assert first.status_code == 302
    assert client.get("/en/desk/").status_code == 200
    assert second.status_code == 200
    assert "_auth_user_id" not in other.session


def test_a_code_seen_over_a_shoulder_is_of_no_use(reviewer: User) -> None:
    with_app(reviewer)
    window = (time.time() // 60 + 1) * 60  # a code of an app lives for half of it
    with time_machine.travel(window + 1, tick=False) as clock:
        for works in (True, False):
            client = Client()
            sign_in(client, reviewer.email)
            client.post(reverse("mfa_authenticate"), {"code": code(window)})
            assert ("_auth_user_id" in client.session) is works
            clock.shift(40)  # the window after: a clock may be late


def test_without_the_last_factor_the_secretariat_is_outside_again(
    reviewer: User,
) -> None:
    client = Client()
    with_app(reviewer)
    sign_in(client, reviewer.email)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.get("/en/desk/").status_code == 200

    client.post(reverse("mfa_deactivate_totp"))

    assert client.get("/en/desk/").status_code == 302
    with later(16):
        asked = client.post(reverse("account_data_file"))
        assert "/account/confirm/" in asked["Location"]
        sent = {"password": PASSWORD, "next": "/en/account/data/"}
        client.post(asked["Location"], sent)
        assert client.post(reverse("account_data_file")).status_code == 200


def test_a_password_never_waits_in_a_session(viewer: User) -> None:
    client = browser_of(viewer)
    with later(16):
        new = "une autre phrase assez longue"
        response = client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )
        assert response.status_code == 302
        assert PASSWORD not in str(dict(client.session.items()))
    viewer.refresh_from_db()
    assert viewer.check_password(PASSWORD)


def test_a_recovery_code_works_once(reviewer: User) -> None:
    with_app(reviewer)
    (first, *_others) = RecoveryCodes.activate(reviewer).get_unused_codes()
    for works in (True, False):
        client = Client()
        sign_in(client, reviewer.email)
        client.post(reverse("mfa_authenticate"), {"code": first})
        assert ("_auth_user_id" in client.session) is works


def test_codes_are_not_guessed_without_end(reviewer: User) -> None:
    with_app(reviewer)
    for network in range(4):  # each with attempts of its own
        client = Client(REMOTE_ADDR=f"198.51.100.{network}")
        sign_in(client, reviewer.email)
        for _attempt in range(4):
            client.post(reverse("mfa_authenticate"), {"code": "000000"})

    client = Client(REMOTE_ADDR="198.51.100.9")
    sign_in(client, reviewer.email)
    client.post(reverse("mfa_authenticate"), {"code": code()})

    assert "_auth_user_id" not in client.session


def test_a_password_alone_does_not_reset_the_factor(
    client: Client, reviewer: User
) -> None:
    with_app(reviewer)

    response = sign_in(client, reviewer.email)

    assert response["Location"].endswith("/sign-in/")
    assert client.get("/admin/").status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_another_factor_ends_the_other_sessions() -> None:
    reviewer = make_user(Role.REVIEWER)
    other, client = browser_of(reviewer), browser_of(reviewer)
    page = client.get(reverse("mfa_activate_totp"))
    number = hotp_value(page.context["form"].secret, int(time.time()) // 30)
    key = client.session.session_key

    client.post(reverse("mfa_activate_totp"), {"code": format_hotp_value(number)})

    assert is_in(client)
    assert client.session.session_key != key
    assert not is_in(other)


# Passkeys -----------------------------------------------------------------------------


def add_passkey(client: Client) -> Passkey:
    page = client.get(reverse("mfa_add_webauthn"))
    passkey = Passkey()
    response = client.post(
        reverse("mfa_add_webauthn"),
        {
            "name": "Telephone",
            "passwordless": "on",
            "credential": passkey.create(page.context["js_data"]["creation_options"]),
        },
    )
    assert response.status_code == 302, page.context["form"].errors
    return passkey


def begin(client: Client, name: str) -> dict[str, Any]:
    response = client.get(reverse(name), headers={"accept": "application/json"})
    options: dict[str, Any] = response.json()["request_options"]
    return options


def test_a_passkey_signs_in_alone_and_counts_as_both_factors(reviewer: User) -> None:
    passkey = add_passkey(signed_in(reviewer))
    client = Client()
    options = begin(client, "mfa_login_webauthn")

    client.post(reverse("mfa_login_webauthn"), {"credential": passkey.get(options)})

    assert client.get("/admin/").status_code == 200


def test_a_passkey_of_a_false_site_opens_nothing(reviewer: User) -> None:
    passkey = add_passkey(signed_in(reviewer))
    passkey.origin = "https://testserver.evil.example"
    client = Client()
    options = begin(client, "mfa_login_webauthn")
    options["publicKey"]["rpId"] = "testserver.evil.example"

    client.post(reverse("mfa_login_webauthn"), {"credential": passkey.get(options)})

    assert "_auth_user_id" not in client.session


def test_a_passkey_of_somebody_who_left_opens_nothing(
    reviewer: User, administrator: User
) -> None:
    passkey = add_passkey(signed_in(reviewer))
    reviewer.nominations.get().end(by=administrator)
    client = Client()
    options = begin(client, "mfa_login_webauthn")

    response = client.post(
        reverse("mfa_login_webauthn"), {"credential": passkey.get(options)}
    )

    assert response["Location"].endswith("/account/inactive/")
    assert "_auth_user_id" not in client.session


def test_a_passkey_is_the_second_step_too(reviewer: User) -> None:
    passkey = add_passkey(signed_in(reviewer))
    client = Client()
    sign_in(client, reviewer.email)
    page = client.get(reverse("mfa_authenticate"))

    client.post(
        reverse("mfa_authenticate"),
        {"credential": passkey.get(page.context["js_data"]["request_options"])},
    )

    assert client.get("/admin/").status_code == 200


# Still the same person? ---------------------------------------------------------------


def later(minutes: int) -> Any:
    return time_machine.travel(
        timezone.now() + datetime.timedelta(minutes=minutes), tick=False
    )


def test_what_was_sent_waits_for_a_confirmation_and_then_goes_on(
    focal_point: User, state: State, cycle: Cycle
) -> None:
    client = Client()
    with_app(focal_point)
    sign_in(client, focal_point.email)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    submission = make_submission(state, cycle, by=focal_point)
    recall = reverse("workspace:recall", args=[state.key, cycle.code, 1])
    with later(16):
        asked = client.post(recall)
        assert "/account/factors/confirm/" in asked["Location"]
        assert Submission.objects.get().stage == "submitted"
        with_password = client.get("/en/account/confirm/")
        assert with_password.status_code == 302  # the factor, not the password
        done = client.post(asked["Location"], {"code": code(), "next": recall})

    assert done.status_code == 302
    submission.refresh_from_db()
    assert submission.stage == "recalled"


def test_a_confirmation_is_not_asked_for_twice_in_a_quarter_of_an_hour(
    administrator: User,
) -> None:
    client = browser_of(administrator)

    with later(14):
        assert client.get("/admin/tracking/nomination/add/").status_code == 200
    with later(16):
        assert client.get("/admin/tracking/nomination/add/").status_code == 302
        assert client.get("/admin/").status_code == 200  # reading needs none


def test_who_has_no_factor_confirms_with_the_password(
    focal_point: User, settings: Any, state: State
) -> None:
    settings.MFA_REQUIRED = False
    client = signed_in(focal_point)
    with later(16):
        asked = client.post(reverse("account_data_file"))
        page = asked["Location"]
        wrong = client.post(page, {"password": "not it", "next": "/en/account/data/"})
        assert wrong.status_code == 200
        client.post(page, {"password": PASSWORD, "next": "/en/account/data/"})
        assert client.post(reverse("account_data_file")).status_code == 200


# Lost ---------------------------------------------------------------------------------


@pytest.fixture
def second(db: None) -> User:
    return make_user(Role.ADMINISTRATOR)


def asked_for(user: User, by: User) -> FactorReset:
    browser_of(by).post(
        reverse("admin:tracking_factorreset_add"),
        {"user": user.pk, "called_back": "Ms Example, mission, 01 234"},
    )
    return FactorReset.objects.get()


def test_lost_factors_are_taken_away_by_two_people_a_day_later(
    focal_point: User, administrator: User, second: User, state: State
) -> None:
    with_app(focal_point)
    alternate = make_user(Role.ALTERNATE, state)
    reset = asked_for(focal_point, administrator)
    page = reverse("admin:tracking_factorreset_change", args=[reset.pk])
    told = {message.to[0] for message in outbox()}
    assert told == {focal_point.email, alternate.email}

    browser_of(second).post(page, {"verb": "confirm"})
    assert Authenticator.objects.filter(user=focal_point).exists()
    with later(24 * 60 + 1):
        browser_of(administrator).post(page, {"verb": "confirm"})
        assert Authenticator.objects.filter(user=focal_point).exists()
        browser = browser_of(focal_point)
        browser_of(second).post(page, {"verb": "confirm"})
        assert not is_in(browser)
        told_twice = [m for m in outbox() if m.to == [focal_point.email]]
    assert not Authenticator.objects.filter(user=focal_point).exists()
    assert len(told_twice) == 2


def test_nobody_takes_away_their_own(administrator: User, second: User) -> None:
    with_app(second)
    reset = asked_for(second, administrator)

    with later(24 * 60 + 1), pytest.raises(NominationError):
        reset.confirm(by=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.update(confirmed_by=administrator)


def test_a_reset_that_was_cancelled_takes_nothing_away(
    focal_point: User, administrator: User, second: User
) -> None:
    with_app(focal_point)
    reset = asked_for(focal_point, administrator)
    reset.cancel()

    with later(24 * 60 + 1), pytest.raises(NominationError):
        reset.confirm(by=second)


def test_an_administrator_sees_kinds_and_nothing_that_opens(
    focal_point: User, administrator: User
) -> None:
    with_app(focal_point)
    page = browser_of(administrator).get(
        reverse("admin:tracking_user_change", args=[focal_point.pk])
    )

    assert "TOTP" in page.text
    assert SECRET not in page.text
    assert Session.objects.exists()
