"""What was changed, by whom and in what capacity, in chains nobody can mend unseen.

A trigger on each table of `TRACKED` adds an entry when a transaction commits, so
that bulk and direct changes are in it as well. Each entry holds the digest of the
one before. Heads of chains are signed with a key that the database never sees.
The mathematics is at the end of this file, and again, in SQL, in the migration.
"""

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.alarms import watch
from tracking.models.audit_columns import column_name
from tracking.models.emergencies import EmergencyReading
from tracking.models.states import State
from tracking.models.submissions import Submission
from tracking.models.users import Role, User

GLOBAL = 0  # chain of what belongs to no State
NOTHING = "0" * 64  # digest before the first entry of a chain


@dataclass(frozen=True)
class Tracked:
    """A table whose every change is an entry of a chain.

    `column` leads to the State, by way of `parent` if there is one; without a
    column, the chain is the global one. `only` names the columns that are digested,
    where others hold personal data or change with every sign-in.
    """

    table: str
    column: str = "state_id"
    parent: str = ""
    only: tuple[str, ...] = ()


TRACKED = (
    Tracked("tracking_assessment"),
    Tracked("tracking_measure"),
    Tracked("tracking_measure_recommendations", "measure_id", "tracking_measure"),
    Tracked("tracking_evidence"),
    Tracked("tracking_evidence_measures", "evidence_id", "tracking_evidence"),
    Tracked("tracking_evidence_assessments", "evidence_id", "tracking_evidence"),
    Tracked("tracking_evidencefile"),
    Tracked("tracking_proposal"),
    Tracked("tracking_assignment"),
    Tracked("tracking_submission"),
    Tracked("tracking_stagechange", "submission_id", "tracking_submission"),
    Tracked("tracking_reviewquestion", "submission_id", "tracking_submission"),
    Tracked("tracking_reviewturn", "submission_id", "tracking_submission"),
    Tracked("tracking_visibilitychange"),
    Tracked("tracking_hiding", "submission_id", "tracking_submission"),
    Tracked("tracking_emergencyreading"),
    Tracked(
        "tracking_nomination",
        only=(
            "id",
            "state_id",
            "user_id",
            "role",
            "valid_from",
            "valid_until",
            "proposed_by_id",
            "confirmed_by_id",
            "confirmed_at",
            "ended_at",
            "ended_by_id",
            "replaced_by_id",
        ),
    ),
    Tracked("tracking_user", only=("id", "state_id", "role", "is_active")),
    # Not when it was last used, which no person does.
    Tracked(
        "tracking_token",
        only=(
            "id",
            "state_id",
            "scopes",
            "prefix",
            "digest",
            "made_at",
            "made_by_id",
            "expires_at",
            "revoked_at",
            "revoked_by_id",
        ),
    ),
    Tracked("tracking_foureyes"),
    Tracked("tracking_prepared"),
    Tracked("tracking_cycle", ""),
    Tracked("tracking_access", ""),
)

# Tables of versions, and the table whose entries each version must be in.
VERSIONS = {
    "tracking_assessmentversion": "tracking_assessment",
    "tracking_measureversion": "tracking_measure",
    "tracking_evidenceversion": "tracking_evidence",
}


def _append_only(name: str) -> list[pgtrigger.Trigger]:
    # Emptying a table is not the application's to do: its role lacks that right.
    return [
        pgtrigger.Protect(
            name=f"{name}_stay", operation=pgtrigger.Update | pgtrigger.Delete
        ),
    ]


class Act(models.TextChoices):
    """What was done to a row."""

    BEGIN = "begin", _("There when the chain began")
    INSERT = "insert", _("Added")
    UPDATE = "update", _("Changed")
    DELETE = "delete", _("Deleted")


