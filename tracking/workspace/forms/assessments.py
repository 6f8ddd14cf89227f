from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.forms import BoundField
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from recommendations.models import AnswerType, Question
from tracking.models import (
    ANSWER_FIELDS,
    YES_PARTLY_NO,
    Assessment,
    AssessmentContent,
    AssistanceType,
    Cycle,
    FieldKind,
    Part,
    Position,
    Status,
    fields_of,
    kind_of,
    statuses_for,
)
from tracking.workspace.forms.fields import (
    CountField,
    DateTextField,
    LineField,
    WordsField,
    name_the_blank,
)
from tracking.workspace.forms.versions import VersionedForm

READY, LATER = "ready", "later"

ONE_OF_THREE = [*YES_PARTLY_NO.items(), ("", pgettext_lazy("answer", "No answer"))]
ONE_OF_TWO = [choice for choice in ONE_OF_THREE if choice[0] != "partly"]


def question_field(question: Question) -> forms.Field:
    """The field in which a question is answered, by the kind of its answer."""
    options: dict[str, Any] = {"label": question.label, "required": False}
    if question.answer_type == AnswerType.YES_PARTLY_NO:
        return forms.ChoiceField(
            choices=ONE_OF_THREE, widget=forms.RadioSelect, **options
        )
    if question.answer_type == AnswerType.YES_NO:
        return forms.ChoiceField(
            choices=ONE_OF_TWO, widget=forms.RadioSelect, **options
        )
    if question.answer_type == AnswerType.NUMBER:
        return CountField(help_text=_("A whole number, in totals."), **options)
    if question.answer_type == AnswerType.DATE:
        return DateTextField(**options)
    return WordsField(rows=3, help_text=_("One per line."), **options)


def answer_form(data: Any, answer: Assessment, cycle: Cycle | None) -> "AssessmentForm":
    """The form of one answer, with the questions of its recommendation."""
    prefetch_related_objects([answer.recommendation], "questions")
    questions = list(answer.recommendation.questions.all())
    return AssessmentForm(data, instance=answer, cycle=cycle, questions=questions)


def by_kind(found: dict[FieldKind, Any]) -> dict[str, Any]:
    """Fields of an answer → what is found for a column of their kind."""
    kinds = {
        field.name: kind_of(AssessmentContent.column(field.name))
        for field in ANSWER_FIELDS
    }
    return {name: found[kind] for name, kind in kinds.items() if kind in found}


class AssessmentForm(VersionedForm[Assessment]):
    assistance_types = forms.MultipleChoiceField(
        label=_("What kind of assistance?"),
        choices=AssistanceType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ready = forms.ChoiceField(
        label=_("Is this answer ready?"),
        choices=[
            (READY, _("Yes, it can be submitted")),
            (LATER, _("No, I will come back to it")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Assessment
        fields = [each.name for each in ANSWER_FIELDS]
        field_classes = by_kind(
            {
                FieldKind.DATE: DateTextField,
                FieldKind.TEXT: WordsField,
                FieldKind.LINE: LineField,
            }
        )
        widgets = {
            **by_kind(
                {
                    FieldKind.CHOICE: forms.RadioSelect,
                    FieldKind.LINE: forms.TextInput(attrs={"dir": "auto"}),
                }
            ),
            "language": forms.Select,
        }
        labels = {
            field.name: field.question for field in ANSWER_FIELDS if field.question
        }
        help_texts = {field.name: field.help for field in ANSWER_FIELDS if field.help}

    def __init__(
        self, *args: Any, cycle: Cycle | None, questions: list[Question], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        self.questions = questions
        self._offer_statuses()
        self.fields["position"].choices = Position.choices  # type: ignore[attr-defined]
        for name in ("assistance_need", "assistance_priority", "confidence"):
            name_the_blank(self.fields[name], pgettext_lazy("answer", "No answer"))
        name_the_blank(self.fields["language"], pgettext_lazy("choice", "Not stated"))
        if not self.instance.language:
            self.initial["language"] = get_language()
        for question in questions:
            self.fields[question.code] = question_field(question)
            self.initial[question.code] = self.instance.answers.get(question.code, "")
        if cycle is None:
            del self.fields["ready"]
        else:
            wanted = self.instance.ready_for_id == cycle.pk
            self.initial["ready"] = READY if wanted else LATER
        for name in ("visibility", "position", "language"):
            self.fields[name].required = False
        self.remember()

    def _offer_statuses(self) -> None:
        """Statuses this recommendation has, and the one held, should it be another."""
        offered = [
            Status(status)
            for status in Status
            if status in statuses_for(self.instance.recommendation)
            or status in (self.instance.status, Status.NO_INFORMATION)
        ]
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (
                status.value,
                status.label if status else pgettext_lazy("status", "Not answered yet"),
            )
            for status in offered
        ]

    def clean_assistance_types(self) -> list[str]:
        """Kinds in the order of the page: another order says nothing else."""
        chosen = self.cleaned_data["assistance_types"]
        return [value for value in AssistanceType.values if value in chosen]

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or self.instance.visibility

    def clean_position(self) -> str:
        return self.cleaned_data["position"] or Position.NOT_STATED

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # Answers to questions that are asked no more stay as they are.
        answers = dict(self.instance.answers)
        for question in self.questions:
            answer = data.get(question.code)
            if answer in (None, ""):
                answers.pop(question.code, None)
            else:
                answers[question.code] = answer
        self.instance.answers = answers
        if self.cycle is not None:
            self.instance.ready_for = self.cycle if data.get("ready") == READY else None
        return data

    @property
    def words(self) -> list[BoundField]:
        """What the State tells, under a heading each."""
        return [self[field.name] for field in fields_of(Part.WORDS)]

    def key_questions(self) -> Iterator[BoundField]:
        for question in self.questions:
            if question.is_key:
                yield self[question.code]

    def other_questions(self) -> list[tuple[Question, BoundField]]:
        return [
            (question, self[question.code])
            for question in self.questions
            if not question.is_key
        ]

    def ask_for_clearance(self) -> None:
        """Ask a contributor, who does not say what can be submitted."""
        if "ready" not in self.fields:
            return
        self.fields["ready"].choices = [  # type: ignore[attr-defined]
            (READY, _("Yes: ready for clearance by the focal point")),
            (LATER, _("No, I will come back to it")),
        ]
        self.initial["ready"] = LATER

    @property
    def wants_ready(self) -> bool:
        return bool(self.cleaned_data.get("ready") == READY)
