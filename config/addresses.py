"""Numbers of rows, as addresses and files show them: UUIDs that tell nothing.

Rows are numbered one after the other, over all States: who saw two numbers would know
how much was written between them. Rights never rest on this.
"""

import uuid
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db.models import Func, UUIDField, Value
from rest_framework import serializers

EMPTY = bytes(8)
NO_ROW = 0


@lru_cache
def _cipher(key: str) -> Cipher[modes.ECB]:
    # One block each, never two in a row: nothing for a mode to chain.
    secret = sha256(b"addresses " + key.encode()).digest()
    return Cipher(algorithms.AES(secret), modes.ECB())  # noqa: S305 # nosec B305


def sealed(number: int) -> str:
    """The UUID under which the row `number` has its address."""
    block = EMPTY + number.to_bytes(8)
    cipher = _cipher(settings.ADDRESS_KEY).encryptor()
    return str(uuid.UUID(bytes=cipher.update(block)))


def opened(address: str) -> int:
    """The number behind `address`; NO_ROW, which no row has, if it is none of ours."""
    try:
        block = uuid.UUID(address).bytes
    except ValueError:
        return NO_ROW
    plain = _cipher(settings.ADDRESS_KEY).decryptor().update(block)
    number = int.from_bytes(plain[8:])
    # No column of ours is wider; a larger number would be the database's error.
    return number if plain[:8] == EMPTY and number < 2**63 else NO_ROW


class RefConverter:
    """`<ref:pk>` in a path: the view gets the number, the address shows its UUID."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def to_python(self, value: str) -> int:
        # Not an error here: what is not ours gets the answer of a row that is gone.
        return opened(value)

    def to_url(self, value: Any) -> str:
        return sealed(int(value))


class Mark(Func):
    """In the database, what `mark` makes of a number: the same in every file."""

    template = (
        "encode(substring(sha256(convert_to(concat(%(expressions)s), 'UTF8')) "
        "for 16), 'hex')::uuid"
    )
    output_field = UUIDField()

    def __init__(self, number: Any) -> None:
        super().__init__(Value(f"{settings.ADDRESS_KEY} "), number)


def mark(number: int) -> str:
    """A UUID by which files and the API know a row again, without the way back."""
    secret = sha256(f"{settings.ADDRESS_KEY} {number}".encode()).digest()
    return str(uuid.UUID(bytes=secret[:16]))


class AddressField(serializers.UUIDField):
    """The number of a row, as its address shows it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> str:
        return sealed(value)


class MarkField(AddressField):
    """The number of a row, as files show it: the same in every cycle."""

    def to_representation(self, value: Any) -> str:
        return mark(value)
