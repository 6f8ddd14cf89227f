"""Mails of messages: worded for their reader, handed over once, tried again."""

import contextlib
import logging
import re
import smtplib
from dataclasses import dataclass
from threading import Event
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracking.models import Message

logger = logging.getLogger(__name__)

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# After one of these nobody knows whether the server has taken the mail.
IN_DOUBT = (
    smtplib.SMTPServerDisconnected,
    TimeoutError,
    ConnectionResetError,
    BrokenPipeError,
)


@dataclass(frozen=True)
class Item:
    """One message in a mail."""

    title: str
    sentences: list[str]
    lines: list[str]
    address: str


def send_due(stop: Event | None = None) -> int:
    """Send every mail that is due, until `stop`; return how many went out."""
    Message.objects.release_dead_claims()
    sent = 0
    while not (stop and stop.is_set()) and (claimed := Message.objects.claim()):
        sent += deliver(claimed)
    return sent


def deliver(claimed: list[Message]) -> bool:
    """Send one person what this process has claimed; whether a mail went out.

    What fails before the server has taken the mail is tried again later. What fails
    in between may have arrived: it is not sent again, and the inbox holds it.
    """
    for message in claimed:
        if not message.is_wanted_by_mail:
            message.mail_is_not_wanted()
    wanted = [message for message in claimed if message.is_wanted_by_mail]
    if not wanted:
        return False
    connection = get_connection()
    handing_over = False
    try:
        mail = mail_of(wanted)
        connection.open()
        handing_over = True
        connection.send_messages([mail])
    except Exception as error:
        in_doubt = handing_over and isinstance(error, IN_DOUBT)
        _postpone(wanted, type(error).__name__, in_doubt=in_doubt)
        return False
    finally:
        # Whatever the server says in farewell, the outcome is known.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.close()
    for message in wanted:
        message.mail_is_sent()
    return True


def _postpone(messages: list[Message], kind: str, *, in_doubt: bool) -> None:
    for message in messages:
        if in_doubt:
            message.mail_is_lost(kind)
        else:
            message.mail_has_failed(kind)
        logger.warning(
            "Mail of message %s, attempt %s: %s, now %s",
            message.pk,
            message.attempts,
            kind,
            message.mailing,
        )


def mail_of(messages: list[Message]) -> EmailMessage:
    """One mail to one person, in that person's language; no word of anybody in it."""
    user = messages[0].user
    with translation.override(user.language):
        items = [
            Item(
                message.title,
                message.sentences,
                message.lines,
                settings.BASE_URL + reverse("inbox:open", args=[message.pk]),
            )
            for message in messages
        ]
        body = render_to_string(
            "inbox/mail.txt",
            {
                "items": items,
                "settings_address": settings.BASE_URL + reverse("inbox:mails"),
            },
        )
        return EmailMessage(
            subject=_subject(messages),
            body=body,
            to=[user.email],
            headers={
                # Nobody's absence note answers; a server that gets it twice can tell.
                "Auto-Submitted": "auto-generated",
                "Message-ID": f"<message-{messages[0].pk}@{_host()}>",
            },
        )


def _subject(messages: list[Message]) -> str:
    """The State and what it is about; several messages only by their number."""
    titles = [message.title for message in messages]
    title = (
        titles[0]
        if len(titles) == 1
        else ngettext(
            "%(number)s message on the follow-up of the recommendations",
            "%(number)s messages on the follow-up of the recommendations",
            len(titles),
        )
        % {"number": len(titles)}
    )
    state = messages[0].state
    if state is not None:
        title = _("%(state)s – %(title)s") % {"state": state.name, "title": title}
    return CONTROL.sub(" ", title)


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
