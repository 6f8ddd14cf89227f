"""What people are told: in the inbox, and by mail unless they switched it off."""

import datetime
from collections.abc import Iterable
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models import RecommendationKey
from tracking.models.messages import wording
from tracking.models.people.states import State
from tracking.models.people.users import SPEAKERS, Role, User

# Pauses between attempts to send a mail; after the last one it is given up.
PAUSES = [datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440)]
# A mail takes seconds: whoever holds it longer has died over it.
CLAIM_LASTS = datetime.timedelta(minutes=10)
# Messages in one mail: what waits for one person goes together.
AT_ONCE = 50


class MessageKind(models.TextChoices):
    """What people are told of; each kind can be switched off as mail."""

    ASSIGNMENT = "assignment", _("A recommendation is given to me")
    PROPOSAL = "proposal", _("A proposal is ready for clearance")
    QUESTIONS = "questions", _("A submission comes back with questions")
    ACCEPTANCE = "acceptance", _("A submission is accepted")
    OPENING = "opening", _("A cycle opens")
    CLOSING = "closing", _("The closing date of a cycle changes")
    PREPARED = "prepared", _("Something waits for my confirmation")
    REMINDER = "reminder", _("A cycle closes and something is left to do")
    TOKEN = "token", _("A token for machines is made")
    FAULTS = "faults", _("The check of the audit chains finds a fault")
    HEADS = "heads", _("The signed heads of the audit chains, each week")
    HIDING = "hiding", _("The secretariat hides what we published")
    EMERGENCY = "emergency", _("The secretariat reads our working copy")
    DIGEST = "digest", _("A week has passed: sign-ins, people, readings, exports")
    CONFIRMATION = "confirmation", _("A colleague needs a second person")
    REVIEW = "review", _("A colleague hands me a review")
    ALARM = "alarm", _("An account of the secretariat reads unusually much")
    OVERDUE = "overdue", _("Work that the site does by itself is overdue")


# What security needs: these cannot be switched off as mail.
ALWAYS = (
    MessageKind.HIDING,
    MessageKind.EMERGENCY,
    MessageKind.ALARM,
    MessageKind.FAULTS,
    MessageKind.OVERDUE,
)

_TO_SPEAKERS = (
    MessageKind.ASSIGNMENT,
    MessageKind.PROPOSAL,
    MessageKind.QUESTIONS,
    MessageKind.ACCEPTANCE,
    MessageKind.OPENING,
    MessageKind.CLOSING,
    MessageKind.REMINDER,
    MessageKind.HIDING,
    MessageKind.EMERGENCY,
    MessageKind.DIGEST,
    MessageKind.TOKEN,
    MessageKind.PREPARED,
)

# Which kinds a role is ever told of.
OF_THE_AUDIT = (MessageKind.FAULTS, MessageKind.HEADS)
TOLD: dict[str, tuple[MessageKind, ...]] = {
    **dict.fromkeys(SPEAKERS, _TO_SPEAKERS),
    Role.CONTRIBUTOR: (MessageKind.ASSIGNMENT, MessageKind.REMINDER),
    Role.REVIEWER: (MessageKind.CONFIRMATION, MessageKind.REVIEW, MessageKind.ALARM),
    Role.ADMINISTRATOR: (
        MessageKind.CONFIRMATION,
        MessageKind.REVIEW,
        MessageKind.ALARM,
        MessageKind.FAULTS,
        MessageKind.OVERDUE,
    ),
    Role.AUDITOR: (MessageKind.ALARM, MessageKind.OVERDUE, *OF_THE_AUDIT),
}


class Mailing(models.TextChoices):
    """What became of the mail of a message."""

    NONE = "none", pgettext_lazy("mail", "Not wanted")
    WAITING = "waiting", pgettext_lazy("mail", "Waiting")
    CLAIMED = "claimed", pgettext_lazy("mail", "Being sent")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    UNCERTAIN = "uncertain", pgettext_lazy("mail", "Perhaps sent, perhaps not")
    GIVEN_UP = "given_up", pgettext_lazy("mail", "Given up")


