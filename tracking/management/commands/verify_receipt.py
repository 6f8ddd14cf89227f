import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracking.models.accounts.reader import reading_all
from tracking.workspace.submitting.receipts import (
    ReceiptError,
    read_receipt,
    recomputed_digest,
    submission_named,
)


class Command(BaseCommand):
    help = "Verify a receipt file: its content, our number and digest, our records."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        with reading_all():
            self.verify(options["file"])

    def verify(self, path: Path) -> None:
        try:
            receipt = read_receipt(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: cannot be read: {error}") from error
        except ReceiptError as error:
            raise CommandError(f"{path}: not a receipt: {error}") from error
        if hashlib.sha256(receipt.content).hexdigest() != receipt.digest:
            raise CommandError(
                f"{path}: changed: its content does not have the digest it gives"
            )
        self.stdout.write("The content has the digest that the file gives.")
        submission = submission_named(receipt.document)
        if submission is None:
            raise CommandError(f"{path}: unknown: we have no such submission")
        if submission.digest != receipt.digest:
            raise CommandError(
                f"{path}: not ours: {submission} was given another digest"
            )
        self.stdout.write("The digest is the one given when it was submitted.")
        if recomputed_digest(submission) != submission.digest:
            raise CommandError(
                f"{path}: our records of {submission} no longer have this digest"
            )
        self.stdout.write("The records held now have the same digest.")
        if receipt.head is None:
            self.stdout.write("The file holds no signed head of the audit chain.")
        elif not receipt.head.is_signed:
            raise CommandError(f"{path}: its signature is not of our key")
        elif not receipt.head.is_in_chain:
            raise CommandError(
                f"{path}: our audit chain no longer has the entry that it was given"
            )
        else:
            self.stdout.write("The audit chain still has the entry that was signed.")
        self.stdout.write(
            self.style.SUCCESS(
                f"Verified: {submission.state.iso3}, {submission.cycle.code}, "
                f"submission {submission.number}; {submission.get_stage_display()}."
            )
        )
