"""Receipts are verified from the file alone, and no change of it goes unseen."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import (
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_submission,
)
from tracking.models import (
    Cycle,
    State,
    Submission,
    SubmittedAssessment,
    User,
    Visibility,
    digest_of,
)
from tracking.workspace.submitting import receipts


@pytest.fixture
def receipt(
    client: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    tmp_path: Path,
) -> Path:
    """A receipt as downloaded, with a measure, evidence and several languages."""
    answer = make_ready_assessment(state, recommendation, cycle)
    make_measure(state, recommendation, title="قانون «Д»\u2028法")
    make_evidence(state, answer)
    submission = make_submission(state, cycle, by=focal_point)
    client.force_login(focal_point)
    response = client.get(
        reverse("workspace:receipt_file", args=["nor", "2026", submission.number])
    )
    assert response["Content-Disposition"].startswith("attachment")
    path = tmp_path / "receipt.txt"
    path.write_bytes(response.content)
    return path


def verify(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("verify_receipt", path)
    return capsys.readouterr().out


def test_a_receipt_verifies(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Verified: NOR, 2026, submission 1" in verify(receipt, capsys)


def test_a_receipt_verifies_after_acceptance_and_narrowing(
    receipt: Path, reviewer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    submission = Submission.objects.get()
    submission.begin_review(by=reviewer)
    submission.accept(by=reviewer)
    SubmittedAssessment.objects.update(shown_to=Visibility.SECRETARIAT)

    assert "Verified" in verify(receipt, capsys)


def test_a_changed_content_is_found(receipt: Path) -> None:
    receipt.write_text(receipt.read_text().replace("not_started", "in_progress"))

    with pytest.raises(CommandError, match="does not have the digest"):
        call_command("verify_receipt", receipt)


def test_a_changed_content_with_a_fitting_digest_is_found(receipt: Path) -> None:
    text = receipt.read_text()
    lines = text.rstrip("\n").split("\n")
    content = json.loads(lines[-1])
    content["answers"][0]["status"] = "fully_implemented"
    old = receipts.read_receipt(text).digest
    lines[-1] = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    changed = "\n".join(lines).replace(old, digest_of(content)) + "\n"
    receipt.write_text(changed)

    with pytest.raises(CommandError, match="another digest"):
        call_command("verify_receipt", receipt)


def test_a_receipt_of_a_submission_we_do_not_have_is_found(receipt: Path) -> None:
    text = receipt.read_text()
    lines = text.rstrip("\n").split("\n")
    content = json.loads(lines[-1])
    old = receipts.read_receipt(text).digest
    content["number"] = 7
    lines[-1] = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    receipt.write_text("\n".join(lines).replace(old, digest_of(content)))

    with pytest.raises(CommandError, match="no such submission"):
        call_command("verify_receipt", receipt)


def test_records_changed_behind_our_back_are_found(
    receipt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The database refuses such a change; who owns it could still make one.
    monkeypatch.setattr(receipts, "document", lambda submission: {"other": True})

    with pytest.raises(CommandError, match="no longer have this digest"):
        call_command("verify_receipt", receipt)


@pytest.mark.parametrize(
    "content", [b"", b"Hello\n", b"\xff\xfe\x00", b"SHA-256: " + b"a" * 64 + b"\n[1]\n"]
)
def test_what_is_no_receipt_is_said_to_be_none(
    db: None, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=r"not a receipt|cannot be read"):
        call_command("verify_receipt", path)


def test_a_missing_file_is_one_sentence(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_receipt", tmp_path / "none.txt")
