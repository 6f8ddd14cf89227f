"""Everybody who walks through the site in the tests of access, one line each.

`access.py` says what six kinds of reader get; whoever is like one of them is led by
its column, and `also` names the addresses, or the beginnings of them, that are open
to this reader besides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.access import ACCESS, POSTED, READERS
from tests.factories import make_token, make_user
from tests.machines import READ, WRITE
from tracking.models import Role, Scope, State, User

# What one gets of a thing that is not one's own: the sign-in, or nothing.
REFUSED = (302, 401, 403, 404, 405)


def _sign_in(client: Client, reader: "Reader") -> None:
    """Sign in as who was there before, or as somebody new."""
    if reader.role is None:
        return
    state = State.objects.get(iso3=reader.iso3) if reader.iso3 else None
    known = User.objects.filter(role=reader.role, state=state, is_active=True)
    user = known.first() or make_user(reader.role, state)
    client.force_login(user)
    if reader.closed:
        User.objects.filter(pk=user.pk).update(is_active=False)


@dataclass(frozen=True)
class Reader:
    """Like whom of `access.py`; then who this is, and what else is open to them.

    `enter` is how they come in, if not by signing in: it may put a header on.
    """

    like: str
    role: Role | None = None
    iso3: str = ""
    also: tuple[str, ...] = ()
    closed: bool = False
    enter: Callable[[Client, "Reader"], Any] = _sign_in

    def client(self) -> Client:
        client = Client(raise_request_exception=False)
        self.enter(client, self)
        return client

    def concerns(self, address: str) -> bool:
        """Whether they get something there, by opening it or by sending a form."""
        if self.also and address.startswith(self.also):
            return True
        place = READERS.index(self.like)
        code, posted = ACCESS[address][place], POSTED.get(address)
        if self.like == "visitor":
            return code == 200 or (posted is not None and posted[place] in (200, 204))
        return code in (200, 302) or (
            posted is not None and posted[place] not in REFUSED[1:]
        )


def _with_token(*scopes: Scope) -> Callable[[Client, Reader], None]:
    """Come as a machine of the State, not as a person."""

    def enter(client: Client, reader: Reader) -> None:
        state = State.objects.get(iso3=reader.iso3)
        known = User.objects.filter(role=Role.FOCAL_POINT, state=state, is_active=True)
        by = known.first() or make_user(Role.FOCAL_POINT, state)
        secret = make_token(by, *scopes)[1]
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"

    return enter


AUDIT = ("auditing:", "exports:audit", "exports:readings")
EVERYBODY: dict[str, Reader] = {
    "visitor": Reader("visitor"),
    "closed account": Reader("visitor", Role.VIEWER, "NOR", closed=True),
    "viewer": Reader("viewer", Role.VIEWER, "NOR"),
    "contributor": Reader("contributor", Role.CONTRIBUTOR, "NOR"),
    "focal point": Reader("focal_point", Role.FOCAL_POINT, "NOR"),
    "alternate": Reader("focal_point", Role.ALTERNATE, "NOR"),
    "reviewer": Reader("reviewer", Role.REVIEWER),
    "administrator": Reader(
        "reviewer", Role.ADMINISTRATOR, also=("admin:", "auditing:")
    ),
    "auditor": Reader("reviewer", Role.AUDITOR, also=("admin:", *AUDIT)),
    # On pages a token is nobody; in the API it opens what it was made for.
    "token that reads": Reader(
        "visitor", iso3="NOR", also=("own:",), enter=_with_token(*READ)
    ),
    "token that writes": Reader(
        "visitor", iso3="NOR", also=("own:",), enter=_with_token(*WRITE)
    ),
    # Of a party, and of a State that is none: whoever may most there, and least.
    "focal_point of ITA": Reader("stranger", Role.FOCAL_POINT, "ITA"),
    "viewer of AND": Reader("stranger", Role.VIEWER, "AND"),
}
