"""Requests that may come twice, and are done once.

A sender who did not hear the answer sends the same again under the same key, and
gets the answer of the first time. The key is written in the transaction of what it
stands for: what failed leaves no key, so that it can be tried again.
"""

import datetime
import hashlib
from collections.abc import Iterable
from typing import Any, Self

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.accounts.tokens import Token
from tracking.models.people.users import User

KEPT = datetime.timedelta(hours=48)
LONGEST_KEY = 100


class BusyError(Exception):
    """The first request under this key is still being done."""


class OtherRequestError(Exception):
    """Under this key something else was sent before."""


def request_digest(method: str, path: str, pieces: Iterable[bytes]) -> str:
    """What a request is known by: SHA-256, in hex; each piece counts as a whole."""
    digest = hashlib.sha256()
    for piece in (method.encode(), path.encode(), *pieces):
        digest.update(hashlib.sha256(piece).digest())
    return digest.hexdigest()


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def begin(
        self, key: str, digest: str, *, user: User, token: Token | None = None
    ) -> "IdempotencyKey":
        """The row of this key: answered before, or new and kept by `finish`.

        Within the transaction of what is done under it. Raises BusyError while
        another one does it, OtherRequestError where the key stands for another
        request.
        """
        if not _lock(f"{user.pk} {token.pk if token else ''} {key}"):
            raise BusyError(key)
        found = self.filter(user=user, token=token, key=key).first()
        if found is None or found.made_at <= timezone.now() - KEPT:
            self.filter(user=user, token=token, key=key).delete()
            return IdempotencyKey(user=user, token=token, key=key, digest=digest)
        if found.digest != digest:
            raise OtherRequestError(key)
        return found

    def outdated(self) -> Self:
        """Keys that nobody will send again."""
        return self.filter(made_at__lte=timezone.now() - KEPT)


def _lock(name: str) -> bool:
    """Hold `name` until the transaction ends; False if another one holds it."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A key belongs to a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 48))", [name]
        )
        return bool(cursor.fetchone()[0])


class IdempotencyKey(models.Model):
    """One request that was done, and what was answered."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    token = models.ForeignKey(Token, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of method, path and body."
    )
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("repeated request")
        verbose_name_plural = _("repeated requests")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "token", "key"],
                nulls_distinct=False,
                name="idempotency_key_once_per_sender",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="idempotency_by_age")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_answered(self) -> bool:
        """Whether this is a repetition: then the answer is the one kept here."""
        return self.pk is not None

    def finish(
        self, status: int, body: str = "", headers: dict[str, Any] | None = None
    ) -> None:
        """Keep what is answered, in the transaction of what was done."""
        self.status, self.body, self.headers = status, body, headers or {}
        self.save()
