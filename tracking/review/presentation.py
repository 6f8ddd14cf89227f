"""A submission as a reviewer reads it: every answer, and what changed in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Field, Prefetch, prefetch_related_objects
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from recommendations.lists import listed
from recommendations.models import AnswerType, Question, Recommendation
from tracking.filters.differences import Difference, difference
from tracking.models import (
    YES_PARTLY_NO,
    AssessmentContent,
    Change,
    FieldKind,
    ReviewQuestion,
    Stage,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    answer_changes,
    evidence_changes,
    kind_of,
    measure_changes,
)

# Shown with glyphs or tags of their own, or said by the language of the passage.
ELSEWHERE = ("status", "answers", "visibility", "language")
SHOWN_AS = {FieldKind.DATE: "date", FieldKind.TEXT: "text"}


@dataclass(frozen=True)
class Line:
    """One thing a State said, in words: what it says now and what it said before.

    `kind` is words, text or date; only a text has a `difference`.
    """

    label: Any
    now: Any
    before: Any = ""
    kind: str = "words"
    difference: Difference | None = None


@dataclass
class Item:
    """A measure or evidence; `before` is None if it is new, `now` if it is gone."""

    before: Any
    now: Any
    changes: list[Line] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_gone(self) -> bool:
        return self.now is None

    @property
    def record(self) -> Any:
        return self.now or self.before


@dataclass
class Answer:
    """One recommendation in a submission, with everything that backs it."""

    recommendation: Recommendation
    before: Any
    now: Any
    changes: list[Line]
    lines: list[Line]
    measures: list[Item]
    evidence: list[Item]
    questions: list[ReviewQuestion]
    field: BoundField | None = None  # where the reviewer may ask a question

    @property
    def status_changed(self) -> bool:
        return bool(self.before and self.now and self.before.status != self.now.status)

    @property
    def visibility_changed(self) -> bool:
        return bool(
            self.before and self.now and self.before.visibility != self.now.visibility
        )

    @property
    def has_changed(self) -> bool:
        return bool(
            self.changes
            or self.status_changed
            or self.visibility_changed
            or any(item.is_new or item.changes for item in self.measures)
            or any(item.is_new or item.changes for item in self.evidence)
        )

    @property
    def changed_items(self) -> list[tuple[Any, list[Item]]]:
        """Measures and evidence that are new or not what they were, if any."""
        groups = ((_("Measures"), self.measures), (_("Evidence"), self.evidence))
        found = [
            (name, [item for item in items if item.is_new or item.changes])
            for name, items in groups
        ]
        return [(name, items) for name, items in found if items]

    @property
    def additions(self) -> int:
        return sum(line.difference.additions for line in self._texts)

    @property
    def deletions(self) -> int:
        return sum(line.difference.deletions for line in self._texts)

    @property
    def _texts(self) -> Iterator[Any]:
        return (line for line in self.changes if line.difference)


@dataclass
class Reading:
    """Everything on the page of one submission."""

    submission: Submission
    base: Submission | None
    answers: list[Answer]
    dropped: list[Answer]
    measures: list[Item]
    evidence: list[Item]
    others: list[Recommendation]
    recommendations: list[Recommendation]

    @property
    def changed(self) -> list[Answer]:
        return [
            answer for answer in self.answers if answer.before and answer.has_changed
        ]

    @property
    def added(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.before is None]

    @property
    def unchanged(self) -> list[Answer]:
        return [
            answer
            for answer in self.answers
            if answer.before and not answer.has_changed
        ]

    @property
    def gone(self) -> list[Item]:
        """Measures and evidence that are no longer there."""
        return [item for item in [*self.measures, *self.evidence] if item.is_gone]


def bases_of(submission: Submission) -> dict[str, Submission]:
    """What a submission can be compared with: the last accepted, the one before."""
    earlier = (
        Submission.objects.filter(
            state=submission.state_id, submitted_at__lt=submission.submitted_at
        )
        .exclude(stage=Stage.RECALLED)
        .select_related("cycle")
        .order_by("-submitted_at")
    )
    sent = list(earlier)
    accepted = next((s for s in sent if s.stage == Stage.ACCEPTED), None)
    bases = {"accepted": accepted, "previous": sent[0] if sent else None}
    if bases["accepted"] == bases["previous"]:
        del bases["previous"]
    return {key: base for key, base in bases.items() if base is not None}


def read(submission: Submission, base: Submission | None) -> Reading:
    """Everything in a submission, compared with `base`; the same few queries."""
    _fetch([submission, base] if base else [submission])
    pairs = answer_changes(base, submission)
    recommendations = list(
        Recommendation.objects.filter(
            meeting__in={pair.recommendation.meeting_id for pair in pairs}
        )
        .select_related("meeting", "section")
        .prefetch_related("texts", "questions")
        .order_by("meeting", "number")
    )
    by_pk = {recommendation.pk: recommendation for recommendation in recommendations}
    measures = _items(submission.measures.all(), measure_changes(base, submission))
    evidence = _items(submission.evidence.all(), evidence_changes(base, submission))
    questions = defaultdict(list)
    for question in (
        ReviewQuestion.objects.with_sent_replies()
        .filter(submission__state=submission.state_id)
        .select_related("asked_by", "replied_by", "submission__cycle")
        .order_by("asked_at")
    ):
        questions[question.recommendation_id].append(question)
    answers = []
    for pair in pairs:
        recommendation = by_pk[pair.recommendation.pk]
        record = pair.after
        serving = [m for m in measures if record in _backed(m)]
        answers.append(
            Answer(
                recommendation=recommendation,
                before=pair.before,
                now=record,
                changes=list(_changed_lines(pair.changes, recommendation)),
                lines=list(_lines(record or pair.before, recommendation)),
                measures=serving,
                evidence=[
                    item
                    for item in evidence
                    if record in _backed(item) or _backs_one_of(item, serving)
                ],
                questions=questions[recommendation.pk],
            )
        )
    present = [answer for answer in answers if answer.now is not None]
    sent = {answer.recommendation.pk for answer in present}
    return Reading(
        submission=submission,
        base=base,
        answers=present,
        dropped=[answer for answer in answers if answer.now is None],
        measures=measures,
        evidence=evidence,
        others=[r for r in recommendations if r.pk not in sent],
        recommendations=recommendations,
    )


def _fetch(submissions: list[Submission]) -> None:
    """Fetch what backs the answers once, for the comparison and for the page."""
    prefetch_related_objects(
        submissions,
        "measures__assessments",
        Prefetch("evidence", SubmittedEvidence.objects.select_related("file")),
        "evidence__assessments",
        "evidence__measures",
    )


def _items(records: Iterable[Any], found: list[tuple[Any, Any, Any]]) -> list[Item]:
    """Every item of a submission and those it dropped, with what differs."""
    changed = {
        after.source_id: (before, changes) for before, after, changes in found if after
    }
    items = []
    for record in records:
        before, changes = changed.get(record.source_id, (record, []))
        lines = [_item_line(c, before, record) for c in changes] if before else []
        items.append(Item(before, record, lines))
    items += [Item(before, None) for before, after, _c in found if after is None]
    return items


def _backed(item: Item) -> list[Any]:
    return list(item.now.assessments.all()) if item.now else []


def _backs_one_of(item: Item, measures: list[Item]) -> bool:
    if item.now is None:
        return False
    ours = {measure.now for measure in measures}
    return any(measure in ours for measure in item.now.measures.all())


def in_words(column: "Field[Any, Any]", value: Any) -> Any:
    """The value of a column as its choices name it."""
    if isinstance(column, ArrayField):
        names: dict[Any, Any] = dict(column.base_field.flatchoices)
        return listed(names.get(code, code) for code in value or [])
    if column.choices:
        return dict(column.flatchoices).get(value, value) if value else ""
    return value or ""


def _kind(column: "Field[Any, Any]") -> str:
    return SHOWN_AS.get(kind_of(column), "words")


def _line(label: Any, column: "Field[Any, Any]", now: Any, before: Any = None) -> Line:
    kind = _kind(column)
    texts = kind == "text" and before is not None
    return Line(
        label=capfirst(label),
        now=in_words(column, now),
        before=in_words(column, before) if before is not None else "",
        kind=kind,
        difference=difference(before, now) if texts else None,
    )


def _item_line(change: Change, before: Any, now: Any) -> Line:
    column = now._meta.get_field(change.name)
    if change.name == "file":
        return Line(capfirst(_("file")), str(now.file or ""), str(before.file or ""))
    return _line(change.label, column, change.after, change.before)


def _lines(record: Any, recommendation: Recommendation) -> Iterator[Line]:
    """What an answer says, in the order of the State's own page."""
    untouched = SubmittedAssessment()
    for column in AssessmentContent._meta.local_fields:
        if column.name == "law":
            yield from _question_lines({}, record.answers, recommendation, all_=True)
        value = record.said(column.name)
        if column.name in ELSEWHERE or value == getattr(untouched, column.name):
            continue
        yield _line(column.verbose_name, column, value)


