"""Notes of colleagues at an answer; they never leave the State."""

from dataclasses import dataclass

from django.db.models import Count, Q

from tracking.models import Assessment, Note, State, User
from tracking.requests.drafts import Page
from tracking.workspace.forms.words import NoteForm


@dataclass(frozen=True)
class Talk:
    """Notes at one answer; `form` and `writing` for whom may add one."""

    notes: list[Note]
    removed: list[Note]
    form: NoteForm | None = None
    writing: Page | None = None


def notes_at(answer: Assessment, user: User, form: NoteForm | None = None) -> Talk:
    """Notes that this person reads at an answer: one query."""
    rows = list(
        Note.objects.visible_to(user)
        .filter(
            Q(removed_at=None) | Q(pk__in=Note.objects.removed_by(user)),
            assessment=answer,
        )
        .select_related("by")
    )
    writes = user.may_write or user.may_propose
    return Talk(
        [row for row in rows if row.removed_at is None],
        [row for row in rows if row.removed_at] if writes else [],
        (form or NoteForm()) if writes else None,
        Page.new(user) if writes else None,
    )


def count_notes(state: State) -> dict[int, int]:
    """Number of notes by key of the answer."""
    rows = Note.objects.present().filter(state=state).order_by()
    counted = rows.values_list("assessment").annotate(number=Count("pk"))
    return dict(counted)
