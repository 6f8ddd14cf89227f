"""Links that let a person choose a password."""

import datetime

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int

from tracking.models import User

RESET_SECONDS = 3600
INVITATION_SECONDS = 10 * 24 * 3600


class PasswordTokens(PasswordResetTokenGenerator):
    """Valid once: for ten days as an invitation, for one hour afterwards.

    The stamp depends on password, address and last sign-in, so that a link dies
    when any of them changes. allauth's own generator would also write a second
    address book, under which somebody could sign in after the address changed.
    """

    def check_token(self, user: User | None, token: str | None) -> bool:
        # Somebody whose nomination begins later chooses a password before.
        if user is None or not user.is_active or not user.nominations.current():
            return False
        return self.is_genuine(user, token) and self._age(token) <= lasts(user)

    def is_genuine(self, user: User, token: str | None) -> bool:
        """Whether it was sent to this person and not used yet, however long ago."""
        stamp, dash, _hash = (token or "").partition("-")
        try:
            moment = base36_to_int(stamp)
        except ValueError:
            return False
        secrets = [self.secret, *self.secret_fallbacks]
        made = [self._make_token_with_timestamp(user, moment, key) for key in secrets]
        return bool(dash) and any(
            constant_time_compare(each, token or "") for each in made
        )

    def _age(self, token: str | None) -> int:
        """Seconds since the token was made."""
        stamp, _dash, _hash = (token or "").partition("-")
        return self._num_seconds(self._now()) - base36_to_int(stamp)


def lasts(user: User) -> int:
    """For how many seconds a link to this person is valid."""
    return RESET_SECONDS if user.has_usable_password() else INVITATION_SECONDS


def valid_until(user: User) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(seconds=lasts(user))
