"""Pages of a State take few queries, however much it has written."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_accepted_submission,
    make_cycle,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
)
from tests.test_workspace import signed_in
from tracking.models import (
    Assessment,
    Cycle,
    Position,
    State,
    Status,
    User,
    Visibility,
    followed,
)


def fill(state: State, cycle: Cycle, numbers: range) -> None:
    """Answers with all that can stand around them."""
    for number in numbers:
        recommendation = make_recommendation(number)
        answer = make_ready_assessment(
            state,
            recommendation,
            cycle,
            position=Position.ACCEPTED,
            visibility=Visibility.PUBLIC,
            status=Status.IN_PROGRESS,
            practice="…",
        )
        measure = make_measure(state, recommendation)
        make_measure(state, recommendation)
        make_evidence(state, answer)
        make_evidence(state, measure)


@pytest.mark.parametrize(
    ("view", "args", "limit"),
    [
        ("tasks", ["nor"], 15),
        ("assessment", ["nor", "2019/1"], 24),
        ("check", ["nor"], 15),
        ("submissions", ["nor"], 6),
        ("questions", ["nor"], 6),
        ("add_measure", ["nor", "2019/1"], 9),
        ("add_evidence", ["nor", "2019/1"], 10),
    ],
)
def test_queries_do_not_depend_on_the_number_of_rows(
    state: State,
    cycle: Cycle,
    focal_point: User,
    django_assert_max_num_queries: Any,
    view: str,
    args: list[Any],
    limit: int,
) -> None:
    client = signed_in(focal_point)
    url = reverse(f"workspace:{view}", args=args)
    fill(state, cycle, range(1, 3))
    client.get(url)  # the session begins with the first page
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    fill(state, cycle, range(3, 8))
    for measure in state.measures.all():
        measure.recommendations.add(*followed())

    with django_assert_max_num_queries(limit) as many:
        assert client.get(url).status_code == 200

    assert len(many) == len(few)


def test_saving_takes_few_queries(
    state: State, cycle: Cycle, focal_point: User, django_assert_max_num_queries: Any
) -> None:
    fill(state, cycle, range(1, 4))
    answer = Assessment.objects.get(recommendation__number=2)
    client = signed_in(focal_point)
    client.get(answer.get_absolute_url())
    data = {"version": answer.version, "status": "planned", "act": "save"}

    with django_assert_max_num_queries(11):
        assert client.post(answer.get_absolute_url(), data).status_code == 302


@pytest.mark.parametrize(("view", "limit"), [("receipt", 12), ("visibility", 9)])
def test_queries_do_not_depend_on_what_was_sent(
    state: State,
    focal_point: User,
    django_assert_max_num_queries: Any,
    view: str,
    limit: int,
) -> None:
    client = signed_in(focal_point)
    counts = []
    for code, numbers in (("2025", range(1, 3)), ("2026", range(3, 8))):
        cycle = make_cycle(code)
        fill(state, cycle, numbers)
        submission = make_accepted_submission(state, cycle, by=focal_point)
        url = reverse(f"workspace:{view}", args=["nor", code, submission.number])
        client.get(url)
        with django_assert_max_num_queries(limit) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
