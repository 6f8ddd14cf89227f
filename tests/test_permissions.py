"""Each cell of the permission matrix, asked for over HTTP as its role."""

import logging
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
import pytest_django
from django.db import transaction
from django.test import Client

from tests.access import ACCESS
from tests.everybody import EVERYBODY
from tests.matrix import COLUMNS, MATRIX, NOWHERE, ROLES
from tests.test_access import Country

OPENS = (200, 302, 409, 422)
# The API asks for a body, and for a version, of those alone who may write.
OPENS_TO_MACHINES = (*OPENS, 400, 428)
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("permissions")]


@pytest.fixture(scope="module")
def paths(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """Address → path, of one Norway for all roles."""
    with django_db_blocker.unblock(), transaction.atomic():
        country = Country()
        yield {
            address: country.address(address)
            for row in MATRIX.values()
            for verb in row.proofs
            for _method, address in row.requests(verb)
        }
        transaction.set_rollback(True)


def opens(client: Client, method: str, path: str) -> bool:
    kept = client.cookies.output(header="")
    with transaction.atomic():
        response: Any = client.generic(method, path)
        for close in response._resource_closers:  # files that were sent
            close()
        if response.streaming:
            list(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(kept)
    found = OPENS_TO_MACHINES if "/api/v1/own/" in path else OPENS
    return response.status_code in found and "/login/" not in response.get(
        "Location", ""
    )


@pytest.mark.parametrize("role", COLUMNS)
def test_a_role_has_the_verbs_of_its_cells_and_no_other(
    paths: dict[str, str], role: str, record_property: Callable[[str, object], None]
) -> None:
    client = EVERYBODY[COLUMNS[role]].client()
    given, expected, number = {}, {}, 0
    logging.disable(logging.WARNING)
    for name, row in MATRIX.items():
        for verb in row.proofs:
            answers = [
                opens(client, method, paths[address])
                for method, address in row.requests(verb)
            ]
            number += len(answers)
            given[name, verb] = any(answers)
            expected[name, verb] = verb in row.cells.get(role, "").split()
    logging.disable(logging.NOTSET)
    record_property("cells of the access matrix", number)

    assert given == expected


def test_every_cell_is_proved() -> None:
    """Whatever verb a cell names has requests, of addresses that there are."""
    for name, row in MATRIX.items():
        assert set(row.cells) <= set(ROLES), name
        for cell in row.cells.values():
            assert set(cell.split()) <= set(row.proofs), name
        for verb in row.proofs:
            requests = row.requests(verb)
            assert requests, (name, verb)
            assert {address for _method, address in requests} <= set(ACCESS)
    assert set(COLUMNS) <= set(ROLES)
    assert set(COLUMNS.values()) <= set(EVERYBODY)
    assert all(NOWHERE.values())
    assert not set(NOWHERE) & set(MATRIX)
