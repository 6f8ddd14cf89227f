"""The own State for its machines: the same forms and rules as its pages.

A machine drafts. It says neither that an answer is ready nor who may read an item,
and it sends nothing to the secretariat: people do, on the pages.
"""

from abc import ABC, abstractmethod
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from config.addresses import opened
from recommendations.models import Recommendation, RecommendationKey, in_order
from tracking.models import (
    Assessment,
    Evidence,
    FullError,
    Measure,
    Submission,
    ever_followed,
)
from tracking.requests.http import current_cycle
from tracking.workspace.access import assessment_of, prepare
from tracking.workspace.api.base import IF_MATCH, ONCE, Own, WithFile, refused
from tracking.workspace.api.bodies import (
    StrictJSONParser,
    as_form,
    printable,
    sent_values,
)
from tracking.workspace.api.serializers import (
    ANSWER,
    ANSWER_SENT,
    EVIDENCE,
    EVIDENCE_SENT,
    FILE_SENT,
    KEPT,
    MEASURE,
    MEASURE_SENT,
    OwnAnswerSerializer,
    OwnEvidenceSerializer,
    OwnMeasureSerializer,
    OwnSubmissionDetailSerializer,
    OwnSubmissionSerializer,
)
from tracking.workspace.forms.assessments import LATER, answer_form
from tracking.workspace.forms.evidence import EvidenceForm
from tracking.workspace.forms.items import ItemForm
from tracking.workspace.forms.measures import MeasureForm
from tracking.workspace.forms.merging import Values, values_of


def _recommendations() -> QuerySet[Recommendation]:
    return ever_followed()


def _by_number(values: Values) -> None:
    """Put keys in the place of numbers of recommendations, which machines send."""
    if "recommendations" not in values:
        return
    rows = {each.key: str(each.pk) for each in _recommendations()}
    # What no recommendation has stays what no key is: the form says so.
    values["recommendations"] = [
        rows.get(_key(sent), "-1") for sent in values["recommendations"]
    ]


def _key(sent: str) -> str:
    try:
        return str(RecommendationKey.read(sent))
    except ValueError:
        return sent


def _over(form: Any, sent: Values, partial: bool) -> Values:
    """What the form would hold: what was sent, over what is there if that stays."""
    values = {**values_of(form), **sent} if partial else dict(sent)
    if partial and "language" not in sent:
        # An empty form offers the reader's language; nobody chose it here.
        values["language"] = [form.instance.language]
    return values


# Answers ---------------------------------------------------------------------------


class _Answers(Own):
    reads = "reads_drafts"
    model = Assessment
    serializer_class = OwnAnswerSerializer

    def rows(self) -> Any:
        return super().rows().of(self.state).select_related("recommendation", "state")


