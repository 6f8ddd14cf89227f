"""The receipt as a file: what was sent, and a digest anyone can compute again."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from tracking.models import Submission, canonical, digest_of, document

DIGEST_LINE = re.compile(r"^SHA-256: ([0-9a-f]{64})$", re.MULTILINE)

# In English, whoever downloads it: it is read by machines and archives.
PREAMBLE = """Suivi receipt
State: {state} ({iso3})
Cycle: {cycle}
Submission: {number}
Submitted: {submitted}
SHA-256: {digest}

The last line is what was submitted, as canonical JSON in UTF-8. The digest above is
the SHA-256 of that line without its line break:
tail -n 1 FILE | tr -d '\\n' | sha256sum
The secretariat verifies it against its records with: manage.py verify_receipt FILE

"""


class ReceiptError(ValueError):
    """A file is not a receipt, or not a whole one."""


@dataclass(frozen=True)
class Receipt:
    """What a receipt file says: a digest, and the line it is the digest of."""

    digest: str
    content: bytes
    document: dict[str, Any]


def receipt_text(submission: Submission) -> str:
    """The receipt of a submission, as it is downloaded."""
    preamble = PREAMBLE.format(
        state=submission.state.name_en,
        iso3=submission.state.iso3,
        cycle=submission.cycle.code,
        number=submission.number,
        submitted=timezone.localtime(submission.submitted_at).isoformat(),
        digest=submission.digest,
    )
    return preamble + canonical(document(submission)).decode() + "\n"


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
    return Receipt(digest[1], last_line.encode(), content)


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
