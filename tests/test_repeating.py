"""A request that comes twice is done once."""

import threading
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from tests.factories import (
    make_token,
)
from tests.machines import (
    ANSWER,
    EVIDENCE,
    MEASURES,
    answer,
    client,
    machine,
    measure,
    send,
)
from tracking.models import (
    Assessment,
    BusyError,
    Evidence,
    IdempotencyKey,
    Measure,
    OtherRequestError,
    User,
)
from tracking.models.accounts.idempotency import KEPT
from tracking.worker.schedule import forget_what_passed

__all__ = ["answer", "client"]


def test_what_is_sent_again_is_done_once(client: Client, answer: Assessment) -> None:
    first = send(client, "POST", MEASURES, measure(), **{"Idempotency-Key": "a"})
    # The same in another order.
    body = dict(reversed(measure().items()))
    again = send(client, "POST", MEASURES, body, **{"Idempotency-Key": "a"})

    assert Measure.objects.count() == 1
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["ETag"] == first["ETag"]
    assert again["Location"] == first["Location"]
    assert again["Cache-Control"] == "private, no-store"
    assert again["Idempotency-Replayed"] == "true"
    assert not first.has_header("Idempotency-Replayed")


def test_a_change_sent_again_is_not_stale(client: Client, answer: Assessment) -> None:
    for _ in range(2):
        response = send(
            client, "PATCH", ANSWER, {"law": "x"}, match=1, **{"Idempotency-Key": "a"}
        )
        assert (response.status_code, response["ETag"]) == (200, '"2"')

    answer.refresh_from_db()
    assert answer.version == 2


def test_a_file_sent_again_is_added_once(client: Client, answer: Assessment) -> None:
    codes = []
    for content in (b"one", b"one", b"two"):
        file = SimpleUploadedFile("law.txt", content)
        codes.append(
            client.post(
                EVIDENCE,
                {
                    "title": "Law",
                    "kind": "law",
                    "recommendations": ["1"],
                    "upload": file,
                },
                headers={"Idempotency-Key": "a"},
            ).status_code
        )

    assert codes == [201, 201, 422]
    assert Evidence.objects.count() == 1


def test_a_key_stands_for_one_request(
    client: Client, answer: Assessment, focal_point: User
) -> None:
    key = {"Idempotency-Key": "a"}
    send(client, "POST", MEASURES, measure(), **key)

    other = send(client, "POST", MEASURES, measure(title="Other"), **key)
    elsewhere = send(client, "PATCH", ANSWER, {"law": "x"}, match=1, **key)
    another = machine(make_token(focal_point)[1])
    theirs = send(another, "POST", MEASURES, measure(title="Other"), **key)

    assert (other.status_code, elsewhere.status_code) == (422, 422)
    assert theirs.status_code == 201


def test_what_failed_may_be_tried_again(client: Client, answer: Assessment) -> None:
    key = {"Idempotency-Key": "a"}

    assert send(client, "POST", MEASURES, measure(title=""), **key).status_code == 422
    assert send(client, "POST", MEASURES, measure(), **key).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 101, "ü"])
def test_a_key_is_short_and_plain(client: Client, answer: Assessment, key: str) -> None:
    response = send(client, "POST", MEASURES, measure(), **{"Idempotency-Key": key})

    assert response.status_code == 400
    assert not Measure.objects.exists()


def test_a_key_is_kept_for_two_days(client: Client, answer: Assessment) -> None:
    key = {"Idempotency-Key": "a"}
    send(client, "POST", MEASURES, measure(), **key)
    forget_what_passed()
    assert IdempotencyKey.objects.count() == 1

    with time_machine.travel(timezone.now() + KEPT):
        send(client, "POST", MEASURES, measure(), **key)
        assert Measure.objects.count() == 2
    with time_machine.travel(timezone.now() + 2 * KEPT):
        forget_what_passed()
        assert not IdempotencyKey.objects.exists()


def test_an_answer_kept_for_one_person_is_nobody_elses(
    focal_point: User, alternate: User
) -> None:
    with transaction.atomic():
        IdempotencyKey.objects.begin("a", "1", user=focal_point).finish(200, "{}")
        assert IdempotencyKey.objects.begin("a", "1", user=focal_point).is_answered
        assert not IdempotencyKey.objects.begin("a", "1", user=alternate).is_answered
        with pytest.raises(OtherRequestError):
            IdempotencyKey.objects.begin("a", "2", user=focal_point)


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_at_once_is_told_to_wait(focal_point: User) -> None:
    outcome: list[str] = []

    def second() -> None:
        try:
            with transaction.atomic():
                IdempotencyKey.objects.begin("a", "1", user=focal_point)
            outcome.append("began")
        except BusyError:
            outcome.append("busy")
        finally:
            connection.close()

    with transaction.atomic():
        IdempotencyKey.objects.begin("a", "1", user=focal_point)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    assert outcome == ["busy"]


def test_a_machine_is_told_that_the_first_goes_on(
    client: Client, answer: Assessment, monkeypatch: Any
) -> None:
    monkeypatch.setattr(
        "tracking.models.accounts.idempotency._lock", lambda name: False
    )

    response = send(client, "POST", MEASURES, measure(), **{"Idempotency-Key": "a"})

    assert response.status_code == 409
