"""How often one may ask the API, with a token and without."""

from typing import Any

from django.db import connection
from django.test import Client, override_settings

from tests.factories import (
    make_token,
)
from tests.machines import (
    answered,
    machine,
)
from tracking.models import (
    State,
    User,
)
from tracking.worker.schedule import forget_what_passed

__all__ = ["answered"]


def limits(**limits: list[tuple[int, int]]) -> Any:
    return override_settings(API_LIMITS=limits)


def test_the_limits_are_those_that_are_promised() -> None:
    from config.api import API_LIMITS

    assert API_LIMITS["anonymous"] == [(60, 60), (2_000, 86_400)]
    assert set(API_LIMITS) == {"anonymous", "token", "refused"}


def test_a_network_waits_after_too_many_requests(state: State) -> None:
    with limits(anonymous=[(3, 60), (4, 86_400)]):
        here, there = Client(), Client(REMOTE_ADDR="192.0.2.7")
        codes = [here.get("/api/v1/states/").status_code for _ in range(4)]
        refused = here.get("/api/v1/states/")

        assert codes == [200, 200, 200, 429]
        assert refused["Content-Type"] == "application/json"
        assert int(refused["Retry-After"]) > 60  # the day is over as well
        assert there.get("/api/v1/states/").status_code == 200
        # Pages are not counted.
        assert here.get("/en/states/").status_code == 200


def test_an_ipv6_network_is_counted_as_one(state: State) -> None:
    with limits(anonymous=[(1, 60)]):
        codes = [
            Client(REMOTE_ADDR=f"2001:db8:1:{net}::{host}")
            .get("/api/v1/states/")
            .status_code
            for net, host in ((1, 1), (1, 2), (2, 1))
        ]

    assert codes == [200, 429, 200]


def test_the_count_begins_anew(state: State) -> None:
    with limits(anonymous=[(1, 60)]):
        client = Client()
        client.get("/api/v1/states/")
        assert client.get("/api/v1/states/").status_code == 429
        with connection.cursor() as cursor:
            cursor.execute("UPDATE tracking_tally SET until = now()")
        assert client.get("/api/v1/states/").status_code == 200


def test_tokens_are_counted_each_alone(answered: State, focal_point: User) -> None:
    with limits(token=[(1, 60)], anonymous=[(1, 60)]):
        first, second = (machine(make_token(focal_point)[1]) for _ in range(2))
        codes = [c.get("/api/v1/states/").status_code for c in (first, first, second)]

    assert codes == [200, 429, 200]


def test_failures_wait_and_keep_no_sound_token_out(
    answered: State, focal_point: User
) -> None:
    sound = machine(make_token(focal_point)[1])
    with limits(refused=[(2, 3600)]):
        guess = machine("suivi_" + 43 * "a")
        codes = [guess.get("/api/v1/states/").status_code for _ in range(3)]
        codes.append(sound.get("/api/v1/states/").status_code)

    assert codes == [401, 401, 429, 200]


def test_no_address_of_anybody_is_kept(state: State) -> None:
    with limits(anonymous=[(5, 60)]):
        Client(REMOTE_ADDR="192.0.2.7").get("/api/v1/states/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM tracking_tally")
        names = [row[0] for row in cursor.fetchall()]

    assert len(names) == 1
    assert "192" not in names[0].split()[0][:3]


def test_counts_are_forgotten(state: State) -> None:
    with limits(anonymous=[(5, 60)]):
        Client().get("/api/v1/states/")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracking_tally SET until = now() - interval '2 hours'")

    forget_what_passed()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tracking_tally")
        assert cursor.fetchone()[0] == 0
