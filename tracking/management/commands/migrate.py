from typing import Any

from django.core.checks import Tags
from django.core.management.commands import migrate
from django.db import connections, transaction

from config.postgresql import as_owner
from config.postgresql.base import DatabaseWrapper
from tracking.models import row_level_security


class Command(migrate.Command):
    """Django's, by the owner of the tables; then rights and locks of the site."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        alias = options["database"]
        with as_owner(alias) as owner:
            done: str | None = super().handle(*args, **options)
            if options["check_unapplied"] or options["plan"]:
                return done
            site = connections[alias].copy()
            secure(owner, str(site.get_connection_params()["user"]))
        super().check(tags=[Tags.database], databases=[alias])
        return done

    def check(self, *args: Any, **options: Any) -> None:
        """Before migrating, look at the code alone: the locks come at the end."""
        super().check(*args, **{**options, "databases": None})


@transaction.atomic
def secure(owner: DatabaseWrapper, site: str) -> None:
    """Let the login `site` read and write rows, as far as the locks open."""
    existing = set(owner.introspection.table_names())
    with owner.cursor() as cursor:
        cursor.execute(";\n".join(row_level_security.statements(existing)))
        if site != str(owner.get_connection_params()["user"]):
            quoted = owner.ops.quote_name(site)
            for rights in RIGHTS:
                cursor.execute(rights.format(site=quoted))


# Nothing that goes past the locks: no TRUNCATE, REFERENCES or TRIGGER.
RIGHTS = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {site}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {site}",
    # Fixtures set them anew.
    "GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {site}",
)
