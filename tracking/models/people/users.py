import secrets
from typing import Any, ClassVar, Protocol, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracking.models.people.states import State

LANGUAGES = [
    ("ar", "العربية"),
    ("zh", "中文"),
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("es", "Español"),
]


# A name under which nobody can ever receive mail (RFC 2606).
NOWHERE = "former.invalid"


class Role(models.TextChoices):
    CONTRIBUTOR = "contributor", _("Contributor")
    FOCAL_POINT = "focal_point", _("National focal point")
    ALTERNATE = "alternate", _("Alternate of the focal point")
    VIEWER = "viewer", _("Viewer")
    REVIEWER = "reviewer", _("Reviewer of the secretariat")
    ADMINISTRATOR = "administrator", _("Administrator of the secretariat")
    AUDITOR = "auditor", _("Auditor")


# Who acts in the name of a State: clears, submits and is told. It has one of each.
SPEAKERS = (Role.FOCAL_POINT, Role.ALTERNATE)
# Who reads what States sent. The auditor reads as the others do, and changes nothing.
SECRETARIAT = (Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)
# Who decides on it, and hides it in an emergency.
REVIEWS = (Role.REVIEWER, Role.ADMINISTRATOR)
# Who reads the audit trail of all States, and is told when it does not agree.
AUDITS = (Role.ADMINISTRATOR, Role.AUDITOR)

# What the secretariat may do to our own rows in the admin site, by role. Nobody
# may add, change or delete anything that is not named here.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    Role.REVIEWER: (
        "tracking.view_submission",
        "tracking.change_submission",
        "tracking.view_emergencyreading",
        "tracking.view_state",
        "tracking.view_cycle",
        "tracking.view_participation",
        "recommendations.view",
    ),
    Role.ADMINISTRATOR: (
        "tracking.view_submission",
        "tracking.change_submission",
        "tracking.view_state",
        "tracking.change_state",
        "tracking.view_cycle",
        "tracking.add_cycle",
        "tracking.change_cycle",
        "tracking.view_user",
        "tracking.change_user",
        "tracking.view_nomination",
        "tracking.add_nomination",
        "tracking.change_nomination",
        "tracking.view_factorreset",
        "tracking.add_factorreset",
        "tracking.change_factorreset",
        "tracking.view_token",
        "tracking.change_token",
        "tracking.view_emergencyreading",
        "tracking.add_emergencyreading",
        "tracking.change_emergencyreading",
        "tracking.view_participation",
        "recommendations.view",
        "recommendations.change",
        "recommendations.add_relation",
        "recommendations.delete_relation",
        "tracking.view_auditentry",
        "tracking.view_access",
    ),
    Role.AUDITOR: (
        "tracking.view_submission",
        "tracking.view_state",
        "tracking.view_cycle",
        "tracking.view_user",
        "tracking.view_nomination",
        "tracking.view_factorreset",
        "tracking.view_emergencyreading",
        "tracking.view_token",
        "tracking.view_participation",
        "tracking.view_auditentry",
        "tracking.view_access",
        "recommendations.view",
    ),
}


# Below this number of them the command line makes an administrator; from then on
# one proposes and another confirms.
ENOUGH_ADMINISTRATORS = 2


class MachineRights(Protocol):
    """What a token lets a machine do in the place of the person who made it."""

    @property
    def reads_drafts(self) -> bool: ...
    @property
    def writes_drafts(self) -> bool: ...
    @property
    def reads_evidence(self) -> bool: ...
    @property
    def writes_evidence(self) -> bool: ...
    @property
    def reads_submissions(self) -> bool: ...


class UserQuerySet(models.QuerySet["User"]):
    def in_office(self) -> Self:
        """Those whose nomination is in force today: nobody else signs in."""
        day = timezone.localdate()
        return self.filter(
            Q(nominations__valid_until=None) | Q(nominations__valid_until__gte=day),
            is_active=True,
            nominations__confirmed_at__isnull=False,
            nominations__ended_at=None,
            nominations__valid_from__lte=day,
        )


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def in_office(self) -> UserQuerySet:
        """Those whose nomination is in force today."""
        return self.get_queryset().in_office()

    def create_user(self, email: str, **fields: Any) -> "User":
        """Create an account; without a password nobody can sign in to it yet."""
        password = fields.pop("password", None)
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @transaction.atomic
    def create_superuser(self, email: str, name: str, password: str) -> "User":
        """Create one of the first two administrators: `createsuperuser` calls this.

        Raises ValidationError once there are two, who then name everybody else.
        """
        there = self.in_office().filter(role=Role.ADMINISTRATOR).count()
        if there >= ENOUGH_ADMINISTRATORS:
            raise ValidationError(
                gettext(
                    "Two administrators are in office: one of them proposes the next "
                    "one in the admin site, and the other confirms."
                )
            )
        user = self.create_user(
            email, name=name, password=password, role=Role.ADMINISTRATOR
        )
        user.name_without_proposal()
        return user


