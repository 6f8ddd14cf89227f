"""The second lock: what PostgreSQL itself lets each reader see, and lets be written.

The first lock is `visible_to` and `editable_by`. Should a query forget it, the
database still hides the rows of other States (row-level security); and it refuses
a row that hangs on a row of another State. `manage.py migrate` puts both in place,
from the tables of this file. What is kept apart here are unpublished words, row by
row; whom among its own people a State lets write is the first lock's business.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from tracking.models.accounts.account_mails import AccountMail
from tracking.models.accounts.email_changes import EmailChange
from tracking.models.accounts.emergencies import EmergencyReading
from tracking.models.accounts.factor_resets import FactorReset
from tracking.models.accounts.idempotency import IdempotencyKey
from tracking.models.accounts.nominations import Nomination
from tracking.models.accounts.tokens import Token
from tracking.models.audit.accesses import Access
from tracking.models.audit.entries import AuditEntry, Checkpoint, Salt
from tracking.models.audit.verifications import Verification
from tracking.models.database.jobs import Job
from tracking.models.database.tallies import Tally
from tracking.models.messages.messages import Message
from tracking.models.people.participations import Participation
from tracking.models.people.sessions import Session
from tracking.models.people.signins import SignIn
from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.records.four_eyes import FourEyes
from tracking.models.records.hidings import Hiding
from tracking.models.records.prepared import Prepared
from tracking.models.records.records import (
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedEvidenceAssessment,
    SubmittedEvidenceMeasure,
    SubmittedMeasure,
    SubmittedMeasureAssessment,
    VisibilityChange,
)
from tracking.models.records.reviewers import ReviewTurn
from tracking.models.records.submissions import ReviewQuestion, StageChange, Submission
from tracking.models.working_copy.assessments import Assessment
from tracking.models.working_copy.assignments import Assignment
from tracking.models.working_copy.cycles import Cycle
from tracking.models.working_copy.history import (
    AssessmentVersion,
    EvidenceAssessmentEvent,
    EvidenceMeasureEvent,
    EvidenceVersion,
    MeasureRecommendationEvent,
    MeasureVersion,
)
from tracking.models.working_copy.links import LinkCheck
from tracking.models.working_copy.measures import Evidence, EvidenceFile, Measure
from tracking.models.working_copy.notes import Note
from tracking.models.working_copy.presences import Presence
from tracking.models.working_copy.proposals import Proposal
from tracking.models.working_copy.unsaved import UnsavedWork

# Asked once per statement. A connection out of a pool answers with an empty text.
READER = "(SELECT nullif(current_setting('suivi.reader', true), ''))"
STATE = "(SELECT nullif(current_setting('suivi.state', true), '')::bigint)"
USER = "(SELECT nullif(current_setting('suivi.user', true), '')::bigint)"

IS_JOB = f"{READER} = 'job'"
IS_STATE = f"{READER} = 'state'"
# Who decides on what was sent; the auditor only reads it.
IS_SECRETARIAT = f"{READER} = 'secretariat'"
READS_ALL_SENT = f"{READER} IN ('secretariat', 'auditor')"
OWN = f"state_id = {STATE}"
# The State whose working copy an administrator reads in an emergency, if the
# database itself knows of two persons, of this reader, and of an hour not over.
OPENED = (
    f"(SELECT g.state_id FROM {EmergencyReading._meta.db_table} g "
    f"WHERE {READER} = 'emergency ' || g.id AND g.asked_by_id = {USER} "
    "AND g.confirmed_at IS NOT NULL AND g.ended_at IS NULL AND g.until > now())"
)


@dataclass(frozen=True)
class Lock:
    """Conditions, in SQL, under which a row may be read, and written.

    `add` is for new rows, where another condition holds for them.
    """

    read: str
    write: str
    add: str = ""


def _both(condition: str) -> Lock:
    return Lock(read=condition, write=condition)


def _with(parent: type[models.Model], column: str) -> str:
    """Whoever sees the parent: its own lock applies inside this one."""
    return f"EXISTS (SELECT FROM {parent._meta.db_table} p WHERE p.id = {column})"


def _submission(condition: str) -> str:
    return (
        f"EXISTS (SELECT FROM {Submission._meta.db_table} s "
        f"WHERE s.id = submission_id AND ({condition}))"
    )


_SENDER = f"s.state_id = {STATE}"
_ACCEPTED = "s.stage = 'accepted' AND NOT s.hidden"
# A record that others read has been accepted, its State lets them, and the
# secretariat does not hide it.
_SHOWN = (
    f"(shown_to = 'public' OR shown_to = 'parties' AND {STATE} IS NOT NULL) "
    f"AND {_submission(_ACCEPTED)}"
)
# What was recalled, a State took back unread.
_SENT = f"{_SENDER} OR {READS_ALL_SENT} AND s.stage <> 'recalled'"
_DECIDED = f"{_SENDER} OR {IS_SECRETARIAT} AND s.stage <> 'recalled'"
_RECORD = Lock(read=f"{_SHOWN} OR {_submission(_SENT)}", write=_submission(_SENDER))


def _tie(record: type[models.Model], column: str) -> Lock:
    """Of two records: made in the statement that makes both, which cannot be asked."""
    return Lock(read=_with(record, column), write="false", add=IS_STATE)


def _tie_of(parent: type[models.Model], column: str) -> Lock:
    """Of two rows of the working copy: seen with the parent, written by the State."""
    seen = _with(parent, column)
    return Lock(read=seen, write=f"{IS_STATE} AND {seen}")


_REVIEW = Lock(read=_submission(_SENT), write=_submission(_DECIDED))
_WORKING_COPY = Lock(read=f"{OWN} OR state_id = {OPENED}", write=OWN)

LOCKS: dict[type[models.Model], Lock] = {
    # The working copy: the own State alone, but for an emergency.
    Assessment: _WORKING_COPY,
    Measure: _WORKING_COPY,
    # What is marked confidential stays closed even then.
    Evidence: Lock(
        read=f"{OWN} OR classification = 'unclassified' AND state_id = {OPENED}",
        write=OWN,
    ),
    Measure.recommendations.through: _tie_of(Measure, "measure_id"),
    Evidence.measures.through: _tie_of(Evidence, "evidence_id"),
    Evidence.assessments.through: _tie_of(Evidence, "evidence_id"),
    # Its history and the work around it: the own State alone.
    LinkCheck: _both(f"{IS_STATE} AND {_with(Evidence, 'evidence_id')}"),
    AssessmentVersion: _both(OWN),
    MeasureVersion: _both(OWN),
    EvidenceVersion: _both(OWN),
    MeasureRecommendationEvent: _both(f"{IS_STATE} AND {_with(Measure, 'measure_id')}"),
    EvidenceMeasureEvent: _both(f"{IS_STATE} AND {_with(Evidence, 'evidence_id')}"),
    EvidenceAssessmentEvent: _both(f"{IS_STATE} AND {_with(Evidence, 'evidence_id')}"),
    Assignment: _both(OWN),
    Note: _both(OWN),
    Presence: _both(OWN),
    Proposal: _both(OWN),
    FourEyes: _both(OWN),
    Prepared: _both(OWN),
    # Not even colleagues read what somebody has not saved.
    UnsavedWork: _both(f"user_id = {USER}"),
    # Nor what somebody was answered.
    IdempotencyKey: _both(f"user_id = {USER}"),
    # Administrators revoke; the auditor sees that they are.
    Token: Lock(
        read=f"{OWN} OR {READS_ALL_SENT}", write=f"{OWN} OR {IS_SECRETARIAT}", add=OWN
    ),
    # A file, its State; others, once a record that they read names it.
    EvidenceFile: Lock(
        read=f"{OWN} OR EXISTS (SELECT FROM {SubmittedEvidence._meta.db_table} r "
        f"WHERE r.file_id = {EvidenceFile._meta.db_table}.id)",
        write=OWN,
    ),
    # A submission holds no words; what counts is found among those accepted.
    Submission: Lock(
        read=f"{OWN} OR {READS_ALL_SENT} OR stage IN ('accepted', 'withdrawn')",
        write=f"{OWN} OR {IS_SECRETARIAT} AND stage <> 'recalled'",
    ),
    # What was sent: the State, the secretariat, and whoever may read what counts.
    SubmittedAssessment: _RECORD,
    SubmittedMeasure: _RECORD,
    SubmittedEvidence: _RECORD,
    SubmittedMeasureAssessment: _tie(SubmittedMeasure, "measure_id"),
    SubmittedEvidenceAssessment: _tie(SubmittedEvidence, "evidence_id"),
    SubmittedEvidenceMeasure: _tie(SubmittedEvidence, "evidence_id"),
    StageChange: _REVIEW,
    # Who reviews, the secretariat alone settles.
    ReviewTurn: Lock(read=_submission(_SENT), write=IS_SECRETARIAT),
    ReviewQuestion: _REVIEW,
    VisibilityChange: Lock(
        read=f"{OWN} OR {READS_ALL_SENT}", write=f"{OWN} OR {IS_SECRETARIAT}"
    ),
    # What two persons of the secretariat did to a State, once both have; with words.
    Hiding: Lock(
        read=f"{READS_ALL_SENT} OR confirmed_at IS NOT NULL AND {_submission(_SENDER)}",
        write=IS_SECRETARIAT,
    ),
    EmergencyReading: Lock(
        read=f"{READS_ALL_SENT} OR confirmed_at IS NOT NULL AND "
        f"({OWN} OR {READER} = 'emergency ' || id)",
        write=f"{IS_SECRETARIAT} OR confirmed_at IS NOT NULL AND {OWN}",
        add=IS_SECRETARIAT,
    ),
}

# Tables without a lock, each with the reason.
UNLOCKED: dict[type[models.Model], str] = {
    State: "names and treaty status are public",
    Cycle: "reporting periods are public",
    Cycle.meetings.through: "so are the meetings that they name",
    Participation: "comes from a published report",
    User: "read before anybody has signed in, to find out who asks",
    Nomination: "read with the account, before anybody has signed in",
    Session: "read before anybody has signed in, to find out who asks",
    FactorReset: "numbers and dates, read before somebody has shown a factor",
    SignIn: "who signed in when, written before somebody has shown who asks",
    Message: "kinds, numbers and dates; no word of anybody, told across States",
    EmailChange: "addresses of a person, whom a link of a mail names",
    AccountMail: "addresses and numbers, written before anybody has signed in",
    Job: "when the worker does what",
    Tally: "numbers, counted before it is known who asks",
    AuditEntry: "digests and numbers, and every writer needs the one before",
    Salt: "bits that no page, list or file shows; every writer needs those of its row",
    Checkpoint: "signed digests",
    Access: "who read what and when; no words",
    Verification: "counts, and numbers of rows",
}

# Whoever is named there belongs to the State of the row.
COLLEAGUES: dict[type[models.Model], tuple[str, ...]] = {
    Assignment: ("to",),
    Note: ("by",),
    Presence: ("user",),
    Proposal: ("by",),
    FourEyes: ("begun_by",),
    Prepared: ("prepared_by",),
}


def tables() -> list[str]:
    """Tables under lock."""
    return [model._meta.db_table for model in LOCKS]


def statements(existing: set[str]) -> Iterator[str]:
    """What puts locks on those of our tables that exist; for the owner.

    Doing it again changes nothing.
    """
    yield FORGET
    for model, lock in LOCKS.items():
        if model._meta.db_table in existing:
            yield from _policies(model._meta.db_table, lock)
    for model in LOCKS:
        if model._meta.db_table in existing and not is_history(model):
            yield from _triggers(model)


# Only this file makes policies, and functions of such a name.
FORGET = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT policyname, tablename FROM pg_policies
        WHERE schemaname = current_schema()
    LOOP
        EXECUTE format('DROP POLICY %I ON %I', found.policyname, found.tablename);
    END LOOP;
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'lock\\_%'
    LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', found.name);
    END LOOP;
END $$
"""


