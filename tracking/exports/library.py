"""Files of measures and evidence, tied to answers as far as the reader may know."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.addresses import Mark
from recommendations.models import in_order
from tracking.models import (
    Classification,
    EvidenceKind,
    MeasureKind,
    MeasureStage,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedEvidenceAssessment,
    SubmittedEvidenceMeasure,
    SubmittedMeasure,
    SubmittedMeasureAssessment,
    User,
)

from .columns import Column, Joined, Kind
from .origins import circumstances, origin


def _keys_of(ties: QuerySet[Any]) -> ArraySubquery:
    """Keys of the recommendations to which `ties` lead, by meeting and number."""
    path = "assessment__recommendation__"
    return ArraySubquery(ties.order_by(*in_order(path)).values(f"{path}key"))


def measures(user: User | AnonymousUser) -> QuerySet[Any]:
    """Measures, with the recommendations they serve as far as the reader may know."""
    ties = SubmittedMeasureAssessment.objects.filter(
        measure=OuterRef("pk"),
        assessment__in=SubmittedAssessment.objects.visible_to(user),
    )
    return (
        SubmittedMeasure.objects.counted()
        .visible_to(user)
        .annotate(recommendations=_keys_of(ties))
    )


MEASURES = {
    **origin(),
    "measure": Column(
        _("Measure"),
        _("Its code, which stays the same from cycle to cycle."),
        Kind.CODE,
        lambda: Mark(F("source_id")),
    ),
    "title": Column(_("Title"), _("In the State's words."), Kind.TEXT, "title"),
    "kind": Column(
        _("Kind"), _("What kind of step it is."), Kind.CODE, "kind", MeasureKind.choices
    ),
    "stage": Column(
        _("Where it stands"),
        _("Planned, in preparation, in force or ended."),
        Kind.CODE,
        "stage",
        MeasureStage.choices,
    ),
    "starts_on": Column(
        _("From"), _("When it began or begins."), Kind.DATE, "starts_on"
    ),
    "ends_on": Column(_("Until"), _("When it ended or ends."), Kind.DATE, "ends_on"),
    "authority": Column(
        _("Authority"), _("Who is in charge of it."), Kind.TEXT, "authority"
    ),
    "description": Column(
        _("Description"), _("In the State's words."), Kind.TEXT, "description"
    ),
    "recommendations": Column(
        _("Recommendations"),
        _("Meeting and number of each recommendation it serves."),
        Kind.RECOMMENDATIONS,
        "recommendations",
    ),
    **circumstances(),
}


def evidence(user: User | AnonymousUser) -> QuerySet[Any]:
    """Evidence, with what it backs as far as the reader may know."""
    answer_ties = SubmittedEvidenceAssessment.objects.filter(
        evidence=OuterRef("pk"),
        assessment__in=SubmittedAssessment.objects.visible_to(user),
    )
    measure_ties = SubmittedEvidenceMeasure.objects.filter(
        evidence=OuterRef("pk"), measure__in=SubmittedMeasure.objects.visible_to(user)
    )
    return (
        SubmittedEvidence.objects.counted()
        .visible_to(user)
        .annotate(
            recommendations=_keys_of(answer_ties),
            measure_marks=ArraySubquery(
                measure_ties.order_by("measure__source_id")
                .values(mark=Mark(F("measure__source_id")))
                .distinct()
            ),
        )
    )


EVIDENCE = {
    **origin(),
    "evidence": Column(
        pgettext_lazy("singular", "Evidence"),
        _("Its code, which stays the same from cycle to cycle."),
        Kind.CODE,
        lambda: Mark(F("source_id")),
    ),
    "title": Column(_("Title"), _("In the State's words."), Kind.TEXT, "title"),
    "kind": Column(
        _("Kind"),
        _("What kind of document it is."),
        Kind.CODE,
        "kind",
        EvidenceKind.choices,
    ),
    "authority": Column(
        _("Issuing authority"), _("Who issued it."), Kind.TEXT, "authority"
    ),
    "dated_on": Column(_("Date"), _("Date of the document."), Kind.DATE, "dated_on"),
    "valid_until": Column(
        _("Valid until"),
        _("Until when the document holds; empty where nothing is said."),
        Kind.DATE,
        "valid_until",
    ),
    "url": Column(_("Link"), _("Where it is to be found."), Kind.TEXT, "url"),
    "reference": Column(
        _("Reference"), _("Law, article, page."), Kind.TEXT, "reference"
    ),
    "file_name": Column(
        _("File"), _("Name of the file, where there is one."), Kind.TEXT, "file__name"
    ),
    "file_size": Column(
        _("Size of the file"), _("In bytes."), Kind.NUMBER, "file__size"
    ),
    "classification": Column(
        _("Classification"),
        _("The State's own marking."),
        Kind.CODE,
        "classification",
        Classification.choices,
    ),
    "recommendations": Column(
        _("Recommendations"),
        _("Meeting and number of each recommendation whose answers it backs."),
        Kind.RECOMMENDATIONS,
        "recommendations",
    ),
    "measures": Column(
        _("Measures"),
        _("Codes of the measures that it backs, separated by semicolons."),
        Kind.CODE,
        lambda: Joined(F("measure_marks")),
    ),
    **circumstances(),
}
