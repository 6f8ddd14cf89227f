"""Mails of messages: one each, tried again, never twice, without a word of a draft."""

import datetime
import smtplib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from config.addresses import sealed
from tests.canary import OWN, Canary
from tests.factories import (
    make_state,
    make_user,
)
from tests.test_canary import WORD
from tracking.models import (
    OPEN_STAGES,
    Access,
    Assessment,
    Assignment,
    Mailing,
    Message,
    MessageKind,
    Proposal,
    ReviewTurn,
    Role,
    State,
    Submission,
    User,
    tell_of_closing,
    tell_of_the_week,
)
from tracking.models.messages.messages import CLAIM_LASTS, PAUSES
from tracking.worker import schedule
from tracking.worker.mail import mail_of, send_due

BACKEND = "tests.test_mails.Trouble"


class Trouble(EmailBackend):
    """A mail server that fails as a test wants it to, before or while it takes."""

    on_open: list[Exception] = []
    on_send: list[Exception] = []

    def open(self) -> None:
        if self.on_open:
            raise self.on_open.pop(0)

    def send_messages(self, messages: Any) -> int:
        if self.on_send:
            raise self.on_send.pop(0)
        return super().send_messages(messages)


@pytest.fixture
def trouble() -> Iterator[type[Trouble]]:
    with override_settings(EMAIL_BACKEND=BACKEND):
        yield Trouble
    Trouble.on_open.clear()
    Trouble.on_send.clear()


def tell(user: User, key: str = "acceptance 1") -> Message:
    Message.objects.tell(
        MessageKind.ACCEPTANCE,
        [user],
        key=key,
        state=user.state,
        facts={"cycle": "2026", "number": 1},
    )
    return Message.objects.get(user=user, key=key)


def mailing(message: Message) -> Mailing:
    message.refresh_from_db()
    return Mailing(message.mailing)


# What a mail says ----------------------------------------------------------------


def test_a_mail_names_the_state_and_leads_to_the_inbox(focal_point: User) -> None:
    focal_point.language = "en"
    focal_point.save()
    message = tell(focal_point)

    assert send_due() == 1

    [sent] = mail.outbox
    assert sent.to == [focal_point.email]
    assert sent.subject == "NOR en – Submission 2026/1 was accepted"
    assert f"{settings.BASE_URL}/en/my/inbox/{sealed(message.pk)}/" in sent.body
    assert f"{settings.BASE_URL}/en/my/inbox/settings/" in sent.body
    assert mailing(message) == Mailing.SENT


@pytest.mark.parametrize("language", ["ar", "zh", "en", "fr", "ru", "es"])
def test_a_mail_is_in_the_language_of_its_reader(
    focal_point: User, language: str
) -> None:
    focal_point.language = language
    focal_point.save()
    tell(focal_point)

    send_due()

    [sent] = mail.outbox
    assert sent.subject.startswith(f"NOR {language} ")
    assert f"{settings.BASE_URL}/{language}/my/inbox/" in sent.body


def test_no_control_character_enters_a_header(state: State) -> None:
    for code in ("en", "fr"):
        setattr(state, f"name_{code}", "Nor\r\nBcc: everybody@example.org\x07way")
    state.save()
    tell(make_user(Role.FOCAL_POINT, state))

    send_due()

    [sent] = mail.outbox
    assert "\nBcc" not in str(sent.message())
    assert sent.recipients() == sent.to


def test_what_waits_for_one_person_is_one_mail(focal_point: User, viewer: User) -> None:
    for number in range(3):
        tell(focal_point, f"acceptance {number}")
    tell(viewer)

    assert send_due() == 2

    first, _second = mail.outbox
    assert first.to == [focal_point.email]
    assert first.body.count("/my/inbox/") == 4


def test_no_mail_holds_a_word_of_a_state(db: None, settings: Any) -> None:
    settings.ALARM_READINGS = 0  # so that one reading is unusually much
    canary = Canary()
    share(canary)
    sent = Submission.objects.filter(state=canary.states[0]).latest("pk")
    Access.objects.read(sent, by=canary.reviewer)
    today = timezone.localdate()
    schedule.tell_of_the_cycle()
    closing = canary.cycles["2026"]
    closing.closes_on = today + datetime.timedelta(days=3)
    closing.save()
    schedule.tell_of_the_cycle()
    tell_of_closing(closing, today)
    tell_of_a_turn(canary)

    send_due()
    for each in mail.outbox:
        assert not WORD.search(f"{each.subject} {each.body}")

    # A week names people, to those who answer for the same State.
    mail.outbox.clear()
    tell_of_the_week(today - datetime.timedelta(days=6), today)
    send_due()
    for each in mail.outbox:
        own = User.objects.filter(state__users__email=each.to[0])
        found = {*WORD.findall(f"{each.subject} {each.body}")}
        assert found <= {*own.values_list("name", flat=True)}

    # What who audits is told holds digests and names of jobs alone, and has tests of
    # its own.
    told = set(Message.objects.values_list("kind", flat=True))
    apart = {MessageKind.FAULTS, MessageKind.HEADS, MessageKind.OVERDUE}
    assert told == {*MessageKind} - apart
    assert not Message.objects.exclude(mailing=Mailing.SENT).exists()
    for facts in Message.objects.values_list("facts", flat=True):
        assert not WORD.search(str(facts))


def tell_of_a_turn(canary: Canary) -> None:
    """A colleague hands a review over."""
    sent = Submission.objects.filter(stage__in=OPEN_STAGES).latest("pk")
    ReviewTurn.objects.give(sent, to=canary.reviewer, by=make_user(Role.REVIEWER))


