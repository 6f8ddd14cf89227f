"""What has arrived, once the worker has been round."""

from typing import Any

from django.core import mail

from tracking.accounts.mails import send_account_mails


def outbox() -> list[Any]:
    """Mails that were sent; those about accounts that wait are sent first."""
    send_account_mails()
    return mail.outbox
