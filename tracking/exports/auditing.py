"""Files for auditors: the audit chains whole, and who read what was sent."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    Case,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracking.models import Access, AccessKind, AuditEntry, Role, State, User
from tracking.models.audit.entries import GUESSABLE, Act
from tracking.models.audit.tables import SUBJECTS

from .columns import Column, Joined, Kind


def entries(user: User | AnonymousUser) -> QuerySet[Any]:
    return AuditEntry.objects.visible_to(user)


def readings(user: User | AnonymousUser) -> QuerySet[Any]:
    return Access.objects.visible_to(user)


class Instant(Func):
    """A moment as it enters the digests: UTC, to the microsecond."""

    template = (
        "to_char(%(expressions)s AT TIME ZONE 'UTC', "
        """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    )
    output_field = TextField()


def _unguessable(name: str) -> Callable[[], Case]:
    """A digest, but for entries from which somebody could find out a row."""
    return lambda: Case(
        When(GUESSABLE, then=Value("")), default=F(name), output_field=TextField()
    )


def _code_of(row: str) -> Subquery:
    return Subquery(State.objects.filter(pk=OuterRef(row)).values("iso3"))


AT = Column(
    pgettext_lazy("moment", "When"),
    _("In UTC, to the microsecond."),
    Kind.CODE,
    lambda: Instant(F("at")),
)
ROLE = Column(
    _("Role"), _("Of the person, at that time."), Kind.CODE, "role", Role.choices
)

ENTRIES = {
    "chain": Column(
        _("Chain"), _("Key of the State; 0 for no State."), Kind.NUMBER, "chain"
    ),
    "state": Column(
        pgettext_lazy("country", "State"),
        _("ISO 3166 code; empty for no State."),
        Kind.CODE,
        lambda: _code_of("chain"),
    ),
    "position": Column(
        _("Entry"), _("Counts the entries of a chain, from 1."), Kind.NUMBER, "position"
    ),
    "at": AT,
    "actor": Column(
        pgettext_lazy("of a person", "Account"),
        _("Its number; empty for the site itself."),
        Kind.NUMBER,
        "actor",
    ),
    "role": ROLE,
    "table": Column(
        _("To what"), _("Kind of the row."), Kind.CODE, "table", list(SUBJECTS.items())
    ),
    "row": Column(_("Number of the row"), _("Its key."), Kind.NUMBER, "row"),
    "verb": Column(
        _("What was done"), _("To that row."), Kind.CODE, "verb", Act.choices
    ),
    "version": Column(
        _("Version"), _("Of the row, if it counts them."), Kind.NUMBER, "version"
    ),
    "fields": Column(
        _("Fields"),
        _("Names of what changed."),
        Kind.CODE,
        lambda: Func(
            F("fields"),
            template="array_to_string(%(expressions)s, ',')",
            output_field=TextField(),
        ),
    ),
    "before": Column(
        _("Digest before"),
        _("Salted SHA-256 of the row before. Empty if it had no salt yet."),
        Kind.CODE,
        _unguessable("before"),
    ),
    "after": Column(
        _("Digest after"),
        _("Salted SHA-256 of the row after. Empty if it had no salt yet."),
        Kind.CODE,
        _unguessable("after"),
    ),
    "request": Column(
        _("Request"), _("The same number as in the logs."), Kind.CODE, "request"
    ),
    "previous": Column(
        _("Digest of the entry before"),
        _("What chains them."),
        Kind.CODE,
        _unguessable("previous"),
    ),
    "hash": Column(
        _("Digest"),
        _("SHA-256 of this entry. Empty if a row could be guessed from it."),
        Kind.CODE,
        _unguessable("hash"),
    ),
}

READINGS = {
    "at": AT,
    "account": Column(
        pgettext_lazy("of a person", "Account"), _("Its number."), Kind.NUMBER, "by"
    ),
    "name": Column(
        _("Name"), _("As the person is called today."), Kind.TEXT, "by__name"
    ),
    "role": ROLE,
    "kind": Column(
        _("What was done"), _("Read, or taken."), Kind.CODE, "kind", AccessKind.choices
    ),
    "submission": Column(
        _("Key of the submission"),
        _("Empty for an export."),
        Kind.NUMBER,
        "submission",
    ),
    "states": Column(
        _("States"),
        _("Keys of the States whose words it was."),
        Kind.NUMBERS,
        lambda: Joined(F("states")),
    ),
    "export": Column(_("Export"), _("Name of the table."), Kind.CODE, "name"),
    "filters": Column(
        _("Filters"), _("What was asked for, as in the address."), Kind.TEXT, "filters"
    ),
    "rows": Column(_("Rows"), _("Number of rows taken."), Kind.NUMBER, "rows"),
}
