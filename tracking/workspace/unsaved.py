"""Words that are not saved yet: kept while they are written, offered again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from django.db import models
from django.http import JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from recommendations.models import Question
from tracking.http import UserRequest, words_sent
from tracking.models import (
    Proposal,
    ReviewQuestion,
    UnsavedKind,
    UnsavedWork,
    User,
    Writing,
)
from tracking.models.unsaved import Seen, numbers
from tracking.workspace.forms.assessments import AssessmentForm
from tracking.workspace.forms.evidence import EvidenceForm
from tracking.workspace.forms.measures import MeasureForm
from tracking.workspace.forms.versions import VersionedForm
from tracking.workspace.forms.words import REPLY, NoteForm, RepliesForm, WordsForm
from tracking.workspace.merging import CARRIERS, Values
from tracking.workspace.presence import page_at, who_else
from tracking.workspace.reading import ANSWERS

FORMS: dict[str, type[VersionedForm[Any]] | type[WordsForm]] = {
    "workspace:assessment": AssessmentForm,
    "workspace:add_measure": MeasureForm,
    "workspace:measure": MeasureForm,
    "workspace:add_evidence": EvidenceForm,
    "workspace:evidence": EvidenceForm,
    "workspace:notes": NoteForm,
    "workspace:questions": RepliesForm,
}


class Resumable(Protocol):
    """A form that can show words again which were not saved."""

    def resume(self, payload: Values, version: int | None, /) -> None: ...


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


@dataclass(frozen=True)
class Page:
    """What a form carries along, and what of this person's waits for it."""

    token: str
    sequence: int
    continues: tuple[Seen, ...]
    offers: list[UnsavedWork]
    resumed: UnsavedWork | None = None

    @classmethod
    def new(cls, user: User) -> Self:
        """A form that is shown on the page of another one."""
        return cls(Writing.new(user).token, 0, (), [])


def page_of(request: UserRequest, form: Resumable | None = None) -> Page:
    """The page that `request` is answered with; puts words into `form` if asked."""
    sent = words_sent(request)
    writing = writing_of(request)
    waiting = UnsavedWork.objects.of(request.user)
    resumed = None
    continues = sent.continues
    wanted = request.GET.get("unsaved", "") if request.method == "GET" else ""
    if wanted and form is not None:
        resumed = get_object_or_404(
            waiting.at(sent.view, sent.arguments),
            pk=int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0,
        )
        form.resume(resumed.payload, resumed.version)
        continues = (resumed.seen,)
    offers = waiting.at(sent.view, sent.arguments)
    for each in continues:
        # What was written there since is on no page yet.
        offers = offers.exclude(pk=each.pk, sequence__lte=each.sequence)
    if request.method == "POST":
        offers = offers.exclude(key=writing.key)
    return Page(
        writing.token,
        sent.sequence,
        continues,
        list(offers.defer("payload")),
        resumed,
    )


def writing_of(request: UserRequest) -> Writing:
    """The writing that a form says it is; a new one if it does not say."""
    writing = Writing.read(request.POST.get("writing", ""))
    if writing is None or writing.user != request.user.pk:
        return Writing.new(request.user)
    return writing


def keep_loser(request: UserRequest, sent: QueryDict) -> UnsavedWork:
    """Keep a text that lost a race, before anything is shown."""
    return UnsavedWork.objects.keep_copy(
        UnsavedKind.CONFLICT, writing_of(request), words_sent(request, sent)
    )


def settle(request: UserRequest) -> None:
    """Forget drafts and copies of what has just been saved."""
    UnsavedWork.objects.saved(writing_of(request), words_sent(request))


def title_of(work: UnsavedWork | Proposal) -> str:
    """Where these words were written."""
    number = work.arguments.get("number", "")
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
            label, choices = questions[name].label, ANSWERS
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
        % {"number": question.recommendation.number}
        for question in asked
    }