# What the rows of each table are, for readers of the chain.
SUBJECTS = {
    "tracking_assessment": _("Answer"),
    "tracking_measure": _("Measure"),
    "tracking_measure_recommendations": _("Recommendation served by a measure"),
    "tracking_evidence": _("Evidence item"),
    "tracking_evidence_measures": _("Measure backed by evidence"),
    "tracking_evidence_assessments": _("Answer backed by evidence"),
    "tracking_evidencefile": _("Evidence file"),
    "tracking_proposal": _("Proposal"),
    "tracking_assignment": _("Task given to a colleague"),
    "tracking_submission": _("Submission"),
    "tracking_stagechange": _("Stage of a submission"),
    "tracking_reviewquestion": _("Question of the secretariat"),
    "tracking_reviewturn": _("Who reviews a submission"),
    "tracking_visibilitychange": _("Whom a record is shown to"),
    "tracking_nomination": _("Nomination"),
    "tracking_user": _("Account"),
    "tracking_cycle": _("Cycle"),
    "tracking_access": _("Reading by the secretariat"),
}


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All chains for who audits; for who speaks for a State, its own."""
        if not user.is_authenticated:
            return self.none()
        if user.may_audit:
            return self
        return self.filter(chain=user.state_id) if user.may_submit else self.none()

    def with_names(self) -> Self:
        """Adds `actor_name`, as the account is called today."""
        actors = User.objects.filter(pk=models.OuterRef("actor"))
        return self.annotate(actor_name=models.Subquery(actors.values("name")))


class AuditEntry(models.Model):
    """One change of one row; written by the database, never by the application."""

    chain = models.BigIntegerField(help_text="Key of the State; 0 for no State.")
    position = models.BigIntegerField(help_text="From 1, without gaps.")
    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True, help_text="Key of the account.")
    role = models.CharField(max_length=20, blank=True, help_text="At that time.")
    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    verb = models.CharField(max_length=6, choices=Act)
    version = models.IntegerField(null=True)
    fields = ArrayField(models.CharField(max_length=63), default=list)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    request = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["chain", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "position"], name="audit_one_entry_per_position"
            ),
        ]
        indexes = [models.Index(fields=["table", "row"], name="audit_by_row")]
        triggers = _append_only("audit_entries")

    def __str__(self) -> str:
        return f"{self.chain}.{self.position} {self.verb} {self.table} {self.row}"

    @property
    def subject(self) -> str:
        return str(SUBJECTS.get(self.table, self.table))

    @property
    def columns(self) -> list[str]:
        """What was changed, by the names that forms use."""
        return [column_name(self.table, column) for column in self.fields]

    @property
    def role_name(self) -> str:
        """The role at that time, in the reader's language."""
        return str(dict(Role.choices).get(self.role, self.role))


class Checkpoint(models.Model):
    """The head of a chain at one moment, signed."""

    chain = models.BigIntegerField()
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=16, help_text="Fingerprint of the public key.")
    signature = models.CharField(max_length=88, help_text="Ed25519, in base64.")

    class Meta:
        ordering = ["chain", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "position", "key"], name="checkpoint_once"
            ),
        ]
        triggers = _append_only("checkpoints")

    def __str__(self) -> str:
        return f"{self.chain}.{self.position}"

    @property
    def statement(self) -> bytes:
        """What is signed."""
        return statement(self.chain, self.position, self.hash)


class AccessKind(models.TextChoices):
    READ = "read", _("Read")
    FILE = "file", _("Evidence file taken")
    EXPORT = "export", _("Export")
    EMERGENCY = "emergency", _("Working copy read in an emergency")


class AccessQuerySet(models.QuerySet["Access"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All for who audits; for who speaks for a State, what is of it."""
        if not user.is_authenticated:
            return self.none()
        if user.may_audit:
            return self
        return self.of(user.state) if user.may_submit and user.state else self.none()

    def of(self, state: State) -> Self:
        """What the secretariat read or took of this State."""
        return self.filter(states__contains=[state.pk])

    def read(
        self, submission: Submission, *, by: User, kind: AccessKind = AccessKind.READ
    ) -> None:
        """Note that somebody of the secretariat read a submission."""
        self.create(
            by=by, kind=kind, submission=submission, states=[submission.state_id]
        )
        watch(self, by)

    def read_in_emergency(self, reading: EmergencyReading) -> None:
        """Note that an administrator opened a State's working copy."""
        self.create(
            by=reading.asked_by, kind=AccessKind.EMERGENCY, states=[reading.state_id]
        )
        watch(self, reading.asked_by)

    def exported(
        self, name: str, filters: str, states: Iterable[int], rows: int, *, by: User
    ) -> None:
        """Note that somebody of the secretariat took what was submitted as a file."""
        self.create(
            by=by,
            kind=AccessKind.EXPORT,
            name=name,
            filters=filters[:500],
            states=sorted(set(states)),
            rows=rows,
        )
        watch(self, by)


class Access(models.Model):
    """Somebody of the secretariat read what a State submitted, or took it along."""

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=AccessKind)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="+"
    )
    states = ArrayField(models.BigIntegerField())
    name = models.CharField(max_length=40, blank=True, help_text="Of the export.")
    filters = models.CharField(max_length=500, blank=True)
    rows = models.PositiveIntegerField(null=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["-at", "-pk"]
        indexes = [GinIndex(fields=["states"], name="access_by_state")]
        triggers = _append_only("accesses")

    def __str__(self) -> str:
        return f"{self.by} {self.kind} {self.at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.role = self.by.role
        super().save(*args, **kwargs)

    @property
    def role_name(self) -> str:
        """The role at that time, in the reader's language."""
        return str(dict(Role.choices).get(self.role, self.role))


# The chain, as everybody can compute it again ---------------------------------------


def statement(chain: int, position: int, digest: str) -> bytes:
    """The head of a chain as one line: what a checkpoint signs."""
    return f"suivi-audit-1|{chain}|{position}|{digest}".encode()


def moment(at: datetime.datetime) -> str:
    """A moment as it enters a digest: UTC, to the microsecond."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hash_of(entry: AuditEntry) -> str:
    """The digest that an entry must have: SHA-256 of its columns, in hex."""
    parts = (
        entry.chain,
        entry.position,
        moment(entry.at),
        "" if entry.actor is None else entry.actor,
        entry.role,
        entry.table,
        entry.row,
        entry.verb,
        "" if entry.version is None else entry.version,
        ",".join(entry.fields),
        entry.before,
        entry.after,
        entry.request,
        entry.previous,
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """Something that was altered past the application, in words for an auditor."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def faults_of_chains() -> Iterator[Fault]:
    """Walk every chain: entries changed, inserted, removed or reordered."""
    chain, position, previous = None, 0, NOTHING
    for entry in AuditEntry.objects.order_by("chain", "position").iterator(2000):
        if entry.chain != chain:
            chain, position, previous = entry.chain, 0, NOTHING
        where = f"chain {entry.chain}, entry {entry.position}"
        if entry.position != position + 1:
            yield Fault(where, f"follows entry {position}: entries are missing")
        if entry.previous != previous:
            yield Fault(where, "does not follow from the entry before it")
        if hash_of(entry) != entry.hash:
            yield Fault(where, "does not have the digest it gives")
        position, previous = entry.position, entry.hash


def faults_of_rows() -> Iterator[Fault]:
    """Compare each tracked row as it is with the last that its chain says of it."""
    for tracked in TRACKED:
        for row, verb, last, now in _rows(CURRENT, tracked.table, list(tracked.only)):
            where = f"{tracked.table} {row}"
            if verb is None or (verb == "delete" and now is not None):
                yield Fault(where, "is in no chain: inserted past the triggers")
            elif now is None and verb != "delete":
                yield Fault(where, "is gone: removed past the triggers")
            elif now is not None and now != last:
                yield Fault(where, "is not as it was last changed")


def faults_of_readers() -> Iterator[Fault]:
    """Compare whom each record is shown to with what its State said last."""
    for kind in ("assessment", "measure", "evidence"):
        name = f"tracking_submitted{kind}"
        for row, shown, said in _rows(SHOWN_OTHERWISE, name, table=kind):
            where = f"{name} {row}"
            yield Fault(where, f"is shown to {shown}, where the State said {said}")


def faults_of_versions() -> Iterator[Fault]:
    """Compare each kept version with the entry that was written with it."""
    for versions, table in VERSIONS.items():
        for (row,) in _rows(STRAY_VERSIONS, versions, table=table):
            yield Fault(f"{versions} {row}", "is not a version that its chain knows")
        for row, kept, known in _rows(MISSING_VERSIONS, versions, table=table):
            yield Fault(f"{table} {row}", f"has {kept} versions, its chain {known}")


def _rows(
    statement: str, name: str, only: list[str] | None = None, table: str = ""
) -> list[tuple[Any, ...]]:
    # Names of tables come from the tuple above, never from a person.
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(name=name, table=table), {"only": only or [], "name": name}
        )
        return list(cursor.fetchall())