def _policies(table: str, lock: Lock) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY job ON {table} USING ({IS_JOB})"
    yield f"CREATE POLICY read ON {table} FOR SELECT USING ({lock.read})"
    add = lock.add or lock.write
    yield f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK ({add})"
    yield f"CREATE POLICY change ON {table} FOR UPDATE USING ({lock.write})"
    yield f"CREATE POLICY remove ON {table} FOR DELETE USING ({lock.write})"


# Parent and child of one State ---------------------------------------------------


def is_history(model: type[models.Model]) -> bool:
    """Whether triggers write it, as a copy of a row that was checked."""
    return hasattr(model, "pgh_label")


def state_of(model: Any, row: str) -> str | None:
    """SQL that tells the State of the row with the key `row`; None if it has none."""
    names = {field.name for field in model._meta.concrete_fields}
    table = model._meta.db_table
    if "state" in names:
        return f"(SELECT state_id FROM {table} WHERE id = {row})"
    if "submission" in names:
        return (
            f"(SELECT s.state_id FROM {table} c JOIN {Submission._meta.db_table} s "
            f"ON s.id = c.submission_id WHERE c.id = {row})"
        )
    return None


def same_state(model: Any) -> dict[str, str]:
    """Column → SQL that tells its State, for all that must agree in a row of `model`.

    Every relation to something of a State is in it; persons where `COLLEAGUES` says.
    """
    found = {}
    # What the others are compared with comes first: it is never empty.
    for field in sorted(
        model._meta.concrete_fields,
        key=lambda field: (field.null, field.name != "state"),
    ):
        if not field.is_relation:
            continue
        target, row = field.related_model, f"NEW.{field.column}"
        if target is State:
            found[field.column] = row
        elif target is not User or field.name in COLLEAGUES.get(model, ()):
            state = state_of(target, row)
            if state is not None:
                found[field.column] = state
    return found


