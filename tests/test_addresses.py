"""Addresses and files show no number that tells how much others wrote."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import F
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from config.addresses import NO_ROW, Mark, mark, opened, sealed
from tests.factories import make_state
from tracking.models import State

# What an address may say in plain numbers: what everybody knows, and counts that are a
# State's own. Rows of the admin site are open to those alone who read them all.
PLAIN = {"number", "place", "slug", "version", "object_id", "content_type_id"}


def patterns(
    resolver: URLResolver, name: str = ""
) -> Iterator[tuple[str, URLPattern, URLResolver]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, f"{name}{each.pattern}")
        else:
            yield f"{name}{each.pattern}", each, resolver


def test_no_address_has_the_number_of_a_row() -> None:
    found = 0
    for path, each, _ in patterns(get_resolver()):
        for name, converter in each.pattern.converters.items():
            found += converter.regex != "[0-9]+"
            assert name in PLAIN or converter.regex != "[0-9]+", path

    assert found > 50


@given(st.integers(0, 2**63 - 1))
def test_an_address_leads_back_to_its_row(number: int) -> None:
    assert opened(sealed(number)) == number
    assert str(number) not in sealed(number) or number < 10**6


def test_neighbours_have_nothing_in_common() -> None:
    first, second = (uuid.UUID(sealed(number)).int for number in (1, 2))

    assert (first ^ second).bit_count() > 32
    assert mark(1) != sealed(1)


@pytest.mark.parametrize(
    "address", ["", "1", "none", str(uuid.UUID(int=1)), str(uuid.UUID(int=2**128 - 1))]
)
def test_what_is_no_address_of_ours_is_no_row(address: str) -> None:
    assert opened(address) == NO_ROW


def test_an_address_is_of_the_key_it_was_made_with(settings: Any) -> None:
    address = sealed(7)
    settings.ADDRESS_KEY = "another"

    assert opened(address) == NO_ROW
    assert sealed(7) != address


def test_a_larger_number_than_a_row_can_have_is_no_row() -> None:
    assert opened(sealed(2**63)) == NO_ROW


def test_the_database_marks_as_we_do(db: None) -> None:
    state = make_state("NOR")

    (found,) = State.objects.values_list(Mark(F("pk")))

    assert str(found[0]) == mark(state.pk)
