import datetime
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tracking.models.people.users import User

KEPT_FOR = datetime.timedelta(days=90)
# Time for a request that was overtaken by a save to arrive, and be ignored.
SETTLED_FOR = datetime.timedelta(days=1)
PAGE_OPEN_FOR = datetime.timedelta(days=7)

# What a form sends besides the words of a person.
NOT_WORDS = (
    "csrfmiddlewaretoken",
    "writing",
    "sequence",
    "continues",
    "act",
    "base",
    "clash",
    "at",
    "from",
    "refused",
)
# Fields of forms that carry no words of the person, and what a choice looks like.
CARRIERS = {"shown", "version", "proposal", "waiting"}
CHOICE = re.compile(r"[a-z0-9_.-]*")


@dataclass(frozen=True)
class Writing:
    """One form, as one page showed it to one person.

    Its token travels in the form. It is signed, so that words which arrive after
    the session has ended still belong to whom the page was shown to, and to nobody
    who only says so.
    """

    user: int
    key: uuid.UUID

    @classmethod
    def new(cls, user: User) -> Self:
        return cls(user.pk, uuid.uuid4())

    @classmethod
    def read(cls, token: str) -> Self | None:
        """The writing that a token tells of; None if it is forged, or a week old."""
        signer = signing.TimestampSigner(salt="writing")
        try:
            user, _colon, key = signer.unsign(token, max_age=PAGE_OPEN_FOR).partition(
                ":"
            )
        except signing.BadSignature:
            return None
        return cls(int(user), uuid.UUID(key))

    @property
    def token(self) -> str:
        return signing.TimestampSigner(salt="writing").sign(f"{self.user}:{self.key}")


@dataclass(frozen=True)
class Seen:
    """Unsaved work that a page goes on from, as far as the page has seen it.

    Where it was begun may still be open, and may have kept newer words since.
    """

    pk: int
    sequence: int

    @classmethod
    def read(cls, sent: Iterable[str]) -> "tuple[Seen, ...]":
        """What a form carries along as `continues`; what is no such thing is none."""
        found = (each.partition(".")[::2] for each in sent)
        return tuple(
            cls(int(pk), int(sequence or 0))
            for pk, sequence in found
            if numbers([pk]) and numbers([sequence or "0"])
        )

    def __str__(self) -> str:
        return f"{self.pk}.{self.sequence}"


@dataclass(frozen=True)
class Words:
    """What a form sent: every field with its values, and the page it came from."""

    view: str
    arguments: dict[str, Any]
    payload: dict[str, list[str]]
    sequence: int = 0
    continues: tuple[Seen, ...] = ()

    @property
    def version(self) -> int | None:
        """Version of the row that the page showed."""
        sent = "".join(self.payload.get("version", []))
        return int(sent) if sent.isdecimal() and len(sent) < 10 else None


class UnsavedKind(models.TextChoices):
    DRAFT = "draft", _("Draft kept while writing")
    CONFLICT = "conflict", _("Text that crossed with what was saved meanwhile")
    EXPIRED = "expired", _("Text sent after the session had ended")


