"""PostgreSQL with two logins: the site's, and the owner's who makes the tables.

The site's may read and write rows, as the second lock (`models.row_level_security`)
lets it; only the owner's may change tables, and only commands use it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import DEFAULT_DB_ALIAS, connections

from config.postgresql.base import DatabaseWrapper


@contextmanager
def as_owner(alias: str = DEFAULT_DB_ALIAS) -> Iterator[DatabaseWrapper]:
    """Sign in as the owner of the tables, in place of the site, for a while."""
    site = connections[alias]
    owner = cast(DatabaseWrapper, site.copy())
    owner.is_owner = True
    connections[alias] = owner
    try:
        yield owner
    finally:
        owner.close()
        connections[alias] = site
