"""The whole matrix: every address, verb and reader, own things and things not there.

`test_access` says what each page answers to those whom it concerns; here nobody else
gets anything out of it, whatever the verb. Cells are counted, and printed at the end.
"""

import logging
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
import pytest_django
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from tests.access import ACCESS
from tests.everybody import EVERYBODY, REFUSED
from tests.test_access import Country

pytestmark = pytest.mark.django_db

VERBS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# Readers that walk in one process, one after the other.
AT_ONCE = 4
Cell = tuple[str, str, str, bool]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page itself, and that it says nothing, is the matter of `test_strangers`."""
    return HttpResponse(status=404)


@pytest.fixture(scope="module")
def paths(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """Address → path, of one Norway for all readers: no cell leaves anything."""
    with django_db_blocker.unblock(), transaction.atomic():
        country = Country()
        yield {address: country.address(address) for address in ACCESS}
        transaction.set_rollback(True)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refusals without a page and without a line in the log."""
    monkeypatch.setattr("config.urls.handler404", not_found, raising=False)
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def cells(paths: dict[str, str], name: str) -> Iterator[Cell]:
    """Address, verb, path, and whether nothing may come of it."""
    reader = EVERYBODY[name]
    for address, path in paths.items():
        open_ = reader.concerns(address)
        # Who may read a page reads it by one verb; the others are not tried again.
        for verb in ("GET", "POST") if open_ else VERBS:
            yield address, verb, path, not open_
        if "/nor/" in path:
            for verb in VERBS:
                yield address, verb, path.replace("/nor/", "/zzz/"), True


def leads_to_sign_in(address: str, response: Any) -> bool:
    """Whether a redirection is the one to the sign-in; steps of it lead elsewhere."""
    inside = ("workspace:", "people:", "inbox:", "dashboards:", "admin:")
    return not address.startswith(inside) or "login" in response["Location"]


def answer(send: Callable[..., Any], verb: str, path: str) -> Any:
    with transaction.atomic():
        response = send(verb, path)
        for close in response._resource_closers:  # files that were sent
            close()
        if response.streaming:
            list(response.streaming_content)
        transaction.set_rollback(True)
    return response


def fault(cell: Cell, response: Any) -> str:
    """What is strange about an answer, if anything is."""
    address, verb, _path, closed = cell
    code = response.status_code
    if code >= 500:
        return str(code)
    # Django's own OPTIONS: which verbs there are, of the address alone.
    says_verbs = verb == "OPTIONS" and code == 200 and not response.content
    if closed and code not in REFUSED and not says_verbs:
        return f"{code} for nobody's eyes"
    if closed and code == 302 and not leads_to_sign_in(address, response):
        return f"led to {response['Location']}"
    return ""


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xdist_group(f"matrix {number % AT_ONCE}"))
        for number, name in enumerate(EVERYBODY)
    ],
)
def test_nobody_gets_what_is_not_theirs(
    paths: dict[str, str], name: str, record_property: Callable[[str, object], None]
) -> None:
    client = EVERYBODY[name].client()
    kept = client.cookies.output(header="")
    strange, number = [], 0
    for cell in cells(paths, name):
        response = answer(client.generic, *cell[1:3])
        number += 1
        if said := fault(cell, response):
            strange.append(f"{cell[1]} {cell[0]} {cell[2]}: {said}")
        # Whatever a cell did to the session went with it.
        client.cookies = SimpleCookie(kept)
    record_property("cells of the access matrix", number)

    assert strange == [], "\n".join(strange)


@pytest.mark.xdist_group("matrix 0")
def test_the_matrix_is_as_large_as_is_promised(paths: dict[str, str]) -> None:
    number = sum(len(list(cells(paths, name))) for name in EVERYBODY)

    assert number >= 20_000
