"""When two people changed the same row: what crosses, what does not.

A form carries a fingerprint of each value it showed. Compared with what each of
the two has written since, it tells who changed what, without keeping the page.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

# Fields that carry no words of the person.
CARRIERS = ("version", "shown", "upload")
KEEP = "keep-"

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


def fingerprints(values: Values) -> str:
    """One short digest per field, to travel in a hidden input."""
    return " ".join(f"{name}={_digest(value)}" for name, value in values.items())


def _digest(value: list[str]) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Clash:
    """One field that both have changed."""

    name: str
    label: str
    mine: str
    theirs: str
    is_text: bool

    @property
    def input_name(self) -> str:
        return KEEP + self.name


@dataclass
class Merge:
    """Two sets of values put together; `clashes` are left for the person."""

    values: Values
    clashes: list[Clash] = field(default_factory=list)
    mine: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)


def merge(mine: forms.BaseForm, theirs: forms.BaseForm, shown: str) -> Merge:
    """Put together what was typed (`mine`) and what was saved since (`theirs`).

    `shown` holds the fingerprints of what the person had before them; without
    them, every difference is asked.
    """
    before = dict(pair.partition("=")[::2] for pair in shown.split())
    my_values, their_values = values_of(mine), values_of(theirs)
    result = Merge(values=dict(my_values))
    for name, my_value in my_values.items():
        their_value = their_values.get(name, [])
        if my_value == their_value:
            continue
        label = label_of(mine, name)
        if before.get(name) == _digest(my_value):
            result.values[name] = their_value
            result.theirs.append(label)
        elif before.get(name) == _digest(their_value):
            result.mine.append(label)
        else:
            result.clashes.append(
                Clash(
                    name,
                    label,
                    readable(mine, name, my_value),
                    readable(mine, name, their_value),
                    isinstance(mine.fields[name].widget, forms.Textarea),
                )
            )
    return result


def label_of(form: forms.BaseForm, name: str) -> str:
    return str(form[name].label)


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
