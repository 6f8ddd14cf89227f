"""The mail with which a person opens the account that was made for them."""

import datetime

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from tracking.accounts.tokens import RESET_SECONDS
from tracking.models import User


def invite(user: User) -> None:
    """Send a link with which this person, and nobody else, chooses a password.

    A link to somebody who already has a password is valid for one day.
    """
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    seconds = (
        RESET_SECONDS if user.has_usable_password() else settings.PASSWORD_RESET_TIMEOUT
    )
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
            "valid_until": timezone.now() + datetime.timedelta(seconds=seconds),
        },
    )
