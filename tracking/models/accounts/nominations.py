import datetime
import secrets
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.models.database.scans import Scan, is_available
from tracking.models.people.sessions import Session
from tracking.models.people.states import State
from tracking.models.people.users import (
    LANGUAGES,
    NOWHERE,
    SECRETARIAT,
    SPEAKERS,
    Role,
    User,
)

# Those whom a focal point of the State names alone.
INVITED_BY_STATE = (Role.CONTRIBUTOR, Role.VIEWER)
# Those whom one administrator proposes and another one confirms.
BY_TWO = (*SPEAKERS, *SECRETARIAT)


class NominationError(Exception):
    """A nomination that cannot be, and a sentence that says why."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))


def note_path(_nomination: "Nomination", _name: str) -> str:
    """No word of a person in the name of a file."""
    return f"notes/{secrets.token_hex(16)}"


def today() -> datetime.date:
    return timezone.localdate()


class NominationQuerySet(models.QuerySet["Nomination"]):
    def named(self) -> Self:
        """Confirmed and not ended; perhaps not valid yet, or no longer."""
        return self.filter(confirmed_at__isnull=False, ended_at=None)

    def in_force(self) -> Self:
        day = today()
        not_over = Q(valid_until=None) | Q(valid_until__gte=day)
        return self.named().filter(not_over, valid_from__lte=day)

    def current(self) -> Self:
        """Named, and not over: in force now, or from a later day on."""
        return self.named().exclude(valid_until__lt=today())

    def waiting(self) -> Self:
        """Proposed, and waiting for another administrator."""
        return self.filter(confirmed_at=None, ended_at=None)

    def run_out(self) -> Self:
        """Named until a day that has passed."""
        return self.named().filter(valid_until__lt=today())

    def readable_by(self, user: User) -> Self:
        """All for who audits; for people of a State, those named for it."""
        if not user.is_active:
            return self.none()
        if user.may_audit:
            return self
        if user.state_id is None:
            return self.none()
        return self.named().filter(state=user.state_id)

    def editable_by(self, user: User) -> Self:
        """Those that this user may end, or send an invitation to."""
        if user.is_active and user.role == Role.ADMINISTRATOR:
            return self
        if not user.may_submit:
            return self.none()
        return self.named().filter(state=user.state_id, role__in=INVITED_BY_STATE)

    @transaction.atomic
    def propose(
        self,
        *,
        by: User | None,
        email: str,
        role: str,
        state: State | None,
        **said: Any,
    ) -> "Nomination":
        """Name a person for a role: at once, or waiting for another administrator.

        `said` are the other columns: name, function, language, note verbale, days.
        The account is made if there is none, closed until the nomination is in
        force. Raises NominationError.
        """
        email = User.objects.normalize_email(email).lower()
        user = _account_for(email, state=state, role=role, said=said)
        if self.model.objects.waiting().filter(user=user).exists():
            raise NominationError(_("A nomination of this person is waiting already."))
        nomination = self.create(
            user=user, email=email, role=role, state=state, proposed_by=by, **said
        )
        if role not in BY_TWO or by is None:
            nomination.confirm(by=by)
        return nomination


class Nomination(models.Model):
    """The act by which a person is named to a role: what an account lives by.

    Without a nomination in force nobody signs in. Role and State of an account are
    copies of what is said here, and change through here only.
    """

    user = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="nominations",
        verbose_name=gettext_lazy("account"),
    )
    state = models.ForeignKey(
        State,
        models.PROTECT,
        related_name="nominations",
        null=True,
        blank=True,
        verbose_name=gettext_lazy("State"),
    )
    role = models.CharField(gettext_lazy("role"), max_length=20, choices=Role)
    name = models.CharField(gettext_lazy("name"), max_length=100)
    function = models.CharField(gettext_lazy("function"), max_length=150, blank=True)
    email = models.EmailField(gettext_lazy("e-mail address"))
    language = models.CharField(
        gettext_lazy("language"), max_length=2, choices=LANGUAGES, default="fr"
    )
    note_reference = models.CharField(
        gettext_lazy("reference of the note verbale"), max_length=100, blank=True
    )
    note_date = models.DateField(
        gettext_lazy("date of the note verbale"), null=True, blank=True
    )
    note_file = models.FileField(
        gettext_lazy("scan of the note verbale"), upload_to=note_path, blank=True
    )
    note_scan = models.CharField(max_length=15, choices=Scan, blank=True)
    valid_from = models.DateField(gettext_lazy("valid from"), default=today)
    valid_until = models.DateField(gettext_lazy("valid until"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("proposed by"),
    )
    proposed_at = models.DateTimeField(gettext_lazy("proposed"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("confirmed by"),
    )
    confirmed_at = models.DateTimeField(gettext_lazy("confirmed"), null=True)
    ended_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("ended by"),
    )
    ended_at = models.DateTimeField(gettext_lazy("ended"), null=True)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("replaced by"),
    )

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("nomination")
        verbose_name_plural = gettext_lazy("nominations")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=SECRETARIAT, state=None)
                | ~Q(role__in=SECRETARIAT) & Q(state__isnull=False),
                name="nomination_for_a_state_or_the_secretariat",
            ),
            models.CheckConstraint(
                # Nobody at all stands for the command line: see docs/decisions/0022.
                condition=Q(confirmed_at=None)
                | ~Q(role__in=BY_TWO)
                | Q(proposed_by=None, confirmed_by=None)
                | Q(proposed_by__isnull=False, confirmed_by__isnull=False)
                & ~Q(proposed_by=models.F("confirmed_by")),
                name="nomination_by_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None)
                | Q(valid_until__gte=models.F("valid_from")),
                name="nomination_ends_after_it_begins",
                violation_error_message=gettext_lazy(
                    "The last day is before the first one."
                ),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at__isnull=False, ended_at=None),
                name="nomination_one_per_account",
            ),
            models.UniqueConstraint(
                fields=["state", "role"],
                condition=Q(
                    role__in=SPEAKERS, confirmed_at__isnull=False, ended_at=None
                ),
                name="nomination_one_focal_point_and_one_alternate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display()}"

    @property
    def note_is_available(self) -> bool:
        """Whether the scan may be given out: a scanner that is there must agree."""
        return is_available(self.note_scan)

    def note_virus_check(self, found: str) -> None:
        """Keep what the scanner said of the scan."""
        self.note_scan = found
        self.save(update_fields=["note_scan"])

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.ended_at is None

    @property
    def is_named(self) -> bool:
        return self.confirmed_at is not None and self.ended_at is None

    def may_be_confirmed_by(self, user: User) -> bool:
        """Whether this is another administrator than the one who proposed."""
        return (
            self.is_waiting
            and user.is_active
            and user.role == Role.ADMINISTRATOR
            and user.pk != self.proposed_by_id
        )

    @transaction.atomic
    def confirm(self, *, by: User | None) -> None:
        """Put the nomination in force: whom it replaces goes, the account opens.

        Raises NominationError if it no longer waits, or if the same person
        proposed it.
        """
        self._lock()
        if not self.is_waiting:
            raise NominationError(_("This nomination no longer waits."))
        if self.role in BY_TWO and by is not None and not self.may_be_confirmed_by(by):
            raise NominationError(
                _("Another administrator than the one who proposed must confirm.")
            )
        replaced = Q(user=self.user_id)
        if self.role in SPEAKERS:
            replaced |= Q(state=self.state_id, role=self.role)
        for other in Nomination.objects.named().filter(replaced):
            other.end(by=by, replaced_by=self, stays=other.user_id == self.user_id)
        self.confirmed_by, self.confirmed_at = by, timezone.now()
        self.save(update_fields=["confirmed_by", "confirmed_at"])
        user = User.objects.get(pk=self.user_id)
        for column in ("name", "function", "language", "role", "state_id"):
            setattr(user, column, getattr(self, column))
        if not user.is_active:
            # Nobody comes in with what an earlier holder knew.
            user.set_unusable_password()
        user.is_active = True
        user.save()
        self.user = user

    @transaction.atomic
    def end(
        self,
        *,
        by: User | None,
        replaced_by: "Nomination | None" = None,
        stays: bool = False,
    ) -> None:
        """End the nomination, or withdraw it; with it account and sessions at once.

        `stays`: the person is named to another role in the same act.
        """
        self._lock()
        if self.ended_at is not None:
            raise NominationError(_("This nomination has ended already."))
        was_named = self.is_named
        self.ended_by, self.ended_at, self.replaced_by = by, timezone.now(), replaced_by
        self.save(update_fields=["ended_by", "ended_at", "replaced_by"])
        if was_named:
            Session.objects.of(self.user).end()
        if was_named and not stays:
            user = User.objects.get(pk=self.user_id)
            user.is_active = False
            user.set_unusable_password()
            user.save(update_fields=["is_active", "password"])
            self.user = user

    def _lock(self) -> None:
        """Read again what decides, so that two people cannot both win."""
        row = Nomination.objects.select_for_update().get(pk=self.pk)
        self.confirmed_at, self.ended_at = row.confirmed_at, row.ended_at


def _account_for(
    email: str, *, state: State | None, role: str, said: dict[str, Any]
) -> User:
    """The account of this person, made closed if there is none.

    An address outlives its holder in an office: a new name under an address whose
    account has ended is a new person, who starts with an account of their own.
    """
    user = User.objects.select_for_update().filter(email=email).first()
    if user is not None:
        named = user.nominations.named().first()
        same_place = user.state_id == (state.pk if state else None)
        if named is not None and not same_place:
            raise NominationError(
                _(
                    "This address cannot be used here. Give another one, or ask the "
                    "secretariat."
                )
            )
        if named is not None or (same_place and user.name == said.get("name")):
            return user
        if Nomination.objects.waiting().filter(user=user).exists():
            raise NominationError(_("A nomination of this person is waiting already."))
        user.email = f"former-{user.pk}@{NOWHERE}"
        user.save(update_fields=["email"])
    return User.objects.create_user(
        email,
        name=said["name"],
        function=said.get("function", ""),
        language=said.get("language", "fr"),
        role=role,
        state=state,
        is_active=False,
    )