class User(AbstractBaseUser):
    """A person who works for one State or for the secretariat, never for both."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    function = models.CharField(_("function"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=LANGUAGES, default="fr"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    state = models.ForeignKey(
        State,
        models.PROTECT,
        related_name="users",
        null=True,
        blank=True,
        verbose_name=_("State"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    muted = ArrayField(
        models.CharField(max_length=12),
        verbose_name=_("kinds of messages not sent by mail"),
        default=list,
        blank=True,
    )
    date_joined = models.DateTimeField(_("created"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    # Set where a machine asks in this person's place: it may what the token says, and
    # never acts in the name of the State.
    token: "MachineRights | None" = None

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_one_per_email",
                violation_error_message=_("This address already has an account."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=SECRETARIAT, state=None)
                | ~models.Q(role__in=SECRETARIAT) & models.Q(state__isnull=False),
                name="user_of_a_state_or_of_the_secretariat",
                violation_error_message=_(
                    "National roles need a State; roles of the secretariat have none."
                ),
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(role=Role.FOCAL_POINT, is_active=True),
                name="user_one_focal_point_per_state",
                violation_error_message=_(
                    "This State already has a focal point. Deactivate that account or "
                    "change its role first."
                ),
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(role=Role.ALTERNATE, is_active=True),
                name="user_one_alternate_per_state",
                violation_error_message=_(
                    "This State already has an alternate. Deactivate that account or "
                    "change its role first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @property
    def is_secretariat(self) -> bool:
        return self.is_active and self.role in SECRETARIAT

    @property
    def is_staff(self) -> bool:
        """Whether the admin site opens: Django's word for our secretariat."""
        return self.is_secretariat

    @property
    def is_superuser(self) -> bool:
        """Nobody may do everything; Django asks all the same."""
        return False

    @property
    def may_review(self) -> bool:
        """Whether this person decides on what States sent."""
        return self.is_active and self.role in REVIEWS

    @property
    def may_audit(self) -> bool:
        """Whether this person reads the audit trail of all States."""
        return self.is_active and self.role in AUDITS

    @property
    def may_take_the_audit(self) -> bool:
        """Whether this person takes the audit trail of all States along as a file."""
        return self.is_active and self.role == Role.AUDITOR

    @property
    def may_write(self) -> bool:
        """Whether this person changes the own State's working copy itself."""
        if self.token is not None:
            return self.token.writes_drafts or self.token.writes_evidence
        return self.may_submit

    @property
    def may_propose(self) -> bool:
        """Whether this person writes proposals, which a focal point takes over."""
        return self.is_active and self.role == Role.CONTRIBUTOR

    @property
    def may_submit(self) -> bool:
        """Whether this person clears and submits in the name of the own State."""
        return self.token is None and self.is_active and self.role in SPEAKERS

    @property
    def reads_drafts(self) -> bool:
        """Whether this person, or its token, reads the own State's working copy."""
        token = self.token
        return token is None or token.reads_drafts or token.reads_evidence

    @property
    def reads_submissions(self) -> bool:
        """Whether this person, or its token, reads all that the own State sent."""
        return self.token is None or self.token.reads_submissions

    @property
    def is_in_office(self) -> bool:
        """Whether a nomination is in force today."""
        return User.objects.in_office().filter(pk=self.pk).exists()

    def name_without_proposal(self) -> None:
        """Name this account as the command line does, by nobody's proposal."""
        self.nominations.create(
            **{
                column: getattr(self, column)
                for column in (
                    "state", "role", "name", "function", "email", "language"
                )
            },
            confirmed_at=timezone.now(),
        )  # fmt: skip

    @transaction.atomic
    def forget(self) -> None:
        """Replace what names a person whose nominations have ended; rows stay.

        History, submissions and the register keep their author: an account without
        a name. Raises ValueError while a nomination is in force or waits.
        """
        if self.nominations.filter(ended_at=None).exists():
            raise ValueError("A nomination has not ended.")
        with translation.override(self.language):
            if self.state is None:
                self.name = gettext("Former official of the secretariat")
            else:
                self.name = gettext("Former %(role)s of %(state)s") % {
                    "role": self.get_role_display(),
                    "state": self.state.name,
                }
        self.name = self.name[:100]
        self.function = ""
        self.email = f"{secrets.token_hex(12)}@{NOWHERE}"
        self.is_active = False
        self.last_login = None
        self.set_unusable_password()
        self.save()
        for nomination in self.nominations.all():
            nomination.note_file.delete(save=False)
            nomination.name, nomination.function = self.name, ""
            nomination.email = self.email
            nomination.save()
        self.sessions.all().delete()
        self.email_changes.all().delete()
        self.sign_ins.all().delete()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether the role carries `perm`, written app.verb_model or app.verb."""
        app_and_verb = perm.partition("_")[0]
        granted = PERMISSIONS.get(self.role, ()) if self.is_active else ()
        return perm in granted or app_and_verb in granted

    def has_module_perms(self, app_label: str) -> bool:
        granted = PERMISSIONS.get(self.role, ()) if self.is_active else ()
        return any(perm.startswith(f"{app_label}.") for perm in granted)
