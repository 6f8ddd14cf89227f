"""What an answer says, line by line, as others will read it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from recommendations.models import AnswerType, Question
from tracking.models import (
    YES_PARTLY_NO,
    AnswerField,
    AssessmentContent,
    FieldKind,
    Part,
    Task,
    fields_of,
    kind_of,
)


@dataclass(frozen=True)
class Line:
    """One thing that an answer says; `kind` is text, date or words.

    `reserved` lines are read by the State and the secretariat only, whatever the
    visibility of the answer.
    """

    label: str | Promise
    value: Any
    kind: str = "text"
    language: str = ""
    reserved: bool = False


def lines_of(
    content: AssessmentContent,
    questions: Iterable[Question],
    left_out: Collection[str] = (),
) -> list[Line]:
    """Everything an answer says besides its status, in the order of the form.

    `left_out` are columns of a working copy that are not sent.
    """
    return _given(
        *_lines(content, Part.DETAILS, left_out),
        *_questions(content, questions),
        *_lines(content, Part.POSITION),
        *_lines(content, Part.WORDS),
        *kept_apart(content),
    )


def kept_apart(content: AssessmentContent) -> list[Line]:
    """What an answer says that is on no public page, whatever its visibility."""
    return _given(*_lines(content, Part.ASSISTANCE), *_lines(content, Part.CONFIDENCE))


def _given(*lines: Line) -> list[Line]:
    return [line for line in lines if line.value not in (None, "", [])]


def names_unasked(task: Task) -> str:
    """What the columns are called that are filled in, and told to nobody."""
    return " · ".join(str(task.assessment.called(name)) for name in task.unasked)


def said_unasked(task: Task) -> str:
    """The sentence that tells the author of them; empty without one."""
    names = names_unasked(task)
    if not names:
        return ""
    return gettext(
        "Kept, but not asked for by what you chose, so neither shown nor sent: "
        "%(fields)s. It comes back with the former choice."
    ) % {"fields": names}


def _lines(
    content: AssessmentContent, part: Part, left_out: Collection[str] = ()
) -> Iterator[Line]:
    for field in fields_of(part):
        if field.name not in left_out:
            yield _line(content, field)


def _line(content: AssessmentContent, field: AnswerField) -> Line:
    """A line without a value where nothing has been chosen or written."""
    column = content.column(field.name)
    label = field.line or content.called(field.name)
    # Needs and offers are for the secretariat to match; others do not read them.
    reserved = field.part is Part.ASSISTANCE
    value = content.said(field.name)
    kind = kind_of(column)
    if value == column.get_default():
        return Line(label, "")
    if kind is FieldKind.DATE:
        return Line(label, value, "date", reserved=reserved)
    if kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        names = dict(getattr(column, "base_field", column).flatchoices)
        chosen = value if kind is FieldKind.CHOICES else [value]
        shown = "\n".join(str(names.get(each, each)) for each in chosen)
        return Line(
            label,
            shown,
            "words" if kind is FieldKind.CHOICES else "text",
            reserved=reserved,
        )
    return Line(label, value, "words", content.language, reserved)


def _questions(
    content: AssessmentContent, questions: Iterable[Question]
) -> Iterator[Line]:
    for question in questions:
        answer = content.answers.get(question.code)
        if question.answer_type == AnswerType.DATE:
            kind, language = "date", ""
        elif question.answer_type == AnswerType.LIST:
            kind, language = "words", content.language
        else:
            kind, language = "text", ""
            if isinstance(answer, str):
                answer = YES_PARTLY_NO.get(answer, answer)
        yield Line(question.label, answer, kind, language, question.confidential)
