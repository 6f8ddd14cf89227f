from typing import Any

from django.core.management.commands import flush

from config.postgresql import as_owner


class Command(flush.Command):
    """Django's, by the owner: the site may not empty a table at one stroke."""

    def handle(self, **options: Any) -> None:
        with as_owner(options["database"]):
            super().handle(**options)
