import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils.translation import override

from tracking.exports.sheets import TooLongError, in_pieces, too_long
from tracking.exports.stream import csv_pieces
from tracking.exports.tables import TABLES, table_workbook
from tracking.models import User
from tracking.models.accounts.reader import reading_as


class Command(BaseCommand):
    help = "Write a table as CSV or XLSX, as a reader of the site would get it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", choices=list(TABLES))
        parser.add_argument(
            "--output",
            type=Path,
            help="file; a workbook if it ends in .xlsx; default CSV to standard output",
        )
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help="what the page takes in its address: cycle=2026; may be repeated",
        )
        parser.add_argument(
            "--as",
            dest="reader",
            metavar="EMAIL",
            help="account whose rights apply; without it, what everybody may read",
        )
        parser.add_argument(
            "--language",
            default=settings.LANGUAGE_CODE,
            choices=[code for code, _name in settings.LANGUAGES],
        )
        parser.add_argument(
            "--machine", action="store_true", help="names and codes for machines"
        )

    def handle(self, *args: Any, table: str, **options: Any) -> None:
        chosen = TABLES[table]
        user = self.reader(options["reader"])
        if not chosen.open_to(user):
            raise CommandError(
                f"{table} is for the secretariat: name an account of it with --as."
            )
        with override(options["language"]), reading_as(user):
            found = chosen.find(self.asked(options["filter"]), user)
            for field, errors in found.form.errors.items():
                raise CommandError(
                    errors[0] if field == "__all__" else f"{field}: {errors[0]}"
                )
            output, machine = options["output"], options["machine"]
            pieces: Any
            if output is not None and output.suffix.lower() == ".xlsx":
                source = f"{settings.BASE_URL}/{options['language']}/data/{table}.xlsx"
                try:
                    pieces = in_pieces(
                        table_workbook(chosen, found, user, source, machine)
                    )
                except TooLongError as error:
                    raise CommandError(too_long()) from error
            else:
                pieces = csv_pieces(found.qs, chosen.cells(machine=machine), user)
            if output is None:
                self.print_out(pieces)
                return
            try:
                with closing(pieces), output.open("wb") as file:
                    file.writelines(pieces)
            except OSError as error:
                raise CommandError(f"{output}: {error.strerror}") from error
        self.stdout.write(f"{output} written.")

    def print_out(self, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Who reads has read enough: head, less. Nothing is left to say to them.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def reader(self, email: str | None) -> User | AnonymousUser:
        """Whose rights apply."""
        if email is None:
            return AnonymousUser()
        try:
            return User.objects.get(email__iexact=email, is_active=True)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no active account {email}.") from error

    def asked(self, filters: list[str]) -> QueryDict:
        asked = QueryDict(mutable=True)
        for item in filters:
            key, equals, value = item.partition("=")
            if not equals:
                raise CommandError(f"--filter takes KEY=VALUE, not {item!r}.")
            asked.appendlist(key, value)
        return asked
