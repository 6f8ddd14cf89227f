"""Each rule of what must be filled in before an answer can be submitted."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import make_recommendation
from tracking.models import (
    AssessmentContent,
    Position,
    Status,
    SubmittedAssessment,
    Support,
    missing,
    statuses_for,
)
from tracking.models.working_copy.rules import target_has_passed

NOON = timezone.localtime().replace(hour=12, minute=0)
TODAY = NOON.date()
NEXT_YEAR = str(TODAY.year + 1)
LAST_YEAR = str(TODAY.year - 1)
LONG_AGO = (TODAY - datetime.timedelta(days=3 * 365)).isoformat()


@pytest.fixture(autouse=True)
def on_one_day() -> Iterator[None]:
    """The day of the tables below, also where midnight comes meanwhile."""
    with time_machine.travel(NOON):
        yield


COMPLETE = {
    "status": Status.FULLY_IMPLEMENTED,
    "completed_on": "2020",
    "answers": {"R01-Q1": "yes"},
}
SUPPORTED = Support(measures=1, evidence=1, latest_evidence=LAST_YEAR)


def fields_missing(
    recommendation: Recommendation, support: Support = SUPPORTED, **content: Any
) -> list[str]:
    answer: AssessmentContent = SubmittedAssessment(**content)
    return [each.field for each in missing(answer, recommendation, support)]


@pytest.mark.parametrize(
    ("content", "support", "expected"),
    [
        # Nothing is asked before a status is chosen, and a status is asked.
        ({}, SUPPORTED, ["status"]),
        ({"status": Status.NOT_STARTED}, Support(), []),
        # 1. Fully implemented: evidence, key question, date of completion.
        (COMPLETE, SUPPORTED, []),
        (COMPLETE, Support(measures=1), ["evidence"]),
        ({**COMPLETE, "answers": {}}, SUPPORTED, ["R01-Q1"]),
        ({**COMPLETE, "completed_on": ""}, SUPPORTED, ["completed_on"]),
        ({**COMPLETE, "completed_on": NEXT_YEAR}, SUPPORTED, ["completed_on"]),
        # 2. Partially implemented: key question and a measure.
        (
            {"status": Status.PARTIALLY_IMPLEMENTED, "answers": {"R01-Q1": "yes"}},
            Support(measures=1),
            [],
        ),
        (
            {"status": Status.PARTIALLY_IMPLEMENTED},
            Support(),
            ["R01-Q1", "measures"],
        ),
        # In progress: a measure or some words.
        ({"status": Status.IN_PROGRESS}, Support(), ["practice"]),
        ({"status": Status.IN_PROGRESS, "law": "…"}, Support(), []),
        ({"status": Status.IN_PROGRESS, "practice": "…"}, Support(), []),
        ({"status": Status.IN_PROGRESS}, Support(measures=1), []),
        # 3. Planned: a target date and a lead institution; a date that has passed
        # takes nothing away.
        ({"status": Status.PLANNED}, Support(), ["target_date", "lead_institution"]),
        (
            {
                "status": Status.PLANNED,
                "target_date": LAST_YEAR,
                "lead_institution": "Ministry",
            },
            Support(),
            [],
        ),
        # 5. Not applicable: a justification of at least 40 characters.
        ({"status": Status.NOT_APPLICABLE, "reason": "x" * 39}, Support(), ["reason"]),
        ({"status": Status.NOT_APPLICABLE, "reason": " " * 40}, Support(), ["reason"]),
        ({"status": Status.NOT_APPLICABLE, "reason": "x" * 40}, Support(), []),
        ({"status": Status.OVERTAKEN}, Support(), ["reason"]),
        ({"status": Status.OVERTAKEN, "reason": "…"}, Support(), []),
        # 6. A step backwards is explained; a step forwards or aside is not.
        (
            {"status": Status.NOT_STARTED},
            Support(previous_status=Status.IN_PROGRESS),
            ["change_reason"],
        ),
        (
            {"status": Status.NOT_STARTED, "change_reason": "…"},
            Support(previous_status=Status.IN_PROGRESS),
            [],
        ),
        (
            {"status": Status.IN_PROGRESS, "law": "…"},
            Support(previous_status=Status.PLANNED),
            [],
        ),
        (
            {"status": Status.NOT_STARTED},
            Support(previous_status=Status.NOT_STARTED),
            [],
        ),
        (
            {"status": Status.NOT_STARTED},
            Support(previous_status=Status.NOT_APPLICABLE),
            [],
        ),
        # 7. Position and status are independent; part of it must be named.
        ({**COMPLETE, "position": Position.NOTED}, SUPPORTED, []),
        ({"status": Status.NOT_STARTED, "position": Position.ACCEPTED}, Support(), []),
        (
            {"status": Status.NOT_STARTED, "position": Position.ACCEPTED_IN_PART},
            Support(),
            ["position_note"],
        ),
        # 8. A blank is no answer; «no» is one, where it agrees with the status.
        ({"status": Status.NOT_STARTED, "answers": {"R01-Q1": "no"}}, Support(), []),
        # 16. The key answer agrees with the status.
        ({**COMPLETE, "answers": {"R01-Q1": "no"}}, SUPPORTED, ["R01-Q1"]),
        ({**COMPLETE, "answers": {"R01-Q1": 0}}, SUPPORTED, ["R01-Q1"]),
        ({**COMPLETE, "answers": {"R01-Q1": "partly"}}, SUPPORTED, ["R01-Q1"]),
        (
            {"status": Status.PARTIALLY_IMPLEMENTED, "answers": {"R01-Q1": "partly"}},
            SUPPORTED,
            [],
        ),
        (
            {"status": Status.PARTIALLY_IMPLEMENTED, "answers": {"R01-Q1": "no"}},
            SUPPORTED,
            ["R01-Q1"],
        ),
        ({**COMPLETE, "answers": {"R01-Q1": 3}}, SUPPORTED, []),
    ],
)
def test_what_is_missing(
    recommendation: Recommendation,
    content: dict[str, Any],
    support: Support,
    expected: list[str],
) -> None:
    assert fields_missing(recommendation, support, **content) == expected


@pytest.mark.parametrize(
    ("modality", "offered"),
    [
        ("should", False),
        ("should_consider", True),
        ("encouraged", False),
        ("encouraged_to_consider", True),
    ],
)
def test_considered_is_offered_only_where_the_wording_asks_to_consider(
    db: None, modality: str, offered: bool
) -> None:
    """Rule 4."""
    recommendation = make_recommendation(1, modality=modality)
    considered: dict[str, Any] = {
        "status": Status.CONSIDERED_NOT_PURSUED,
        "decided_on": "2024",
        "decided_by": "Cabinet",
        "reason": "…",
    }

    assert (Status.CONSIDERED_NOT_PURSUED in statuses_for(recommendation)) is offered
    assert fields_missing(recommendation, **considered) == (
        [] if offered else ["status"]
    )


def test_considered_needs_date_authority_and_reason(db: None) -> None:
    recommendation = make_recommendation(1, modality="should_consider")

    assert fields_missing(
        recommendation,
        status=Status.CONSIDERED_NOT_PURSUED,
        answers={"R01-Q1": "no"},
    ) == ["decided_on", "decided_by", "reason"]


@pytest.mark.parametrize(
    ("verified_on", "latest_evidence", "expected"),
    [
        ("", LAST_YEAR, []),
        (LAST_YEAR, LONG_AGO, []),
        ("", LONG_AGO, ["verified_on"]),
        (LONG_AGO, LONG_AGO, ["verified_on"]),
        (NEXT_YEAR, LONG_AGO, ["verified_on"]),
    ],
)
def test_a_continuous_recommendation_is_verified_every_24_months(
    db: None, verified_on: str, latest_evidence: str, expected: list[str]
) -> None:
    recommendation = make_recommendation(1, continuous=True)
    support = Support(measures=1, evidence=1, latest_evidence=latest_evidence)

    assert (
        fields_missing(recommendation, support, **COMPLETE, verified_on=verified_on)
        == expected
    )


@pytest.mark.parametrize(
    ("status", "target_date", "expected"),
    [
        (Status.PLANNED, LAST_YEAR, True),
        (Status.PARTIALLY_IMPLEMENTED, LAST_YEAR, True),
        (Status.PLANNED, str(TODAY.year), False),
        (Status.PLANNED, TODAY.isoformat(), False),
        (Status.FULLY_IMPLEMENTED, LAST_YEAR, False),
        (Status.PLANNED, "", False),
    ],
)
def test_a_target_date_that_is_over_reminds_and_blocks_nothing(
    recommendation: Recommendation, status: Status, target_date: str, expected: bool
) -> None:
    """Rule 3."""
    content = SubmittedAssessment(status=status, target_date=target_date)

    assert target_has_passed(content) is expected
    assert "target_date" not in fields_missing(
        recommendation, status=status, target_date=target_date or NEXT_YEAR
    )


def test_no_information_is_no_status_to_report(
    recommendation: Recommendation,
) -> None:
    assert Status.NO_INFORMATION not in statuses_for(recommendation)


def test_zero_is_an_answer_that_may_disagree_and_a_blank_is_none(
    recommendation: Recommendation,
) -> None:
    """Rule 8."""
    said = {}
    for answer in (0, ""):
        content = SubmittedAssessment(**{**COMPLETE, "answers": {"R01-Q1": answer}})
        [each] = missing(content, recommendation, SUPPORTED)
        said[answer] = str(each.message)

    assert "do not agree" in said[0]
    assert said[""] == "Answer the key question."
