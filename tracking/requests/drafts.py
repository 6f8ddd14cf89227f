"""Words that a form sends before it is saved: kept, and shown on it again."""

from dataclasses import dataclass
from typing import Any, Protocol, Self

from django import forms
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from tracking.models import UnsavedKind, UnsavedWork, User, Writing
from tracking.models.working_copy.unsaved import Seen, numbers
from tracking.requests.http import UserRequest, words_sent

# A view by its name, and what stands in its address.
Place = tuple[str, dict[str, Any]]


class Resumable(Protocol):
    """A form that can show words again which were not saved."""

    def resume(self, payload: dict[str, list[str]], version: int | None, /) -> None: ...


class WordsForm(forms.Form):
    """A form over no row: it can show again what was typed and not saved."""

    use_required_attribute = False

    def resume(self, payload: dict[str, list[str]], _version: int | None) -> None:
        for name in self.fields:
            self.initial[name] = "".join(payload.get(name, [])[-1:])


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


def page_of(
    request: UserRequest, form: Resumable | None = None, at: Place | None = None
) -> Page:
    """The page that `request` is answered with; puts words into `form` if asked.

    A page with several forms says which `at` this one is.
    """
    sent = words_sent(request)
    view, arguments = at or (sent.view, sent.arguments)
    writing = writing_of(request)
    waiting = UnsavedWork.objects.of(request.user)
    resumed = None
    continues = sent.continues
    wanted = request.GET.get("unsaved", "") if request.method == "GET" else ""
    if wanted and form is not None:
        found = waiting.at(view, arguments).filter(pk__in=numbers([wanted]))
        resumed = found.first() if at else get_object_or_404(found)
    if resumed is not None and form is not None:
        form.resume(resumed.payload, resumed.version)
        continues = (resumed.seen,)
    offers = waiting.at(view, arguments)
    for each in continues:
        # What was written there since is on no page yet.
        offers = offers.exclude(pk=each.pk, sequence__lte=each.sequence)
    if request.method == "POST":
        offers = offers.exclude(key=writing.key)
    return Page(
        writing.token,
        sent.sequence,
        continues,
        list(offers),
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
