"""Each condition under which the second lock holds is looked at before the start."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection

from config.postgresql import as_owner
from tracking.checks.row_level_security import check_locks

TABLE = "tracking_note"


def found() -> set[str | None]:
    return {error.id for error in check_locks(["default"])}


def test_all_of_them_hold(db: None) -> None:
    assert check_locks(["default"]) == []


def test_without_a_database_there_is_nothing_to_look_at() -> None:
    assert check_locks() == []


@pytest.mark.django_db(transaction=True)
def test_an_owner_or_superuser_is_seen() -> None:
    with as_owner():
        assert {"tracking.E001", "tracking.E002"} <= found()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("number", "opened", "closed"),
    [
        (
            "E003",
            f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
        ),
        (
            "E003",
            f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
        ),
        (
            "E003",
            f"CREATE POLICY more ON {TABLE} USING (true)",
            f"DROP POLICY more ON {TABLE}",
        ),
        (
            "E004",
            f"GRANT TRUNCATE ON {TABLE} TO PUBLIC",
            f"REVOKE TRUNCATE ON {TABLE} FROM PUBLIC",
        ),
        (
            "E005",
            f"CREATE VIEW seen AS TABLE {TABLE}",
            "DROP VIEW seen",
        ),
        (
            "E005",
            f"CREATE MATERIALIZED VIEW seen AS TABLE {TABLE}",
            "DROP MATERIALIZED VIEW seen",
        ),
        (
            "E006",
            "CREATE FUNCTION acts_as_owner() RETURNS int LANGUAGE sql SECURITY DEFINER "
            "AS 'SELECT 1'",
            "DROP FUNCTION acts_as_owner",
        ),
    ],
)
def test_a_condition_that_does_not_hold_is_seen(
    number: str, opened: str, closed: str
) -> None:
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute(opened)
    try:
        assert found() == {f"tracking.{number}"}
        with pytest.raises(SystemCheckError):
            call_command("check", databases=["default"])
    finally:
        with as_owner() as owner, owner.cursor() as cursor:
            cursor.execute(closed)


@pytest.mark.django_db(transaction=True)
def test_a_view_with_the_readers_rights_is_no_hole() -> None:
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute(f"CREATE VIEW seen WITH (security_invoker) AS TABLE {TABLE}")
    try:
        assert found() == set()
    finally:
        with as_owner() as owner, owner.cursor() as cursor:
            cursor.execute("DROP VIEW seen")


@pytest.mark.django_db(transaction=True)
def test_migrating_again_changes_nothing() -> None:
    call_command("migrate", verbosity=0)

    assert found() == set()


@pytest.mark.parametrize(
    "statement",
    [
        f"TRUNCATE {TABLE}",
        f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY",
        f"DROP POLICY read ON {TABLE}",
        f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id int)",
        "SET ROLE postgres",
        "SET session_replication_role = replica",
    ],
)
def test_the_site_cannot_take_a_lock_off(db: None, statement: str) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)
