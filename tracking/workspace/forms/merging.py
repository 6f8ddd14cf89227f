"""When two people changed the same row: what crosses, what does not.

A form carries the values it showed, signed. Compared with what each of the two has
written since, they tell who changed what, without keeping the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from tracking.filters.differences import Difference, difference

# Fields that carry no words of the person.
CARRIERS = ("version", "shown", "proposal", "upload", "waiting", "refused", "leave_out")
KEEP = "keep-"
HAND = "hand-"

Values = dict[str, list[str]]


def values_of(form: forms.BaseForm) -> Values:
    """What a form says, as a browser would send it.

    An unbound form says what its row holds; a valid one what was typed.
    """
    found: Values = {}
    for name, each in form.fields.items():
        if name in CARRIERS:
            continue
        raw = (
            form.cleaned_data[name]
            if form.is_bound
            else form.get_initial_for_field(each, name)
        )
        found[name] = _listed(each.prepare_value(raw))
    return found


def _listed(value: Any) -> list[str]:
    if value in (None, ""):
        return []
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [str(value)]
    return sorted(str(each) for each in value)


def pack(values: Values) -> str:
    """Values as they travel in a hidden input; what is empty is left out."""
    said = {name: value for name, value in values.items() if value}
    return signing.dumps(said, salt="shown", compress=True)


def unpack(shown: str) -> Values | None:
    """Values that a page showed; None if it does not say, or was tampered with."""
    try:
        found: Values = signing.loads(shown, salt="shown")
    except signing.BadSignature:
        return None
    return found


@dataclass(frozen=True)
class Clash:
    """One field that both have changed."""

    name: str
    label: str
    mine: str
    theirs: str
    base: str | None
    is_text: bool
    by_hand: str

    @property
    def input_name(self) -> str:
        return KEEP + self.name

    @property
    def hand_name(self) -> str:
        return HAND + self.name

    @property
    def difference(self) -> Difference | None:
        """How their text became mine; a choice has no words to compare."""
        return difference(self.theirs, self.mine) if self.is_text else None


@dataclass
class Merge:
    """Two sets of values put together; `clashes` are left for the person."""

    values: Values
    clashes: list[Clash] = field(default_factory=list)
    mine: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)


def merge(
    mine: forms.BaseForm, theirs: forms.BaseForm, shown: str, base: str = ""
) -> Merge:
    """Put together what was typed (`mine`) and what was saved since (`theirs`).

    `shown` holds what the person had before them; without it, every difference is
    asked. `base` is told beside a clash where it is not what was shown last.
    """
    before = unpack(shown)
    common = unpack(base) if base else before
    my_values, their_values = values_of(mine), values_of(theirs)
    result = Merge(values=dict(my_values))
    for name, my_value in my_values.items():
        their_value = their_values.get(name, [])
        if my_value == their_value:
            continue
        label = label_of(mine, name)
        seen = None if before is None else before.get(name, [])
        if seen == my_value:
            result.values[name] = their_value
            result.theirs.append(label)
        elif seen == their_value:
            result.mine.append(label)
        else:
            result.clashes.append(
                Clash(
                    name,
                    label,
                    readable(mine, name, my_value),
                    readable(mine, name, their_value),
                    None
                    if common is None
                    else readable(mine, name, common.get(name, [])),
                    _is_text(mine, name),
                    mine.data.get(HAND + name)
                    or "\n\n".join([*my_value, *their_value]),
                )
            )
    return result


def _is_text(form: forms.BaseForm, name: str) -> bool:
    return isinstance(form.fields[name].widget, forms.Textarea | forms.TextInput)


def label_of(form: forms.BaseForm, name: str) -> str:
    label = form[name].label
    # Words of ours know their language, which `str` would forget.
    return label if isinstance(label, str) else str(label)


def readable(form: forms.BaseForm, name: str, value: list[str]) -> str:
    """A value in words: the labels of its choices, or the text itself."""
    choices = {
        str(key): str(label) for key, label in getattr(form.fields[name], "choices", ())
    }
    words = [choices.get(each, each) for each in value]
    return "\n".join(words) if words else _("(nothing)")


def chosen(sent: QueryDict, theirs: forms.BaseForm) -> tuple[QueryDict, list[str]]:
    """What was sent with each choice made, and the fields left without one."""
    data = sent.copy()
    their_values = values_of(theirs)
    left = []
    for name in sent.getlist("clash"):
        if name not in theirs.fields:
            continue
        choice = sent.get(KEEP + name)
        if choice == "theirs":
            data.setlist(name, their_values[name])
        elif choice == "both":
            texts = [*sent.getlist(name), *their_values[name]]
            data.setlist(name, ["\n\n".join(text for text in texts if text)])
        elif choice == "hand":
            data.setlist(name, sent.getlist(HAND + name))
        elif choice != "mine":
            left.append(name)
    return data, left


def as_text(form: forms.BaseForm) -> str:
    """What was typed into a form, to be kept as a file."""
    parts = []
    for name, each in form.fields.items():
        if name in CARRIERS:
            continue
        if form.is_bound:
            raw = each.widget.value_from_datadict(form.data, form.files, name)
        else:
            raw = form.get_initial_for_field(each, name)
        value = [word for word in _listed(each.prepare_value(raw)) if word]
        if value:
            parts.append(f"{label_of(form, name)}\n{readable(form, name, value)}")
    return "\n\n".join(parts) + "\n"