class MessageQuerySet(models.QuerySet["Message"]):
    """Everything that was told, and the mails that go with it."""

    def of(self, user: User) -> Self:
        """The inbox of this person; nobody else ever sees it."""
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def new_first(self) -> Self:
        """What was not read yet, then the rest; the last first in both."""
        return self.order_by(
            models.Case(models.When(read_at=None, then=0), default=1), "-at", "-pk"
        )

    def number_of_unread(self, user: User) -> models.Subquery:
        """Number of unread messages, to be asked for within another query."""
        unread = self.of(user).unread().order_by().values("user")
        return models.Subquery(unread.annotate(number=Count("pk")).values("number"))

    def tell(
        self,
        kind: MessageKind,
        users: Iterable[User],
        *,
        key: str,
        state: State | None = None,
        facts: dict[str, Any],
        at: datetime.datetime | None = None,
    ) -> None:
        """Tell each of these people, in the transaction of what happened.

        Whoever was told `key` before is not told again. `facts` are numbers, codes
        and dates (see `telling`), never words of a person. What is loaded with its
        moment, `at`, goes to the inbox without a mail.
        """
        self.bulk_create(
            [
                Message(
                    kind=kind,
                    user=user,
                    key=key,
                    state=state,
                    facts=facts,
                    at=at or timezone.now(),
                    mailing=Mailing.NONE if at else Mailing.WAITING,
                )
                for user in users
                if user.is_active
            ],
            ignore_conflicts=True,
        )

    def read(self) -> int:
        """Say that these were read; the first time counts."""
        return self.unread().update(read_at=timezone.now())

    # Mails ---------------------------------------------------------------------

    @transaction.atomic
    def claim(self) -> list["Message"]:
        """What one person is to be sent next, for this process alone.

        The claim is committed before anything is sent: a mail is handed over at most
        once, whatever becomes of this process.
        """
        now = timezone.now()
        due = self.filter(mailing=Mailing.WAITING, mail_after__lte=now)
        free = due.order_by("mail_after", "pk").select_for_update(
            skip_locked=True, of=("self",)
        )
        first = free.first()
        if first is None:
            return []
        rows = free.filter(user=first.user_id).select_related("user", "state")
        claimed = list(rows[:AT_ONCE])
        for message in claimed:
            message.mailing, message.mailed_at = Mailing.CLAIMED, now
            message.attempts += 1
        self.bulk_update(claimed, ["mailing", "mailed_at", "attempts"])
        return claimed

    def given_up(self) -> Self:
        """Mails that could not be delivered within the last month."""
        since = timezone.now() - datetime.timedelta(days=30)
        return self.filter(mailing=Mailing.GIVEN_UP, mail_after__gt=since)

    def release_dead_claims(self) -> int:
        """Give up what a process took and never told the outcome of.

        The mail may have left: it is not sent again, and the inbox holds the message.
        """
        dead = timezone.now() - CLAIM_LASTS
        return self.filter(mailing=Mailing.CLAIMED, mailed_at__lt=dead).update(
            mailing=Mailing.UNCERTAIN, mail_error="no outcome"
        )


