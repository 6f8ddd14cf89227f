"""What one State shows to a reader: its answers, measures and evidence.

The public pages show it of what was accepted; the workspace, beforehand, of what
would be.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q

from recommendations.models import AnswerType, Question, Recommendation
from tracking.models import (
    OPEN_PARTS,
    YES_PARTLY_NO,
    AssessmentContent,
    Cycle,
    EvidenceContent,
    FieldKind,
    MeasureContent,
    Part,
    ProtocolStatus,
    RecordQuerySet,
    Role,
    State,
    Status,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    User,
    Visibility,
)


@dataclass(frozen=True)
class Answer:
    """What a reader sees of one recommendation; `record` is None if nothing."""

    recommendation: Recommendation
    record: SubmittedAssessment | None
    change: str = ""  # since the cycle before: "same", "rise" or "other"

    @property
    def evidence(self) -> int:
        """Number of items that back the answer, or a measure of it."""
        if self.record is None:
            return 0
        items = {item.pk for item in self.record.evidence.all()}
        for measure in self.record.measures.all():
            items |= {item.pk for item in measure.evidence.all()}
        return len(items)


@dataclass(frozen=True)
class QuestionAnswer:
    question: Question
    value: Any
    kind: str = field(default="text")  # text, lines or date


def readable(
    user: User | AnonymousUser, state: State
) -> RecordQuerySet[SubmittedAssessment]:
    """Answers of a State that count and that this reader may read."""
    return (
        SubmittedAssessment.objects.counted()
        .visible_to(user)
        .filter(submission__state=state)
    )


def cycles_of(*records: RecordQuerySet[Any]) -> list[Cycle]:
    """Cycles in which there is something to read, last first."""
    found = Q()
    for rows in records:
        found |= Q(pk__in=rows.order_by().values("submission__cycle"))
    return list(Cycle.objects.filter(found).order_by("-opens_on"))


def with_support(
    records: RecordQuerySet[SubmittedAssessment], user: User | AnonymousUser
) -> RecordQuerySet[SubmittedAssessment]:
    """Answers with the measures and evidence that this reader may read."""
    evidence = SubmittedEvidence.objects.visible_to(user).select_related("file")
    measures = SubmittedMeasure.objects.visible_to(user).prefetch_related(
        Prefetch("evidence", evidence)
    )
    return records.prefetch_related(Prefetch("measures", measures)).prefetch_related(
        Prefetch("evidence", evidence)
    )


def measures_of(
    state: State, user: User | AnonymousUser
) -> RecordQuerySet[SubmittedMeasure]:
    """Measures that this reader may read, with the answers they back, if readable."""
    return (
        SubmittedMeasure.objects.counted()
        .visible_to(user)
        .filter(submission__state=state)
        .prefetch_related(
            Prefetch(
                "assessments",
                readable(user, state).select_related("recommendation"),
            )
        )
    )


def evidence_of(
    state: State, user: User | AnonymousUser
) -> RecordQuerySet[SubmittedEvidence]:
    """Evidence that this reader may read."""
    return (
        SubmittedEvidence.objects.counted()
        .visible_to(user)
        .filter(submission__state=state)
        .select_related("file")
    )


def answers(
    recommendations: Sequence[Recommendation],
    rows: Iterable[SubmittedAssessment],
    earlier: Mapping[int, str],
) -> list[Answer]:
    """One answer per recommendation, those without a word included.

    `earlier` has the status of the cycle before, by recommendation.
    """
    found = {row.recommendation_id: row for row in rows}
    return [
        Answer(
            recommendation=recommendation,
            record=(record := found.get(recommendation.pk)),
            change=_change(earlier.get(recommendation.pk), record),
        )
        for recommendation in recommendations
    ]


def cycle_before(cycle: Cycle | None, cycles: Iterable[Cycle]) -> Cycle | None:
    """The last of `cycles` (last first) that opened before `cycle`."""
    if cycle is None:
        return None
    return next((other for other in cycles if other.opens_on < cycle.opens_on), None)


def counts_of(answers: Iterable[Answer]) -> dict[Status, int]:
    """Number of answers per status, no information included."""
    counts = dict.fromkeys(Status, 0)
    for answer in answers:
        counts[Status(answer.record.status if answer.record else "")] += 1
    return counts


def _change(before: str | None, record: SubmittedAssessment | None) -> str:
    if not before or record is None:
        return ""
    if before == record.status:
        return "same"
    old, new = Status(before).rank, Status(record.status).rank
    # A step back is told in the State's words, never marked by us.
    return "rise" if old is not None and new is not None and new > old else "other"


def question_answers(
    record: SubmittedAssessment, user: User | AnonymousUser
) -> list[QuestionAnswer]:
    """Answers to the recommendation's questions that this reader may read."""
    given = record.answers_for(user)
    return [
        question_answer(question, given[question.code])
        for question in record.recommendation.questions.all()
        if given.get(question.code) not in (None, "", [])
    ]


