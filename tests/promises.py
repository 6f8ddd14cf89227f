"""Words typed on open pages, what is promised for them, and what may happen next."""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from config.addresses import sealed
from tests.reading import PageForm
from tracking.models import (
    AssessmentVersion,
    EvidenceVersion,
    MeasureVersion,
    Note,
    Proposal,
    ReviewQuestion,
    State,
    Submission,
    UnsavedKind,
    UnsavedWork,
    User,
    Writing,
    digest_of,
    document,
)

WORD = re.compile(r"\bword\d+\b")
TYPED = ("law", "practice", "title", "description", "reference", "text")
PLACES = (
    *(
        "2019/1/",
        "2019/1/",
        "2019/1/",
        "2019/2/",
        "2019/1/measures/add/",
        "2019/1/evidence/add/",
    ),
    *("2019/1/notes/", "questions/", "questions/"),
)
PEOPLE = ("focal_point", "alternate", "contributor")
CLEARERS = ("focal_point", "alternate")
AJAX = {"accept": "application/json"}
# What a form carries that is no word of a person.
CARRIED = (
    "csrfmiddlewaretoken",
    "clash",
    "base",
    "shown",
    "version",
    "writing",
    "continues",
    "sequence",
)

people = st.sampled_from(PEOPLE)
clearers = st.sampled_from(CLEARERS)
some = st.integers(0, 9)


@dataclass
class Cast:
    """Who takes part; laid out once, before every example."""

    state: State
    users: dict[str, User]
    reviewer: User


@dataclass
class Tab:
    """A page with a form, open in somebody's browser."""

    who: str
    url: str
    form: PageForm

    @property
    def replies(self) -> bool:
        return any(name.startswith("reply-") for name in self.form.fields)

    @property
    def key(self) -> str:
        """Under which a draft of this page is kept."""
        writing = Writing.read(self.form.fields["writing"][0])
        assert writing
        return f"draft {writing.key}"

    def words(self) -> set[str]:
        """The words that a save of this page would promise."""
        said = []
        clashes = self.form.fields.get("clash", [])
        for name, values in self.form.fields.items():
            if name.startswith(("keep-", "hand-")) or name in CARRIED:
                continue
            choice = self.choice(name) if name in clashes else "mine"
            if choice == "hand":
                values = self.form.fields[f"hand-{name}"]
            if choice != "theirs":
                said += values
        return set(WORD.findall("\n".join(said)))

    def choice(self, name: str) -> str:
        return "".join(self.form.fields.get(f"keep-{name}", ["mine"]))


def kept_key(pk: int | str) -> str:
    """The name under which the test keeps what unsaved work promises."""
    work = UnsavedWork.objects.get(pk=pk)
    return f"draft {work.key}" if work.kind == UnsavedKind.DRAFT else f"copy {work.pk}"


def pick(things: Any, number: int) -> Any:
    things = list(things)
    return things[number % len(things)] if things else None


Act = Callable[..., None]
ACTS: list[tuple[str, Callable[[Any], Any], dict[str, Any]]] = []


def act(
    weight: int, *, when: Callable[[Any], Any] = lambda self: True, **given: Any
) -> Callable[[Act], Act]:
    """Something that may happen, `weight` times as often as the rarest.

    A rule for each would not do: Hypothesis leaves rules out at random, to look at
    the others more closely, and here most of them need what others have written.
    """

    def named(function: Act) -> Act:
        ACTS.extend([(function.__name__, when, given)] * weight)
        return function

    return named


class Promises(RuleBasedStateMachine):
    """What each person was promised, and whether it holds after every step."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.state = self.cast.state
        self.clients = {name: Client() for name in PEOPLE}
        for name, client in self.clients.items():
            client.force_login(self.cast.users[name])
        self.desk = Client()
        self.desk.force_login(self.cast.reviewer)
        # Words promised for good, each with who wrote it.
        self.promised: dict[str, str] = {}
        # Words of unsaved work, by draft or copy, until their author settles it.
        self.waiting: dict[str, tuple[str, set[str]]] = {}
        # Words of replies as they stand, each with who wrote it.
        self.replied: dict[str, str] = {}
        self.records: dict[int, str] = {}

    def teardown(self) -> None:
        try:
            if sys.exception() is None:  # else what failed is told, and nothing more
                self.everything_is_on_a_page()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def url(self, place: str) -> str:
        return f"/en/my/{self.state.key}/{place}"

    @invariant()
    def every_promise_holds(self) -> None:
        kept = set(WORD.findall(self._kept()))
        promised = self.promised | self.replied
        missing = {word: who for word, who in promised.items() if word not in kept}
        assert not missing, f"lost: {missing}"
        for key, (who, words) in self.waiting.items():
            mine = UnsavedWork.objects.of(self.cast.users[who])
            unsaved = str(list(mine.values_list("payload", flat=True)))
            lost = words - kept - set(WORD.findall(unsaved))
            assert not lost, f"lost from unsaved work ({key} of {who}): {lost}"

    def _kept(self) -> str:
        rows: list[Any] = [
            *AssessmentVersion.objects.values_list("law", "practice"),
            *MeasureVersion.objects.values_list("title", "description"),
            *EvidenceVersion.objects.values_list("title", "reference"),
            *Proposal.objects.values_list("payload", "reason"),
            *ReviewQuestion.objects.values_list("text", "reply"),
            *Note.objects.values_list("text"),
        ]
        return str(rows)

    @invariant()
    def every_record_is_as_it_was_sent(self) -> None:
        for sent in Submission.objects.all():
            now = digest_of(document(sent))
            assert now == sent.digest == self.records[sent.pk]

    def everything_is_on_a_page(self) -> None:
        """Ask as each author, over the pages and where they lead."""
        for who in PEOPLE:
            promised = self.promised | self.replied
            sought = {word for word, author in promised.items() if author == who}
            for author, words in self.waiting.values():
                sought |= words if author == who else set()
            for address in self._addresses(who):
                if not sought:
                    break
                sought -= set(WORD.findall(self._read(who, address)))
            assert not sought, f"{who} finds {sought} on no page"

    def _addresses(self, who: str) -> Iterator[str]:
        """Pages where a person looks for words, one after the other."""
        yield reverse("workspace:unsaved")
        for place in ("questions/", "bin/", "2019/1/notes/", "2019/1/", "2019/2/"):
            yield self.url(place)
        for proposal in Proposal.objects.select_related("state", "recommendation"):
            yield proposal.get_absolute_url()
        for number in (1, 2):
            yield from self._history(who, self.url(f"2019/{number}/history/"))
        if who != "contributor":  # whose form shows a proposal in the place of the row
            for kind in ("measures", "evidence"):
                for item in getattr(self.state, kind).all():
                    yield self.url(f"2019/1/{kind}/{sealed(item.pk)}/")

    def _history(self, who: str, address: str) -> Iterator[str]:
        """The pages of a history, and the two versions that each entry leads to."""
        pages = self.clients[who].get(address).context["page"].paginator.num_pages
        for page in range(1, pages + 1):
            yield f"{address}?page={page}"
        for page in range(1, pages + 1):
            text = self._read(who, f"{address}?page={page}")
            for link in re.findall(r'href="([^"]*/history/[^"]*after=[^"]*)"', text):
                yield unescape(link)

    def _read(self, who: str, address: str) -> str:
        response = self.clients[who].get(address)
        assert response.status_code == 200, response
        text: str = response.content.decode()
        return text
