"""Chains of what was changed: whatever is altered past the application is found."""

import json
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
from tracking.models.audit.entries import GUESSABLE, hash_of
from tracking.models.audit.signing import faults, is_signed, public_key, sign_heads
from tracking.models.audit.tables import SUBJECTS, TRACKED


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
    sign_heads()
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
    sign_heads()
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


# Signed heads ----------------------------------------------------------------


def test_only_heads_that_grew_are_signed(history: Submission) -> None:
    assert sign_heads() == 0
    measure = Measure.objects.filter(state=history.state).get()
    measure.title = "Once more"
    measure.save_version(by=history.submitted_by)
    settle()

    assert sign_heads() == 1


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
