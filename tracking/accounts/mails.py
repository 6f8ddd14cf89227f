"""Mails about accounts: worded, and their links made, when they leave.

A request only writes that there is one to send. So it takes the same time whether an
address is known or not, a mail server that is away loses nothing, and no link that
opens an account rests anywhere.
"""

import contextlib
import datetime
import logging
import smtplib
from collections.abc import Callable
from threading import Event
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import get_connection
from django.urls import reverse
from django.utils import timezone, translation

from tracking.accounts.tokens import valid_until
from tracking.models import AccountMail, EmailChange, Nomination, User

logger = logging.getLogger(__name__)

Context = dict[str, Any]


def send_account_mails(stop: Event | None = None) -> int:
    """Send every mail that is due, until `stop`; return how many went out."""
    AccountMail.objects.release_dead_claims()
    sent = 0
    while not (stop and stop.is_set()) and (mail := AccountMail.objects.claim()):
        sent += _deliver(mail)
    return sent


def _deliver(mail: AccountMail) -> bool:
    connection = get_connection()
    try:
        with translation.override(mail.language):
            worded = _worded(mail)
        if worded is None:
            mail.is_not_wanted()
            return False
        template, context = worded
        language = context["user"].language if "user" in context else mail.language
        with translation.override(language):
            message = get_adapter().render_mail(
                f"account/email/{template}",
                mail.to,
                {"email": mail.to, **context},
                headers={"Auto-Submitted": "auto-generated"},
            )
        connection.open()
        connection.send_messages([message])
    except Exception as error:
        mail.has_failed(type(error).__name__)
        logger.warning(
            "Mail %s about an account, attempt %s: %s, now %s",
            mail.pk,
            mail.attempts,
            type(error).__name__,
            mail.mailing,
        )
        return False
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.close()
    mail.is_sent()
    return True


def _worded(mail: AccountMail) -> tuple[str, Context] | None:
    """Template and what it needs; None if what it is about is over."""
    by_name: dict[str, Callable[[AccountMail], tuple[str, Context] | None]] = {
        "password_reset_key": _reset,
        "attempts": _attempts,
        "invitation": _invitation,
        "email_change": _email_change,
    }
    return by_name.get(mail.template, _plain)(mail)


def _account_at(mail: AccountMail) -> User | None:
    return User.objects.in_office().filter(email=mail.to).first()


def link_for(user: User) -> str:
    """With this a person chooses a password. Never from a request's host."""
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    with translation.override(user.language):
        path = reverse(
            "account_reset_password_from_key", args=[user_pk_to_url_str(user), token]
        )
    return f"{settings.BASE_URL}{path}"


def _reset(mail: AccountMail) -> tuple[str, Context]:
    """An unknown address is told so, as late as a known one gets its link."""
    user = _account_at(mail)
    if user is None:
        return "unknown_account", {}
    return mail.template, {"user": user, "password_reset_url": link_for(user)}


def _attempts(mail: AccountMail) -> tuple[str, Context] | None:
    user = _account_at(mail)
    return (mail.template, {"user": user}) if user else None


def _invitation(mail: AccountMail) -> tuple[str, Context] | None:
    user = mail.user
    if user is None or not user.is_active or user.email != mail.to:
        return None
    nomination = user.nominations.named().first()
    begins_on = nomination.valid_from if nomination else None
    return mail.template, {
        "user": user,
        "password_reset_url": link_for(user),
        "valid_until": valid_until(user),
        "begins_on": begins_on
        if begins_on and begins_on > timezone.localdate()
        else None,
    }


def _email_change(mail: AccountMail) -> tuple[str, Context] | None:
    """A link to either end; somebody else's address is told that it is in use."""
    waiting = EmailChange.objects.waiting().select_related("user")
    change = waiting.filter(pk=mail.facts["change"]).first()
    if change is None:
        return None
    end = mail.facts["end"]
    if end == "new" and User.objects.filter(email=change.new).exists():
        return "email_taken", {"user": change.user}
    path = reverse("account_confirm_email", args=[change.token(end)])
    return mail.template, {
        "user": change.user,
        "change": change,
        "end": end,
        "url": f"{settings.BASE_URL}{path}",
    }


# Facts that are numbers of rows.
ROWS = {"nomination": Nomination, "change": EmailChange, "about": User}


def _plain(mail: AccountMail) -> tuple[str, Context] | None:
    """What was told holds whatever comes; only a row that is gone takes it along."""
    context: Context = {"user": mail.user} if mail.user else {}
    for name, fact in mail.facts.items():
        if name in ROWS:
            context[name] = ROWS[name]._base_manager.filter(pk=fact).first()
            if context[name] is None:
                return None
        else:
            context[name] = datetime.datetime.fromisoformat(fact)
    return mail.template, context


def facts_of(context: Context) -> dict[str, Any]:
    """What of a context is kept until the mail leaves: no words, and no secret."""
    facts = {name: context[name].pk for name in ROWS if name in context}
    moments = ("timestamp", "from")
    facts |= {name: context[name].isoformat() for name in moments if name in context}
    return facts | ({"end": context["end"]} if "end" in context else {})
