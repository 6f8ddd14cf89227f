"""Mails about nominations: the invitation, and who else is told of it."""

import logging

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from tracking.accounts.tokens import valid_until
from tracking.models import Nomination, Role, User

logger = logging.getLogger(__name__)


def invite(user: User) -> None:
    """Send a link with which this person, and nobody else, chooses a password.

    A link to somebody who already has a password is valid for one hour.
    """
    nomination = user.nominations.named().first()
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    with translation.override(user.language):
        path = reverse(
            "account_reset_password_from_key", args=[user_pk_to_url_str(user), token]
        )
    get_adapter().send_mail(
        "account/email/invitation",
        user.email,
        {
            "user": user,
            "password_reset_url": f"{settings.BASE_URL}{path}",
            "valid_until": valid_until(user),
            "begins_on": nomination.valid_from
            if nomination and nomination.valid_from > timezone.localdate()
            else None,
        },
    )


def try_to_invite(user: User) -> bool:
    """Send the link; say whether the mail left. What was decided stands anyway."""
    try:
        invite(user)
    except OSError:  # SMTP errors are among them
        logger.exception("The invitation of account %s was not sent", user.pk)
        return False
    return True


def tell_the_state(nomination: Nomination, what: str) -> None:
    """Tell those who speak for the State that somebody is to do so too.

    Two people of the secretariat could invent a focal point; nobody of the State
    would know.
    """
    if nomination.state is None:
        return
    speakers = User.objects.in_office().filter(
        state=nomination.state, role__in=(Role.FOCAL_POINT, Role.ALTERNATE)
    )
    for user in speakers.exclude(pk=nomination.user_id):
        get_adapter().notify(
            f"account/email/{what}",
            user.email,
            {"user": user, "nomination": nomination},
        )
