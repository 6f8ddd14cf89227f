"""Every version of a State's words, kept by the database itself.

Triggers write here, so that bulk and direct changes are in it as well. Nothing is
changed or deleted afterwards: other triggers refuse it.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, cast

import pghistory
from django.db import models, transaction

from tracking.models.people.users import User
from tracking.models.working_copy.assessments import Assessment, AssessmentContent
from tracking.models.working_copy.measures import (
    Evidence,
    EvidenceContent,
    Measure,
    MeasureContent,
)

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


# What of a row comes back with an earlier version, and by which ties. -----------------

CONTENT: dict[type[models.Model], Any] = {
    Assessment: AssessmentContent,
    Measure: MeasureContent,
    Evidence: EvidenceContent,
}
TIES: dict[type[models.Model], dict[str, tuple[Any, str, str]]] = {
    Assessment: {},
    Measure: {
        "recommendations": (MeasureRecommendationEvent, "measure", "recommendation")
    },
    Evidence: {
        "assessments": (EvidenceAssessmentEvent, "evidence", "assessment"),
        "measures": (EvidenceMeasureEvent, "evidence", "measure"),
    },
}
Ties = dict[str, frozenset[int]]


@dataclass(frozen=True)
class Version:
    """A row as it was from one moment on, with the keys of what it was tied to.

    `number` counts from 1; it is 0 where only ties changed, outside the application.
    """

    kept: Any
    number: int
    before: "Version | None"
    ties: Ties
    tied_at: datetime.datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the application wrote it, by a save that says who and when."""
        if not self.number or self.kept.pgh_label == "delete":
            return False
        if self.before is None:
            return True
        return bool(self.kept.updated_at != self.before.kept.updated_at)

    @property
    def author(self) -> User | None:
        return self.kept.updated_by if self.is_ours else None

    @property
    def at(self) -> datetime.datetime:
        if self.is_ours and self.kept.updated_at:
            return cast(datetime.datetime, self.kept.updated_at)
        return self.tied_at or cast(datetime.datetime, self.kept.pgh_created_at)

    @property
    def removes(self) -> bool:
        """Whether the row left the page with this version."""
        was = self.before.kept.removed_at if self.before else None
        return self.kept.removed_at is not None and was is None


def versions_of(
    model: type[models.Model], keys: Iterable[int]
) -> dict[int, list[Version]]:
    """The versions of rows, by their keys, oldest first; the same few queries."""
    keys = list(keys)
    rows: dict[int, list[Any]] = {key: [] for key in keys}
    kept = model._meta.get_field("versions").related_model
    named = ["updated_by", *(["file"] if model is Evidence else [])]
    named += ["ready_for"] if model is Assessment else []
    for row in (
        kept.objects.filter(pgh_obj__in=keys)  # type: ignore[union-attr]
        .select_related(*named)
        .order_by("pgh_id")
    ):
        rows[row.pgh_obj_id].append(row)
    events: dict[int, list[tuple[str, int, Any]]] = {key: [] for key in keys}
    for name, (event_model, own, other) in TIES[model].items():
        for event in event_model.objects.filter(**{f"{own}__in": keys}):
            key, tied = getattr(event, f"{own}_id"), getattr(event, f"{other}_id")
            events[key].append((name, tied, event))
    return {
        key: list(_told(rows[key], events[key], dict.fromkeys(TIES[model], _NONE)))
        for key in keys
    }


_NONE: frozenset[int] = frozenset()


def _told(
    rows: list[Any], events: list[tuple[str, int, Any]], ties: Ties
) -> Iterator[Version]:
    """Put versions and ties in one order.

    Ties that were changed in the transaction of a save belong to it; a save holds
    its row until it ends, so that nothing comes between.
    """
    events.sort(key=lambda event: (event[2].pgh_created_at, event[2].pgh_id))
    last: Version | None = None
    for number, row in enumerate(rows, 1):
        following = rows[number].pgh_created_at if number < len(rows) else None
        ours: list[tuple[str, int, Any]] = []
        others: list[tuple[str, int, Any]] = []
        while events and (following is None or events[0][2].pgh_created_at < following):
            event = events.pop(0)
            own = event[2].transaction == row.transaction
            (ours if own else others).append(event)
        ties = _tie(ties, ours)
        last = Version(row, number, last, ties)
        yield last
        for _transaction, together in groupby(others, lambda e: e[2].transaction):
            several = list(together)
            ties = _tie(ties, several)
            act = Version(row, 0, last, ties, several[0][2].pgh_created_at)
            yield act
            # The next version is compared with what it found.
            last = replace(last, ties=ties)


def _tie(ties: Ties, events: Iterable[tuple[str, int, Any]]) -> Ties:
    changed = dict(ties)
    for name, key, event in events:
        if event.pgh_label == "insert":
            changed[name] = changed[name] | {key}
        else:
            changed[name] = changed[name] - {key}
    return changed


@transaction.atomic
def return_to(
    row: Assessment | Measure | Evidence, version: Version, *, by: User
) -> None:
    """Say again what an earlier version said, with its ties, as a new version.

    Raises StaleError if the row is no longer at `row.version`, and changes nothing.
    An answer is a draft again: what was called ready was another text.
    """
    for field in CONTENT[type(row)]._meta.local_fields:
        setattr(row, field.attname, getattr(version.kept, field.attname))
    if isinstance(row, Assessment):
        row.ready_for = None
    else:
        row.removed_at = None
    row.save_version(by=by)
    for name, keys in version.ties.items():
        tied = getattr(row, name)
        tied.set(tied.model.objects.filter(pk__in=keys))
