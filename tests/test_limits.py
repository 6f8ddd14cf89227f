"""What the database itself keeps of the words of States, past every form."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from recommendations.models import Recommendation
from tests.factories import (
    make_assessment,
    make_evidence,
    make_measure,
    make_ready_assessment,
)
from tracking.models import (
    Assessment,
    Assignment,
    Cycle,
    Evidence,
    Measure,
    Note,
    ReviewQuestion,
    StageChange,
    State,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
)
from tracking.models.database.limits import WORDS_LIMIT
from tracking.models.working_copy.assessments import VersionedModel

WORKING = (Assessment, Measure, Evidence)
RECORDS = (SubmittedAssessment, SubmittedMeasure, SubmittedEvidence)
OTHERS = (Submission, StageChange, ReviewQuestion, Note, Assignment)


def rules_of(model: type[models.Model]) -> str:
    """Every CHECK of a table, as PostgreSQL understands it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'c' AND convalidated AND conrelid = %s::regclass",
            [model._meta.db_table],
        )
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.parametrize("model", [*WORKING, *RECORDS, *OTHERS])
def test_each_column_of_words_has_its_rule(model: type[models.Model]) -> None:
    rules = rules_of(model)

    for field in model._meta.concrete_fields:
        if isinstance(field, models.TextField):
            assert f"length({field.column}) <= {WORDS_LIMIT}" in rules, field
        if isinstance(field, models.URLField):
            assert "^https?://" in rules, field
        if field.choices:
            for value, _label in field.flatchoices:
                assert f"'{value}'" in rules, (field, value)
    if issubclass(model, VersionedModel):
        assert "version >= 1" in rules


@pytest.mark.django_db
def test_short_texts_are_as_short_as_their_columns() -> None:
    """What is no long text has a length in its type."""
    for model in (*WORKING, *RECORDS, *OTHERS):
        for field in model._meta.concrete_fields:
            if type(field) is models.CharField:
                assert field.max_length, field


@pytest.fixture
def rows(state: State, cycle: Cycle, recommendation: Recommendation) -> dict[str, Any]:
    answer = make_ready_assessment(state, recommendation, cycle)
    measure = make_measure(state, recommendation)
    return {
        "answer": answer,
        "measure": measure,
        "evidence": make_evidence(state, measure, url="https://example.org/"),
    }


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("answer", {"version": 0}),
        ("answer", {"status": "finished"}),
        ("answer", {"assistance_types": ["money"]}),
        ("answer", {"law": "é" * (WORDS_LIMIT + 1)}),
        ("answer", {"visibility": ""}),
        ("measure", {"version": 0}),
        ("measure", {"kind": "wish"}),
        ("measure", {"description": "x" * (WORDS_LIMIT + 1)}),
        ("evidence", {"version": 0}),
        ("evidence", {"url": "javascript:alert(1)"}),
        ("evidence", {"url": "//example.org/"}),
        ("evidence", {"url": "data:text/html,x\nhttps://example.org"}),
        ("evidence", {"language": "xx"}),
    ],
)
def test_what_no_form_would_send_is_refused(
    rows: dict[str, Any], name: str, columns: dict[str, Any]
) -> None:
    row = rows[name]

    with pytest.raises(IntegrityError, match="check constraint"), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**columns)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("answer", {"law": "é" * WORDS_LIMIT, "status": ""}),
        ("answer", {"assistance_types": []}),
        ("evidence", {"url": "HTTP://example.org/"}),
        ("evidence", {"url": "", "reference": "Art. 3"}),
    ],
)
def test_what_forms_send_is_taken(
    rows: dict[str, Any], name: str, columns: dict[str, Any]
) -> None:
    row = rows[name]

    assert type(row)._base_manager.filter(pk=row.pk).update(**columns) == 1


def test_the_database_is_not_asked_beforehand(
    state: State, recommendation: Recommendation, django_assert_num_queries: Any
) -> None:
    answer = make_assessment(state, recommendation)

    with django_assert_num_queries(0):
        for constraint in Assessment._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                constraint.validate(Assessment, answer)
