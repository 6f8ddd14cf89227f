"""Where on the page of an answer something is to be filled in."""

from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise

from recommendations.models import AnswerType
from tracking.models import Task
from tracking.workspace.forms.assessments import AssessmentForm

RADIOS = (AnswerType.YES_PARTLY_NO, AnswerType.YES_NO)


@dataclass(frozen=True)
class PlaceToFill:
    """What is missing, and the address of the place where to give it."""

    url: str
    message: str | Promise


def places_to_fill(task: Task) -> list[PlaceToFill]:
    """Everything an answer lacks, each with a link to its field."""
    page = task.assessment.get_absolute_url()
    return [
        PlaceToFill(f"{page}#{_anchor(task, missing.field)}", missing.message)
        for missing in task.missing
    ]


def _anchor(task: Task, name: str) -> str:
    if name in ("measures", "evidence"):
        return name
    radios = {
        question.code
        for question in task.recommendation.questions.all()
        if question.answer_type in RADIOS
    } | {
        field
        for field, widget in AssessmentForm.Meta.widgets.items()
        if widget is forms.RadioSelect
    }
    return f"id_{name}_0" if name in radios else f"id_{name}"
