"""Reading a page's forms, and sending them back, as a browser without scripts does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Fields = dict[str, list[str]]


@dataclass
class PageForm:
    """One form of a page: what it would send, and where."""

    action: str = ""
    key: str = ""
    fields: Fields = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def put(self, name: str, value: str) -> None:
        self.fields[name] = [value]

    @property
    def words(self) -> str:
        """Everything that it would send, as one text."""
        return "\n".join(value for values in self.fields.values() for value in values)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.by_key: dict[str, PageForm] = {}
        self.open: PageForm | None = None
        self.textarea: tuple[PageForm, str] | None = None
        self.written = ""
        self.select: tuple[PageForm, str, bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = self._form(at.get("id", ""))
            self.open.action = at.get("action", "")
            return
        owner = self._form(at["form"]) if "form" in at else self.open
        name = at.get("name", "")
        if tag == "option" and self.select:
            self._option(at)
        elif owner is None or not name or "disabled" in at:
            return
        elif tag == "textarea":
            self.textarea, self.written = (owner, name), ""
            owner.texts.append(name)
        elif tag == "select":
            self.select = (owner, name, False)
        elif tag == "button":
            owner.buttons.append((name, at.get("value", "")))
        elif tag == "input":
            self._input(owner, name, at)

    def _form(self, key: str) -> PageForm:
        if key and key in self.by_key:
            return self.by_key[key]
        form = PageForm(key=key)
        self.forms.append(form)
        if key:
            self.by_key[key] = form
        return form

    def _input(self, owner: PageForm, name: str, at: dict[str, str]) -> None:
        kind, value = at.get("type", "text"), at.get("value", "")
        if kind in ("radio", "checkbox"):
            value = at.get("value", "on")
            owner.choices.setdefault(name, []).append(value)
            if "checked" in at:
                owner.fields.setdefault(name, []).append(value)
        elif kind in ("submit", "button"):
            owner.buttons.append((name, value))
        elif kind != "file":
            owner.fields.setdefault(name, []).append(value)
            if kind == "text":
                owner.texts.append(name)

    def _option(self, at: dict[str, str]) -> None:
        assert self.select
        owner, name, chosen = self.select
        first = not owner.choices.get(name)
        owner.choices.setdefault(name, []).append(at.get("value", ""))
        if "selected" in at or (first and not chosen):
            owner.fields[name] = [at.get("value", "")]
        self.select = (owner, name, chosen or "selected" in at)

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.written += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.textarea:
            owner, name = self.textarea
            # A browser leaves out the first line break.
            owner.fields.setdefault(name, []).append(self.written.removeprefix("\n"))
            self.textarea = None


def forms_of(response: Any) -> list[PageForm]:
    """The forms of a page, in its order."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.forms


def form_with(response: Any, *names: str) -> PageForm | None:
    """The first form that has fields or choices of all these names."""
    for form in forms_of(response):
        if all(name in form.fields or name in form.choices for name in names):
            return form
    return None
