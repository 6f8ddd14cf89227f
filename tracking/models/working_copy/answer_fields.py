"""Every field of an answer, said once: forms, pages, files and interfaces follow.

The columns are those of AssessmentContent. Their types say of which kind a field is,
their `verbose_name` how it is called unless it is said otherwise here, their order is
that of files. The order here is that of the page on which a State writes.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracking.models.working_copy.dates import PartialDateField
from tracking.models.working_copy.values import AssistanceNeed, Status

Words = str | Promise


class Part(Enum):
    """Where a field stands on every page, and with that who reads it."""

    STATUS = auto()
    DETAILS = auto()  # beside the status
    POSITION = auto()
    WORDS = auto()  # under a heading each
    # Only the State and the secretariat read these two, whatever the visibility.
    ASSISTANCE = auto()
    CONFIDENCE = auto()
    # How the rest is to be read.
    MARKS = auto()


# What everybody reads, and compares, who may read the answer.
OPEN_PARTS = (Part.STATUS, Part.DETAILS, Part.POSITION, Part.WORDS)


class FieldKind(Enum):
    """What can be typed or chosen."""

    TEXT = auto()
    LINE = auto()
    DATE = auto()
    CHOICE = auto()
    CHOICES = auto()


def kind_of(column: "models.Field[Any, Any]") -> FieldKind:
    if isinstance(column, ArrayField):
        return FieldKind.CHOICES
    if isinstance(column, PartialDateField):
        return FieldKind.DATE
    if column.choices:
        return FieldKind.CHOICE
    return FieldKind.TEXT if isinstance(column, models.TextField) else FieldKind.LINE


@dataclass(frozen=True)
class AnswerField:
    """One field; what is left empty is the name of its column, or nothing.

    `under` is another field, and the values of it that ask for this one.
    """

    name: str
    part: Part
    under: tuple[str, tuple[str, ...]] | None = None
    question: Words = ""  # over it in the form
    help: Words = ""
    line: Words = ""  # before what it says, to the State itself
    title: Words = ""  # the same, to its readers
    header: Words = ""  # in a file
    meaning: Words = ""  # in the dictionary of files


def _under(*statuses: Status) -> tuple[str, tuple[Status, ...]]:
    return "status", statuses


_AWAITED = _under(Status.PLANNED, Status.IN_PROGRESS, Status.PARTIALLY_IMPLEMENTED)
_NEEDED = ("assistance_need", (AssistanceNeed.NEEDED, AssistanceNeed.RECEIVED))

ANSWER_FIELDS = (
    AnswerField(
        "status",
        Part.STATUS,
        question=_("Where does your State stand?"),
        help=_("Choose what describes the situation today."),
        header=pgettext_lazy("implementation", "Status"),
        meaning=_("How far the State has come, as it declares it."),
    ),
    AnswerField(
        "target_date",
        Part.DETAILS,
        _AWAITED,
        meaning=_("By when the State means to have done it."),
    ),
    AnswerField(
        "lead_institution",
        Part.DETAILS,
        _AWAITED,
        help=_("A ministry or service, never a person."),
        meaning=_("Who leads the work in the State."),
    ),
    AnswerField(
        "completed_on",
        Part.DETAILS,
        _under(Status.FULLY_IMPLEMENTED),
        title=_("Completed"),
        meaning=_("Since when it is fully implemented."),
    ),
    AnswerField(
        "verified_on",
        Part.DETAILS,
        _under(Status.FULLY_IMPLEMENTED),
        help=_(
            "When it was last made sure that it operates. Asked where a "
            "recommendation is continuous."
        ),
        title=_("Last verified"),
        meaning=_("When the State last made sure that it still holds."),
    ),
    AnswerField(
        "decided_on",
        Part.DETAILS,
        _under(Status.CONSIDERED_NOT_PURSUED),
        meaning=_("When the State decided not to pursue it."),
    ),
    AnswerField(
        "decided_by",
        Part.DETAILS,
        _under(Status.CONSIDERED_NOT_PURSUED),
        help=_("A ministry or body, never a person."),
        title=_("Deciding authority"),
        header=_("Deciding authority"),
        meaning=_("Who decided not to pursue it."),
    ),
    AnswerField(
        "reason",
        Part.DETAILS,
        _under(Status.CONSIDERED_NOT_PURSUED, Status.OVERTAKEN, Status.NOT_APPLICABLE),
        question=_("Why?"),
        meaning=_("Why it is not applicable, not pursued or overtaken."),
    ),
    # Asked for by a step back, which no other field of the answer shows.
    AnswerField(
        "change_reason",
        Part.DETAILS,
        question=_("Why a step back from what was last reported?"),
        line=_("About the step back"),
        title=_("About the change since the last report"),
        meaning=_("Why the status is behind what was last reported."),
    ),
    AnswerField(
        "position",
        Part.POSITION,
        question=_("Position of your State"),
        help=_(
            "Independent of the status: a recommendation that is noted may be "
            "implemented."
        ),
        meaning=_(
            "Whether the State takes the recommendation on; says nothing of progress."
        ),
    ),
    AnswerField(
        "position_note",
        Part.POSITION,
        question=_("About the position"),
        meaning=_("Which part is accepted, or why."),
    ),
    AnswerField(
        "law",
        Part.WORDS,
        help=_("Laws, regulations and guidelines in force. Published as it stands."),
        meaning=_("Law, policy and procedure, in the State's words."),
    ),
    AnswerField(
        "practice",
        Part.WORDS,
        help=_(
            "No name of a person, no case, no investigative technique, no gap at a "
            "named post."
        ),
        title=_("What is done in practice"),
        header=_("What is done in practice"),
        meaning=_("What happens, in the State's words."),
    ),
    AnswerField(
        "assistance_need",
        Part.ASSISTANCE,
        question=_("Is technical assistance needed?"),
        meaning=_("Whether the State needs or receives it."),
    ),
    AnswerField(
        "assistance_types",
        Part.ASSISTANCE,
        _NEEDED,
        meaning=_("What is needed."),
    ),
    AnswerField(
        "assistance_priority",
        Part.ASSISTANCE,
        _NEEDED,
        line=_("Priority of the assistance"),
        meaning=_("As the State sets it."),
    ),
    AnswerField(
        "assistance_details",
        Part.ASSISTANCE,
        _NEEDED,
        question=_("What is needed, or received from whom?"),
        line=_("What is needed, from whom"),
        header=_("What is needed, from whom"),
        meaning=_("In the State's words."),
    ),
    AnswerField(
        "assistance_offer",
        Part.ASSISTANCE,
        question=_("What could your State offer to others?"),
        meaning=_("In the State's words."),
    ),
    AnswerField(
        "confidence",
        Part.CONFIDENCE,
        question=_("How sure are you of this answer?"),
        line=_("Confidence of the State in this answer"),
    ),
    AnswerField(
        "language",
        Part.MARKS,
        question=_("Language in which this answer is written"),
    ),
    AnswerField(
        "visibility",
        Part.MARKS,
        question=_("Who may read this answer?"),
        help=_(
            "You may change it at any time. Each measure and each piece of evidence "
            "has its own setting."
        ),
    ),
)


def fields_of(*parts: Part) -> list[AnswerField]:
    """Fields of these parts, in the order of the page."""
    return [field for field in ANSWER_FIELDS if field.part in parts]


# Every field that is asked for under some values of another one: name → that one,
# and its values. The others always are, but `change_reason`, which takes a step back.
ASKED_UNDER: dict[str, tuple[str, tuple[str, ...]]] = {
    field.name: field.under for field in ANSWER_FIELDS if field.under
}