class UnsavedQuerySet(models.QuerySet["UnsavedWork"]):
    """Words that stand in no row yet."""

    def of(self, user: User) -> Self:
        """Unsaved work of this person; nobody else ever sees it."""
        return self.filter(user=user, settled_at=None)

    def at(self, view: str, arguments: dict[str, Any]) -> Self:
        """Work begun on one page."""
        return self.filter(view=view, arguments=arguments)

    def expired(self) -> Self:
        now = timezone.now()
        return self.filter(
            models.Q(kept_at__lt=now - KEPT_FOR)
            | models.Q(settled_at__lt=now - SETTLED_FOR)
        )

    @transaction.atomic
    def keep(self, writing: Writing, words: Words) -> "UnsavedWork":
        """Keep a draft; return it as it is kept.

        A request that comes twice changes nothing the second time; one that was
        overtaken by a later one changes nothing at all.
        """
        values = {
            "view": words.view,
            "arguments": words.arguments,
            "payload": words.payload,
            "version": words.version,
            "sequence": words.sequence,
            "kept_at": timezone.now(),
            "settled_at": None,
        }
        mine = self.filter(user=writing.user, key=writing.key, kind=UnsavedKind.DRAFT)
        if not mine.filter(sequence__lt=words.sequence).update(**values):
            _draft, created = self.get_or_create(
                user_id=writing.user,
                key=writing.key,
                kind=UnsavedKind.DRAFT,
                defaults=values,
            )
            if not created:
                # Two first requests at once: the later one still wins.
                mine.filter(sequence__lt=words.sequence).update(**values)
        if words.continues:
            self.filter(_as_seen(words.continues), user=writing.user).settle()
        return mine.get()

    @transaction.atomic
    def keep_copy(
        self, kind: UnsavedKind, writing: Writing, words: Words
    ) -> "UnsavedWork":
        """Keep a text in a row of its own, which nothing overwrites.

        The draft that this text grew from needs no place beside it.
        """
        values = {
            "user_id": writing.user,
            "key": writing.key,
            "kind": kind,
            "view": words.view,
            "arguments": words.arguments,
            "payload": words.payload,
        }
        self._settle_draft(writing, words.sequence)
        # The same press of the button, sent twice, is kept once.
        same = self.filter(**values, settled_at=None).first()
        return same or self.create(
            **values, version=words.version, kept_at=timezone.now()
        )

    def settle(self) -> int:
        """Say that these words have found their place."""
        return self.filter(settled_at=None).update(settled_at=timezone.now())

    def _settle_draft(self, writing: Writing, sequence: int) -> int:
        draft = self.filter(
            user=writing.user,
            key=writing.key,
            kind=UnsavedKind.DRAFT,
            sequence__lte=sequence,
        )
        return draft.update(settled_at=timezone.now(), sequence=sequence)

    def saved(self, writing: Writing, words: Words) -> None:
        """Settle what a save has brought home: two queries.

        A draft that is still on its way when the save is done must not come back
        as unsaved: its sequence number is older, and so it is ignored.
        """
        draft = models.Q(
            key=writing.key, kind=UnsavedKind.DRAFT, sequence__lte=words.sequence
        )
        self.filter(draft | _as_seen(words.continues), user=writing.user).update(
            settled_at=timezone.now(),
            sequence=models.Case(
                models.When(draft, then=words.sequence),
                default=models.F("sequence"),
                output_field=models.BigIntegerField(),
            ),
        )
        if words.sequence:
            on_its_way = UnsavedWork(
                user_id=writing.user,
                key=writing.key,
                kind=UnsavedKind.DRAFT,
                view=words.view,
                arguments=words.arguments,
                payload={},
                sequence=words.sequence,
                kept_at=timezone.now(),
                settled_at=timezone.now(),
            )
            self.bulk_create([on_its_way], ignore_conflicts=True)


def _as_seen(continues: Iterable[Seen]) -> models.Q:
    """Work that was gone on from, unless newer words were kept there since."""
    found = models.Q(pk__in=())
    for each in continues:
        found |= models.Q(pk=each.pk, sequence__lte=each.sequence)
    return found


class UnsavedWork(models.Model):
    """Words of one person that are in no row of the working copy yet."""

    user = models.ForeignKey(User, models.PROTECT, related_name="unsaved_work")
    kind = models.CharField(max_length=10, choices=UnsavedKind)
    key = models.UUIDField(help_text="Of the page on which it was written.")
    view = models.CharField(max_length=60)
    arguments = models.JSONField()
    payload = models.JSONField()
    version = models.PositiveIntegerField(
        null=True, help_text="Of the row that the page showed."
    )
    sequence = models.BigIntegerField(default=0)
    kept_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = UnsavedQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved work")
        verbose_name_plural = _("unsaved work")
        ordering = ["-kept_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=models.Q(kind=UnsavedKind.DRAFT),
                name="unsaved_one_draft_per_page",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        """The form, with these words in it."""
        address = reverse(self.view, kwargs=self.arguments)
        return f"{address}?{urlencode({'unsaved': self.pk})}"

    @property
    def beginning(self) -> str:
        """The longest text that its page did not show, to know it again by."""
        try:
            base = signing.loads("".join(self.payload.get("shown", [])), salt="shown")
        except signing.BadSignature:
            base = {}
        said = (
            text
            for name, values in self.payload.items()
            if name not in CARRIERS
            for text in (value.replace("\r\n", "\n") for value in values)
            if not CHOICE.fullmatch(text) and text not in base.get(name, [])
        )
        return max(said, key=len, default="")

    @property
    def seen(self) -> Seen:
        """This work as it is now, for the page that goes on from it."""
        return Seen(self.pk, self.sequence)


def numbers(sent: Iterable[str]) -> tuple[int, ...]:
    """Keys among what was sent."""
    return tuple(int(each) for each in sent if each.isdecimal() and len(each) < 18)