def _triggers(model: Any) -> Iterator[str]:
    table = model._meta.db_table
    (first, state), *others = same_state(model).items() or [("", "")]
    if others:
        yield _function(
            f"lock_{table}",
            f"DECLARE whose bigint := {state};\nBEGIN\n"
            + "\n".join(
                f"IF NEW.{column} IS NOT NULL AND {other} IS DISTINCT FROM whose THEN\n"
                + _refuse(f"{table}.{column} belongs to another State")
                + "END IF;"
                for column, other in others
            )
            + "\nRETURN NULL;\nEND",
        )
        # After the statement: one that makes both ends at once has made them then.
        columns = [first, *(column for column, _other in others)]
        moved = " OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in columns)
        for name, event, when in (
            ("lock_added", "INSERT", ""),
            ("lock_changed", "UPDATE", f"WHEN ({moved})"),
        ):
            yield (
                f"CREATE TRIGGER {name} AFTER {event} ON {table} "
                f"FOR EACH ROW {when} EXECUTE FUNCTION lock_{table}()"
            )
    if first == "state_id":
        yield _function(
            f"lock_stay_{table}",
            f"BEGIN\n{_refuse(f'{table}: a row stays with its State')}END",
        )
        yield (
            f"CREATE TRIGGER lock_stay BEFORE UPDATE ON {table} FOR EACH ROW "
            "WHEN (OLD.state_id IS DISTINCT FROM NEW.state_id) "
            f"EXECUTE FUNCTION lock_stay_{table}()"
        )


def _function(name: str, body: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body}\n$$"
    )


def _refuse(sentence: str) -> str:
    """Refuse as a constraint does, so that Django tells it as an IntegrityError."""
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation';\n"
