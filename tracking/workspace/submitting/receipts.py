"""The receipt as a file: what was sent, and a digest anyone can compute again."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from tracking.models import (
    AuditEntry,
    Submission,
    canonical,
    digest_of,
    document,
)
from tracking.models.audit.signing import checkpoint_of, is_signed

DIGEST_LINE = re.compile(r"^SHA-256: ([0-9a-f]{64})$", re.MULTILINE)

# In English, whoever downloads it: it is read by machines and archives.
PREAMBLE = """Suivi receipt
State: {state} ({iso3})
Cycle: {cycle}
Submission: {number}
Submitted: {submitted}
SHA-256: {digest}
{seal}{people}
The last line is what was submitted, as canonical JSON in UTF-8. The digest above is
the SHA-256 of that line without its line break:
tail -n 1 FILE | tr -d '\\n' | sha256sum
The secretariat verifies it against its records with: manage.py verify_receipt FILE

"""

# What proves, by the copy that the State holds, that the history was not rewritten.
SEAL = """Audit chain: {chain}, entry {position}, {hash}
Signature: {signature}
Signed by: {key}
"""
SEAL_LINES = re.compile(
    r"^Audit chain: (\d+), entry (\d+), ([0-9a-f]{64})\r?\n"
    r"Signature: ([A-Za-z0-9+/=]{88})\r?$",
    re.MULTILINE,
)


class ReceiptError(ValueError):
    """A file is not a receipt, or not a whole one."""


@dataclass(frozen=True)
class Head:
    """The signed head of a chain, as a receipt tells it."""

    chain: int
    position: int
    hash: str
    signature: str

    @property
    def is_signed(self) -> bool:
        return is_signed(self.chain, self.position, self.hash, self.signature)

    @property
    def is_in_chain(self) -> bool:
        """Whether the chain still has this entry."""
        return AuditEntry.objects.filter(
            chain=self.chain, position=self.position, hash=self.hash
        ).exists()


@dataclass(frozen=True)
class Receipt:
    """What a receipt file says: a digest, and the line it is the digest of."""

    digest: str
    content: bytes
    document: dict[str, Any]
    head: Head | None = None


def receipt_text(submission: Submission) -> str:
    """The receipt of a submission, as it is downloaded."""
    preamble = PREAMBLE.format(
        state=submission.state.name_en,
        iso3=submission.state.iso3,
        cycle=submission.cycle.code,
        number=submission.number,
        people=_people(submission),
        submitted=timezone.localtime(submission.submitted_at).isoformat(),
        digest=submission.digest,
        seal=_seal(submission),
    )
    return preamble + canonical(document(submission)).decode() + "\n"


def _people(submission: Submission) -> str:
    """Both persons, where there were two; a name is one line, whatever is in it."""
    if submission.prepared_by is None:
        return ""
    first, second = (
        " ".join(person.name.split())
        for person in (submission.prepared_by, submission.submitted_by)
    )
    return f"Prepared by: {first}\nConfirmed and submitted by: {second}\n"


def _seal(submission: Submission) -> str:
    """The signed head of the State's audit chain, as soon as there is one."""
    head = checkpoint_of(submission)
    return "" if head is None else SEAL.format(**vars(head))


def read_receipt(text: str) -> Receipt:
    """Read a receipt file. Raises ReceiptError when it is not one."""
    digest = DIGEST_LINE.search(text)
    last_line = text.rstrip("\r\n").rpartition("\n")[2].rstrip("\r")
    if digest is None:
        raise ReceiptError("it has no line «SHA-256: …»")
    try:
        content = json.loads(last_line)
    except ValueError as error:
        raise ReceiptError("its last line is not JSON") from error
    if not isinstance(content, dict) or "state" not in content:
        raise ReceiptError("its last line does not hold a submission")
    seal = SEAL_LINES.search(text)
    head = Head(int(seal[1]), int(seal[2]), seal[3], seal[4]) if seal else None
    return Receipt(digest[1], last_line.encode(), content, head)


def submission_named(content: dict[str, Any]) -> Submission | None:
    """The submission in the database of which a receipt speaks."""
    return (
        Submission.objects.filter(
            state__iso3=str(content.get("state")),
            cycle__code=str(content.get("cycle")),
            number=content["number"] if isinstance(content.get("number"), int) else 0,
        )
        .select_related("state", "cycle")
        .first()
    )


def recomputed_digest(submission: Submission) -> str:
    return digest_of(document(submission))
