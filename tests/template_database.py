"""The migrated database, made once and copied by every run of the tests.

Its name holds a digest of the migrations: another branch, or a new migration, makes
another. A copy takes a second, sixty migrations a quarter of a minute; Django still
migrates the copy, which applies the locks and rights as the code has them now.
"""

import ast
import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "test_migrated_"
# Any number: processes that want the database wait for the first that makes it.
LOCK = 2019


def template() -> str:
    """Name of the migrated database, which is made if it is missing."""
    name = f"{PREFIX}{digest()}"
    creation: Any = connection.creation
    with creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        # Half made by a run that was stopped, or of migrations that are no more.
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        )
        found = {row[0] for row in cursor.fetchall()}
        for other in found - {name}:
            cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(other)}")
        if name not in found:
            _migrate(f"{name}_unfinished")
            cursor.execute(
                f"ALTER DATABASE {_quoted(name + '_unfinished')} "
                f"RENAME TO {_quoted(name)}"
            )
    return name


def _migrate(name: str) -> None:
    site, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    kept = test["NAME"]
    test["NAME"] = name
    try:
        connection.creation.create_test_db(
            verbosity=0, autoclobber=True, serialize=False
        )
    finally:
        connection.close()
        test["NAME"] = kept
        connection.settings_dict["NAME"] = site
        settings.DATABASES["default"]["NAME"] = site


def digest() -> str:
    """Of the migrations of all applications, and of what ours import."""
    files = {
        path
        for app in apps.get_app_configs()
        for path in Path(app.path, "migrations").glob("*.py")
    }
    ours = {path for path in files if path.is_relative_to(ROOT / "tracking")}
    files |= {path for each in ours for path in _imported(each)}
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _imported(migration: Path) -> list[Path]:
    """Modules of ours that a migration imports by their whole names."""
    names = [
        alias.name
        for node in ast.walk(ast.parse(migration.read_text()))
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    paths = [ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in names]
    return [path for path in paths if path.exists()]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