CURRENT = """
SELECT coalesce(entry.row, line.id), entry.verb, entry.after, line.digest
FROM (
    SELECT DISTINCT ON (row) row, verb, after FROM tracking_auditentry
    WHERE "table" = '{name}' ORDER BY row, position DESC
) AS entry
FULL JOIN (
    SELECT id, audit_digest(to_jsonb(t), %(only)s::text[]) AS digest FROM {name} AS t
) AS line ON line.id = entry.row
WHERE entry.verb IS NULL OR (entry.verb = 'delete') <> (line.id IS NULL)
    OR entry.after IS DISTINCT FROM line.digest AND entry.verb <> 'delete'
ORDER BY 1
"""

STRAY_VERSIONS = """
SELECT v.pgh_id FROM {name} AS v WHERE NOT EXISTS (
    SELECT FROM tracking_auditentry AS entry
    WHERE entry."table" = '{table}' AND entry.row = v.pgh_obj_id AND audit_digest(
        to_jsonb(v) - 'pgh_id' - 'pgh_created_at' - 'pgh_label' - 'pgh_obj_id'
        - 'transaction', %(only)s::text[]
    ) = CASE v.pgh_label WHEN 'delete' THEN entry.before ELSE entry.after END
) ORDER BY 1
"""

MISSING_VERSIONS = """
SELECT coalesce(v.row, e.row), coalesce(v.number, 0), coalesce(e.number, 0) FROM (
    SELECT pgh_obj_id AS row, count(*) AS number FROM {name} GROUP BY 1
) AS v FULL JOIN (
    SELECT row, count(*) AS number FROM tracking_auditentry
    WHERE "table" = '{table}' AND verb <> 'begin' GROUP BY 1
) AS e ON e.row = v.row
WHERE coalesce(v.number, 0) < coalesce(e.number, 0) ORDER BY 1
"""

SHOWN_OTHERWISE = """
SELECT r.id, r.shown_to, said.to FROM {name} AS r
JOIN tracking_submission AS s ON s.id = r.submission_id
CROSS JOIN LATERAL (SELECT coalesce(
    (SELECT c.after FROM tracking_visibilitychange AS c
     WHERE c.{table}_id = r.id ORDER BY c.id DESC LIMIT 1),
    CASE WHEN s.consent THEN r.visibility ELSE 'secretariat' END
) AS to) AS said
WHERE r.shown_to <> said.to ORDER BY 1
"""
