"""Whether the second lock holds: looked at before the site starts.

`manage.py check --database default` asks the same.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from tracking.models import row_level_security

POLICIES = 5
SHOWN = 5  # names in a message

# Number, what must not be found (a query of one column), what is wrong when it is.
RULES: tuple[tuple[str, str, str], ...] = (
    (
        "E001",
        "SELECT rolname FROM pg_roles WHERE rolname = current_user "
        "AND (rolsuper OR rolbypassrls)",
        "The site signs in as a role that no lock stops: {}.",
    ),
    (
        "E002",
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p', 'v') "
        "AND pg_has_role(current_user, relowner, 'MEMBER')",
        "The site signs in as the owner of tables, who can take their locks off: {}.",
    ),
    (
        "E003",
        "SELECT name FROM unnest(%(tables)s::text[]) AS name LEFT JOIN pg_class ON "
        "relname = name AND relnamespace = 'public'::regnamespace "
        "WHERE (relrowsecurity AND relforcerowsecurity) IS NOT TRUE "
        "OR (SELECT count(*) FROM pg_policies WHERE schemaname = 'public' "
        "AND tablename = name) <> %(policies)s",
        "Tables without their lock, which `manage.py migrate` puts on: {}.",
    ),
    (
        "E004",
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p') AND "
        "has_table_privilege(oid, 'TRUNCATE, REFERENCES, TRIGGER')",
        "The site may empty tables or put triggers on them: {}.",
    ),
    (
        "E005",
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce(reloptions, '{}') "
        "&& '{security_invoker=true,security_invoker=on,security_invoker=1}')",
        "Views that show what the locks of their tables hide: {}.",
    ),
    (
        "E006",
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND prosecdef",
        "Functions that act with the rights of their owner: {}.",
    ),
)


@register(Tags.database)
def check_locks(
    databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """One error per rule that does not hold."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            for number, question, sentence in RULES:
                asked: dict[str, Any] = {
                    "tables": row_level_security.tables(),
                    "policies": POLICIES,
                }
                cursor.execute(question, asked)
                if found := sorted(row[0] for row in cursor.fetchall()):
                    named = ", ".join(found[:SHOWN])
                    if len(found) > SHOWN:
                        named += f" and {len(found) - SHOWN} more"
                    errors.append(
                        Error(
                            sentence.format(named),
                            hint="See docs/locks.md.",
                            id=f"tracking.{number}",
                        )
                    )
    return errors