def share(canary: Canary) -> None:
    """Give an answer to a contributor, who proposes, in words of the State."""
    answer = Assessment.objects.filter(state=canary.states[0]).latest("pk")
    by, to = (canary.users[f"{role} NOR"] for role in ("focal_point", "contributor"))
    assert isinstance(by, User)
    assert isinstance(to, User)
    word = canary.words.make(answer.state, OWN, "asked and proposed")
    Assignment.objects.assign(answer, to=to, by=by, note=word)
    Proposal.objects.propose(
        state=answer.state,
        recommendation=answer.recommendation,
        by=to,
        view="workspace:assessment",
        arguments={"iso3": "nor", "place": answer.recommendation.key},
        payload={"law": [word]},
        ready=True,
    )


# Who does not get one --------------------------------------------------------------


def test_a_kind_that_is_switched_off_stays_in_the_inbox(focal_point: User) -> None:
    focal_point.muted = ["acceptance"]
    focal_point.save()
    message = tell(focal_point)

    assert send_due() == 0

    assert mail.outbox == []
    assert mailing(message) == Mailing.NONE
    assert Message.objects.of(focal_point).unread().get() == message


def test_only_the_kind_that_is_switched_off_is_left_out(focal_point: User) -> None:
    focal_point.muted = ["opening"]
    focal_point.save()

    message = tell(focal_point)
    send_due()

    assert mailing(message) == Mailing.SENT


def test_an_account_closed_meanwhile_gets_none(focal_point: User) -> None:
    message = tell(focal_point)
    focal_point.is_active = False
    focal_point.save()

    assert send_due() == 0
    assert mailing(message) == Mailing.NONE


# When it fails -----------------------------------------------------------------------


def test_a_mail_is_tried_again_after_growing_pauses(
    focal_point: User, trouble: type[Trouble]
) -> None:
    message = tell(focal_point)
    trouble.on_open += [ConnectionRefusedError()] * 2
    with time_machine.travel(timezone.now(), tick=False) as clock:
        send_due()
        assert mailing(message) == Mailing.WAITING
        assert message.mail_error == "ConnectionRefusedError"
        send_due()
        assert message.attempts == 1

        clock.shift(PAUSES[0] + datetime.timedelta(seconds=1))
        send_due()
        clock.shift(PAUSES[0] + datetime.timedelta(seconds=1))
        send_due()
        assert mailing(message) == Mailing.WAITING  # the second pause is longer

        clock.shift(PAUSES[1])
        assert send_due() == 1
        assert mailing(message) == Mailing.SENT
        assert send_due() == 0

    assert len(mail.outbox) == 1


def test_a_mail_is_given_up_in_the_end(
    focal_point: User, trouble: type[Trouble]
) -> None:
    message = tell(focal_point)
    trouble.on_send += [smtplib.SMTPDataError(451, b"later")] * 99
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(len(PAUSES) + 3):
            send_due()
            clock.shift(max(PAUSES))

    assert mailing(message) == Mailing.GIVEN_UP
    assert message.attempts == len(PAUSES) + 1
    assert Message.objects.of(focal_point).get() == message


@pytest.mark.parametrize(
    "error", [smtplib.SMTPServerDisconnected(), TimeoutError(), ConnectionResetError()]
)
def test_what_may_have_arrived_is_not_sent_again(
    focal_point: User, trouble: type[Trouble], error: Exception
) -> None:
    message = tell(focal_point)
    trouble.on_send += [error]

    send_due()

    assert mailing(message) == Mailing.UNCERTAIN
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert send_due() == 0
    assert mail.outbox == []


def test_a_mail_of_a_dead_worker_is_not_sent_again(focal_point: User) -> None:
    message = tell(focal_point)
    assert Message.objects.claim() == [message]  # and the process died

    assert send_due() == 0
    assert mailing(message) == Mailing.CLAIMED
    with time_machine.travel(timezone.now() + CLAIM_LASTS * 2):
        assert send_due() == 0

    assert mailing(message) == Mailing.UNCERTAIN
    assert mail.outbox == []
    assert Message.objects.of(focal_point).unread().get() == message


def test_a_worker_that_is_told_to_stop_begins_no_other_mail(focal_point: User) -> None:
    message = tell(focal_point)
    stop = threading.Event()
    stop.set()

    assert send_due(stop) == 0
    assert mailing(message) == Mailing.WAITING


def test_one_bad_address_holds_up_nobody_else(
    focal_point: User, viewer: User, trouble: type[Trouble]
) -> None:
    refused = {"x@example.org": (550, b"unknown")}
    first, second = tell(focal_point), tell(viewer)
    trouble.on_send += [smtplib.SMTPRecipientsRefused(refused)]

    assert send_due() == 1

    assert (mailing(first), mailing(second)) == (Mailing.WAITING, Mailing.SENT)


def test_an_error_is_kept_by_its_kind_alone(
    focal_point: User, trouble: type[Trouble], caplog: pytest.LogCaptureFixture
) -> None:
    message = tell(focal_point)
    trouble.on_send += [smtplib.SMTPDataError(550, focal_point.email.encode())]

    send_due()

    assert mailing(message) == Mailing.WAITING
    assert message.mail_error == "SMTPDataError"
    assert focal_point.email not in caplog.text


# Several workers -------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_twice() -> None:
    """Four connections at once, sixty mails: each goes out once."""
    state = make_state()
    users = [make_user(Role.VIEWER, state) for _ in range(60)]
    for user in users:
        tell(user)
    start = threading.Barrier(4)

    def send() -> None:
        start.wait()
        send_due()
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(
        user.email for user in users
    )
    assert set(Message.objects.values_list("mailing", "attempts")) == {("sent", 1)}


def test_a_mail_says_that_no_answer_is_expected(focal_point: User) -> None:
    sent = mail_of([tell(focal_point)])

    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
