from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracking.models.database.collation import Key, bare, sort_key

if TYPE_CHECKING:
    from tracking.models.people.users import User


NAME_LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")


class ProtocolStatus(models.TextChoices):
    """Where a State stands towards the Protocol, as far as we can show."""

    PARTY = "party", _("Party")
    SIGNATORY = "signatory", _("Signatory")
    NONE = "none", _("Neither party nor signatory")
    UNKNOWN = "unknown", _("Not established")


class EntityType(models.TextChoices):
    UN_MEMBER = "un_member", _("Member State of the United Nations")
    OBSERVER_STATE = "observer_state", _("Observer State")
    NON_MEMBER_STATE = "non_member_state", _("Non-member State")
    REIO = "reio", _("Regional economic integration organization")


class RegionalGroup(models.TextChoices):
    AFRICAN = "African Group", _("African States")
    ASIA_PACIFIC = "Asia-Pacific Group", _("Asia-Pacific States")
    EASTERN_EUROPEAN = "Eastern European Group", _("Eastern European States")
    GRULAC = "GRULAC", _("Latin American and Caribbean States")
    WEOG = "WEOG", _("Western European and other States")
    NONE = "none", pgettext_lazy("regional group", "No regional group")


class StateQuerySet(models.QuerySet["State"]):
    def get_by_natural_key(self, iso3: str) -> "State":
        return self.get(iso3=iso3)

    def parties(self) -> Self:
        """Parties to the Protocol, the European Union included."""
        return self.filter(protocol_status=ProtocolStatus.PARTY)

    def countries(self) -> Self:
        """States in the proper sense: the European Union is not counted as one."""
        return self.exclude(entity_type=EntityType.REIO)

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        """States whose working copy this user may write."""
        if not user.is_authenticated or not user.may_write:
            return self.none()
        return self.filter(pk=user.state_id)

    def proposable_by(self, user: "User | AnonymousUser") -> Self:
        """States for whose working copy this user writes proposals."""
        if not user.is_authenticated or not user.may_propose:
            return self.none()
        return self.filter(pk=user.state_id)

    def readable_by(self, user: "User | AnonymousUser") -> Self:
        """States whose working copy this user may read: the own one, if any."""
        if not user.is_authenticated or not user.is_active or not user.reads_drafts:
            return self.none()
        return self.filter(pk=user.state_id)

    def submittable_by(self, user: "User | AnonymousUser") -> Self:
        """States in whose name this user clears, submits, recalls and publishes."""
        if not user.is_authenticated or not user.may_submit:
            return self.none()
        return self.filter(pk=user.state_id)

    def sorted_by_name(self) -> list["State"]:
        """States in the order of the reader's language, É beside E."""
        return sorted(self, key=lambda state: state.sort_key)

    def in_order_of_names(self) -> Self:
        """The same order as a query, for lists and menus of the admin site."""
        keys = [state.pk for state in self.sorted_by_name()]
        order = Value(keys, output_field=ArrayField(models.BigIntegerField()))
        return self.order_by(Func(order, F("pk"), function="array_position"))


class State(models.Model):
    """A State or regional organization that can be party to the Protocol.

    Source of names, codes and treaty status: `seeds/states.csv`; each status
    carries its own source and date.
    """

    iso2 = models.CharField(_("two-letter code"), max_length=2, unique=True)
    iso3 = models.CharField(_("three-letter code"), max_length=3, unique=True)
    m49 = models.CharField(_("M49 code"), max_length=3, blank=True)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_fr = models.CharField(_("name in French"), max_length=100)
    name_es = models.CharField(_("name in Spanish"), max_length=100)
    name_ar = models.CharField(_("name in Arabic"), max_length=100)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_ru = models.CharField(_("name in Russian"), max_length=100)
    name_fr_printed = models.CharField(
        _("name in the report of 2019"), max_length=100, blank=True
    )
    entity_type = models.CharField(
        _("kind of entity"), max_length=20, choices=EntityType
    )
    region = models.CharField(_("region"), max_length=20, blank=True)
    regional_group = models.CharField(
        _("regional group"), max_length=30, choices=RegionalGroup
    )
    protocol_status = models.CharField(
        _("status under the Protocol"), max_length=10, choices=ProtocolStatus
    )
    protocol_status_source = models.CharField(_("source of the status"), max_length=500)
    protocol_status_as_of = models.DateField(
        _("status established on"), null=True, blank=True
    )
    protocol_action = models.CharField(_("treaty action"), max_length=20, blank=True)
    protocol_date = models.DateField(_("date of the action"), null=True, blank=True)
    signature_date = models.DateField(_("date of signature"), null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    tile_col = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    objects = StateQuerySet.as_manager()

    class Meta:
        verbose_name = _("State")
        verbose_name_plural = _("States")
        ordering = ["name_en"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(protocol_status_source=""),
                name="state_status_has_source",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:state", args=[self.key])

    def natural_key(self) -> tuple[str]:
        return (self.iso3,)

    @property
    def key(self) -> str:
        """Key of the State in addresses and files."""
        return self.iso3.lower()

    @property
    def name(self) -> str:
        """Name in the reader's language."""
        name: str = getattr(self, f"name_{get_language() or 'en'}", self.name_en)
        return name

    @property
    def sort_key(self) -> Key:
        """Where the name stands among others in the reader's language."""
        return sort_key(self.name, get_language() or "en")

    def is_called(self, words: str) -> bool:
        """Whether `words` are in a name of it, in any language, or are its code."""
        names = [getattr(self, f"name_{code}") for code in NAME_LANGUAGES]
        return any(bare(words) in bare(name) for name in [*names, self.iso3])

    @property
    def is_party(self) -> bool:
        return self.protocol_status == ProtocolStatus.PARTY
