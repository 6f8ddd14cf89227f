"""What was changed, by whom and in what capacity, in chains nobody can mend unseen.

A trigger on each table of `TRACKED` adds an entry when a transaction commits, so
that bulk and direct changes are in it as well. Each entry holds the digest of the
one before. Heads of chains are signed with a key that the database never sees.
The mathematics is at the end of this file, and again, in SQL, in the migration.
"""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.audit.columns import column_name
from tracking.models.audit.tables import SUBJECTS, TRACKED, VERSIONS
from tracking.models.people.users import Role, User

GLOBAL = 0  # chain of what belongs to no State
SALTED = "salted:"  # how a digest begins that nobody can guess
# Entries with the digest of a row alone, as all were before there were salts: who knows
# most of such a row finds the rest. They are not told to other people than the State.
GUESSABLE = ~models.Q(before="") & ~models.Q(before__startswith=SALTED) | ~models.Q(
    after=""
) & ~models.Q(after__startswith=SALTED)
NOTHING = "0" * 64  # digest before the first entry of a chain


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
    def is_guessable(self) -> bool:
        """The same as `GUESSABLE`."""
        digests = (self.before, self.after)
        return any(each and not each.startswith(SALTED) for each in digests)

    @property
    def role_name(self) -> str:
        """The role at that time, in the reader's language."""
        return str(dict(Role.choices).get(self.role, self.role))


class Salt(models.Model):
    """What makes the digest of a row one that nobody can guess; on no page or file.

    Kept as long as something is compared with the digest: the row as it is now, or a
    version. What a person was called is then as good as gone with the row that said
    it. Written by the database.
    """

    entry = models.OneToOneField(
        AuditEntry, models.PROTECT, primary_key=True, related_name="+"
    )
    salt = models.UUIDField()

    class Meta:
        verbose_name = "salt"

    def __str__(self) -> str:
        return f"of entry {self.entry_id}"


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
        for row, verb, is_there, salt in _rows(
            CURRENT, tracked.table, list(tracked.only)
        ):
            where = f"{tracked.table} {row}"
            if verb is None or (verb == "delete" and is_there):
                yield Fault(where, "is in no chain: inserted past the triggers")
            elif not is_there:
                yield Fault(where, "is gone: removed past the triggers")
            elif salt == "gone":
                yield Fault(where, "cannot be compared: the salt of its digest is gone")
            else:
                yield Fault(where, "is not as it was last changed")
        for row, chain, position in _rows(BETWEEN, tracked.table):
            where = f"{tracked.table} {row}"
            what = f"was altered past the triggers before entry {chain}.{position}"
            yield Fault(where, what)


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
SELECT coalesce(entry.row, line.id), entry.verb, line.id IS NOT NULL, entry.salt
FROM (
    SELECT DISTINCT ON (e.row) e.row, e.verb, e.after, s.salt AS key, CASE
        WHEN e.after NOT LIKE 'salted:%%' THEN 'none'
        WHEN s.salt IS NULL THEN 'gone' ELSE 'kept' END AS salt
    FROM tracking_auditentry AS e LEFT JOIN tracking_salt AS s ON s.entry_id = e.id
    WHERE e."table" = '{name}' ORDER BY e.row, e.id DESC
) AS entry
FULL JOIN (
    SELECT id, audit_digest(to_jsonb(t), %(only)s::text[]) AS digest FROM {name} AS t
) AS line ON line.id = entry.row
WHERE entry.verb IS NULL OR (entry.verb = 'delete') <> (line.id IS NULL)
    OR entry.verb <> 'delete' AND entry.after IS DISTINCT FROM CASE entry.salt
        WHEN 'none' THEN line.digest ELSE audit_salted(line.digest, entry.key) END
ORDER BY 1
"""

BETWEEN = """
SELECT row, chain, position FROM (
    SELECT row, chain, position, verb, before, lag(after) OVER of_row AS left_as
    FROM tracking_auditentry WHERE "table" = '{name}'
    WINDOW of_row AS (PARTITION BY row ORDER BY id)
) AS entry
WHERE verb IN ('update', 'delete') AND before IS DISTINCT FROM left_as ORDER BY 1, 3
"""

STRAY_VERSIONS = """
SELECT v.pgh_id FROM {name} AS v CROSS JOIN LATERAL (
    SELECT audit_digest(
        to_jsonb(v) - 'pgh_id' - 'pgh_created_at' - 'pgh_label' - 'pgh_obj_id'
        - 'transaction', %(only)s::text[]
    ) AS digest
) AS d WHERE NOT EXISTS (
    SELECT FROM tracking_auditentry AS entry
    LEFT JOIN tracking_salt AS s ON s.entry_id = entry.id
    WHERE entry."table" = '{table}' AND entry.row = v.pgh_obj_id
        AND CASE v.pgh_label WHEN 'delete' THEN entry.before ELSE entry.after END
        IN (d.digest, audit_salted(d.digest, s.salt))
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
