"""How the own State's rows are told to its machine."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.addresses import AddressField, sealed
from recommendations.models import sorted_keys
from tracking.models import (
    ASKED_UNDER,
    Assessment,
    Classification,
    Evidence,
    Measure,
    Submission,
    document,
    is_asked,
)
from tracking.workspace.forms.assessments import AssessmentForm
from tracking.workspace.forms.evidence import EvidenceForm
from tracking.workspace.forms.measures import MeasureForm

# Who may read an item, and that an answer can be submitted, people say on the pages.
KEPT = ("id", "version", "updated_at", "visibility", "ready", "recommendation")
ANSWER = [name for name in AssessmentForm.Meta.fields if name not in KEPT]
MEASURE = [name for name in MeasureForm.Meta.fields if name not in KEPT]
EVIDENCE = [name for name in EvidenceForm.Meta.fields if name not in KEPT]


class OwnAnswerSerializer(serializers.ModelSerializer[Assessment]):
    meeting = serializers.CharField(
        source="recommendation.place.meeting", read_only=True
    )
    recommendation = serializers.IntegerField(
        source="recommendation.number", read_only=True
    )
    ready = serializers.SerializerMethodField(
        help_text="Whether a person said that it can be submitted."
    )
    not_asked = serializers.SerializerMethodField(
        help_text="What is filled in although status or need do not ask for it: kept, "
        "neither shown nor submitted."
    )

    class Meta:
        model = Assessment
        fields = [
            "meeting",
            "recommendation",
            "version",
            "updated_at",
            "ready",
            "visibility",
            *ANSWER,
            "answers",
            "not_asked",
        ]
        read_only_fields = fields

    def get_ready(self, answer: Assessment) -> bool:
        return answer.ready_for_id is not None

    def get_not_asked(self, answer: Assessment) -> list[str]:
        return [
            name
            for name in ASKED_UNDER
            if getattr(answer, name) and not is_asked(answer, name)
        ]


class OwnMeasureSerializer(serializers.ModelSerializer[Measure]):
    id = AddressField(source="pk")
    recommendations = serializers.SerializerMethodField()

    class Meta:
        model = Measure
        fields = ["id", "version", "updated_at", "visibility", *MEASURE]
        read_only_fields = fields

    def get_recommendations(self, measure: Measure) -> list[str]:
        return sorted_keys(each.key for each in measure.recommendations.all())


class OwnEvidenceSerializer(serializers.ModelSerializer[Evidence]):
    id = AddressField(source="pk")
    recommendations = serializers.SerializerMethodField()
    measures = serializers.SerializerMethodField()
    file_name = serializers.CharField(
        source="file.name", read_only=True, default=None, allow_null=True
    )
    file_size = serializers.IntegerField(
        source="file.size", read_only=True, default=None, allow_null=True
    )
    file_available = serializers.BooleanField(
        source="file.is_available", read_only=True, default=None, allow_null=True
    )

    class Meta:
        model = Evidence
        fields = [
            "id",
            "version",
            "updated_at",
            "visibility",
            *[name for name in EVIDENCE if name != "measures"],
            "classification",
            "file_name",
            "file_size",
            "file_available",
            "recommendations",
            "measures",
        ]
        read_only_fields = fields

    def get_recommendations(self, evidence: Evidence) -> list[str]:
        return sorted_keys(
            each.recommendation.key for each in evidence.assessments.all()
        )

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_measures(self, evidence: Evidence) -> list[str]:
        kept = (each.pk for each in evidence.measures.all() if not each.removed_at)
        return [sealed(pk) for pk in sorted(kept)]


class OwnSubmissionSerializer(serializers.ModelSerializer[Submission]):
    cycle = serializers.CharField(source="cycle.code", read_only=True)

    class Meta:
        model = Submission
        fields = ["cycle", "number", "stage", "submitted_at", "consent", "digest"]
        read_only_fields = fields


class OwnSubmissionDetailSerializer(OwnSubmissionSerializer):
    document = serializers.SerializerMethodField(
        help_text="What was sent, word for word: its SHA-256 as canonical JSON is the "
        "digest."
    )

    class Meta(OwnSubmissionSerializer.Meta):
        fields = [*OwnSubmissionSerializer.Meta.fields, "document"]
        read_only_fields = fields

    def get_document(self, submission: Submission) -> dict[str, Any]:
        return document(submission)


# What may be sent, for the description of the API; the forms judge it --------------


def _schema(
    names: list[str], lists: tuple[str, ...] = (), **more: dict[str, Any]
) -> dict[str, Any]:
    text = {"type": "string", "nullable": True}
    several = {"type": "array", "items": {"oneOf": [{"type": "string"}, INTEGER]}}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{name: several if name in lists else text for name in names},
            **more,
        },
    }


INTEGER = {"type": "integer"}
NUMBERS = {"type": "array", "items": INTEGER}
PLACES = {
    "type": "array",
    "items": {"type": "string", "pattern": "^([0-9]{4}[a-z0-9-]*/)?[0-9]+$"},
}
ANSWER_SENT = _schema(
    ANSWER,
    ("assistance_types",),
    answers={
        "type": "object",
        "additionalProperties": {"oneOf": [{"type": "string"}, INTEGER]},
        "description": "Question code → answer.",
    },
)
MEASURE_SENT = _schema(
    [name for name in MEASURE if name != "recommendations"], recommendations=PLACES
)
EVIDENCE_SENT = _schema(
    [name for name in EVIDENCE if name != "measures"],
    classification={"type": "string", "enum": list(Classification.values)},
    recommendations=PLACES,
    measures=NUMBERS,
)
FILE_SENT = {
    **EVIDENCE_SENT,
    "properties": {
        **EVIDENCE_SENT["properties"],
        "upload": {"type": "string", "format": "binary"},
    },
}
