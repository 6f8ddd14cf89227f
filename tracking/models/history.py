"""Every version of a State's words, kept by the database itself.

Triggers write here, so that bulk and direct changes are in it as well. Nothing is
changed or deleted afterwards: other triggers refuse it.
"""

from typing import Any

import pghistory
from django.db import models

from tracking.models.assessments import Assessment
from tracking.models.measures import Evidence, Measure

# No such column: who did what is in the row itself. Its types forget that it may be.
NONE: Any = None


class MeasureRecommendation(Measure.recommendations.through):  # type: ignore[name-defined,misc]
    """That a measure serves a recommendation."""

    class Meta:
        proxy = True


class EvidenceMeasure(Evidence.measures.through):  # type: ignore[name-defined,misc]
    """That evidence backs a measure."""

    class Meta:
        proxy = True


class EvidenceAssessment(Evidence.assessments.through):  # type: ignore[name-defined,misc]
    """That evidence backs an answer."""

    class Meta:
        proxy = True


def _transaction() -> models.BigIntegerField[Any, Any]:
    """Number of the transaction: what was changed by one act bears the same one."""
    return models.BigIntegerField(
        db_default=models.Func(
            function="txid_current", output_field=models.BigIntegerField()
        )
    )


def _versions(model: type[models.Model]) -> Any:
    """The model that holds each version of a row, from the first one on."""
    return pghistory.create_event_model(
        model,
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        obj_field=pghistory.ObjForeignKey(related_name="versions", db_index=True),
        context_field=NONE,
        append_only=True,
        model_name=f"{model.__name__}Version",
        app_label="tracking",
        attrs={"transaction": _transaction()},
        abstract=False,
    )


def _ties(model: type[models.Model], *indexed: str) -> Any:
    """The model that holds when two rows were tied, and when they were untied."""
    name = model.__name__
    return pghistory.create_event_model(
        model,
        pghistory.InsertEvent(),
        pghistory.DeleteEvent(),
        obj_field=NONE,
        context_field=NONE,
        append_only=True,
        model_name=f"{name}Event",
        app_label="tracking",
        attrs={"transaction": _transaction()},
        meta={
            "indexes": [
                models.Index(fields=[field], name=f"{name.lower()}_{field}"[:30])
                for field in indexed
            ]
        },
        abstract=False,
    )


AssessmentVersion = _versions(Assessment)
MeasureVersion = _versions(Measure)
EvidenceVersion = _versions(Evidence)
MeasureRecommendationEvent = _ties(MeasureRecommendation, "measure", "recommendation")
EvidenceMeasureEvent = _ties(EvidenceMeasure, "evidence", "measure")
EvidenceAssessmentEvent = _ties(EvidenceAssessment, "evidence", "assessment")
