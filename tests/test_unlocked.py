"""With its door taken off, each address that names a thing gives it to a stranger."""

import logging
from collections.abc import Iterator
from http.cookies import SimpleCookie
from itertools import combinations
from typing import Any

import pytest
import pytest_django
from django.db import transaction
from django.test import Client

from tests.access import POSTED
from tests.factories import make_token
from tests.machines import machine
from tests.test_access import ADDRESSES
from tests.unlocked import DOORS_OF, REASONS, SENT, Closed, taken_off
from tracking.models import User

GOT_IN = (200, 302, 422)
AWAY = "/admin/"  # where Django leads from a row that is not there
ROUTES = [
    name
    for name, route in ADDRESSES.items()
    if route.pattern.converters or route.pattern.regex.groupindex
]

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("unlocked")]


@pytest.fixture(scope="module")
def closed(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Closed]:
    """One Norway for all tests here, each of which leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Closed()
        transaction.set_rollback(True)


@pytest.fixture
def stranger(closed: Closed) -> Iterator[Client]:
    """The focal point of Italy, whose refusals fill no log."""
    client = closed.client("stranger")
    client.raise_request_exception = False
    by = closed.users["stranger"]
    assert isinstance(by, User)
    client.machine = machine(make_token(by)[1])  # type: ignore[attr-defined] # ours
    logging.disable(logging.ERROR)
    yield client
    logging.disable(logging.NOTSET)


def gets_in(client: Client, closed: Closed, address: str) -> bool:
    """Whether the address answers as to its own people; nothing comes of it."""
    if address.startswith("own:"):
        client = client.machine  # type: ignore[attr-defined] # of the same State
    kept = client.cookies.output(header="")
    send: Any = client.post if address in POSTED else client.get
    with transaction.atomic():
        response = send(closed.address(address), SENT.get(address, {}))
        for close in response._resource_closers:  # files that were sent
            close()
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(kept)
    return response.status_code in GOT_IN and response.get("Location") != AWAY


def test_every_address_that_names_a_thing_has_its_doors() -> None:
    assert set(ROUTES) == {*DOORS_OF, *REASONS}
    assert not set(DOORS_OF) & set(REASONS)


@pytest.mark.parametrize("address", DOORS_OF)
def test_without_its_doors_a_stranger_gets_in(
    closed: Closed, stranger: Client, address: str
) -> None:
    """And with any one of them on, not: none is named that is not needed."""
    doors = DOORS_OF[address]

    assert not gets_in(stranger, closed, address)
    with taken_off(*doors):
        assert gets_in(stranger, closed, address)
    for some in combinations(doors, len(doors) - 1):
        with taken_off(*some):
            assert not gets_in(stranger, closed, address), some
