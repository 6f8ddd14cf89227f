"""Tokens with which a machine of a State reads and writes, through the API alone."""

import datetime
import hashlib
import secrets
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.messages.messages import Message, MessageKind, focal_points_of
from tracking.models.people.states import State
from tracking.models.people.users import SPEAKERS, User

LONGEST = datetime.timedelta(days=365)
MARK = "suivi_"  # so that whoever finds one, a scanner too, knows what it is
SHOWN = len(MARK) + 6  # characters by which a token is known on pages
# That a token is in use is noted at most this often.
NOTED_EVERY = datetime.timedelta(minutes=1)


class Scope(models.TextChoices):
    """What a token opens; each is named by whoever makes it."""

    READ_DRAFTS = "drafts:read", _("Read the working copy")
    WRITE_DRAFTS = "drafts:write", _("Read and change answers and measures")
    WRITE_EVIDENCE = "evidence:write", _("Read and add evidence")
    READ_SUBMISSIONS = "submissions:read", _("Read what the State submitted")


def digest_of_secret(secret: str) -> str:
    """As it is kept. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenQuerySet(models.QuerySet["Token"]):
    def alive(self) -> Self:
        """Tokens that open something now.

        One dies with its day, when it is revoked, and when who made it is no longer
        in office or no longer acts in the name of the State.
        """
        return self.filter(
            revoked_at=None,
            expires_at__gt=timezone.now(),
            made_by__in=User.objects.in_office().filter(role__in=SPEAKERS),
            made_by__state=F("state"),
        )

    def managed_by(self, user: User | AnonymousUser) -> Self:
        """Tokens this user sees and revokes: of the State in whose name they act."""
        return self.filter(state__in=State.objects.submittable_by(user))

    def visible_to(self, user: User) -> Self:
        """Tokens of all States, for administrators, who revoke, and for auditors."""
        return self if user.may_audit else self.none()

    def find(self, secret: str) -> "Token | None":
        """The token with this secret, with who made it, if it opens something."""
        return (
            self.alive()
            .filter(digest=digest_of_secret(secret))
            .select_related("made_by", "state")
            .first()
        )

    @transaction.atomic
    def make(
        self,
        state: State,
        *,
        label: str,
        scopes: list[str],
        expires_at: datetime.datetime,
        by: User,
    ) -> tuple["Token", str]:
        """Make a token; return it and its secret, which nobody can tell again."""
        secret = f"{MARK}{secrets.token_urlsafe(32)}"
        token = self.create(
            state=state,
            label=label,
            scopes=scopes,
            prefix=secret[:SHOWN],
            digest=digest_of_secret(secret),
            expires_at=expires_at,
            made_by=by,
        )
        Message.objects.tell(
            MessageKind.TOKEN,
            focal_points_of(state),
            key=f"token {token.pk}",
            state=state,
            facts={
                "prefix": token.prefix,
                "until": timezone.localdate(expires_at).isoformat(),
            },
        )
        return token, secret


class Token(models.Model):
    """What a machine shows instead of a person; only its digest is kept."""

    state = models.ForeignKey(State, models.PROTECT, related_name="tokens")
    label = models.CharField(_("what it is for"), max_length=100)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope), verbose_name=_("what it may do")
    )
    prefix = models.CharField(_("begins with"), max_length=SHOWN)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256, in hex.")
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="tokens", verbose_name=_("made by")
    )
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("made_at") + LONGEST),
                name="token_lasts_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gte=1)
                & Q(scopes__contained_by=list(Scope.values)),
                name="token_opens_something_known",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    def get_scopes_display(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    def revoke(self, *, by: User) -> None:
        """Close it for good; the first time counts."""
        rows = Token.objects.filter(pk=self.pk, revoked_at=None)
        rows.update(revoked_at=timezone.now(), revoked_by=by)
        self.refresh_from_db(fields=["revoked_at", "revoked_by"])

    def note_use(self) -> None:
        """Remember that it is in use, once a minute at most."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= NOTED_EVERY:
            Token.objects.filter(pk=self.pk).update(last_used_at=now)

    # What it opens ---------------------------------------------------------------

    @property
    def reads_drafts(self) -> bool:
        """Whoever changes answers has to read them: a change says what it changes."""
        return Scope.READ_DRAFTS in self.scopes or self.writes_drafts

    @property
    def writes_drafts(self) -> bool:
        return Scope.WRITE_DRAFTS in self.scopes

    @property
    def reads_evidence(self) -> bool:
        return Scope.READ_DRAFTS in self.scopes or self.writes_evidence

    @property
    def writes_evidence(self) -> bool:
        return Scope.WRITE_EVIDENCE in self.scopes

    @property
    def reads_submissions(self) -> bool:
        return Scope.READ_SUBMISSIONS in self.scopes