def question_answer(question: Question, value: Any) -> QuestionAnswer:
    """What was answered to a question, as a page shows it."""
    if isinstance(value, str) and value in YES_PARTLY_NO:
        return QuestionAnswer(question, YES_PARTLY_NO[value])
    if question.answer_type == AnswerType.DATE:
        return QuestionAnswer(question, value, "date")
    if question.answer_type == AnswerType.LIST:
        return QuestionAnswer(question, value, "lines")
    return QuestionAnswer(question, value)


def confirmed_unchanged(
    record: SubmittedAssessment, user: User | AnonymousUser
) -> bool:
    """Whether the State said the same, as this reader sees it, a cycle before."""
    before = (
        readable(user, record.submission.state)
        .filter(
            source=record.source_id,
            submission__cycle__opens_on__lt=record.submission.cycle.opens_on,
        )
        .select_related("submission", "recommendation")
        .prefetch_related("recommendation__questions")
        .order_by("-submission__cycle__opens_on")
        .first()
    )
    return before is not None and _says_the_same(before, record, user)


def _says_the_same(
    before: SubmittedAssessment,
    record: SubmittedAssessment,
    user: User | AnonymousUser,
) -> bool:
    return all(
        before.said(name) == record.said(name)
        for name in AssessmentContent.columns(*OPEN_PARTS)
        # Why it stepped back from the report before is of one cycle alone.
        if name != "change_reason"
    ) and before.answers_for(user) == record.answers_for(user)


def said_in(
    records: RecordQuerySet[SubmittedAssessment], cycle: Cycle | None
) -> dict[int, SubmittedAssessment]:
    """What a State said in one cycle, by recommendation, ready to be compared."""
    if cycle is None:
        return {}
    rows = (
        records.filter(submission__cycle=cycle)
        .select_related("submission", "recommendation")
        .prefetch_related("recommendation__questions")
    )
    return {row.recommendation_id: row for row in rows}


def confirmed_on(
    answers: Iterable[Answer],
    earlier: Mapping[int, SubmittedAssessment],
    user: User | AnonymousUser,
) -> dict[int, datetime.datetime]:
    """When each answer was sent that says what was said a cycle before."""
    found = {}
    for answer in answers:
        before, record = earlier.get(answer.recommendation.pk), answer.record
        if before is None or record is None:
            continue
        record.recommendation = before.recommendation  # with its questions
        if _says_the_same(before, record, user):
            found[answer.recommendation.pk] = record.submission.submitted_at
    return found


def details(record: AssessmentContent) -> list[tuple[Any, str, str]]:
    """What the State said beside its status: (label, value, text or date)."""
    return [
        (label, value, "date" if kind is FieldKind.DATE else "text")
        for label, value, kind in record.titled(Part.DETAILS)
    ]


# Columns that say who reads, and are not read themselves.
MARKS = ("visibility", "classification")


def as_read(
    record: SubmittedAssessment | None, user: User | AnonymousUser
) -> tuple[Any, ...]:
    """Everything that this reader reads of an answer, to compare two of them.

    The record has been fetched `with_support`.
    """
    if record is None:
        return ()
    measures = [
        (columns_read(measure, MeasureContent), _evidence_read(measure.evidence.all()))
        for measure in record.measures.all()
    ]
    return (
        tuple(record.said(name) for name in AssessmentContent.columns(*OPEN_PARTS)),
        record.answers_for(user),
        sorted(measures),
        _evidence_read(record.evidence.all()),
    )


def _evidence_read(items: Iterable[SubmittedEvidence]) -> list[tuple[str, ...]]:
    return sorted(columns_read(item, EvidenceContent) for item in items)


def columns_read(row: Any, content: Any) -> tuple[str, ...]:
    return tuple(
        str(getattr(row, name)) for name in content.columns() if name not in MARKS
    )


def reader_of(audience: Visibility) -> User | AnonymousUser:
    """Somebody of this circle of readers, who has no account and no State's words."""
    if audience == Visibility.SECRETARIAT:
        return User(role=Role.REVIEWER)
    if audience == Visibility.PARTIES:
        return User(role=Role.VIEWER, state=State(protocol_status=ProtocolStatus.PARTY))
    return AnonymousUser()