class Message(models.Model):
    """One thing one person is told: a kind and facts, worded when it is read."""

    user = models.ForeignKey(User, models.PROTECT, related_name="inbox")
    state = models.ForeignKey(State, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=MessageKind)
    key = models.CharField(max_length=80, help_text="Of what happened; told once.")
    facts = models.JSONField(help_text="Numbers, codes and dates; no word of anybody.")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailing = models.CharField(max_length=10, choices=Mailing, default=Mailing.WAITING)
    mail_after = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(
        null=True, help_text="When the mail was last taken up, or was sent."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=60, blank=True, help_text="Its kind.")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="message_told_once_per_person"
            ),
        ]
        indexes = [
            models.Index(
                fields=["mail_after"],
                condition=Q(mailing=Mailing.WAITING),
                name="message_mails_waiting",
            ),
            models.Index(
                fields=["user"], condition=Q(read_at=None), name="message_unread"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where one acts on it; the message itself is opened under `inbox:open`."""
        if self.kind in OF_THE_AUDIT:
            return reverse("auditing:checks")
        if self.kind == MessageKind.REVIEW:
            return reverse(DESKS["review"], args=[self.facts["row"]])
        if self.kind == MessageKind.CONFIRMATION:
            return reverse(DESKS[self.facts["what"]], args=[self.facts["row"]])
        if self.state is None:
            return reverse("inbox:inbox")
        view, names = PLACES[MessageKind(self.kind)]
        return reverse(view, args=[self.state.key, *map(self._named, names)])

    def _named(self, name: str) -> Any:
        value = self.facts.get(name)
        if name == "recommendation":
            # Messages of the time when there was one meeting have its number.
            return str(RecommendationKey.read(str(value)))
        return value

    @property
    def title(self) -> str:
        """A few words, in the reader's language."""
        return wording.TITLES[self.kind](self._said)

    @property
    def sentences(self) -> list[str]:
        """The whole of it, in the reader's language."""
        return wording.SENTENCES[self.kind](self._said)

    @property
    def people(self) -> set[int]:
        """Keys of the accounts that it speaks of, whose names are not kept in it."""
        pairs = [key for key, _number in self.facts.get("sign_ins", [])]
        lists = (self.facts.get(name, []) for name in ("people", "new", "ended"))
        return {*pairs, *(key for keys in lists for key in keys)}

    @cached_property
    def names(self) -> dict[int, str]:
        """Names of `people` as they are now: who was erased has none any more."""
        return names_of(self.people)

    @property
    def _said(self) -> dict[str, Any]:
        return {**self.facts, "names": self.names} if self.people else self.facts

    @property
    def lines(self) -> list[str]:
        """What is kept rather than read: one line of codes each."""
        return wording.lines(self.kind, self.facts)

    @property
    def is_wanted_by_mail(self) -> bool:
        return self.user.is_active and (
            self.kind in ALWAYS or self.kind not in self.user.muted
        )

    # What came of the mail that this process has claimed. If its claim has lapsed
    # meanwhile, the outcome is told all the same: it is the better knowledge.

    def mail_is_sent(self) -> None:
        self._close(Mailing.SENT, mailed_at=timezone.now(), mail_error="")

    def mail_is_not_wanted(self) -> None:
        self._close(Mailing.NONE)

    def mail_is_lost(self, error: str) -> None:
        """It may have left: it is not tried again."""
        self._close(Mailing.UNCERTAIN, mail_error=error)

    def mail_has_failed(self, error: str) -> None:
        """Nothing left: it is tried again later, and given up in the end."""
        if self.attempts > len(PAUSES):
            self._close(Mailing.GIVEN_UP, mail_error=error)
        else:
            pause = PAUSES[self.attempts - 1]
            self._close(
                Mailing.WAITING, mail_error=error, mail_after=timezone.now() + pause
            )

    def _close(self, mailing: Mailing, **values: Any) -> None:
        self.mailing = mailing
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=["mailing", *values])


# Kind → the page where one acts, and the facts in its address after the State.
PLACES: dict[MessageKind, tuple[str, tuple[str, ...]]] = {
    MessageKind.ASSIGNMENT: ("workspace:assessment", ("recommendation",)),
    MessageKind.PROPOSAL: ("workspace:proposal", ("recommendation", "proposal")),
    MessageKind.QUESTIONS: ("workspace:questions", ()),
    MessageKind.ACCEPTANCE: ("workspace:receipt", ("cycle", "number")),
    MessageKind.OPENING: ("workspace:tasks", ()),
    MessageKind.CLOSING: ("workspace:tasks", ()),
    MessageKind.REMINDER: ("workspace:tasks", ()),
    MessageKind.TOKEN: ("workspace:tokens", ()),
    MessageKind.HIDING: ("workspace:receipt", ("cycle", "number")),
    MessageKind.EMERGENCY: ("workspace:readers", ()),
    MessageKind.DIGEST: ("workspace:readers", ()),
    MessageKind.PREPARED: ("workspace:second_person", ()),
}
# What waits for a person of the secretariat → its page in the admin site.
DESKS = {
    "review": "admin:tracking_submission_change",
    "hiding": "admin:tracking_submission_change",
    "emergency": "admin:tracking_emergencyreading_change",
}


def names_of(keys: Iterable[int]) -> dict[int, str]:
    """Names of these accounts."""
    return dict(User.objects.filter(pk__in=[*keys]).values_list("pk", "name"))


def name_people(messages: Iterable["Message"]) -> None:
    """Read the names that these messages speak of, in one query for all."""
    rows = [message for message in messages if message.people]
    if rows:
        names = names_of({key for message in rows for key in message.people})
        for message in rows:
            message.names = names


def focal_points_of(state: State) -> "models.QuerySet[User]":
    """Focal point and alternate: who clears, submits and is told for the State."""
    return User.objects.filter(state=state, role__in=SPEAKERS, is_active=True)
