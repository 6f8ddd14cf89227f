"""Tokens: how they are made, kept, seen and revoked."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_token,
)
from tests.machines import (
    OWN_API,
    answered,
    kill,
    machine,
    signed_in,
)
from tracking.models import (
    AuditEntry,
    Cycle,
    Message,
    Scope,
    State,
    Token,
    User,
)

__all__ = ["answered"]


# The secret ------------------------------------------------------------------------


def test_the_secret_is_kept_nowhere(focal_point: User, client: Client) -> None:
    client.force_login(focal_point)
    page = make(client)
    secret = page.context["secret"]

    assert secret in page.text
    assert secret not in client.get(TOKENS).text
    assert secret not in str(client.session.items())
    assert secret not in str(page.cookies)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT count(*) FROM {name} AS t WHERE strpos(t::text, %s) > 0",  # noqa: S608 - a name of the database's own
                [secret[12:]],
            )
            assert cursor.fetchone()[0] == 0, table


def test_secrets_are_long_and_never_the_same(focal_point: User) -> None:
    secrets = {make_token(focal_point)[1] for _ in range(5)}

    assert len(secrets) == 5
    # 43 characters of 64 kinds hold 256 bits.
    assert all(len(each.removeprefix("suivi_")) == 43 for each in secrets)


def test_no_token_lasts_longer_than_a_year(focal_point: User) -> None:
    token, _secret = make_token(focal_point)
    longer = token.made_at + datetime.timedelta(days=365, seconds=1)

    with pytest.raises(IntegrityError, match="year_at_most"), transaction.atomic():
        Token.objects.filter(pk=token.pk).update(expires_at=longer)


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_token_opens_something_that_exists(
    focal_point: User, scopes: list[str]
) -> None:
    token, _secret = make_token(focal_point)

    with pytest.raises(IntegrityError, match="opens_something"), transaction.atomic():
        Token.objects.filter(pk=token.pk).update(scopes=scopes)


def test_what_becomes_of_a_token_is_in_the_chain(
    focal_point: User, answered: State
) -> None:
    token, _secret = make_token(focal_point)
    token.revoke(by=focal_point)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    verbs = AuditEntry.objects.filter(table="tracking_token", chain=answered.pk)

    assert list(verbs.values_list("verb", flat=True)) == ["insert", "update"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# The page --------------------------------------------------------------------------


TOKENS = "/en/my/nor/tokens/"


def make(client: Client, **fields: Any) -> Any:
    once = client.get(TOKENS).context["form"]["once"].value()
    values = {
        "label": "Register",
        "scopes": [Scope.READ_DRAFTS],
        "days": 30,
        "once": once,
    }
    return client.post(TOKENS, values | fields)


def test_a_focal_point_makes_a_token_that_opens(
    answered: State, focal_point: User
) -> None:
    secret = make(signed_in(focal_point)).context["secret"]

    token = Token.objects.get()
    assert (token.state, token.made_by) == (answered, focal_point)
    assert token.scopes == [Scope.READ_DRAFTS]
    assert 29 <= (token.expires_at - timezone.now()).days <= 30
    assert machine(secret).get(f"{OWN_API}answers/").status_code == 200


def test_a_page_sent_twice_makes_one_token(focal_point: User, state: State) -> None:
    client = signed_in(focal_point)
    once = client.get(TOKENS).context["form"]["once"].value()
    make(client, once=once)

    again = make(client, once=once)

    assert again.status_code == 302
    assert Token.objects.count() == 1
    assert "was made already" in client.get(TOKENS).text


@pytest.mark.parametrize(
    "wrong",
    [{"label": ""}, {"scopes": []}, {"scopes": ["all"]}, {"days": 366}, {"days": ""}],
)
def test_a_token_says_what_it_is_for(
    focal_point: User, state: State, wrong: dict[str, Any]
) -> None:
    response = make(signed_in(focal_point), **wrong)

    assert response.status_code == 422
    assert not Token.objects.exists()


def test_making_one_asks_who_it_is(focal_point: User, state: State) -> None:
    client = signed_in(focal_point)
    once = client.get(TOKENS).context["form"]["once"].value()
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
        response = client.post(
            TOKENS, {"label": "x", "scopes": ["drafts:read"], "days": 30, "once": once}
        )

    assert "/account/confirm/" in response["Location"]
    assert not Token.objects.exists()


def test_both_who_act_for_the_state_are_told(
    focal_point: User, alternate: User, contributor: User, stranger: User, cycle: Cycle
) -> None:
    make(signed_in(focal_point), label="Zimtstern")

    told = Message.objects.filter(kind="token")
    assert {message.user for message in told} == {focal_point, alternate}
    message = told[0]
    words = " ".join([message.title, *message.sentences])
    assert "suivi_" in message.title
    assert "Zimtstern" not in words
    assert message.get_absolute_url().endswith("/my/nor/tokens/")


def test_the_alternate_revokes_with_one_click(
    answered: State, focal_point: User, alternate: User
) -> None:
    token, secret = make_token(focal_point)
    client = signed_in(alternate)

    response = client.post(reverse("workspace:revoke_token", args=["nor", token.pk]))

    assert response["Location"] == TOKENS
    assert machine(secret).get(f"{OWN_API}answers/").status_code == 401
    assert f"Revoked by {alternate.name}" in client.get(TOKENS).text


def test_a_stranger_revokes_nothing(
    focal_point: User, stranger: User, other_state: State
) -> None:
    token, _secret = make_token(focal_point)
    client = signed_in(stranger)

    for iso3 in ("nor", "ita"):
        address = reverse("workspace:revoke_token", args=[iso3, token.pk])
        assert client.post(address).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_page_says_why_each_ended(focal_point: User, alternate: User) -> None:
    for how in ("expired", "its maker left"):
        kill(make_token(alternate)[0], how)
    page = signed_in(focal_point).get(TOKENS).text

    assert "Expired on" in page
    assert "no longer acts in the name of your State" in page
    assert "No token is in force" in page


def test_administrators_see_and_revoke(
    focal_point: User,
    administrator: User,
    reviewer: User,
    security_log: list[dict[str, Any]],
) -> None:
    token, _secret = make_token(focal_point)
    address = reverse("admin:tracking_token_change", args=[token.pk])
    client = signed_in(administrator)

    assert str(token) in client.get(reverse("admin:tracking_token_changelist")).text
    page = client.get(address).text
    assert token.digest not in page
    assert signed_in(reviewer).get(address).status_code == 403
    client.post(address, {"verb": "revoke"})

    token.refresh_from_db()
    assert token.revoked_by == administrator
    assert [
        (line["event"], line["act"], line["token"])
        for line in security_log
        if line["event"] in ("token", "nomination")
    ] == [("token", "revoke", token.pk)]


def test_a_digest_is_not_asked_for_letter_by_letter(
    focal_point: User, administrator: User
) -> None:
    make_token(focal_point)
    address = reverse("admin:tracking_token_changelist")

    page = signed_in(administrator).get(f"{address}?digest__startswith=a")

    assert page.status_code in (302, 400)


def test_a_revoked_token_stays_revoked(focal_point: User, alternate: User) -> None:
    token, _secret = make_token(focal_point)
    token.revoke(by=focal_point)
    first = token.revoked_at
    token.revoke(by=alternate)

    assert (token.revoked_at, token.revoked_by) == (first, focal_point)
