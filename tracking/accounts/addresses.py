"""E-mail addresses, each in the one form under which mail reaches it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def mail_address(typed: str) -> str:
    """In small letters, with its domain as mail servers write it.

    Raises ValidationError where the domain cannot be one.
    """
    name, _at, domain = typed.lower().rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise ValidationError(
            _("Write the address again: no mail server can have this name."),
            code="domain",
        ) from error
