"""Versions of a row as people read them: who changed what, and when."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recommendations.lists import listed
from recommendations.models import Question, sorted_keys
from tracking.filters.differences import Difference, Piece, difference
from tracking.models import (
    CONTENT,
    Assessment,
    Evidence,
    Measure,
    State,
    Version,
    differences,
    versions_of,
)
from tracking.workspace.reading.changed_lines import in_words

Row = Assessment | Measure | Evidence

KINDS: dict[str, type[Row]] = {
    "answer": Assessment,
    "measure": Measure,
    "evidence": Evidence,
}
WORDS: dict[str, str | Promise] = {
    "answer": pgettext_lazy("of a State", "Answer"),
    "measure": gettext_lazy("Measure"),
    "evidence": gettext_lazy("Evidence"),
}
TIE_LABELS: dict[str, str | Promise] = {
    "recommendations": gettext_lazy("Recommendations that it serves"),
    "assessments": gettext_lazy("Answers that it backs"),
    "measures": gettext_lazy("Measures that it backs"),
}
SHORT = 60


@dataclass(frozen=True)
class Line:
    """One field before and after; `kind` is text or date."""

    label: str
    before: str
    after: str
    kind: str = "text"

    @property
    def is_short(self) -> bool:
        """Whether both fit into a line of the timeline."""
        return all(
            len(words) <= SHORT and "\n" not in words
            for words in (self.before, self.after)
        )

    @cached_property
    def difference(self) -> Difference:
        return difference(self.before, self.after)

    @property
    def old_pieces(self) -> list[Piece]:
        return [piece for piece in self.difference.pieces if piece.kind != "added"]

    @property
    def new_pieces(self) -> list[Piece]:
        return [piece for piece in self.difference.pieces if piece.kind != "deleted"]


@dataclass(frozen=True)
class Entry:
    """One version in a list, with what it did."""

    kind: str
    row: Any
    version: Version
    lines: list[Line]
    acts: list[str] = field(default_factory=list)

    @property
    def word(self) -> str | Promise:
        return WORDS[self.kind]

    @property
    def title(self) -> str:
        return "" if self.kind == "answer" else self.row.title

    @property
    def day(self) -> datetime.date:
        return timezone.localtime(self.version.at).date()


class Names:
    """What the keys of a State's rows are called; two queries."""

    def __init__(self, state: State) -> None:
        self.recommendations: dict[int, str] = {}
        self.assessments: dict[int, str] = {}
        rows = Assessment.objects.of(state).values_list(
            "pk", "recommendation", "recommendation__key"
        )
        for key, recommendation, named in rows:
            self.assessments[key] = self.recommendations[recommendation] = named
        self.measures = dict(
            Measure.objects.filter(state=state).values_list("pk", "title")
        )

    def of(self, tie: str, keys: Iterable[int]) -> str:
        names = getattr(self, tie)
        known = [names[key] for key in keys if key in names]
        if tie == "measures":
            return "\n".join(sorted(known))
        return listed(sorted_keys(known))


def row_of(state: State, key: str, kind: str, pk: int) -> Row:
    """A row of this State by its kind, or 404."""
    if kind not in KINDS:
        raise Http404
    rows: Any = KINDS[kind].objects.filter(state=state)
    if kind == "answer":
        rows = Assessment.objects.filter(
            state=state, recommendation__key=key
        ).select_related("state", "recommendation")
    found: Row = get_object_or_404(rows, pk=pk)
    return found


def entries_of(
    kind: str,
    rows: Iterable[Row],
    names: Names,
    questions: Iterable[Question] = (),
) -> list[Entry]:
    """Every version of rows of one kind, each row's own oldest first."""
    by_key = {row.pk: row for row in rows}
    told = versions_of(KINDS[kind], by_key)
    return [
        Entry(
            kind,
            by_key[key],
            version,
            lines := compare(kind, version.before, version, names, questions),
            list(_acts(kind, version, lines)),
        )
        for key, versions in told.items()
        for version in versions
    ]


def compare(
    kind: str,
    before: Version | None,
    after: Version,
    names: Names,
    questions: Iterable[Question] = (),
) -> list[Line]:
    """The fields and ties in which two versions differ, in the order of the form."""
    model = KINDS[kind]
    old = before.kept if before else None
    lines = []
    for change in in_words(
        differences(old, after.kept, CONTENT[model]), after.kept, questions
    ):
        if change.name == "file":
            lines.append(Line(change.label, _file(old), _file(after.kept)))
        else:
            lines.append(Line(change.label, change.before, change.after, change.kind))
    for tie, keys in after.ties.items():
        were = before.ties[tie] if before else frozenset()
        if were != keys:
            lines.append(
                Line(str(TIE_LABELS[tie]), names.of(tie, were), names.of(tie, keys))
            )
    return lines


def _file(kept: Any) -> str:
    return str(kept.file) if kept is not None and kept.file_id else ""


def _acts(kind: str, version: Version, lines: list[Line]) -> Iterator[str]:
    """What a version did besides changing fields."""
    kept, before = version.kept, version.before
    old = before.kept if before else None
    if kept.pgh_label == "delete":
        yield _("Deleted from the database.")
    elif old is None:
        yield _("Recorded for the first time.") if lines else _("Not filled in yet.")
    elif kind == "answer" and kept.ready_for_id != old.ready_for_id:
        if kept.ready_for_id:
            yield _("Marked as ready for cycle %(cycle)s.") % {"cycle": kept.ready_for}
        else:
            yield _("A draft again.")
    elif kind != "answer" and (kept.removed_at is None) != (old.removed_at is None):
        yield _("Brought back.") if kept.removed_at is None else _("Removed.")
    elif not lines:
        yield _("Saved without a change.")
