import datetime
from typing import Self

from django.core import signing
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from tracking.models.accounts.nominations import NominationError
from tracking.models.people.sessions import Session
from tracking.models.people.users import User

VALID_FOR = datetime.timedelta(hours=24)
SALT = "tracking.email-change"


class EmailChangeQuerySet(models.QuerySet["EmailChange"]):
    def waiting(self) -> Self:
        """Asked for within a day, and not confirmed at both ends yet."""
        since = timezone.now() - VALID_FOR
        return self.filter(done_at=None, asked_at__gt=since)

    @transaction.atomic
    def ask(self, user: User, new: str) -> "EmailChange":
        """Ask for another address; what was asked before counts no more."""
        self.filter(user=user, done_at=None).delete()
        return self.create(user=user, old=user.email, new=new.lower())

    def get_by_token(self, token: str) -> "tuple[EmailChange, str] | None":
        """The change that a link names, and which end it was sent to.

        None if the link is too old, or if password or address have changed since.
        """
        try:
            said = signing.loads(token, salt=SALT, max_age=VALID_FOR)
        except signing.BadSignature:
            return None
        change = self.waiting().select_related("user").filter(pk=said["change"]).first()
        if change is None or not constant_time_compare(said["of"], change.stamp):
            return None
        return (change, said["end"]) if change.user.is_in_office else None


class EmailChange(models.Model):
    """Another address that a person wants, to be confirmed at the old and the new."""

    user = models.ForeignKey(User, models.CASCADE, related_name="email_changes")
    old = models.EmailField()
    new = models.EmailField()
    asked_at = models.DateTimeField(default=timezone.now)
    old_confirmed_at = models.DateTimeField(null=True)
    new_confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = EmailChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(old_confirmed_at__isnull=False, new_confirmed_at__isnull=False),
                name="email_change_confirmed_at_both_ends",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(done_at=None),
                name="email_change_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

    @property
    def stamp(self) -> str:
        """What a link dies with: the password and the address of the account."""
        return salted_hmac(SALT, self.user.password + self.user.email).hexdigest()[:20]

    def token(self, end: str) -> str:
        """What the link to the `old` or the `new` address carries."""
        said = {"change": self.pk, "end": end, "of": self.stamp}
        return signing.dumps(said, salt=SALT)

    @transaction.atomic
    def confirm(self, end: str) -> bool:
        """Confirm one end; say whether the address has changed with it.

        With the address, sessions end. Raises NominationError if the new address
        has an account by now.
        """
        row = EmailChange.objects.select_for_update().get(pk=self.pk)
        setattr(row, f"{end}_confirmed_at", timezone.now())
        both = row.old_confirmed_at is not None and row.new_confirmed_at is not None
        if both and row.done_at is None:
            if User.objects.filter(email=row.new).exists():
                raise NominationError("This address has an account.")
            row.done_at = timezone.now()
            User.objects.filter(pk=row.user_id).update(email=row.new)
            Session.objects.of(row.user).end()
        row.save()
        self.done_at = row.done_at
        return both
