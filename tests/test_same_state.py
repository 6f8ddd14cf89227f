"""A row and what it hangs on are of one State; so says the database."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from recommendations.models import Recommendation
from tests.factories import make_recommendation
from tests.locked import fill
from tracking.models import (
    Cycle,
    State,
    SubmittedAssessment,
    followed,
    row_level_security,
)

TIES = [
    (model, column)
    for model in row_level_security.LOCKS
    if not row_level_security.is_history(model)
    for column in list(row_level_security.same_state(model))[1:]
]
OWNED = [
    model
    for model in row_level_security.LOCKS
    if "state_id" in row_level_security.same_state(model)
]


@pytest.fixture
def both(
    state: State, other_state: State, recommendation: Recommendation, cycle: Cycle
) -> None:
    for each in (state, other_state):
        fill(each, recommendation, cycle)
    make_recommendation(2)


# Of these a State has one at a time: the copy is one that has ended.
ENDED: dict[str, dict[str, Any]] = {
    "Prepared": {"ended_at": "now()", "ended_by_id": "prepared_by_id"},
}
NEVER_MOVED = ("Submitted", "VisibilityChange", "Proposal", "Prepared", "FourEyes")


def rows(model: Any, state: State) -> list[int]:
    """Keys of a State's rows."""
    table = model._meta.db_table
    whose = next(iter(row_level_security.same_state(model).values()))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id FROM {table} AS "new" WHERE {whose} = %s ORDER BY id',
            [state.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_with(model: Any, key: int, values: dict[str, Any]) -> None:
    """Add the same row again, with other values in some columns."""
    columns = [
        field.column for field in model._meta.concrete_fields if not field.primary_key
    ]
    cells = [str(values.get(column, column)) for column in columns]
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "
            f"SELECT {', '.join(cells)} FROM {table} WHERE id = {key}"
        )


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("model", "column"), TIES, ids=[f"{m.__name__}.{c}" for m, c in TIES]
)
def test_nothing_hangs_on_a_row_of_another_state(
    model: Any, column: str, state: State, other_state: State
) -> None:
    field = next(f for f in model._meta.concrete_fields if f.column == column)
    key = rows(model, state)[0]
    theirs = rows(field.related_model, other_state)[0]
    values = {column: theirs, **ENDED.get(model.__name__, {})}
    if model is SubmittedAssessment:  # once per recommendation
        values["recommendation_id"] = followed().latest("pk").pk

    with pytest.raises(IntegrityError, match="belongs to another State"):
        copy_with(model, key, values)
    if not model.__name__.startswith(NEVER_MOVED):
        # What may change at all may not change to that either.
        with (
            pytest.raises(IntegrityError, match="belongs to another State"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"UPDATE {model._meta.db_table} SET {column} = %s WHERE id = %s",
                [theirs, key],
            )


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_a_row_stays_with_its_state(
    model: Any, state: State, other_state: State
) -> None:
    table = model._meta.db_table
    with (
        pytest.raises(DatabaseError, match=r"stays with its State|Cannot update"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE {table} SET state_id = %s WHERE state_id = %s",
            [other_state.pk, state.pk],
        )


def test_the_ties_are_found_in_the_models() -> None:
    """A relation that comes later is looked after without being named."""
    found = {f"{model.__name__}.{column}" for model, column in TIES}

    assert {
        "Evidence.file_id",
        "Evidence_measures.measure_id",
        "Evidence_assessments.assessment_id",
        "Assignment.assessment_id",
        "Assignment.to_id",
        "Note.assessment_id",
        "Proposal.file_id",
        "SubmittedAssessment.source_id",
        "SubmittedEvidence.file_id",
        "SubmittedMeasureAssessment.assessment_id",
        "VisibilityChange.measure_id",
    } <= found
