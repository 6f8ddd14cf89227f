"""A proposal beside the row it is about: what differs, what is taken over."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from tracking.models import Outcome, Proposal, User
from tracking.workspace.drafts.versions import Line
from tracking.workspace.forms.assessments import LATER, READY
from tracking.workspace.forms.fields import DateTextField
from tracking.workspace.forms.items import ItemForm
from tracking.workspace.forms.merging import (
    CARRIERS,
    HAND,
    KEEP,
    Values,
    chosen,
    label_of,
    unpack,
    values_of,
)
from tracking.workspace.forms.versions import VersionedForm

FILE = "file"
# Pages that make a new row.
ADDING = ("workspace:add_measure", "workspace:add_evidence")


@dataclass(frozen=True)
class ProposedLine(Line):
    """One field that a proposal would change; `before` is what the row says now.

    `base` is what the row said when it was proposed, where it says something else
    now. `choice` is what was chosen for it on the page of the focal point.
    """

    name: str = ""
    values: list[str] = field(default_factory=list)
    base: str | None = None
    is_text: bool = False
    choice: str = ""
    by_hand: str = ""

    @property
    def input_name(self) -> str:
        return KEEP + self.name

    @property
    def hand_name(self) -> str:
        return HAND + self.name


def compare(
    proposal: Proposal, theirs: VersionedForm[Any], sent: QueryDict | None = None
) -> list[ProposedLine]:
    """Each field that a proposal would change in the row of `theirs`.

    What its writer left as the page showed it is no part of it, whatever the row
    says by now. `sent` holds choices already made.
    """
    base, now = _base(proposal, theirs), _now(theirs)
    if proposal.outcome:
        # What it was about may have moved on: it is told against what it saw.
        now = base if base is not None else now
    return [
        *_fields(proposal, theirs, base, now, sent or QueryDict()),
        *_file(proposal, theirs, sent or QueryDict()),
    ]


def _fields(
    proposal: Proposal,
    theirs: VersionedForm[Any],
    base: Values | None,
    now: Values,
    sent: QueryDict,
) -> Iterator[ProposedLine]:
    for name, each in theirs.fields.items():
        if name in CARRIERS or name == "ready":
            continue
        labels = {str(k): str(word) for k, word in getattr(each, "choices", ())}
        if name not in proposal.payload:
            continue
        proposed = proposal.payload[name]
        if isinstance(each, forms.ModelMultipleChoiceField):
            # What was removed since cannot be tied any more.
            proposed = [value for value in proposed if value in labels]
        current = now.get(name, [])
        seen = None if base is None else base.get(name, [])
        if proposed in (current, seen):
            continue
        # Of a page that did not say what it showed, its version is known.
        moved = proposal.is_open and (
            proposal.version != theirs.instance.version
            if seen is None
            else seen != current
        )
        is_text = isinstance(each.widget, forms.Textarea | forms.TextInput)
        words = _words(labels, proposed)
        yield ProposedLine(
            label_of(theirs, name),
            _words(labels, current),
            words,
            "date" if isinstance(each, DateTextField) else "text",
            name,
            proposed,
            None if seen is None or not moved else _words(labels, seen),
            is_text,
            sent.get(KEEP + name, "" if moved else "mine"),
            sent.get(HAND + name, words),
        )


def _words(labels: dict[str, str], values: list[str]) -> str:
    return "\n".join(labels.get(value, value) for value in values if value)


def _base(proposal: Proposal, theirs: VersionedForm[Any]) -> Values | None:
    """What the row said when it was proposed; nothing for a new row."""
    if proposal.view in ADDING:
        return {}
    base = unpack("".join(proposal.payload.get("shown", [])))
    # Where nobody had said in which language it is written, the form proposes the
    # reader's own: what a contributor leaves there is meant.
    if base is not None and not theirs.instance.language:
        base = {**base, "language": []}
    return base


def _now(theirs: VersionedForm[Any]) -> Values:
    row = theirs.instance
    if not row.pk:
        return {}
    return {**values_of(theirs), "language": [row.language] if row.language else []}


def _file(
    proposal: Proposal, theirs: VersionedForm[Any], sent: QueryDict
) -> Iterator[ProposedLine]:
    file, row = proposal.file, theirs.instance
    if file is None or (file.pk == row.file_id and not proposal.outcome):
        return
    kept = str(row.file) if row.file_id and row.file_id != file.pk else ""
    yield ProposedLine(
        _("File"), kept, str(file), name=FILE, choice=sent.get(KEEP + FILE, "mine")
    )


@dataclass
class Decision:
    """What a focal point chose for each field of a proposal."""

    lines: list[ProposedLine]
    data: QueryDict
    left: list[str]

    @property
    def taken(self) -> list[str]:
        """Names of what is taken over; what was reworded is marked as such."""
        return [
            line.hand_name if line.choice == "hand" else line.name
            for line in self.lines
            if line.choice in ("mine", "hand")
        ]

    @property
    def takes_file(self) -> bool:
        return FILE in self.taken

    @property
    def outcome(self) -> Outcome:
        every = all(line.choice == "mine" for line in self.lines)
        return Outcome.TAKEN if every else Outcome.TAKEN_IN_PART


def decide(
    sent: QueryDict, theirs: VersionedForm[Any], lines: list[ProposedLine]
) -> Decision:
    """The form that would be saved: the row, with what was chosen of a proposal."""
    words = QueryDict(mutable=True)
    for name, values in values_of(theirs).items():
        words.setlist(name, values)
    for line in lines:
        if line.name == FILE:
            continue
        words.appendlist("clash", line.name)
        words[line.input_name] = line.choice
        words.setlist(line.name, line.values)
        words[line.hand_name] = sent.get(line.hand_name, "")
    data, left = chosen(words, theirs)
    left += [line.name for line in lines if line.name == FILE and not line.choice]
    data["version"] = sent.get("version", "")
    data["ready"] = READY if sent.get("ready") == READY else LATER
    return Decision(lines, data, left)


def save(form: VersionedForm[Any], *, by: User) -> None:
    """Write a valid form of any kind. Raises StaleError on a lost race."""
    if isinstance(form, ItemForm):
        form.save_item(by=by)
    else:
        form.save_row(by)


def labels_of(names: list[str], form: VersionedForm[Any]) -> list[str]:
    """What the fields are called that were taken over."""
    found = []
    for each in names:
        name = each.removeprefix(HAND)
        if name != FILE and name not in form.fields:
            continue
        label = _("File") if name == FILE else label_of(form, name)
        if each != name:
            label = _("%(field)s (reworded)") % {"field": label}
        found.append(label)
    return found
