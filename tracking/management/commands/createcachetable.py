from typing import Any

from django.core.management.commands import createcachetable
from django.db import connections

from config.postgresql import as_owner


class Command(createcachetable.Command):
    """Django's, by the owner, with the site's rights on what was made."""

    def handle(self, *tables: Any, **options: Any) -> None:
        alias = options["database"]
        site = connections[alias].get_connection_params()["user"]
        with as_owner(alias) as owner:
            super().handle(*tables, **options)
            with owner.cursor() as cursor:
                cursor.execute(
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES "
                    f"IN SCHEMA public TO {owner.ops.quote_name(site)}"
                )
