"""Files of answers: what States say, what they answer, what help they ask for.

Rows are those that the reader may read and that count.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.utils.translation import gettext_lazy as _

from recommendations.models import AnswerType
from tracking.models import (
    OPEN_PARTS,
    AnswerField,
    AssessmentContent,
    FieldKind,
    Part,
    SubmittedAssessment,
    User,
    fields_of,
    kind_of,
    where_asked,
)

from .columns import Column, Kind
from .origins import circumstances, editorial, origin, recommendation_columns


def answers(user: User | AnonymousUser) -> QuerySet[Any]:
    return SubmittedAssessment.objects.counted().visible_to(user)


def said(name: str) -> Case:
    """A column where the rest of the answer asks for it, else nothing."""
    column = SubmittedAssessment._meta.get_field(name)
    return Case(
        When(where_asked(name), then=F(name)),
        default=Value(column.get_default(), output_field=column),  # type: ignore[union-attr,arg-type]
        output_field=column,  # type: ignore[arg-type]
    )


KINDS = {
    FieldKind.TEXT: Kind.TEXT,
    FieldKind.LINE: Kind.TEXT,
    FieldKind.DATE: Kind.DATE,
    FieldKind.CHOICE: Kind.CODE,
    FieldKind.CHOICES: Kind.CODES,
}


def fields(*parts: Part) -> dict[str, Column]:
    """Columns of these parts of an answer."""
    found = {field.name: field for field in fields_of(*parts)}
    return {name: _column(found[name]) for name in AssessmentContent.columns(*parts)}


def _column(field: AnswerField) -> Column:
    column = AssessmentContent.column(field.name)
    return Column(
        field.header or AssessmentContent.called(field.name),
        field.meaning,
        KINDS[kind_of(column)],
        said(field.name) if field.under else field.name,
        getattr(column, "base_field", column).flatchoices,
    )


ANSWERS = {
    **origin(),
    "section": Column(
        _("Section"),
        _("Letter of the section of the recommendation."),
        Kind.CODE,
        "recommendation__section__letter",
    ),
    **recommendation_columns(),
    **fields(*OPEN_PARTS),
    **circumstances(),
}


def question_answers(user: User | AnonymousUser) -> QuerySet[Any]:
    """One row per question answered; confidential ones for whom they are meant."""
    rows: QuerySet[Any] = answers(user).annotate(
        question=F("recommendation__questions__code"),
        question_position=F("recommendation__questions__position"),
        question_type=F("recommendation__questions__answer_type"),
        confidential=F("recommendation__questions__confidential"),
        answer=Func(
            F("answers"),
            F("recommendation__questions__code"),
            function="jsonb_extract_path_text",
            output_field=TextField(),
        ),
    )
    rows = rows.exclude(answer=None).exclude(answer="")
    if user.is_authenticated and user.is_secretariat:
        return rows
    own = user.state_id if user.is_authenticated else None
    return rows.filter(Q(confidential=False) | Q(submission__state=own))


QUESTION_ANSWERS = {
    **origin(),
    **recommendation_columns(),
    "question": Column(
        _("Code of the question"), _("Stays the same."), Kind.CODE, "question"
    ),
    "question_text": Column(
        _("Question"),
        _("As States read it."),
        Kind.TEXT,
        lambda: editorial("recommendation__questions__label"),
    ),
    "answer_type": Column(
        _("Type of answer"),
        _("What an answer looks like."),
        Kind.CODE,
        "question_type",
        AnswerType.choices,
    ),
    "answer": Column(
        _("Answer"),
        _("yes, partly or no; a number; a date; or a list, one line each."),
        Kind.TEXT,
        "answer",
    ),
    **{name: column for name, column in circumstances().items() if name != "language"},
}


NEEDS = {
    **origin(),
    **recommendation_columns(),
    **fields(Part.ASSISTANCE),
    **circumstances(),
}
