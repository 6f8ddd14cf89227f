"""What one may ask of the audit chains and of the readings by the secretariat."""

import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import DateInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracking.models import Access, AccessKind, AuditEntry, State, User
from tracking.models.audit.entries import Act
from tracking.models.audit.tables import SUBJECTS

from .base import WORDS_MAX_LENGTH, WORDS_MIN_LENGTH, ListFilter, one_of, states

BIGGEST = 2**63 - 1


def _day(label: Any, method: str) -> Any:
    return django_filters.DateFilter(
        label=label,
        method=method,
        widget=DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def _person() -> Any:
    return django_filters.CharFilter(
        label=_("Name of the person"),
        method="by_person",
        min_length=WORDS_MIN_LENGTH,
        max_length=WORDS_MAX_LENGTH,
    )


def _state() -> Any:
    return one_of(
        pgettext_lazy("country", "State"), states, _("All States"), method="by_state"
    )


def called(name: str) -> QuerySet[Any]:
    """Keys of the accounts with this in their name."""
    return User.objects.filter(name__icontains=name).values("pk")


class InTime(ListFilter):
    """What happened from one day to another, both in Vienna and included."""

    def from_day(
        self, rows: QuerySet[Any], name: str, value: datetime.date
    ) -> QuerySet[Any]:
        return rows.filter(at__gte=_begins(value))

    def to_day(
        self, rows: QuerySet[Any], name: str, value: datetime.date
    ) -> QuerySet[Any]:
        if value == datetime.date.max:
            return rows
        return rows.filter(at__lt=_begins(value + datetime.timedelta(days=1)))


def _begins(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class ChainFilter(InTime):
    """What one may ask of the entries of one chain."""

    act = one_of(_("What was done"), Act.choices, _("Anything"), field_name="verb")
    table = one_of(_("To what"), list(SUBJECTS.items()), _("To anything"))
    row = django_filters.NumberFilter(
        label=_("Number of the row"), min_value=0, max_value=BIGGEST, decimal_places=0
    )
    person = _person()
    since = _day(_("From"), "from_day")
    until = _day(_("Until"), "to_day")
    request_id = django_filters.CharFilter(
        label=_("Number of the request"), field_name="request", max_length=64
    )

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def by_person(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(actor__in=called(value))


class _ByState(ListFilter):
    state = _state()


class AuditFilter(_ByState, ChainFilter):
    """What one may ask of the entries of all chains, the State first."""

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(chain__in=State.objects.filter(iso3=value.upper()))


class AccessFilter(InTime):
    """What one may ask of what the secretariat read and took."""

    state = _state()
    kind = one_of(_("What was done"), AccessKind.choices, _("Anything"))
    person = _person()
    since = _day(_("From"), "from_day")
    until = _day(_("Until"), "to_day")

    class Meta:
        model = Access
        fields: list[str] = []

    def by_person(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(by__in=called(value)))

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        state = State.objects.filter(iso3=value.upper()).first()
        return rows.of(state) if state else rows.none()  # type: ignore[attr-defined] # rows of Access
