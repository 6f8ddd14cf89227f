from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from tracking.models import User


class NominationBackend(AuthenticationBackend):
    """Password sign-in for those whose nomination is in force, and nobody else.

    Asked again with every request, so that a nomination that ends, or whose last
    day has passed, ends what its person is doing.
    """

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.in_office().filter(pk=user_id).first()

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, User) and user.is_in_office

    @classmethod
    def _stash_user(cls, user: Any) -> None:
        """Remember nobody: a closed account is answered like an unknown one."""
