import datetime
from typing import Self

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.models.accounts.by_two import another_confirms
from tracking.models.accounts.nominations import NominationError
from tracking.models.people.sessions import Session
from tracking.models.people.users import Role, User

# Time for the person, and for those who submit for the same State, to object.
WAITS = datetime.timedelta(hours=24)


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def waiting(self) -> Self:
        return self.filter(confirmed_at=None, cancelled_at=None)


class FactorReset(models.Model):
    """Taking away the passkeys, app and codes of somebody who lost them.

    One administrator asks, after calling back the mission; another one confirms, a
    day later at the earliest. The person then signs in with the password alone and
    sets up new ones.
    """

    user = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="factor_resets",
        verbose_name=gettext_lazy("account"),
    )
    called_back = models.CharField(gettext_lazy("who was called back"), max_length=200)
    asked_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        verbose_name=gettext_lazy("asked for by"),
    )
    asked_at = models.DateTimeField(gettext_lazy("asked for"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("confirmed by"),
    )
    confirmed_at = models.DateTimeField(gettext_lazy("confirmed"), null=True)
    cancelled_at = models.DateTimeField(gettext_lazy("cancelled"), null=True)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("reset of second factors")
        verbose_name_plural = gettext_lazy("resets of second factors")
        ordering = ["-asked_at"]
        constraints = [
            another_confirms("asked_by", name="factor_reset_by_two_persons"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at=None, cancelled_at=None),
                name="factor_reset_one_at_a_time",
                violation_error_message=gettext_lazy(
                    "A reset for this account is waiting already."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.cancelled_at is None

    @property
    def possible_from(self) -> datetime.datetime:
        return self.asked_at + WAITS

    @transaction.atomic
    def confirm(self, *, by: User) -> None:
        """Take the factors away and end the sessions. Raises NominationError."""
        row = FactorReset.objects.select_for_update().get(pk=self.pk)
        if not row.is_waiting:
            raise NominationError(_("This reset no longer waits."))
        if by.role != Role.ADMINISTRATOR or by.pk in (row.asked_by_id, row.user_id):
            raise NominationError(
                _("Another administrator than the one who asked must confirm.")
            )
        if timezone.now() < row.possible_from:
            raise NominationError(_("A reset can be confirmed one day after asking."))
        self.confirmed_by, self.confirmed_at = by, timezone.now()
        self.save(update_fields=["confirmed_by", "confirmed_at"])
        Authenticator.objects.filter(user=self.user_id).delete()
        Session.objects.of(self.user).end()

    def cancel(self) -> None:
        FactorReset.objects.waiting().filter(pk=self.pk).update(
            cancelled_at=timezone.now()
        )
