"""What differs from what was last accepted, in the words of the page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Field
from django.forms import BaseForm
from django.utils.translation import gettext as _

from recommendations.models import AnswerType, Question
from tracking.models import (
    YES_PARTLY_NO,
    AssessmentContent,
    Change,
    Cycle,
    PartialDateField,
    SubmittedAssessment,
    differences,
)


@dataclass(frozen=True)
class Changed:
    """One line of an answer or an item; `name` is that of its field in the form."""

    name: str
    label: str
    before: str
    after: str
    kind: str = "text"
    cycle: Cycle | None = None


def changed_since(
    record: SubmittedAssessment | None,
    answer: AssessmentContent,
    questions: Iterable[Question],
) -> list[Changed]:
    """How an answer differs from `record`; nothing where nothing was accepted."""
    if record is None:
        return []
    changes = differences(record, answer, AssessmentContent)
    return in_words(changes, answer, questions, record.submission.cycle)


def in_words(
    changes: list[Change],
    row: Any,
    questions: Iterable[Question] = (),
    cycle: Cycle | None = None,
) -> list[Changed]:
    """Changes of columns of `row`, each value as a person reads it."""
    found: list[Changed] = []
    for change in changes:
        if change.name == "answers":
            found += _of_questions(change, questions, cycle)
            continue
        column = row._meta.get_field(change.name)
        label = change.label[:1].upper() + change.label[1:]
        found.append(
            Changed(
                change.name,
                label,
                _value(column, change.before),
                _value(column, change.after),
                "date" if isinstance(column, PartialDateField) else "text",
                cycle,
            )
        )
    return found


def _value(column: "Field[Any, Any]", value: Any) -> str:
    if value in (None, "", []):
        return ""
    if column.name == "file":
        return _("another file")
    base = getattr(column, "base_field", column)
    labels = dict(base.flatchoices)
    values = value if isinstance(value, list) else [value]
    return "\n".join(str(labels.get(each, each)) for each in values)


def _of_questions(
    change: Change, questions: Iterable[Question], cycle: Cycle | None
) -> Iterator[Changed]:
    before, after = change.before or {}, change.after or {}
    for question in questions:
        old, new = before.get(question.code), after.get(question.code)
        if old != new:
            yield Changed(
                question.code,
                question.label,
                _said(old),
                _said(new),
                "date" if question.answer_type == AnswerType.DATE else "text",
                cycle,
            )


def _said(value: Any) -> str:
    if value in (None, "", []):
        return ""
    return str(YES_PARTLY_NO.get(value, value) if isinstance(value, str) else value)


def mark(form: BaseForm, lines: list[Changed]) -> None:
    """Say at each field of `form` what it was; `field_notes.html` shows it."""
    form.was = {line.name: line for line in lines}  # type: ignore[attr-defined]
    for line in lines:
        if line.name not in form.fields:
            continue
        bound = form[line.name]
        if not bound.use_fieldset:
            notes = [bound.aria_describedby or "", f"{bound.auto_id}_was"]
            bound.field.widget.attrs["aria-describedby"] = " ".join(notes).strip()
