"""Every version of a State's words is kept by the database, and can come back."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from recommendations.models import Recommendation
from tests.factories import make_assessment, make_evidence, make_measure
from tracking.models import (
    Assessment,
    AssessmentVersion,
    EvidenceAssessmentEvent,
    EvidenceMeasureEvent,
    EvidenceVersion,
    MeasureRecommendationEvent,
    MeasureVersion,
    State,
    User,
)

KEPT = [
    AssessmentVersion,
    EvidenceAssessmentEvent,
    EvidenceMeasureEvent,
    EvidenceVersion,
    MeasureRecommendationEvent,
    MeasureVersion,
]


@pytest.fixture
def answer(state: State, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation, law="Loi de 2019")


def laws(answer: Assessment) -> list[str]:
    rows = AssessmentVersion.objects.filter(pgh_obj=answer).order_by("pgh_id")
    return list(rows.values_list("law", flat=True))


def test_every_save_is_kept_with_its_author(
    answer: Assessment, focal_point: User
) -> None:
    answer.law = "Loi de 2020"
    answer.save_version(by=focal_point)

    last = AssessmentVersion.objects.latest("pgh_id")
    assert laws(answer) == ["Loi de 2019", "Loi de 2020"]
    assert (last.version, last.updated_by) == (2, focal_point)


def test_bulk_and_direct_changes_are_kept(answer: Assessment) -> None:
    Assessment.objects.filter(pk=answer.pk).update(law="Loi de 2021")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracking_assessment SET law = 'Loi de 2022'")
        cursor.execute("DELETE FROM tracking_assessment")

    assert laws(answer) == ["Loi de 2019", "Loi de 2021", "Loi de 2022", "Loi de 2022"]


def test_ties_are_kept_when_made_and_when_cut(
    state: State, answer: Assessment, recommendation: Recommendation
) -> None:
    measure = make_measure(state, recommendation)
    evidence = make_evidence(state, measure, answer)
    measure.recommendations.clear()
    evidence.measures.clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracking_evidence_assessments")

    for model in (
        MeasureRecommendationEvent,
        EvidenceMeasureEvent,
        EvidenceAssessmentEvent,
    ):
        rows = model.objects.order_by("pgh_id").values_list("pgh_label", flat=True)
        assert list(rows) == ["insert", "delete"]


@pytest.mark.parametrize("model", KEPT)
def test_what_is_kept_cannot_be_changed_or_deleted(
    state: State, answer: Assessment, recommendation: Recommendation, model: Any
) -> None:
    make_evidence(state, make_measure(state, recommendation), answer)
    table = model._meta.db_table
    assert model.objects.exists()

    for statement in (
        f"UPDATE {table} SET pgh_label = 'x'",  # noqa: S608 - names of our own
        f"DELETE FROM {table}",  # noqa: S608
    ):
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
