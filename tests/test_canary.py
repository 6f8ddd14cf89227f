"""An unpublished word of a State reaches nobody it was not written for.

Every text a State has, at every stage, is a word that stands nowhere else. Readers
walk every address there is; what comes back, body and headers, is searched.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import pytest_django
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from config.guards import QUERY_LIMIT
from config.tracing import HEADER
from tests.access import ACCESS
from tests.canary import RESERVED, Canary
from tests.test_access import ADDRESSES
from tracking.models import User, Visibility

WORD = re.compile(r"qz[a-z]+xk")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(Z| UTC)")
PUBLIC, PARTIES = Visibility.PUBLIC, Visibility.PARTIES
# Whose words a reader may read: of the own State all, of the others these.
READERS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "visitor": (None, (PUBLIC,)),
    "viewer NOR": ("NOR", (PUBLIC, PARTIES)),
    "focal_point NOR": ("NOR", (PUBLIC, PARTIES)),
    "focal_point AND": ("AND", (PUBLIC,)),
    "contributor NOR": ("NOR", (PUBLIC, PARTIES)),
    "alternate NOR": ("NOR", (PUBLIC, PARTIES)),
    "reviewer": (None, (PUBLIC, PARTIES, RESERVED)),
    "administrator": (None, (PUBLIC, PARTIES, RESERVED)),
    "auditor": (None, (PUBLIC, PARTIES, RESERVED)),
}
AUDIT = ("auditing:", "exports:audit", "exports:readings", "admin:tracking_user")
# Pages whose query chooses a cycle.
BY_CYCLE = ("public:", "dashboards:answers")


# Those who walk after every change; the others in the longer run, for which it has no
# time.
SOONER = ("visitor", "focal_point NOR", "auditor")
# Who walks in one process, and in the other.
FIRST = pytest.mark.xdist_group("canary 1")
SECOND = pytest.mark.xdist_group("canary 2")
# What the admin site's fields for choosing could be asked for.
CHOSEN = [
    f"app_label=tracking&model_name={model}&field_name={field}&term=qz"
    for model, field in product(
        ("assessment", "measure", "submission", "nomination", "user"),
        ("state", "user", "submitted_by"),
    )
]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def canary(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Canary]:
    """The three States, for all tests here; none of them leaves anything."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Canary()
        transaction.set_rollback(True)


def client_of(canary: Canary, reader: str) -> Client:
    client = Client()
    user = canary.users[reader]
    if isinstance(user, User):
        client.force_login(user)
    return client


def paths(canary: Canary, reader: str) -> Iterator[str]:
    """Every address with whatever may stand in it."""
    for name in ACCESS:
        if reader == "administrator" and not name.startswith("admin:"):
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
            if name.startswith("admin:tracking_") and name.endswith("changelist"):
                yield f"{path}?_popup=1&_to_field=id"
            if name == "admin:autocomplete":
                yield from (f"{path}?{query}" for query in CHOSEN)


def text_of(response: Any) -> str:
    """Everything that a response says, in its body, its headers and its cookies.

    But for the number of the request, which is another each time.
    """
    body = b"".join(response) if response.streaming else response.content
    for close in response._resource_closers:  # files that were sent
        close()
    headers = "\n".join(
        f"{name}: {value}" for name, value in response.items() if name != HEADER
    )
    return f"{headers}\n{response.cookies.output()}\n{_unpacked(body)}"


