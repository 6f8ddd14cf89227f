"""Forms whose words are kept while they are written: notes and replies."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.models import (
    ReviewQuestion,
    UnsavedKind,
    UnsavedWork,
    User,
    Words,
    Writing,
)
from tracking.models.accounts.reader import reading_all
from tracking.requests.drafts import WordsForm
from tracking.workspace.forms.fields import WordsField, plain
from tracking.workspace.forms.merging import Values, pack, unpack

REPLY = "reply-"


class NoteForm(WordsForm):
    text = WordsField(
        label=gettext_lazy("New note"),
        help_text=gettext_lazy("At most 2,000 characters."),
        rows=3,
        error_messages={"required": gettext_lazy("Write the note before adding it.")},
    )


class RepliesForm(WordsForm):
    """The State's replies to several questions; each may wait.

    It says what it showed, so that a reply that a colleague has saved meanwhile is
    neither overwritten unseen nor brought back by a page that still shows the old one.
    """

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, questions: Iterable[ReviewQuestion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = {f"{REPLY}{each.pk}": each for each in questions}
        for name, question in self.questions.items():
            if self.is_bound and name not in self.data:
                continue  # a page may show some of the questions only
            self.fields[name] = WordsField(
                label=self._label(question),
                help_text=gettext_lazy(
                    "At most 2,000 characters. Change the answer itself too, if that "
                    "is what is asked."
                ),
                rows=3,
                required=False,
            )
            self.initial.setdefault(name, question.reply)
        self.initial.setdefault("shown", pack(self._kept()))

    def _label(self, question: ReviewQuestion) -> str:
        sentence = (
            _("Correct your reply on recommendation %(number)s")
            if question.reply
            else _("Your reply on recommendation %(number)s")
        )
        return sentence % {"number": question.recommendation.key}

    def _kept(self) -> Values:
        """Every reply as it is kept now."""
        return {
            name: [each.reply] for name, each in self.questions.items() if each.reply
        }

    def resume(self, payload: Values, version: int | None) -> None:
        super().resume(payload, version)
        for name, question in self.questions.items():
            if name not in payload:  # asked since, or not on that page
                self.initial[name] = question.reply

    def field_for(self, question: ReviewQuestion) -> forms.BoundField | None:
        name = f"{REPLY}{question.pk}"
        return self[name] if name in self.fields else None

    @property
    def too_late(self) -> bool:
        """Whether words were sent for a question that can be replied to no more."""
        shown = unpack(self.data.get("shown", "")) or {}
        return any(
            name.startswith(REPLY)
            and name not in self.questions
            and plain(words).strip() != "".join(shown.get(name, []))
            for name, words in self.data.items()
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        shown = unpack(data.get("shown", "")) or {}
        again = dict(shown)
        untouched = {}
        for name, question in self.questions.items():
            if name not in data:
                continue
            seen, typed = "".join(shown.get(name, [])), data[name]
            again[name] = [question.reply]
            if typed in (seen, question.reply):
                data[name] = untouched[name] = question.reply
            elif question.reply != seen:
                self.add_error(name, self._crossed(question))
            elif not typed:
                self.add_error(
                    name,
                    _("A reply can be corrected, not taken away: write what holds."),
                )
        if self.errors:
            # Shown again with what is kept now; who has read it may replace it.
            self.data = dict(self.data.items()) | {**untouched, "shown": pack(again)}
        return data

    def _crossed(self, question: ReviewQuestion) -> str:
        return _(
            "%(person)s has replied meanwhile: «%(reply)s». Your words are still in "
            "the field; put both together, then save again."
        ) % {"person": question.replied_by, "reply": question.reply}

    def save(self, *, by: User) -> int:
        """Keep each reply that is new; return how many are."""
        new = [
            (question, self.cleaned_data[name])
            for name, question in self.questions.items()
            if self.cleaned_data.get(name, question.reply) != question.reply
        ]
        for question, reply in new:
            if question.replied_by not in (None, by):
                _hand_back(question)
            question.answer(reply, by=by)
        return len(new)


def _hand_back(question: ReviewQuestion) -> None:
    """Keep a reply that somebody else replaces among its writer's unsaved work."""
    assert question.replied_by is not None  # noqa: S101 - for the type checker
    words = Words(
        "workspace:questions",
        {"iso3": question.submission.state.key},
        {f"{REPLY}{question.pk}": [question.reply]},
    )
    # Nobody else sees it from now on, not even the one who hands it back.
    with reading_all():
        UnsavedWork.objects.keep_copy(
            UnsavedKind.CONFLICT, Writing.new(question.replied_by), words
        )
