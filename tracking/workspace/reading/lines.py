"""What an answer says, line by line, as others will read it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from recommendations.models import AnswerType, Question
from tracking.models import AssessmentContent, AssistanceType, Position, Task

ANSWERS: dict[str, str | Promise] = {
    "yes": pgettext_lazy("answer", "Yes"),
    "partly": pgettext_lazy("answer", "Partly"),
    "no": pgettext_lazy("answer", "No"),
}


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
    return [
        line
        for line in (
            *_beside_the_status(content, left_out),
            *_questions(content, questions),
            *_position(content),
            _words(content, "law"),
            _words(content, "practice"),
            *kept_apart(content),
        )
        if line.value not in (None, "", [])
    ]


def kept_apart(content: AssessmentContent) -> list[Line]:
    """What an answer says that is on no public page, whatever its visibility."""
    return [
        line
        for line in (
            *_assistance(content),
            Line(
                _("Confidence of the State in this answer"),
                content.get_confidence_display(),
            ),
        )
        if line.value not in (None, "", [])
    ]


def label_of(content: AssessmentContent, name: str) -> str:
    """What a column is called, to begin a line."""
    label = str(content._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def names_unasked(task: Task) -> str:
    """What the columns are called that are filled in, and told to nobody."""
    return " · ".join(label_of(task.assessment, name) for name in task.unasked)


def said_unasked(task: Task) -> str:
    """The sentence that tells the author of them; empty without one."""
    names = names_unasked(task)
    if not names:
        return ""
    return gettext(
        "Kept, but not asked for by what you chose, so neither shown nor sent: "
        "%(fields)s. It comes back with the former choice."
    ) % {"fields": names}


def _words(content: AssessmentContent, name: str, label: str | Promise = "") -> Line:
    return Line(
        label or label_of(content, name),
        content.said(name),
        "words",
        content.language,
    )


def _beside_the_status(
    content: AssessmentContent, left_out: Collection[str]
) -> Iterator[Line]:
    for name in ("target_date", "completed_on", "verified_on", "decided_on"):
        yield Line(label_of(content, name), content.said(name), "date")
    for name in ("lead_institution", "decided_by", "reason"):
        yield _words(content, name)
    if "change_reason" not in left_out:
        yield _words(content, "change_reason", _("About the step back"))


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
            answer = ANSWERS.get(answer, answer) if isinstance(answer, str) else answer
        yield Line(question.label, answer, kind, language, question.confidential)


def _position(content: AssessmentContent) -> Iterator[Line]:
    if content.position != Position.NOT_STATED:
        yield Line(
            pgettext_lazy("position", "Position"), content.get_position_display()
        )
    yield _words(content, "position_note")


def _assistance(content: AssessmentContent) -> Iterator[Line]:
    # Needs and offers are for the secretariat to match; others do not read them.
    yield Line(
        _("Technical assistance"), content.get_assistance_need_display(), reserved=True
    )
    kinds = content.said("assistance_types")
    yield Line(
        _("Kinds of assistance"),
        "\n".join(str(AssistanceType(kind).label) for kind in kinds),
        "words",
        reserved=True,
    )
    if content.said("assistance_priority"):
        yield Line(
            _("Priority of the assistance"),
            content.get_assistance_priority_display(),
            reserved=True,
        )
    yield Line(
        _("What is needed, from whom"),
        content.said("assistance_details"),
        "words",
        content.language,
        reserved=True,
    )
    yield Line(
        _("Assistance offered to others"),
        content.assistance_offer,
        "words",
        content.language,
        reserved=True,
    )
