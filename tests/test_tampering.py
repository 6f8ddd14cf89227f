"""What a superuser does past the application, and how it is named."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from config.postgresql import as_owner
from tests.test_audit import found, history, key, past_the_application
from tracking.accounts.personal import erase
from tracking.models import (
    Access,
    AuditEntry,
    Measure,
    Salt,
    Submission,
    User,
)
from tracking.models.audit.entries import faults_of_chains, hash_of
from tracking.models.audit.signing import sign_heads

__all__ = ["history", "key"]


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
    sign_heads()
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
    sign_heads()

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
