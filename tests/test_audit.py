"""Chains of what was changed: whatever is altered past the application is found."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from config.postgresql import as_owner
from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_submission,
)
from tracking.accounts.personal import erase
from tracking.models import (
    Access,
    Assessment,
    AuditEntry,
    Checkpoint,
    Cycle,
    Measure,
    Role,
    Salt,
    State,
    Status,
    Submission,
    User,
)
from tracking.models.audit import GUESSABLE, faults_of_chains, hash_of
from tracking.models.tracked import SUBJECTS, TRACKED
from tracking.sealing import faults, is_signed, public_key, seal


@pytest.fixture(autouse=True)
def key(settings: Any, tmp_path: Path) -> Path:
    """A key and a list of their own for each test."""
    settings.AUDIT_KEY_FILE = str(tmp_path / "key.pem")
    settings.AUDIT_DIR = str(tmp_path)
    return tmp_path


def settle() -> None:
    """Let the triggers write that wait for the end of the transaction."""
    if not connection.in_atomic_block:
        return  # it has ended
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def past_the_application(statement: str, *values: Any) -> None:
    """What a superuser of the database can do: no trigger runs."""
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("SET session_replication_role = 'replica'")
        cursor.execute(statement, values)


def found() -> list[str]:
    return [str(fault) for fault in faults()]


@pytest.fixture
def history(
    state: State,
    other_state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    reviewer: User,
) -> Submission:
    """Two States that wrote, changed and sent something; all chains sealed."""
    submission = None
    for each in (other_state, state):
        answer = make_assessment(each, recommendation)
        measure = make_measure(each, recommendation)
        make_evidence(each, measure, answer)
        measure.title = "Changed"
        measure.save_version(by=focal_point)
        submission = make_accepted_submission(each, cycle, reviewer=reviewer)
    settle()
    seal()
    assert found() == []
    assert submission is not None
    return submission


# What is in a chain ----------------------------------------------------------


def test_a_change_says_who_in_what_capacity_and_what(
    state: State, focal_point: User, recommendation: Recommendation
) -> None:
    answer = make_assessment(state, recommendation)
    settle()
    answer.law = "Act 12"
    answer.save_version(by=focal_point)
    settle()

    entry = AuditEntry.objects.filter(table="tracking_assessment").last()

    assert entry is not None
    assert (entry.chain, entry.row, entry.verb) == (state.pk, answer.pk, "update")
    assert (entry.actor, entry.role) == (focal_point.pk, Role.FOCAL_POINT)
    assert entry.version == 2
    assert set(entry.fields) == {"law", "version", "updated_at", "updated_by_id"}
    assert entry.before and entry.after and entry.before != entry.after


def test_bulk_and_direct_changes_are_in_it(
    state: State, recommendation: Recommendation
) -> None:
    answer = make_assessment(state, recommendation)
    settle()
    before = AuditEntry.objects.count()
    Assessment.objects.filter(pk=answer.pk).update(law="In bulk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracking_assessment SET practice = 'Directly'")
    settle()

    verbs = AuditEntry.objects.order_by("pk")[before:]
    assert [entry.fields for entry in verbs] == [["law"], ["practice"]]


def test_each_state_has_its_own_chain(history: Submission) -> None:
    for chain in (history.state_id, history.state_id + 1):
        positions = AuditEntry.objects.filter(chain=chain).values_list("position")
        assert [each for (each,) in positions] == list(range(1, len(positions) + 1))


def test_no_words_are_in_a_chain_and_a_former_name_cannot_be_found_out(
    state: State, focal_point: User
) -> None:
    settle()
    focal_point.name = "Another name"
    focal_point.save()
    settle()

    entries = AuditEntry.objects.filter(table="tracking_user", row=focal_point.pk)
    assert [(e.verb, e.fields) for e in entries.order_by("pk")] == [
        ("insert", []),
        ("update", ["name"]),
    ]
    # The digest of the former name has lost its salt: nobody can try names.
    first, last = entries.order_by("pk")
    assert not Salt.objects.filter(entry=first).exists()
    assert Salt.objects.filter(entry=last).exists()
    assert "Another" not in json.dumps(list(entries.values()), default=str)


def test_every_table_of_the_chains_has_a_name_in_words() -> None:
    assert {tracked.table for tracked in TRACKED} == set(SUBJECTS)
    for table in SUBJECTS:
        assert AuditEntry(table=table).subject != table


def test_everything_that_was_adopted_is_in_a_chain() -> None:
    models = apps.get_app_config("recommendations").get_models(
        include_auto_created=True
    )
    assert {model._meta.db_table for model in models} <= {t.table for t in TRACKED}


# What the digests tell -----------------------------------------------------------


STATUSES = [status.value for status in Status]
GUESS = """
SELECT tried, audit_digest(to_jsonb(t) || jsonb_build_object('status', tried), '{}')
FROM tracking_assessment t, unnest(%s::text[]) AS tried WHERE t.id = %s
"""


def guesses(answer: Assessment) -> dict[str, str]:
    """Digest of the row → status, for all that is known but the status."""
    with connection.cursor() as cursor:
        cursor.execute(GUESS, [STATUSES, answer.pk])
        return {digest: status for status, digest in cursor.fetchall()}


def test_a_status_cannot_be_guessed_from_the_chain(
    state: State, recommendation: Recommendation, auditor: User, client: Client
) -> None:
    answer = make_assessment(state, recommendation, status=Status.IN_PROGRESS)
    settle()
    entry = AuditEntry.objects.get(table="tracking_assessment", row=answer.pk)
    found = guesses(answer)

    assert len(found) == len(set(STATUSES))
    assert entry.after not in found
    for digest in found:
        entry.after = digest
        assert hash_of(entry) != entry.hash
    # Nor does anything that leaves hold a salt.
    client.force_login(auditor)
    file = b"".join(client.get(reverse("exports:audit")).streaming_content).decode()  # type: ignore[attr-defined]
    salts = {str(salt) for salt in Salt.objects.values_list("salt", flat=True)}
    assert salts
    assert not any(salt in file or salt.replace("-", "") in file for salt in salts)


def test_the_same_content_has_another_digest_each_time(
    state: State, recommendation: Recommendation
) -> None:
    answer = make_assessment(state, recommendation)
    for law in ("a", "", "a"):
        Assessment.objects.filter(pk=answer.pk).update(law=law)
    settle()

    entries = AuditEntry.objects.filter(table="tracking_assessment").order_by("pk")
    assert len({entry.after for entry in entries}) == 4
    # And each begins with what the one before it left.
    pairs = zip(entries, list(entries)[1:], strict=False)
    assert all(one.after == next_.before for one, next_ in pairs)


@pytest.fixture
def begun_without_salt(
    state: State, recommendation: Recommendation, focal_point: User
) -> Assessment:
    """An answer whose chain began before digests had salts, and that then changed."""
    answer = make_assessment(state, recommendation, status=Status.IN_PROGRESS)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT audit_append(state_id, NULL, 'tracking_assessment', id, 'begin', "
            "NULL, '{}', '', audit_digest(to_jsonb(t), '{}')) "
            "FROM tracking_assessment t"
        )
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    answer.status = Status.PLANNED
    answer.save_version(by=focal_point)
    settle()
    return answer


def test_a_chain_of_before_is_verified_and_its_digests_stay_inside(
    begun_without_salt: Assessment, auditor: User, client: Client
) -> None:
    entries = AuditEntry.objects.filter(table="tracking_assessment").order_by("pk")
    salted, begun, changed = entries
    settle()
    seal()
    assert found() == []
    assert [e.is_guessable for e in entries] == [False, True, True]
    assert [*entries.filter(GUESSABLE)] == [begun, changed]

    client.force_login(auditor)
    file = b"".join(client.get(reverse("exports:audit")).streaming_content).decode()  # type: ignore[attr-defined]
    page = client.get(reverse("auditing:entries")).text
    for told in (begun.after, begun.hash, changed.before, changed.hash):
        assert told not in file
        assert told[:16] not in page
    assert salted.hash in file and salted.hash[:16] in page


@pytest.mark.parametrize("tracked", TRACKED, ids=lambda tracked: tracked.table)
def test_every_tracked_table_has_its_trigger(tracked: Any, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled, encode(tgargs, 'escape') FROM pg_trigger "
            "WHERE tgname = 'audit' AND tgrelid = %s::regclass",
            [tracked.table],
        )
        (enabled, arguments) = cursor.fetchone() or ("", "")

    assert enabled == "O"
    assert arguments.split("\\000")[:3] == [
        tracked.column,
        tracked.parent,
        ",".join(tracked.only),
    ]


def test_entries_cannot_be_changed_or_deleted(history: Submission) -> None:
    Access.objects.read(history, by=history.submitted_by)
    for change in (
        lambda: AuditEntry.objects.update(role="viewer"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: Checkpoint.objects.update(position=1),
        lambda: Access.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# What a superuser does past the application -----------------------------------


ALTERATIONS: dict[str, tuple[str, str]] = {
    "an entry changed": (
        "UPDATE tracking_auditentry e SET role = 'viewer' WHERE position = 3",
        "does not have the digest it gives",
    ),
    "an entry removed": (
        "DELETE FROM tracking_auditentry WHERE position = 3",
        "entries are missing",
    ),
    "the last entry removed": (
        "DELETE FROM tracking_auditentry WHERE id IN (SELECT max(id) FROM "
        "tracking_auditentry GROUP BY chain)",
        "the chain does not have this entry any more",
    ),
    "an entry inserted": (
        'INSERT INTO tracking_auditentry (chain, position, at, role, "table", row, '
        "verb, fields, before, after, request, previous, hash) SELECT chain, "
        'position + 1, at, role, "table", row, verb, fields, before, after, request, '
        "hash, hash FROM tracking_auditentry WHERE id IN (SELECT max(id) FROM "
        "tracking_auditentry GROUP BY chain)",
        "does not have the digest it gives",
    ),
    "two entries reordered": (
        "UPDATE tracking_auditentry SET position = CASE position WHEN 2 THEN -3 ELSE "
        "-2 END WHERE position IN (2, 3); "
        "UPDATE tracking_auditentry SET position = -position WHERE position < 0",
        "does not follow from the entry before it",
    ),
    "a whole chain rewritten": (
        "DELETE FROM tracking_auditentry",
        "the chain does not have this entry any more",
    ),
    "an answer changed": (
        "UPDATE tracking_assessment SET law = 'forged'",
        "is not as it was last changed",
    ),
    "a measure changed back": (
        "UPDATE tracking_measure SET title = 'Measure'",
        "is not as it was last changed",
    ),
    "an item of evidence removed": (
        "DELETE FROM tracking_evidence_measures; "
        "DELETE FROM tracking_evidence_assessments; DELETE FROM tracking_evidence",
        "is gone: removed past the triggers",
    ),
    "a measure inserted": (
        "INSERT INTO tracking_measure (title, kind, stage, starts_on, ends_on, "
        "authority, description, language, visibility, version, state_id) SELECT "
        "'forged', kind, stage, starts_on, ends_on, authority, description, language, "
        "visibility, 1, state_id FROM tracking_measure LIMIT 1",
        "is in no chain: inserted past the triggers",
    ),
    "a version changed": (
        "UPDATE tracking_measureversion SET title = 'forged'",
        "is not a version that its chain knows",
    ),
    "a version removed": (
        "DELETE FROM tracking_measureversion WHERE version = 1",
        "versions, its chain",
    ),
    "a record changed": (
        "UPDATE tracking_submittedassessment SET status = 'planned'",
        "its records do not have its digest any more",
    ),
    "a record removed": (
        "DELETE FROM tracking_submittedevidencemeasure; "
        "DELETE FROM tracking_submittedevidenceassessment; "
        "DELETE FROM tracking_submittedevidence",
        "its records do not have its digest any more",
    ),
    "a stage changed": (
        "UPDATE tracking_submission SET stage = 'returned'",
        "is not as it was last changed",
    ),
    "a change of stage removed": (
        "DELETE FROM tracking_stagechange",
        "is gone: removed past the triggers",
    ),
    "a role changed": (
        "UPDATE tracking_user SET role = 'alternate' WHERE role = 'focal_point'",
        "is not as it was last changed",
    ),
    "a checkpoint forged": (
        "UPDATE tracking_checkpoint SET hash = repeat('a', 64)",
        "its signature is not of our key",
    ),
    "a checkpoint removed and the entry with it": (
        "DELETE FROM tracking_checkpoint; "
        "DELETE FROM tracking_auditentry WHERE id IN (SELECT max(id) FROM "
        "tracking_auditentry GROUP BY chain)",
        "written checkpoint",
    ),
    "who may read changed": (
        "UPDATE tracking_submittedassessment SET shown_to = 'parties'",
        "is shown to parties, where the State said public",
    ),
    "the address of a focal point changed": (
        "UPDATE tracking_user SET email = id || 'thief@example.org' "
        "WHERE role = 'focal_point'",
        "is not as it was last changed",
    ),
    "a password changed": (
        "UPDATE tracking_user SET password = 'forged' WHERE role = 'focal_point'",
        "tracking_user",
    ),
    "a second factor added": (
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at) "
        "SELECT id, 'totp', '{}', now() FROM tracking_user LIMIT 1",
        "mfa_authenticator",
    ),
    "the address of a nomination changed": (
        "UPDATE tracking_nomination SET email = 'thief@example.org'",
        "tracking_nomination",
    ),
    "the note verbale of a nomination changed": (
        "UPDATE tracking_nomination SET note_reference = 'forged'",
        "tracking_nomination",
    ),
    "a confidential question opened": (
        "UPDATE recommendations_question SET confidential = NOT confidential",
        "recommendations_question",
    ),
    "an official text changed": (
        "UPDATE recommendations_recommendationtext SET text = 'forged'",
        "recommendations_recommendationtext",
    ),
    "facts of the meeting changed": (
        "UPDATE recommendations_meeting SET symbol = 'forged'",
        "recommendations_meeting",
    ),
    "a State made no party": (
        "UPDATE tracking_state SET protocol_status = 'signatory'",
        "tracking_state",
    ),
    "a checkpoint removed": (
        "DELETE FROM tracking_checkpoint",
        "does not have this checkpoint any more",
    ),
    "a salt taken away": (
        "DELETE FROM tracking_salt",
        "the salt of its digest is gone",
    ),
    "a salt changed": (
        "UPDATE tracking_salt SET salt = gen_random_uuid()",
        "is not as it was last changed",
    ),
    "a reading hidden": (
        "DELETE FROM tracking_access",
        "is gone: removed past the triggers",
    ),
}


@pytest.mark.django_db(transaction=True)
def test_what_is_altered_is_found(history: Submission, reviewer: User) -> None:
    Access.objects.read(history, by=reviewer)
    seal()
    assert found() == []
    unseen = []
    with as_owner() as owner:
        for name, (statement, sentence) in ALTERATIONS.items():
            # Each on what nobody has altered before: it is taken back.
            with transaction.atomic():
                with owner.cursor() as cursor:
                    cursor.execute("SET LOCAL session_replication_role = 'replica'")
                    cursor.execute(statement)
                if not any(sentence in fault for fault in found()):
                    unseen.append(name)
                transaction.set_rollback(True)

    assert unseen == []
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_what_was_altered_and_then_saved_over_is_found(history: Submission) -> None:
    """The version that is saved next agrees with its chain again; the gap does not."""
    past_the_application("UPDATE tracking_measure SET title = 'forged'")
    for measure in Measure.objects.all():
        Measure.objects.filter(pk=measure.pk).update(title="Saved over")

    altered = [fault for fault in found() if "was altered past the triggers" in fault]
    assert len(altered) == Measure.objects.count()


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_leaves_the_chain_whole(
    history: Submission, administrator: User
) -> None:
    person = history.submitted_by
    words = (person.name, person.email)
    person.nominations.get().end(by=administrator)
    person.refresh_from_db()
    erase(person)
    seal()

    assert found() == []
    call_command("verify_audit", stdout=StringIO())
    old = AuditEntry.objects.filter(
        table__in=("tracking_user", "tracking_nomination"), actor=None
    )
    assert not any(word in str(list(old.values())) for word in words)
    kept = Salt.objects.filter(entry__table="tracking_user", entry__row=person.pk)
    assert kept.count() == 1  # that of the row as it is now


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_that_only_the_list_has_can_be_put_back(
    history: Submission, capsys: Any
) -> None:
    past_the_application("DELETE FROM tracking_checkpoint")
    number = len(found())
    assert number > 0
    call_command("seal_audit", put_back=True)

    assert f"{number} checkpoints put back." in capsys.readouterr().out
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_a_chain_written_anew_with_true_digests_is_still_found(
    history: Submission,
) -> None:
    """The forger computes everything again; only the signed heads tell."""
    entries = list(AuditEntry.objects.filter(chain=history.state_id))
    previous = entries[0].previous
    for entry in entries:
        entry.role, entry.previous = "viewer", previous
        entry.hash = previous = hash_of(entry)
        past_the_application(
            "UPDATE tracking_auditentry SET role = %s, previous = %s, hash = %s "
            "WHERE id = %s",
            entry.role,
            entry.previous,
            entry.hash,
            entry.pk,
        )

    assert list(faults_of_chains()) == []
    assert any("does not have this entry any more" in fault for fault in found())


@pytest.mark.django_db(transaction=True)
def test_the_command_says_so(history: Submission, capsys: Any) -> None:
    call_command("verify_audit")
    assert "Nothing was altered" in capsys.readouterr().out

    past_the_application("UPDATE tracking_measure SET title = 'forged'")
    with pytest.raises(CommandError, match="faults"):
        call_command("verify_audit")


# Signed heads ----------------------------------------------------------------


def test_only_heads_that_grew_are_signed(history: Submission) -> None:
    assert seal() == 0
    measure = Measure.objects.filter(state=history.state).get()
    measure.title = "Once more"
    measure.save_version(by=history.submitted_by)
    settle()

    assert seal() == 1


def test_another_key_signs_nothing_of_ours(
    history: Submission, settings: Any, tmp_path: Path
) -> None:
    head = Checkpoint.objects.earliest("pk")
    assert is_signed(head.chain, head.position, head.hash, head.signature)
    ours = public_key()

    settings.AUDIT_KEY_FILE = str(tmp_path / "other.pem")
    assert not is_signed(head.chain, head.position, head.hash, head.signature)
    assert is_signed(head.chain, head.position, head.hash, head.signature, ours)
    assert any("another key" in fault for fault in found())


def test_heads_are_written_down_outside_the_database(
    history: Submission, tmp_path: Path
) -> None:
    lines = (tmp_path / "checkpoints.jsonl").read_text().splitlines()

    assert len(lines) == Checkpoint.objects.count()
    assert {json.loads(line)["hash"] for line in lines} == set(
        Checkpoint.objects.values_list("hash", flat=True)
    )


def test_the_key_is_readable_to_its_owner_alone(
    history: Submission, tmp_path: Path
) -> None:
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0


# Receipts --------------------------------------------------------------------


@pytest.fixture
def receipt(history: Submission, client: Client, tmp_path: Path) -> Path:
    client.force_login(history.submitted_by)
    address = reverse(
        "workspace:receipt_file",
        args=[history.state.key, history.cycle.code, history.number],
    )
    path = tmp_path / "receipt.txt"
    path.write_bytes(client.get(address).content)
    return path


def test_a_receipt_carries_the_signed_head(receipt: Path, capsys: Any) -> None:
    call_command("verify_receipt", str(receipt))

    assert "still has the entry that was signed" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_submitting_seals_the_chain_for_the_receipt(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    client: Client,
) -> None:
    make_ready_assessment(state, recommendation, cycle)
    client.force_login(focal_point)
    page = reverse("workspace:check", args=[state.key])
    shown = client.get(page).context["clearing"].mark
    sent = client.post(page, {"shown": shown, "reminder": "on", "consent": "yes"})
    receipt = client.get(sent["Location"] + "file/").content.decode()

    assert f"Audit chain: {state.pk}, entry " in receipt
    assert "Signature: " in receipt
    entry = AuditEntry.objects.filter(table="tracking_submission").earliest("pk")
    assert (entry.actor, len(entry.request)) == (focal_point.pk, 32)


@pytest.mark.django_db(transaction=True)
def test_a_receipt_betrays_a_chain_written_anew(receipt: Path) -> None:
    past_the_application("DELETE FROM tracking_auditentry")

    with pytest.raises(CommandError, match="no longer has the entry"):
        call_command("verify_receipt", str(receipt))


def test_a_receipt_with_another_head_is_refused(receipt: Path) -> None:
    text = receipt.read_text()
    receipt.write_text(text.replace(", entry ", ", entry 1", 1))

    with pytest.raises(CommandError, match="not of our key"):
        call_command("verify_receipt", str(receipt))


# Who read what the State sent ------------------------------------------------


def test_the_state_sees_who_read_its_submission(
    state: State, cycle: Cycle, focal_point: User, reviewer: User, client: Client
) -> None:
    submission = make_submission(state, cycle, by=focal_point)
    page = reverse("admin:tracking_submission_change", args=[submission.pk])
    client.force_login(reviewer)
    assert client.get(page).status_code == 200

    client.force_login(focal_point)
    shown = client.get(f"/en/my/{state.key}/readers/")

    assert reviewer.name in shown.content.decode()
    assert [a.submission for a in Access.objects.of(state)] == [submission]


def test_the_state_sees_every_export_that_held_it(
    state: State,
    other_state: State,
    cycle: Cycle,
    focal_point: User,
    stranger: User,
    reviewer: User,
    client: Client,
) -> None:
    make_accepted_submission(state, cycle, reviewer=reviewer)
    client.force_login(reviewer)
    answer = client.get("/en/data/answers.csv?headers=machine")
    assert answer.status_code == 200
    client.get("/api/v1/answers/")

    names = [access.name for access in Access.objects.of(state)]
    assert names == ["api submittedassessment", "answers"]
    assert not Access.objects.of(other_state).exists()
    client.force_login(stranger)
    assert client.get(f"/en/my/{state.key}/readers/").status_code == 404


def test_readings_by_others_are_not_noted(
    state: State, cycle: Cycle, focal_point: User, client: Client
) -> None:
    make_accepted_submission(state, cycle)
    client.get("/en/data/answers.csv")
    client.force_login(focal_point)
    client.get("/en/data/answers.csv")
    client.get("/api/v1/answers/")

    assert not Access.objects.exists()


def test_the_chain_is_a_file_for_the_focal_point(
    history: Submission, client: Client
) -> None:
    client.force_login(history.submitted_by)
    response = client.get(f"/en/my/{history.state.key}/audit/file/")
    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]

    own = AuditEntry.objects.filter(chain=history.state_id)
    assert len(lines) == own.count() + 1
    assert all(entry.hash in lines[n + 1] for n, entry in enumerate(own))
