"""A stranger's answer is, byte for byte, that about something that does not exist.

Each address that names a thing is asked twice: for the thing, and with one of its
names exchanged for one that nobody has. Status, headers, cookies and body agree.
"""

import re
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

import pytest
import pytest_django
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from config import tracing
from tests.access import ACCESS, READERS
from tests.everybody import EVERYBODY
from tests.unlocked import DOORS_OF, REASONS, Closed
from tracking.requests.http import readable_above

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.security,
    pytest.mark.xdist_group("strangers"),
]

VERBS = ("GET", "HEAD", "POST")
# Names of things, and what nobody is called.
NOBODY = {
    "iso3": "zzz",
    "number": 999,
    "place": "2019/999",
    "cycle": "1999",
    **dict.fromkeys(("pk", "object_id", "submission", "evidence"), 987654321),
}
# Names under which a thing of one State could be asked for at another's address.
OF_THINGS = {"pk", "submission", "evidence"}
ADDRESSES = (*DOORS_OF, *(each for each in REASONS if each.startswith("admin:")))
# What differs between any two answers.
MOVING = re.compile(r'csrfmiddlewaretoken" value="\w+|sessionid=\w+')


@pytest.fixture(scope="module")
def closed(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Closed]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Closed()
        transaction.set_rollback(True)


def path_of(name: str, arguments: dict[str, Any]) -> str:
    with translation.override("en"):
        return reverse(name, kwargs=arguments)


def pairs(closed: Closed, name: str) -> Iterator[tuple[str, str, str]]:
    """Addresses that are closed to a reader: name, of a thing, of nothing."""
    reader = EVERYBODY[name]
    place = READERS.index(reader.like)
    refused = (302, 404, 405) if reader.like == "visitor" else (403, 404, 405)
    for address in ADDRESSES:
        arguments = closed.arguments(address)
        closed_to = not reader.concerns(address) and ACCESS[address][place] in refused
        for key in arguments.keys() & NOBODY:
            nothing = {**arguments, key: NOBODY[key]}
            if closed_to:
                yield address, path_of(address, arguments), path_of(address, nothing)
            if reader.iso3 not in ("", "NOR") and key in OF_THINGS:
                own = {"iso3": reader.iso3.lower()} if "iso3" in arguments else {}
                yield (
                    address,
                    path_of(address, arguments | own),
                    path_of(address, nothing | own),
                )


def answer_to(client: Client, verb: str, path: str) -> dict[str, Any]:
    """All that comes back, without the address that was asked for."""
    kept = client.cookies.output(header="")
    with transaction.atomic():
        response: Any = client.generic(verb, path)
        for close in response._resource_closers:  # files that were sent
            close()
        assert not response.streaming
        transaction.set_rollback(True)
    said = {
        "status": str(response.status_code),
        "headers": "\n".join(
            f"{each}: {response[each]}"
            for each in response.headers
            if each != tracing.HEADER  # another for every request
        ),
        "cookies": response.cookies.output(),
        "body": response.content.decode(),
    }
    client.cookies = SimpleCookie(kept)
    bare = re.sub(r"^/en/", "/", path)
    for part, text in said.items():
        for form in (path, bare, quote(path, safe=""), quote(bare, safe="")):
            text = text.replace(form, "…")
        said[part] = MOVING.sub("", text)
    if response.status_code == 405:
        # The way on is made of the address asked for, and of nothing else.
        way = readable_above(path, itself=verb not in ("GET", "HEAD"))
        head, main, rest = said["body"].partition("<main")
        main, end, rest = (main + rest).partition("</main>")
        said["body"] = head + main.replace(f'href="{way}"', 'href="…"') + end + rest
    # An address may be longer than another.
    said["headers"] = re.sub(r"Content-Length: \d+", "", said["headers"])
    return said


@pytest.mark.parametrize(
    "name", ["visitor", "viewer", "reviewer", "focal_point of ITA", "viewer of AND"]
)
def test_a_stranger_is_answered_as_if_nothing_were_there(
    closed: Closed, name: str, record_property: Callable[[str, object], None]
) -> None:
    client = EVERYBODY[name].client()
    telling, number = [], 0
    with time_machine.travel(timezone.now(), tick=False):
        for address, there, nowhere in pairs(closed, name):
            for verb in VERBS:
                theirs = answer_to(client, verb, there)
                nobodys = answer_to(client, verb, nowhere)
                number += 1
                # 401: only a token opens it, whoever asks and whatever is there.
                if theirs["status"] not in ("302", "401", "403", "404", "405"):
                    telling.append(f"{verb} {address} {there}: {theirs['status']}")
                telling += [
                    f"{verb} {address} {there} {nowhere}: {part}"
                    for part in theirs
                    if theirs[part] != nobodys[part]
                ]
    record_property("answers to strangers", number)

    assert telling == [], "\n".join(telling)
    assert number > 100