def _unpacked(body: bytes) -> str:
    """The text of a page or file; of a table that is an archive, of all its parts."""
    if not body.startswith(b"PK\x03\x04"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        held = (archive.read(name).decode() for name in sorted(archive.namelist()))
        # When it was made stands in it.
        return re.sub(MOMENT, "", "\n".join(held))


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(
            reader,
            marks=[pytest.mark.security, SECOND]
            if reader not in SOONER
            else [SECOND if number % 2 else FIRST],
        )
        for number, reader in enumerate(READERS)
    ],
)
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
    # of people stand elsewhere; what was removed, on the pages of who removed it.
    writes = reader.startswith("focal_point")
    # What a status does not ask for is kept out of sight, in the working copy.
    unasked = ("reason of an answer", "decided_by of an answer")
    apart = ("name of", *unasked, *(() if writes else ("removed", "an emergency")))
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
        "/en/data/answers.xlsx",
        "/en/data/measures.xlsx",
    ),
    "reviewer": (
        "/en/desk/answers/",
        "/en/desk/needs/",
        "/en/data/needs.csv",
        "/en/data/needs.xlsx",
        "/admin/tracking/submission/",
        "/admin/tracking/state/",
    ),
}
SEARCHED["focal_point AND"] = SEARCHED["focal_point NOR"] = SEARCHED["visitor"]
SEARCHED["reviewer"] += SEARCHED["visitor"]
SEARCHED["administrator"] = (
    "/admin/tracking/user/",
    "/admin/tracking/nomination/",
    "/admin/tracking/submission/",
    "/en/desk/answers/",
)


@SECOND
@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(reader, marks=[] if reader in SOONER else pytest.mark.security)
        for reader in SEARCHED
    ],
)
def test_a_hidden_word_is_sought_in_vain(canary: Canary, reader: str) -> None:
    """Whoever asks for it, or a part, is answered as for a word that nobody wrote."""
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
        nothing: dict[int, str] = {}  # for so many words that nobody wrote
        for first in range(0, len(words), 10):  # any of ten at once
            some = words[first : first + 10]
            if len(some) not in nothing:
                nothing[len(some)] = search(client, path, ["qzzzzxk"] * len(some))
            if search(client, path, some) != nothing[len(some)]:
                telling.append((path, canary.words.describe(set(some))))
        # Of each, all but the ending, which all of them share.
        parts = [word.removesuffix("xk") for word in words[:: len(words) // 20 + 1]]
        if search(client, path, parts) != search(client, path, ["qzzzz"] * len(parts)):
            telling.append((path, ["a part of one of twenty"]))
    assert telling == []


def search(client: Client, path: str, words: list[str]) -> str:
    """What a list answers; words sought, form tokens and hours are left out."""
    answer = text_of(client.get(path, {"q": " or ".join(words)}))
    apart = rf"{WORD.pattern}|qz[a-z]+|csrfmiddlewaretoken\" value=\"\w+|Expires: .*"
    apart += r"|data-session=\"\d+|Set-Cookie: sessionid=.*"
    return re.sub(apart, "", answer)


@FIRST
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


def broken(*_: Any, **__: Any) -> None:
    raise RuntimeError("Something that nobody thought of.")


@FIRST
def test_an_error_page_holds_no_word(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even of the State whose draft was open when the error came."""
    client = client_of(canary, "focal_point NOR")
    client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    number = canary.recommendations[0].number
    task = f"/en/my/nor/2019/{number}/"
    many = {f"field{each}": "a" for each in range(1001)}
    long = "a" * (QUERY_LIMIT + 1)
    answers = [
        (400, client.get("/en/data/answers.csv?headers=blue")),
        (400, client.post(task, many)),
        (403, strict.post(task, {"law": "a"})),
        (404, client.get(f"/en/my/ita/2019/{number}/")),
        (404, client.post(f"/en/my/ita/2019/{number}/", {"law": "a"})),
        (404, client.get(f"{task}nothing/")),
        (405, client.get(f"{task}confirm/")),
        (414, client.get(f"{task}?q={long}")),
    ]
    monkeypatch.setattr("tracking.exports.views.Turn.take", lambda *_: None)
    answers.append((429, client.get("/en/data/answers.csv")))
    # The draft has been read by then, and stands in the page that is being made.
    monkeypatch.setattr("tracking.workspace.answers.views.assessments.render", broken)
    answers.append((500, client.get(task)))

    assert [answer.status_code for _code, answer in answers] == [
        code for code, _answer in answers
    ]
    # The menu names who has signed in.
    own = {str(canary.users["focal_point NOR"])}
    for code, answer in answers:
        assert set(WORD.findall(text_of(answer))) <= own, code
