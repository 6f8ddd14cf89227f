"""Tries from a network from which much fails wait for each other, and all are heard."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock, call

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from tests.factories import make_state, make_user
from tests.test_accounts import sign_in
from tests.test_doors import MINISTRY, busy, is_in, tries
from tracking.accounts import attempts
from tracking.models import Role, User

__all__ = ["busy"]


@pytest.mark.parametrize("comes", [True, False])
def test_tries_from_a_busy_network_take_turns(
    busy: str, viewer: User, monkeypatch: pytest.MonkeyPatch, comes: bool
) -> None:
    """Each costs a hash. Whose turn does not come is heard all the same."""
    taken = Mock(**{"acquire.return_value": comes})
    monkeypatch.setattr(attempts, "taken", taken)
    elsewhere, client = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR=busy)

    sign_in(elsewhere, viewer.email)
    assert is_in(elsewhere)
    assert taken.mock_calls == []

    sign_in(client, viewer.email)
    assert is_in(client)
    # Who waited in vain ends nobody's turn.
    wait = call.acquire(timeout=1)
    assert taken.mock_calls == ([wait, call.release()] if comes else [wait])


@pytest.mark.django_db(transaction=True)
def test_the_right_password_is_heard_while_others_keep_failing() -> None:
    """Somebody in the same network tries one account after the other, all the time."""
    state = make_state("NOR")
    people = [make_user(Role.VIEWER, state) for _number in range(12)]
    request = RequestFactory(REMOTE_ADDR=MINISTRY).get("/")
    for number in range(attempts.BUSY):
        attempts.password_was_wrong(request, f"before{number}@example.org")
    over = threading.Event()
    failed: list[int] = []

    def fail(who: int) -> None:
        try:
            while not over.is_set():
                tries(f"{who}-{len(failed)}@example.org", 1, MINISTRY)
                failed.append(who)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        failing = [pool.submit(fail, who) for who in range(2)]
        try:
            clients = [Client(REMOTE_ADDR=MINISTRY) for _user in people]
            for client, user in zip(clients, people, strict=True):
                sign_in(client, user.email)
        finally:
            over.set()
        for each in failing:
            each.result()

    assert failed
    assert [is_in(client) for client in clients] == [True] * len(people)
