"""Mails about accounts leave by the worker: told by nothing, lost by nothing."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.mailbox import outbox
from tracking.accounts.invitations import invite
from tracking.accounts.mails import send_account_mails
from tracking.models import AccountMail, User
from tracking.models.messages.messages import Mailing
from tracking.worker.schedule import forget_what_passed

RESET = "/en/account/password/reset/"


class Away(BaseEmailBackend):
    """A mail server that does not answer."""

    def open(self) -> bool:
        raise ConnectionRefusedError


@pytest.fixture
def away(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.test_account_mails.Away"


def asked(email: str) -> list[str]:
    """The queries of asking for a password, without what they are about."""
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert Client().post(RESET, {"email": email}).status_code == 302
    return [re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in found]


def test_known_and_unknown_addresses_make_the_same_queries(focal_point: User) -> None:
    asked("warm@example.org")

    known, unknown = asked(focal_point.email), asked("nobody@example.org")

    assert known == unknown
    assert not any("tracking_user" in each for each in known[:-1])


def test_no_request_speaks_to_the_mail_server(
    focal_point: User, viewer: User, away: None
) -> None:
    browser = Client()
    browser.force_login(focal_point)

    browser.post(RESET, {"email": viewer.email})
    browser.post(
        reverse("people:invite", args=["nor"]),
        {"name": "A", "email": "a@example.org", "language": "en", "role": "viewer"},
    )
    browser.post(reverse("account_email"), {"email": "b@example.org"})

    waiting = AccountMail.objects.filter(mailing=Mailing.WAITING)
    assert sorted(waiting.values_list("template", flat=True)) == [
        "email_change",
        "email_change",
        "invitation",
        "password_reset_key",
    ]
    assert not mail.outbox


def test_no_link_rests_in_the_database(focal_point: User) -> None:
    Client().post(RESET, {"email": focal_point.email})
    invite(focal_point)

    rows = str(list(AccountMail.objects.values()))

    assert "/password/" not in rows
    for message in outbox():
        assert "/password/reset/key/" in message.body


def test_a_mail_server_that_is_away_loses_nothing(
    focal_point: User, settings: Any
) -> None:
    here = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.test_account_mails.Away"
    Client().post(RESET, {"email": focal_point.email})
    assert send_account_mails() == 0
    settings.EMAIL_BACKEND = here
    assert send_account_mails() == 0  # not yet

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2)):
        assert send_account_mails() == 1
    assert mail.outbox[0].to == [focal_point.email]


def test_what_a_dead_worker_held_is_sent_by_the_next(focal_point: User) -> None:
    Client().post(RESET, {"email": focal_point.email})
    assert AccountMail.objects.claim()
    assert send_account_mails() == 0

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        assert send_account_mails() == 1


def test_two_workers_send_one(focal_point: User) -> None:
    Client().post(RESET, {"email": focal_point.email})

    assert AccountMail.objects.claim() is not None
    assert AccountMail.objects.claim() is None


def test_administrators_see_whom_no_mail_reaches(
    administrator: User, viewer: User, away: None
) -> None:
    browser = Client()
    browser.force_login(administrator)
    people = reverse("admin:tracking_user_changelist")
    invite(viewer)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(7):
            send_account_mails()
            clock.shift(25 * 3600)
    User.objects.filter(pk=administrator.pk).update(language="en")
    browser.force_login(administrator)

    page = browser.get(people, {"mail": "lost"})

    [row] = page.context["cl"].result_list
    assert row == viewer
    assert "could not be delivered" in page.content.decode()


def test_the_flag_goes_when_a_mail_arrives(administrator: User, viewer: User) -> None:
    AccountMail.objects.create(
        template="invitation",
        to=viewer.email,
        language="fr",
        mailing=Mailing.GIVEN_UP,
        mailed_at=timezone.now() - datetime.timedelta(days=1),
    )
    browser = Client()
    browser.force_login(administrator)
    people = reverse("admin:tracking_user_changelist")
    lost = browser.get(people, {"mail": "lost"}).context["cl"].result_list
    assert list(lost) == [viewer]

    invite(viewer)
    send_account_mails()

    assert not browser.get(people, {"mail": "lost"}).context["cl"].result_list


def test_an_invitation_that_ended_meanwhile_is_not_sent(viewer: User) -> None:
    invite(viewer)
    User.objects.filter(pk=viewer.pk).update(is_active=False)

    assert not outbox()
    assert AccountMail.objects.get().mailing == Mailing.NONE


def test_what_was_sent_is_forgotten_after_a_month(viewer: User) -> None:
    invite(viewer)
    send_account_mails()
    invite(viewer)

    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        forget_what_passed()

    assert [row.mailing for row in AccountMail.objects.all()] == [Mailing.WAITING]
