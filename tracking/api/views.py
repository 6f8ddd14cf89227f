"""What everybody may read, for machines: read-only, JSON, through the same filters.

Rights are in each QuerySet; a reader who has signed in gets what the site shows
them. Parameters that mean nothing here are refused.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from config.addresses import AddressField, MarkField, mark, opened
from recommendations.converters import RecommendationConverter
from recommendations.models import (
    Question,
    Recommendation,
    RecommendationText,
    RecommendationTheme,
    in_order,
    sorted_keys,
)
from tracking.filters import (
    EvidenceFilter,
    ListFilter,
    MeasureFilter,
    RecommendationFilter,
    RecordFilter,
    StateFilter,
    by_state_name,
)
from tracking.models import (
    OPEN_PARTS,
    Access,
    AssessmentContent,
    Cycle,
    State,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    User,
    is_asked,
)
from tracking.requests.security_log import Event, note


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class ReadOnly(ReadOnlyModelViewSet[Any]):
    """A list and its items; whoever may read them is decided by the QuerySet."""

    # The QuerySet holds the rights, and no method writes: asking for a permission
    # first would answer 403 to what is 405.
    permission_classes = [AllowAny]
    pagination_class = Pages
    filterset_class: type[ListFilter] | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # Lists refuse through their filter; an item, and a list without, here.
        if self.detail or self.filterset_class is None:
            known = () if self.detail else ("page", "page_size")
            unknown = [name for name in request.query_params if name not in known]
            if unknown:
                raise ValidationError(
                    {"detail": _("Unknown parameter: %(name)s.") % {"name": unknown[0]}}
                )

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "user": self.request.user}


# Recommendations -------------------------------------------------------------


class TextSerializer(serializers.ModelSerializer[RecommendationText]):
    class Meta:
        model = RecommendationText
        fields = ["language", "text", "is_official", "source"]


class QuestionSerializer(serializers.ModelSerializer[Question]):
    class Meta:
        model = Question
        fields = [
            "code",
            "answer_type",
            "is_key",
            "confidential",
            "label_en",
            "label_fr",
        ]


class RecommendationSerializer(serializers.ModelSerializer[Recommendation]):
    meeting = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    section = serializers.SlugRelatedField[Any](slug_field="letter", read_only=True)
    themes = serializers.SerializerMethodField()
    articles = serializers.SlugRelatedField[Any](
        slug_field="code", many=True, read_only=True
    )
    texts = TextSerializer(many=True, read_only=True)
    questions = QuestionSerializer(many=True, read_only=True)

    class Meta:
        model = Recommendation
        fields = [
            "key",
            "meeting",
            "number",
            "section",
            "short_title_en",
            "short_title_fr",
            "texts",
            "modality",
            "wording",
            "action_type",
            "themes",
            "articles",
            "safeguards",
            "actors",
            "consideration_suffices",
            "continuous",
            "editorial_note_en",
            "editorial_note_fr",
            "questions",
        ]

    def get_themes(self, recommendation: Recommendation) -> list[str]:
        """Codes, the main theme first."""
        return [theme.code for theme in recommendation.ordered_themes]


class RecommendationViewSet(ReadOnly):
    """What was adopted, word for word, with our questions about it."""

    serializer_class = RecommendationSerializer
    filterset_class = RecommendationFilter
    lookup_field = "key"
    lookup_url_kwarg = "place"
    lookup_value_regex = RecommendationConverter.regex
    queryset = (
        Recommendation.objects.in_order()
        .select_related("meeting", "section")
        .prefetch_related(
            "texts",
            "questions",
            "articles",
            Prefetch(
                "theme_links", RecommendationTheme.objects.select_related("theme")
            ),
        )
    )


# States and cycles -----------------------------------------------------------


class StateSerializer(serializers.ModelSerializer[State]):
    class Meta:
        model = State
        fields = [
            "iso3",
            "iso2",
            "m49",
            "name_ar",
            "name_zh",
            "name_en",
            "name_fr",
            "name_ru",
            "name_es",
            "entity_type",
            "regional_group",
            "protocol_status",
            "protocol_status_source",
            "protocol_status_as_of",
            "protocol_action",
            "protocol_date",
            "signature_date",
        ]


class StateViewSet(ReadOnly):
    """States and regional organizations that can be party to the Protocol."""

    serializer_class = StateSerializer
    filterset_class = StateFilter
    lookup_field = "iso3__iexact"
    lookup_url_kwarg = "iso3"
    lookup_value_regex = "[A-Za-z]{3}"
    queryset = State.objects.all()

    def get_queryset(self) -> QuerySet[State]:
        return State.objects.order_by(by_state_name(), "iso3")


class CycleSerializer(serializers.ModelSerializer[Cycle]):
    class Meta:
        model = Cycle
        fields = [
            "code",
            "name",
            "opens_on",
            "closes_on",
            "reference_meeting",
            "demonstration",
        ]


class CycleViewSet(ReadOnly):
    """Reporting periods; what is reported for a demonstration is invented."""

    serializer_class = CycleSerializer
    lookup_field = "code"
    # A null character, which the database cannot compare, is in no code.
    lookup_value_regex = r"[-\w]+"
    queryset = Cycle.objects.order_by("-opens_on")


# Records ---------------------------------------------------------------------

ORIGIN = ["cycle", "state", "submission", "submitted_at", "visibility"]


class RecordSerializer(serializers.ModelSerializer[Any]):
    """What every record carries: whose, for which cycle, with which submission."""

    id = AddressField(source="pk")
    cycle = serializers.CharField(source="submission.cycle.code", read_only=True)
    state = serializers.CharField(source="submission.state.iso3", read_only=True)
    submission = serializers.IntegerField(source="submission.number", read_only=True)
    submitted_at = serializers.DateTimeField(
        source="submission.submitted_at", read_only=True
    )
    visibility = serializers.CharField(source="shown_to", read_only=True)


class AnswerSerializer(RecordSerializer):
    meeting = serializers.CharField(
        source="recommendation.place.meeting", read_only=True
    )
    recommendation = serializers.IntegerField(
        source="recommendation.number", read_only=True
    )
    answers = serializers.SerializerMethodField()

    class Meta:
        model = SubmittedAssessment
        fields = [
            "id",
            *ORIGIN,
            "meeting",
            "recommendation",
            *AssessmentContent.columns(*OPEN_PARTS),
            "language",
            "answers",
        ]

    def to_representation(self, record: SubmittedAssessment) -> dict[str, Any]:
        """The record, without what its status does not ask for."""
        told = super().to_representation(record)
        return {
            name: value if is_asked(record, name) else record.said(name)
            for name, value in told.items()
        }

    @extend_schema_field(
        {
            "type": "object",
            "additionalProperties": {},
            "description": "Question code → answer; confidential ones are left out.",
        }
    )
    def get_answers(self, record: SubmittedAssessment) -> dict[str, object]:
        return record.answers_for(self.context["user"])


class RecordViewSet(ReadOnly):
    """Records that count and that the reader may read."""

    model: Any

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.counted().visible_to(self.request.user)
        return rows.select_related("submission__state", "submission__cycle").order_by(
            "-submission__cycle__opens_on",
            by_state_name("submission__state__"),
            "submission__state__iso3",
            "pk",
        )

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        self._note(page or [])
        return page

    def get_object(self) -> Any:
        self.kwargs["pk"] = opened(self.kwargs["pk"])
        record = super().get_object()
        self._note([record])
        return record

    def _note(self, records: Sequence[Any]) -> None:
        """Note whose words the secretariat reads: those States are told."""
        user = self.request.user
        if records and isinstance(user, User) and user.is_secretariat:
            note(Event.READ, self.request, rows=len(records))
            Access.objects.exported(
                f"api {self.model._meta.model_name}",
                self.request.META.get("QUERY_STRING", ""),
                [record.submission.state_id for record in records],
                len(records),
                by=user,
            )

    def answers(self) -> QuerySet[SubmittedAssessment]:
        """Answers to which a tie may be shown."""
        return SubmittedAssessment.objects.visible_to(self.request.user).select_related(
            "recommendation"
        )


class AnswerViewSet(RecordViewSet):
    """Answers of States to recommendations, in the last submission accepted."""

    model = SubmittedAssessment
    queryset = SubmittedAssessment.objects.none()
    serializer_class = AnswerSerializer
    filterset_class = RecordFilter

    def get_queryset(self) -> QuerySet[Any]:
        return (
            super()
            .get_queryset()
            .select_related("recommendation")
            .prefetch_related("recommendation__questions")
            .order_by(
                "-submission__cycle__opens_on",
                by_state_name("submission__state__"),
                "submission__state__iso3",
                *in_order(),
            )
        )


class MeasureSerializer(RecordSerializer):
    measure = MarkField(source="source_id")
    recommendations = serializers.SerializerMethodField()

    class Meta:
        model = SubmittedMeasure
        fields = [
            "id",
            *ORIGIN,
            "measure",
            "title",
            "kind",
            "stage",
            "starts_on",
            "ends_on",
            "authority",
            "description",
            "language",
            "recommendations",
        ]

    def get_recommendations(self, record: SubmittedMeasure) -> list[str]:
        """Meeting and number of each that it serves, as far as the reader may know."""
        return sorted_keys(each.recommendation.key for each in record.assessments.all())


class MeasureViewSet(RecordViewSet):
    """Measures that States took."""

    model = SubmittedMeasure
    queryset = SubmittedMeasure.objects.none()
    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter

    def get_queryset(self) -> QuerySet[Any]:
        return (
            super()
            .get_queryset()
            .prefetch_related(Prefetch("assessments", self.answers()))
        )


class EvidenceSerializer(RecordSerializer):
    evidence = MarkField(source="source_id")
    file_name = serializers.CharField(
        source="file.name", read_only=True, default=None, allow_null=True
    )
    file_size = serializers.IntegerField(
        source="file.size", read_only=True, default=None, allow_null=True
    )
    recommendations = serializers.SerializerMethodField()
    measures = serializers.SerializerMethodField()

    class Meta:
        model = SubmittedEvidence
        fields = [
            "id",
            *ORIGIN,
            "evidence",
            "title",
            "kind",
            "authority",
            "dated_on",
            "valid_until",
            "language",
            "url",
            "reference",
            "file_name",
            "file_size",
            "classification",
            "recommendations",
            "measures",
        ]

    def get_recommendations(self, record: SubmittedEvidence) -> list[str]:
        """Meeting and number of each that it backs, as far as the reader may know."""
        return sorted_keys(each.recommendation.key for each in record.assessments.all())

    def get_measures(self, record: SubmittedEvidence) -> list[str]:
        """Codes of the measures it backs, as far as the reader may know."""
        return sorted(mark(each.source_id) for each in record.measures.all())


class EvidenceViewSet(RecordViewSet):
    """Links, references and files that back what States say."""

    model = SubmittedEvidence
    queryset = SubmittedEvidence.objects.none()
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilter

    def get_queryset(self) -> QuerySet[Any]:
        measures = SubmittedMeasure.objects.visible_to(self.request.user)
        return (
            super()
            .get_queryset()
            .select_related("file")
            .prefetch_related(
                Prefetch("assessments", self.answers()),
                Prefetch("measures", measures),
            )
        )


def not_found(request: HttpRequest, **kwargs: Any) -> JsonResponse:
    """An address that is not in the API, in the API's own way."""
    return JsonResponse({"detail": _("Not found.")}, status=404)
