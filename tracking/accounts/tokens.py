"""Links that let a person choose a password."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

from tracking.models import User

RESET_SECONDS = 24 * 3600


class PasswordTokens(PasswordResetTokenGenerator):
    """Valid once: for ten days as an invitation, for one day afterwards.

    The stamp depends on password, address and last sign-in, so that a link dies
    when any of them changes. allauth's own generator would also write a second
    address book, under which somebody could sign in after the address changed.
    """

    def check_token(self, user: User | None, token: str | None) -> bool:
        if user is None or not user.is_active or not super().check_token(user, token):
            return False
        return not user.has_usable_password() or self._age(token) <= RESET_SECONDS

    def _age(self, token: str | None) -> int:
        """Seconds since the token was made."""
        stamp, _dash, _hash = (token or "").partition("-")
        return self._num_seconds(self._now()) - base36_to_int(stamp)
