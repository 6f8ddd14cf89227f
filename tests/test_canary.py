"""An unpublished word of a State reaches nobody it was not written for.

Every text a State has, at every stage, is a word that stands nowhere else. Readers
walk every address there is; what comes back, body and headers, is searched.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from config.tracing import HEADER
from tests.access import ACCESS
from tests.canary import RESERVED, Canary
from tests.test_access import ADDRESSES
from tracking.models import User, Visibility

WORD = re.compile(r"qz[a-z]+xk")
PUBLIC, PARTIES = Visibility.PUBLIC, Visibility.PARTIES
# Whose words a reader may read: of the own State all, of the others these.
READERS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "visitor": (None, (PUBLIC,)),
    "viewer NOR": ("NOR", (PUBLIC, PARTIES)),
    "focal_point NOR": ("NOR", (PUBLIC, PARTIES)),
    "focal_point AND": ("AND", (PUBLIC,)),
    "reviewer": (None, (PUBLIC, PARTIES, RESERVED)),
    "administrator": (None, (PUBLIC, PARTIES, RESERVED)),
    "auditor": (None, (PUBLIC, PARTIES, RESERVED)),
}
AUDIT = ("auditing:", "exports:audit", "exports:readings", "admin:tracking_user")
# Pages whose query chooses a cycle.
BY_CYCLE = ("public:", "dashboards:answers")


@pytest.fixture
def canary(db: None) -> Canary:
    return Canary()


def client_of(canary: Canary, reader: str) -> Client:
    client = Client()
    user = canary.users[reader]
    if isinstance(user, User):
        client.force_login(user)
    return client


def paths(canary: Canary, reader: str) -> Iterator[str]:
    """Every address with whatever may stand in it."""
    for name in ACCESS:
        if reader == "administrator" and "admin:tracking_user" not in name:
            continue  # the reviewer has been everywhere else
        if reader == "auditor" and not name.startswith(AUDIT):
            continue  # the same
        pattern = ADDRESSES[name].pattern
        wanted = [*pattern.converters, *pattern.regex.groupindex]
        for arguments in canary.arguments(name, wanted):
            with translation.override("en"):
                path = reverse(name, kwargs=arguments)
            yield path
            if name.startswith(BY_CYCLE) and "evidence" not in name:
                yield from (f"{path}?cycle={code}" for code in canary.cycles)
            if name == "admin:tracking_submission_change":
                yield f"{path}?since=previous"


def text_of(response: Any) -> str:
    """Everything that a response says, in its body and its headers.

    But for the number of the request, which is another each time.
    """
    body = b"".join(response) if response.streaming else response.content
    for close in response._resource_closers:  # files that were sent
        close()
    headers = "\n".join(
        f"{name}: {value}" for name, value in response.items() if name != HEADER
    )
    return headers + "\n" + body.decode()


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_meets_no_word_that_was_not_meant_for_them(
    canary: Canary, reader: str
) -> None:
    client = client_of(canary, reader)
    iso3, audiences = READERS[reader]
    allowed = canary.words.told_to(iso3, *audiences)
    met: set[str] = set()
    leaks: dict[str, str] = {}
    for path in paths(canary, reader):
        # A signature may hold letters that look like a word of ours.
        found = set(WORD.findall(text_of(client.get(path)))) & set(canary.words.given)
        met |= found
        leaks |= {word: path for word in found - allowed if word not in leaks}

    assert not leaks, [
        f"{path} told {canary.words.given[word]}" for word, path in leaks.items()
    ]
    # What they may read they met, or else nothing would have been looked at. Names
    # of people stand elsewhere; what was removed, on the pages of those who write.
    apart = ("name of", "removed") if reader.startswith("viewer") else ("name of",)
    assert (
        reader in ("administrator", "auditor")
        or [
            said
            for said in canary.words.describe(allowed - met)
            if not any(mark in said for mark in apart)
        ]
        == []
    )


# Lists in which one may look for words, and where the words are echoed.
SEARCHED = {
    "visitor": (
        "/en/measures/",
        "/en/recommendations/",
        "/en/states/",
        "/api/v1/answers/",
        "/api/v1/measures/",
        "/api/v1/evidence/",
        "/api/v1/states/",
        "/en/data/answers.csv",
        "/en/data/question_answers.csv",
        "/en/data/measures.csv",
        "/en/data/evidence.csv",
    ),
    "reviewer": (
        "/en/desk/answers/",
        "/en/desk/needs/",
        "/en/data/needs.csv",
        "/admin/tracking/submission/",
        "/admin/tracking/state/",
    ),
}
SEARCHED["focal_point AND"] = SEARCHED["focal_point NOR"] = SEARCHED["visitor"]
SEARCHED["reviewer"] += SEARCHED["visitor"]


@pytest.mark.parametrize("reader", SEARCHED)
def test_a_hidden_word_is_sought_in_vain(canary: Canary, reader: str) -> None:
    """Whoever asks for it is answered as for a word that nobody wrote."""
    client = client_of(canary, reader)
    iso3, audiences = READERS[reader]
    allowed = canary.words.told_to(iso3, *audiences)
    hidden = {  # one word of each kind, stage and visibility
        (audience, what): word
        for word, (owner, audience, what) in canary.words.given.items()
        if word not in allowed and owner == "ITA"
    }
    words = list(hidden.values())
    telling = []
    for path in SEARCHED[reader]:
        for first in range(0, len(words), 10):  # any of ten at once
            some = words[first : first + 10]
            answer = search(client, path, some)
            if answer != search(client, path, ["qzzzzxk"] * len(some)):
                telling.append((path, canary.words.describe(set(some))))
    assert telling == []


def search(client: Client, path: str, words: list[str]) -> str:
    """What a list answers; words sought, form tokens and hours are left out."""
    answer = text_of(client.get(path, {"q": " or ".join(words)}))
    apart = rf"{WORD.pattern}|csrfmiddlewaretoken\" value=\"\w+|Expires: .*"
    apart += r"|data-session=\"\d+"
    return re.sub(apart, "", answer)


def test_a_word_that_is_shown_is_found(canary: Canary) -> None:
    """Or else the searches above would be blind."""
    client = client_of(canary, "visitor")
    shown = {
        what.partition(": ")[2]: word
        for word, (_owner, audience, what) in canary.words.given.items()
        if audience == PUBLIC
    }
    for path, what in (
        ("/en/measures/", "description of a measure"),
        ("/api/v1/answers/", "law of an answer"),
        ("/en/data/evidence.csv", "title of evidence"),
    ):
        word, nobodys = [shown[what]], ["qzzzzxk"]
        assert search(client, path, word) != search(client, path, nobodys), path
