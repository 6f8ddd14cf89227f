"""Files of answers: what States say, what they answer, what help they ask for.

Rows are those that the reader may read and that count.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models import AnswerType
from tracking.models import (
    AssistanceNeed,
    AssistanceType,
    Position,
    Priority,
    Status,
    SubmittedAssessment,
    User,
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


STATUSES = [choice for choice in Status.choices if choice[0]]

ANSWERS = {
    **origin(),
    "section": Column(
        _("Section"),
        _("Letter of the section of the recommendation."),
        Kind.CODE,
        "recommendation__section__letter",
    ),
    **recommendation_columns(),
    "position": Column(
        _("Position"),
        _("Whether the State takes the recommendation on; says nothing of progress."),
        Kind.CODE,
        "position",
        Position.choices,
    ),
    "position_note": Column(
        _("About the position"),
        _("Which part is accepted, or why."),
        Kind.TEXT,
        "position_note",
    ),
    "status": Column(
        pgettext_lazy("implementation", "Status"),
        _("How far the State has come, as it declares it."),
        Kind.CODE,
        "status",
        STATUSES,
    ),
    "reason": Column(
        _("Reason"),
        _("Why it is not applicable, not pursued or overtaken."),
        Kind.TEXT,
        said("reason"),
    ),
    "change_reason": Column(
        _("Reason for the change"),
        _("Why the status is behind what was last reported."),
        Kind.TEXT,
        "change_reason",
    ),
    "target_date": Column(
        _("Target date"),
        _("By when the State means to have done it."),
        Kind.DATE,
        said("target_date"),
    ),
    "lead_institution": Column(
        _("Lead institution"),
        _("Who leads the work in the State."),
        Kind.TEXT,
        said("lead_institution"),
    ),
    "completed_on": Column(
        _("Date of completion"),
        _("Since when it is fully implemented."),
        Kind.DATE,
        said("completed_on"),
    ),
    "verified_on": Column(
        _("Last verified on"),
        _("When the State last made sure that it still holds."),
        Kind.DATE,
        said("verified_on"),
    ),
    "decided_on": Column(
        _("Date of the decision"),
        _("When the State decided not to pursue it."),
        Kind.DATE,
        said("decided_on"),
    ),
    "decided_by": Column(
        _("Deciding authority"),
        _("Who decided not to pursue it."),
        Kind.TEXT,
        said("decided_by"),
    ),
    "law": Column(
        _("What the texts provide"),
        _("Law, policy and procedure, in the State's words."),
        Kind.TEXT,
        "law",
    ),
    "practice": Column(
        _("What is done in practice"),
        _("What happens, in the State's words."),
        Kind.TEXT,
        "practice",
    ),
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
    "assistance_need": Column(
        _("Technical assistance"),
        _("Whether the State needs or receives it."),
        Kind.CODE,
        "assistance_need",
        AssistanceNeed.choices,
    ),
    "assistance_types": Column(
        _("Kinds of assistance"),
        _("What is needed."),
        Kind.CODES,
        said("assistance_types"),
        AssistanceType.choices,
    ),
    "assistance_priority": Column(
        _("Priority"),
        _("As the State sets it."),
        Kind.CODE,
        said("assistance_priority"),
        Priority.choices,
    ),
    "assistance_details": Column(
        _("What is needed, from whom"),
        _("In the State's words."),
        Kind.TEXT,
        said("assistance_details"),
    ),
    "assistance_offer": Column(
        _("Assistance offered to others"),
        _("In the State's words."),
        Kind.TEXT,
        "assistance_offer",
    ),
    **circumstances(),
}
