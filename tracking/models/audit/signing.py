"""Signing the heads of the audit chains, and checking everything against them.

The key (Ed25519) is a file outside the database; so is a second list of all
checkpoints, to which lines are only added. Whoever rewrites the database would have
to rewrite these, and the receipts that the States hold.
"""

import base64
import json
import os
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tracking.models import (
    AuditEntry,
    Checkpoint,
    Fault,
    Submission,
    Verification,
    digest_of,
    document,
)
from tracking.models.audit.entries import (
    faults_of_chains,
    faults_of_readers,
    faults_of_rows,
    faults_of_versions,
    statement,
)
from tracking.models.audit.verifications import FAULTS_KEPT

LIST_NAME = "checkpoints.jsonl"


@cache
def _key(path: Path) -> Ed25519PrivateKey:
    """The signing key; made once where a trial has none yet."""
    if not path.exists() and settings.EVALUATION:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.touch(mode=0o600)
        path.write_bytes(made)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise ImproperlyConfigured(f"AUDIT_KEY_FILE: {path}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"AUDIT_KEY_FILE: {path}: not an Ed25519 key")
    return key


def signing_key() -> Ed25519PrivateKey:
    return _key(Path(settings.AUDIT_KEY_FILE))


def public_key() -> str:
    """The public key in base64, to be published and kept by others."""
    return base64.b64encode(_raw(signing_key().public_key())).decode()


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def fingerprint(key: Ed25519PublicKey) -> str:
    """Sixteen hexadecimal digits that name a key."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(_raw(key))
    return digest.finalize().hex()[:16]


def is_signed(
    chain: int, position: int, digest: str, signature: str, public: str = ""
) -> bool:
    """Whether a signature is one of `public`, in base64, or of our own key."""
    key = (
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
        if public
        else signing_key().public_key()
    )
    try:
        key.verify(base64.b64decode(signature), statement(chain, position, digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_heads(chains: Iterable[int] | None = None) -> int:
    """Sign the head of each chain that has grown; return how many.

    The list outside the database is written first: a checkpoint may be there alone,
    never in the database alone.
    """
    entries = AuditEntry.objects.order_by("chain", "-position").distinct("chain")
    if chains is not None:
        entries = entries.filter(chain__in=list(chains))
    key = signing_key()
    name = fingerprint(key.public_key())
    signed = set(
        Checkpoint.objects.filter(key=name)
        .order_by("chain", "-position")
        .distinct("chain")
        .values_list("chain", "position")
    )
    heads = [
        Checkpoint(
            chain=head.chain,
            position=head.position,
            hash=head.hash,
            key=name,
            signature=base64.b64encode(
                key.sign(statement(head.chain, head.position, head.hash))
            ).decode(),
        )
        for head in entries
        if (head.chain, head.position) not in signed
    ]
    if heads:
        _write_down(heads)
        # Another process may have signed the same heads: both say the same.
        Checkpoint.objects.bulk_create(heads, ignore_conflicts=True)
    return len(heads)


def _write_down(heads: list[Checkpoint]) -> None:
    path = Path(settings.AUDIT_DIR) / LIST_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(
        json.dumps(
            {
                "chain": head.chain,
                "position": head.position,
                "hash": head.hash,
                "at": head.at.isoformat(),
                "key": head.key,
                "signature": head.signature,
            }
        )
        + "\n"
        for head in heads
    )
    with path.open("a", encoding="utf-8") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def checkpoint_of(submission: Submission) -> Checkpoint | None:
    """The first signed head that covers a submission; None if none does yet."""
    entry = (
        AuditEntry.objects.filter(table=Submission._meta.db_table, row=submission.pk)
        .order_by("position")
        .first()
    )
    if entry is None:
        return None
    return (
        Checkpoint.objects.filter(chain=entry.chain, position__gte=entry.position)
        .order_by("position")
        .first()
    )


def verify() -> Verification:
    """Walk through everything, and keep what was found."""
    began = time.monotonic()
    found = [str(fault) for fault in faults()]
    return Verification.objects.create(
        seconds=round(time.monotonic() - began, 3),
        chains=AuditEntry.objects.values("chain").distinct().count(),
        entries=AuditEntry.objects.count(),
        checkpoints=Checkpoint.objects.count(),
        number_of_faults=len(found),
        faults=found[:FAULTS_KEPT],
    )


def heads() -> list[Checkpoint]:
    """The last checkpoint of each chain."""
    return list(
        Checkpoint.objects.order_by("chain", "-position", "-at").distinct("chain")
    )


def faults() -> Iterator[Fault]:
    """Everything that was altered past the application."""
    yield from faults_of_chains()
    yield from _faults_of_checkpoints()
    yield from faults_of_rows()
    yield from faults_of_versions()
    yield from faults_of_readers()
    yield from _faults_of_records()


def _faults_of_checkpoints() -> Iterator[Fault]:
    entries = {
        (chain, position): digest
        for chain, position, digest in AuditEntry.objects.values_list(
            "chain", "position", "hash"
        )
    }
    heads = [
        ("checkpoint", c.chain, c.position, c.hash, c.signature, c.key)
        for c in Checkpoint.objects.all()
    ]
    written = _written_down()
    there = {(chain, position, key) for _kind, chain, position, *_, key in heads}
    heads += written
    own = fingerprint(signing_key().public_key())
    for kind, chain, position, digest, signature, key in heads:
        where = f"{kind} of chain {chain} at entry {position}"
        if key == own and not is_signed(chain, position, digest, signature):
            yield Fault(where, "its signature is not of our key")
        elif key != own:
            yield Fault(where, f"is signed with another key, {key}")
        if entries.get((chain, position)) != digest:
            yield Fault(where, "the chain does not have this entry any more")
    for kind, chain, position, _digest, _signature, key in written:
        if (chain, position, key) not in there:
            where = f"{kind} of chain {chain} at entry {position}"
            yield Fault(where, "the database does not have this checkpoint any more")


def _written_down() -> list[tuple[str, int, int, str, str, str]]:
    path = Path(settings.AUDIT_DIR) / LIST_NAME
    if not path.exists():
        return []
    return [
        (
            "written checkpoint",
            line["chain"],
            line["position"],
            line["hash"],
            line["signature"],
            line["key"],
        )
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def put_back() -> int:
    """Put back checkpoints that the list alone has; return how many.

    For who has found out why: a process that ended between the two, or somebody.
    """
    lost = [
        Checkpoint(
            chain=chain, position=position, hash=digest, key=key, signature=signature
        )
        for _kind, chain, position, digest, signature, key in _written_down()
        if not Checkpoint.objects.filter(
            chain=chain, position=position, key=key
        ).exists()
    ]
    return len(Checkpoint.objects.bulk_create(lost))


def _faults_of_records() -> Iterator[Fault]:
    """Digests of submissions, computed again."""
    for submission in Submission.objects.select_related("state", "cycle").iterator(50):
        where = f"submission {submission.pk} ({submission.state.iso3})"
        if digest_of(document(submission)) != submission.digest:
            yield Fault(where, "its records do not have its digest any more")