class Answers(_Answers):
    is_list = True

    @extend_schema(responses=OwnAnswerSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The working copy of every answer, by number of the recommendation."""
        prepare(self.state)
        return self.listed(self.rows().order_by(*in_order()))


class Answer(_Answers):
    writes = "writes_drafts"

    @extend_schema(responses=OwnAnswerSerializer)
    def get(self, request: Request, place: str) -> Response:
        """The working copy of one answer."""
        return self.told(assessment_of(self.state, place))

    @extend_schema(
        request={"application/json": ANSWER_SENT},
        responses=OwnAnswerSerializer,
        parameters=[IF_MATCH, ONCE],
    )
    def put(self, request: Request, place: str) -> Any:
        """Replace the answer: what is not sent is emptied. It is a draft again."""
        return self._save(place, partial=False)

    @extend_schema(
        request={"application/json": ANSWER_SENT},
        responses=OwnAnswerSerializer,
        parameters=[IF_MATCH, ONCE],
    )
    def patch(self, request: Request, place: str) -> Any:
        """Change the fields that are sent. The answer is a draft again."""
        return self._save(place, partial=True)

    def _save(self, place: str, *, partial: bool) -> Any:
        answer = assessment_of(self.state, place)
        cycle = current_cycle(self.request._request)
        form = answer_form(None, answer, cycle)
        sent = self._sent([question.code for question in form.questions])
        values = _over(form, sent, partial)
        # What a machine wrote, somebody looks at before it is submitted.
        values["ready"] = [LATER]

        def save(version: int) -> Response:
            data = as_form({**values, "version": [str(version)]})
            form = answer_form(data, answer, cycle)
            if not form.is_valid():
                return refused(form)
            form.instance.version = version
            form.instance.save_version(by=self.user)
            return self.told(form.instance)

        return self.change(answer, save)

    def _sent(self, codes: list[str]) -> Values:
        data = dict(self.body)
        answers = data.pop("answers", {})
        if not isinstance(answers, dict):
            raise ParseError(_("answers must be an object: question code → answer."))
        values = sent_values(data, ANSWER, KEPT)
        given = sent_values(answers, codes)
        # Several lines may come as a list.
        return values | {code: ["\n".join(said)] for code, said in given.items()}


# The library: measures and evidence ---------------------------------------------------


class _Library(Own, ABC):
    """Rows that one may add, each with an address of its own."""

    form_class: type[ItemForm[Any]]
    address = ""

    def rows(self) -> Any:
        return super().rows().present().order_by("pk")

    def form(self, data: Any, row: Any) -> Any:
        """The form of the pages, over what was sent."""
        row.state = self.state  # fetched already
        return self.form_class(
            data,
            self.request.FILES if data is not None else None,
            instance=row,
            recommendations=_recommendations(),
        )

    @abstractmethod
    def sent(self) -> Values:
        """What was sent, as the form names it."""

    def save(self, values: Values, row: Any) -> Response:
        form = self.form(as_form(values), row)
        if not form.is_valid():
            return refused(form, form.status)
        try:
            saved = self.rows().get(pk=form.save_item(by=self.user).pk)
        except FullError as error:
            form.refuse_file(error)
            return refused(form, form.status)
        if "version" in values:
            return self.told(saved)
        return self.told(saved, 201, Location=reverse(self.address, args=[saved.pk]))

    def add(self) -> Any:
        values = self.sent()
        return self.once(lambda: self.save(values, self.model(state=self.state)))

    def row(self, pk: int) -> Any:
        return get_object_or_404(self.rows(), pk=pk)

    def write(self, pk: int, *, partial: bool) -> Any:
        row = self.row(pk)
        values = _over(self.form(None, row), self.sent(), partial)
        return self.change(
            row, lambda version: self.save({**values, "version": [str(version)]}, row)
        )


class _Measures(_Library):
    reads, writes = "reads_drafts", "writes_drafts"
    model, form_class, address = Measure, MeasureForm, "own:measure"
    serializer_class = OwnMeasureSerializer

    def rows(self) -> Any:
        return super().rows().prefetch_related("recommendations")

    def sent(self) -> Values:
        values = sent_values(self.body, MEASURE, KEPT)
        _by_number(values)
        return values


class Measures(_Measures):
    is_list = True

    @extend_schema(responses=OwnMeasureSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The State's measures, as its working copy has them."""
        return self.listed(self.rows())

    @extend_schema(
        request={"application/json": MEASURE_SENT},
        responses={201: OwnMeasureSerializer},
        parameters=[ONCE],
    )
    def post(self, request: Request) -> Any:
        """Record a measure; the secretariat alone reads it until people widen that."""
        return self.add()


class MeasureDetail(_Measures):
    @extend_schema(responses=OwnMeasureSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One measure."""
        return self.told(self.row(pk))

    @extend_schema(
        request={"application/json": MEASURE_SENT},
        responses=OwnMeasureSerializer,
        parameters=[IF_MATCH, ONCE],
    )
    def put(self, request: Request, pk: int) -> Any:
        """Replace a measure: what is not sent is emptied."""
        return self.write(pk, partial=False)

    @extend_schema(
        request={"application/json": MEASURE_SENT},
        responses=OwnMeasureSerializer,
        parameters=[IF_MATCH, ONCE],
    )
    def patch(self, request: Request, pk: int) -> Any:
        """Change the fields of a measure that are sent."""
        return self.write(pk, partial=True)


class _EvidenceRows(_Library):
    reads, writes = "reads_evidence", "writes_evidence"
    model, form_class, address = Evidence, EvidenceForm, "own:evidence"
    serializer_class = OwnEvidenceSerializer
    parser_classes = [StrictJSONParser, WithFile]

    def rows(self) -> Any:
        rows = super().rows().select_related("file")
        return rows.prefetch_related("measures", "assessments__recommendation")

    def save(self, values: Values, row: Evidence) -> Response:
        prepare(self.state)  # answers that the evidence may back
        return super().save(values, row)

    def sent(self) -> Values:
        for name in self.request.FILES:
            if name != "upload":
                sentence = _("Unknown key: %(name)s.")
                raise ParseError(sentence % {"name": printable(name)})
        names = [*EVIDENCE, "classification", "recommendations"]
        values = sent_values(self.body, names, KEPT)
        _by_number(values)
        if "measures" in values:
            values["measures"] = [str(opened(each)) for each in values["measures"]]
        return values


SENT = {"application/json": EVIDENCE_SENT, "multipart/form-data": FILE_SENT}


class EvidenceList(_EvidenceRows):
    is_list = True

    @extend_schema(responses=OwnEvidenceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The State's evidence, as its working copy has it."""
        return self.listed(self.rows())

    @extend_schema(
        request=SENT, responses={201: OwnEvidenceSerializer}, parameters=[ONCE]
    )
    def post(self, request: Request) -> Any:
        """Add evidence: a link, a reference, or a file in a form of several parts."""
        return self.add()


class EvidenceDetail(_EvidenceRows):
    @extend_schema(responses=OwnEvidenceSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One piece of evidence."""
        return self.told(self.row(pk))

    @extend_schema(
        request=SENT, responses=OwnEvidenceSerializer, parameters=[IF_MATCH, ONCE]
    )
    def put(self, request: Request, pk: int) -> Any:
        """Replace evidence: what is not sent is emptied; its file stays."""
        return self.write(pk, partial=False)

    @extend_schema(
        request=SENT, responses=OwnEvidenceSerializer, parameters=[IF_MATCH, ONCE]
    )
    def patch(self, request: Request, pk: int) -> Any:
        """Change the fields of evidence that are sent."""
        return self.write(pk, partial=True)


# Submissions -----------------------------------------------------------------------


class Submissions(Own):
    reads = "reads_submissions"
    model = Submission
    serializer_class = OwnSubmissionSerializer
    is_list = True

    @extend_schema(responses=OwnSubmissionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What the State submitted, at every stage, last first."""
        rows = self.rows().select_related("cycle")
        return self.listed(rows.order_by("-submitted_at", "-pk"))


class SubmissionDetail(Own):
    reads = "reads_submissions"
    model = Submission
    serializer_class = OwnSubmissionDetailSerializer

    @extend_schema(responses=OwnSubmissionDetailSerializer)
    def get(self, request: Request, cycle: str, number: int) -> Response:
        """One submission, word for word."""
        found = self.rows().filter(cycle__code=cycle, number=number)
        row = found.select_related("cycle", "state").first()
        if row is None:
            raise Http404
        return self.told(row)
