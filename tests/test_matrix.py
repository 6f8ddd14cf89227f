"""The whole matrix: every address, verb and reader, own things and things not there.

`test_access` says what each page answers to those whom it concerns; here nobody else
gets anything out of it, whatever the verb. Cells are counted, and printed at the end.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.access import ACCESS, POSTED, READERS
from tests.factories import make_user
from tests.test_access import Country, country
from tracking.models import Role, State, User

__all__ = ["country"]

pytestmark = pytest.mark.security

VERBS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
REFUSED = (302, 401, 403, 404, 405)
# Reader → role, whether of this State, and the reader of `access.py` like whom it is.
EVERYBODY: dict[str, tuple[Role | None, str, str]] = {
    "visitor": (None, "", "visitor"),
    "closed account": (Role.VIEWER, "NOR", "visitor"),
    "viewer": (Role.VIEWER, "NOR", "viewer"),
    "contributor": (Role.CONTRIBUTOR, "NOR", "contributor"),
    "alternate": (Role.ALTERNATE, "NOR", "focal_point"),
    "reviewer": (Role.REVIEWER, "", "reviewer"),
    "administrator": (Role.ADMINISTRATOR, "", "reviewer"),
    "auditor": (Role.AUDITOR, "", "reviewer"),
    **{
        f"{role} of {iso3}": (role, iso3, "stranger")
        for iso3 in ("ITA", "FRA", "AND")
        for role in (
            Role.FOCAL_POINT,
            Role.ALTERNATE,
            Role.CONTRIBUTOR,
            Role.VIEWER,
        )
    },
}


# What these two get beside what a reviewer gets; `test_auditor` says how.
MORE: dict[str, tuple[str, ...]] = {
    "administrator": ("admin:", "auditing:"),
    "auditor": ("admin:", "auditing:", "exports:audit", "exports:readings"),
}


def client_of(name: str) -> Client:
    role, iso3, _like = EVERYBODY[name]
    client = Client()
    if role is not None:
        state = State.objects.get(iso3=iso3) if iso3 else None
        user = User.objects.filter(role=role, state=state, is_active=True).first()
        user = user or make_user(role, state)
        client.force_login(user)
        if name == "closed account":
            User.objects.filter(pk=user.pk).update(is_active=False)
    return client


def concerns(address: str, like: str) -> bool:
    """Whether this kind of reader gets something there, by page or by form."""
    place = READERS.index(like)
    code, posted = ACCESS[address][place], POSTED.get(address)
    if like == "visitor":
        return code == 200 or (posted is not None and posted[place] in (200, 204))
    return code in (200, 302) or (
        posted is not None and posted[place] not in REFUSED[1:]
    )


def cells(country: Country, name: str) -> Iterator[tuple[str, str, str, bool]]:
    """Address, verb, path, and whether nothing may come of it."""
    like = EVERYBODY[name][2]
    for address in ACCESS:
        path = country.address(address)
        open_ = concerns(address, like) or (
            name in MORE and address.startswith(MORE[name])
        )
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


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_gets_what_is_not_theirs(
    country: Country, name: str, record_property: Callable[[str, object], None]
) -> None:
    client = client_of(name)
    client.raise_request_exception = False
    kept = client.cookies.output()
    strange, number = [], 0
    for address, verb, path, closed in cells(country, name):
        response = answer(client.generic, verb, path)
        number += 1
        code = response.status_code
        if code >= 500:
            strange.append(f"{verb} {address}: {code}")
        elif closed and code not in REFUSED:
            strange.append(f"{verb} {address} {path}: {code} for nobody's eyes")
        elif code == 302 and closed and not leads_to_sign_in(address, response):
            strange.append(f"{verb} {address}: led to {response['Location']}")
        if client.cookies.output() != kept:
            client = client_of(name)
            client.raise_request_exception = False
            kept = client.cookies.output()
    record_property("cells of the access matrix", number)

    assert strange == []


def test_the_matrix_is_as_large_as_is_promised(country: Country) -> None:
    number = sum(len(list(cells(country, name))) for name in EVERYBODY)

    assert number >= 20_000
