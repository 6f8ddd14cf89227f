"""Mails about accounts on their way: what each is about, and no secret of it."""

import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.messages.messages import CLAIM_LASTS, PAUSES, Mailing
from tracking.models.people.users import LANGUAGES, User

# How long it is known afterwards that a mail left, or did not.
KEPT_FOR = datetime.timedelta(days=30)


class AccountMailQuerySet(models.QuerySet["AccountMail"]):
    def write(
        self,
        template: str,
        to: str,
        *,
        language: str,
        user: User | None = None,
        facts: dict[str, Any] | None = None,
    ) -> "AccountMail":
        """Have a mail sent, once what happens now is committed.

        `facts` are numbers and dates; links are made when the mail leaves, so that
        no row ever holds one.
        """
        return self.create(
            template=template, to=to, user=user, language=language, facts=facts or {}
        )

    @transaction.atomic
    def claim(self) -> "AccountMail | None":
        """The next mail that is due, for this process alone."""
        now = timezone.now()
        due = self.filter(mailing=Mailing.WAITING, mail_after__lte=now)
        free = due.order_by("mail_after", "pk").select_for_update(
            skip_locked=True, of=("self",)
        )
        mail = free.select_related("user").first()
        if mail is not None:
            mail.mailing, mail.mailed_at = Mailing.CLAIMED, now
            mail.attempts += 1
            mail.save(update_fields=["mailing", "mailed_at", "attempts"])
        return mail

    def release_dead_claims(self) -> int:
        """Send again what a process took and never told the outcome of.

        Nothing else holds what such a mail says; two of them do no harm.
        """
        dead = timezone.now() - CLAIM_LASTS
        return self.filter(mailing=Mailing.CLAIMED, mailed_at__lt=dead).update(
            mailing=Mailing.WAITING
        )

    def failed(self) -> Self:
        """Mails that were given up, and nothing has reached the address since."""
        later = self.model.objects.filter(
            to=models.OuterRef("to"),
            mailing=Mailing.SENT,
            mailed_at__gt=models.OuterRef("mailed_at"),
        )
        return self.filter(~models.Exists(later), mailing=Mailing.GIVEN_UP)

    def outdated(self) -> Self:
        """Mails of which nobody needs to know any longer."""
        done = ~Q(mailing__in=(Mailing.WAITING, Mailing.CLAIMED))
        return self.filter(done, mail_after__lt=timezone.now() - KEPT_FOR)


class AccountMail(models.Model):
    """One mail to one address, about an account or about there being none."""

    template = models.CharField(max_length=40)
    to = models.EmailField()
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    facts = models.JSONField(default=dict, help_text="Numbers and dates.")
    mailing = models.CharField(max_length=10, choices=Mailing, default=Mailing.WAITING)
    mail_after = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=60, blank=True, help_text="Its kind.")

    objects = AccountMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about an account")
        verbose_name_plural = _("mails about accounts")
        indexes = [
            models.Index(
                fields=["mail_after"],
                condition=Q(mailing=Mailing.WAITING),
                name="account_mails_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"

    def is_sent(self) -> None:
        self._close(Mailing.SENT)

    def is_not_wanted(self) -> None:
        """What it was about is over."""
        self._close(Mailing.NONE)

    def has_failed(self, error: str) -> None:
        """It is tried again later, and given up in the end."""
        if self.attempts > len(PAUSES):
            self._close(Mailing.GIVEN_UP, error)
        else:
            self.mail_after = timezone.now() + PAUSES[self.attempts - 1]
            self._close(Mailing.WAITING, error)

    def _close(self, mailing: Mailing, error: str = "") -> None:
        self.mailing, self.mail_error = mailing, error
        self.mailed_at = timezone.now()
        self.save(update_fields=["mailing", "mail_error", "mail_after", "mailed_at"])