def _changed_lines(
    changes: list[Change], recommendation: Recommendation
) -> Iterator[Line]:
    for change in changes:
        if change.name == "answers":
            yield from _question_lines(change.before, change.after, recommendation)
        elif change.name not in ELSEWHERE:
            column: Any = SubmittedAssessment._meta.get_field(change.name)
            yield _line(change.label, column, change.after, change.before)


def _question_lines(
    before: dict[str, Any],
    now: dict[str, Any],
    recommendation: Recommendation,
    *,
    all_: bool = False,
) -> Iterator[Line]:
    """Answers to the recommendation's questions: those that differ, or all given."""
    for question in recommendation.questions.all():
        old, new = before.get(question.code), now.get(question.code)
        given = new not in (None, "", [])
        if given if all_ else old != new:
            yield _question_line(question, _said(question, new), _said(question, old))


KINDS = {AnswerType.DATE: "date", AnswerType.LIST: "text"}


def _question_line(question: Question, now: Any, before: Any) -> Line:
    kind = KINDS.get(AnswerType(question.answer_type), "words")
    return Line(
        label=question.label,
        now=now,
        before=before,
        kind=kind,
        difference=difference(before, now) if kind == "text" and before else None,
    )


def _said(question: Question, value: Any) -> Any:
    if value in (None, "", []):
        return ""
    if isinstance(value, str) and question.answer_type in (
        AnswerType.YES_PARTLY_NO,
        AnswerType.YES_NO,
    ):
        return YES_PARTLY_NO.get(value, value)
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value)
