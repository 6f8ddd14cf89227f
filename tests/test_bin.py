"""What was removed can come back from the bin, until the cycle closes."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.addresses import sealed
from recommendations.models import Recommendation
from tests.factories import (
    make_assessment,
    make_cycle,
    make_evidence,
    make_measure,
)
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    Measure,
    State,
    User,
)

BIN = "/en/my/nor/bin/"


@pytest.fixture
def answer(state: State, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation, law="Loi de 2019")


def test_what_was_removed_comes_back_from_the_bin(
    state: State, answer: Assessment, cycle: Cycle, client: Client, focal_point: User
) -> None:
    measure = make_measure(state, answer.recommendation, title="Loi 12")
    evidence = make_evidence(state, measure, title="Journal officiel")
    for row in (measure, evidence):
        row.remove(by=focal_point)
    client.force_login(focal_point)
    response = client.get(BIN)

    assert {each.row for each in response.context["removed"]} == {measure, evidence}
    assert {each.version.author for each in response.context["removed"]} == {
        focal_point
    }
    for kind, row in (("measure", measure), ("evidence", evidence)):
        client.post(f"{BIN}{kind}/{sealed(row.pk)}/", {"version": row.version})
    assert list(Measure.objects.present()) == [measure]
    assert list(Evidence.objects.present()) == [evidence]
    assert list(evidence.measures.all()) == [measure]


def test_nothing_comes_back_over_what_a_colleague_did(
    state: State, answer: Assessment, client: Client, focal_point: User
) -> None:
    measure = make_measure(state, answer.recommendation)
    measure.remove(by=focal_point)
    client.force_login(focal_point)

    address = f"{BIN}measure/{sealed(measure.pk)}/"
    response = client.post(address, {"version": 1}, follow=True)

    assert "Somebody changed it meanwhile" in response.content.decode()
    assert not Measure.objects.present().exists()


def test_the_bin_is_emptied_when_the_cycle_closes(
    state: State, answer: Assessment, focal_point: User
) -> None:
    today = timezone.localdate()
    before, since, kept = (make_measure(state, answer.recommendation) for _ in range(3))
    make_cycle(
        "2025",
        opens_on=today - datetime.timedelta(days=90),
        closes_on=today - datetime.timedelta(days=9),
    )
    for measure, days in ((before, 9), (since, 8)):
        measure.removed_at = timezone.now() - datetime.timedelta(days=days)
        measure.save_version(by=focal_point)

    assert list(Measure.objects.in_bin()) == [since]
    assert set(Measure.objects.at_hand()) == {since, kept}


@pytest.mark.parametrize("removed", [1, 12])
def test_queries_of_the_bin_do_not_grow(
    state: State,
    answer: Assessment,
    cycle: Cycle,
    client: Client,
    focal_point: User,
    removed: int,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(removed):
        measure = make_measure(state, answer.recommendation)
        for row in (measure, make_evidence(state, measure)):
            row.remove(by=focal_point)
    client.force_login(focal_point)

    with django_assert_max_num_queries(14):
        client.get(BIN)
