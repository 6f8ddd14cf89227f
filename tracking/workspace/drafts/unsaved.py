"""Words that are not saved yet: kept while they are written, offered again."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.http import JsonResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from recommendations.models import Question, Recommendation
from tracking.models import (
    YES_PARTLY_NO,
    Proposal,
    ReviewQuestion,
    Submission,
    UnsavedWork,
    Writing,
)
from tracking.models.working_copy.unsaved import numbers
from tracking.requests.drafts import WordsForm
from tracking.requests.http import UserRequest, words_sent
from tracking.workspace.forms.assessments import AssessmentForm
from tracking.workspace.forms.evidence import EvidenceForm
from tracking.workspace.forms.measures import MeasureForm
from tracking.workspace.forms.merging import CARRIERS
from tracking.workspace.forms.versions import VersionedForm
from tracking.workspace.forms.words import REPLY, NoteForm, RepliesForm
from tracking.workspace.reading.presence import page_at, who_else

FORMS: dict[str, type[VersionedForm[Any]] | type[WordsForm]] = {
    "workspace:assessment": AssessmentForm,
    "workspace:add_measure": MeasureForm,
    "workspace:measure": MeasureForm,
    "workspace:add_evidence": EvidenceForm,
    "workspace:evidence": EvidenceForm,
    "workspace:notes": NoteForm,
    "workspace:questions": RepliesForm,
}


def keep_draft(request: UserRequest) -> JsonResponse:
    """Keep what is typed so far; the row itself does not move."""
    writing = Writing.read(request.POST.get("writing", ""))
    if writing is None:
        return JsonResponse({}, status=400)
    if writing.user != request.user.pk:
        # On a shared computer somebody else has signed in since.
        return JsonResponse({}, status=409)
    draft = UnsavedWork.objects.keep(writing, words_sent(request))
    kept_at = timezone.localtime(draft.kept_at)
    told = {"saved": f"{kept_at:%H:%M}", "sequence": draft.sequence}
    page = page_at(request, request.path)
    if page is not None:
        # One request tells both: that words are kept, and who else is there.
        told["here"] = who_else(request, page)
    return JsonResponse(told)


def title_of(work: UnsavedWork | Proposal) -> str:
    """Where these words were written."""
    number = work.arguments.get("place", "")
    if isinstance(work, UnsavedWork) and work.view.startswith("admin:"):
        return _title_at_the_desk(work)
    sentences = {
        "workspace:assessment": _("Answer on recommendation %(number)s"),
        "workspace:add_measure": _("New measure for recommendation %(number)s"),
        "workspace:measure": _("Measure for recommendation %(number)s"),
        "workspace:add_evidence": _("New evidence for recommendation %(number)s"),
        "workspace:evidence": _("Evidence for recommendation %(number)s"),
        "workspace:notes": _("Note to colleagues on recommendation %(number)s"),
        "workspace:questions": _("Replies to the secretariat"),
    }
    sentence = sentences.get(work.view, _("Text on recommendation %(number)s"))
    return sentence % {"number": number}


def _title_at_the_desk(work: UnsavedWork) -> str:
    key = str(work.arguments.get("object_id") or work.arguments.get("pk") or "")
    model = _model_of(work)
    if model is Submission:
        sent = Submission.objects.visible_to(work.user).filter(pk__in=numbers([key]))
        row = sent.select_related("state", "cycle").first()
        if work.view.endswith("_hiding"):
            return _("Reason for hiding a publication: %(of)s") % {"of": row or "–"}
        return _("Questions and note of a review: %(of)s") % {"of": row or "–"}
    name = capfirst(model._meta.verbose_name) if model else "–"
    return _("Form of the secretariat: %(name)s") % {"name": name}


def _model_of(work: UnsavedWork) -> type[models.Model] | None:
    """Whose page of the admin site it is."""
    name = work.view.removeprefix("admin:").split("_")
    try:
        return apps.get_model(".".join(name[:2]))
    except LookupError:
        return None


def _labels_at_the_desk(work: UnsavedWork) -> dict[str, str]:
    """Names of the fields of a form of the secretariat, which none here builds."""
    model = _model_of(work)
    if model is not Submission:
        fields = model._meta.fields if model else ()
        return {each.name: capfirst(str(each.verbose_name)) for each in fields}
    asked = Recommendation.objects.filter(
        pk__in=numbers(name.removeprefix("question_") for name in work.payload)
    )
    sentence = _("Question to the State on recommendation %(number)s")
    return {
        "reason": _("Reason, which the State reads"),
        "note": _("Note to the State"),
        "due_on": _("Reply wanted by"),
        "decision": _("Decision"),
        **{f"question_{each.pk}": sentence % {"number": each.key} for each in asked},
    }


def text_of(work: UnsavedWork) -> str:
    """Unsaved words as a text, under the names of their fields.

    Made without the form's row, so that whoever may no longer write there can
    still take their own words along.
    """
    form = FORMS.get(work.view)
    fields = form.base_fields if form else {}
    names = [name for name in work.payload if name not in fields]
    questions = Question.objects.in_bulk(names, field_name="code")
    replies = _replied(work) if work.view == "workspace:questions" else {}
    if work.view.startswith("admin:"):
        replies = _labels_at_the_desk(work)
    parts = []
    for name, values in work.payload.items():
        said = [value for value in values if value.strip()]
        if not said or name in CARRIERS:
            continue
        field = fields.get(name)
        if isinstance(getattr(field, "queryset", None), models.QuerySet):
            continue  # ties to other rows, which carry no words
        label: str | Promise = replies.get(name, name)
        choices: Mapping[str, str | Promise] = {
            str(key): str(word) for key, word in getattr(field, "choices", ())
        }
        if name in questions:
            label, choices = questions[name].label, YES_PARTLY_NO
        if field is not None:
            label = field.label or name
        words = "\n".join(str(choices.get(value, value)) for value in said)
        parts.append(f"{label}\n{words}")
    return "\n\n".join(parts) + "\n"


def _replied(work: UnsavedWork) -> dict[str, str]:
    """Which recommendation each reply is about, for questions to the own State."""
    asked = ReviewQuestion.objects.filter(
        pk__in=numbers(name.removeprefix(REPLY) for name in work.payload),
        submission__state__users=work.user_id,
    ).select_related("recommendation")
    return {
        f"{REPLY}{question.pk}": _("Reply on recommendation %(number)s")
        % {"number": question.recommendation.key}
        for question in asked
    }
