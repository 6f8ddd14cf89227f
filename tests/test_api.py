"""The API: what everybody may read, and nothing else, by reading only."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.addresses import mark, sealed
from tests.factories import (
    make_accepted_submission,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
)
from tracking.models import (
    AssistanceNeed,
    Cycle,
    State,
    SubmittedAssessment,
    User,
    Visibility,
)

LISTS = ["recommendations", "states", "cycles", "answers", "measures", "evidence"]
RECORDS = ["answers", "measures", "evidence"]


def get(client: Client, path: str) -> Any:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def reported(
    state: State, cycle: Cycle, focal_point: User, reviewer: User
) -> SubmittedAssessment:
    """Answers 1, 2 and 3 of Norway: for the secretariat, the parties, everyone."""
    for number, visibility in enumerate(Visibility, start=1):
        recommendation = make_recommendation(number)
        recommendation.questions.create(
            code=f"R0{number}-Q2",
            position=2,
            answer_type="number",
            confidential=True,
            label_en="How many?",
        )
        answer = make_ready_assessment(
            state,
            recommendation,
            cycle,
            visibility=visibility,
            answers={f"R0{number}-Q1": "no", f"R0{number}-Q2": 3},
            assistance_need=AssistanceNeed.NEEDED,
            assistance_details="Zimtstern",
        )
        measure = make_measure(state, recommendation, visibility=visibility)
        make_evidence(state, answer, measure, visibility=visibility)
    make_accepted_submission(state, cycle, reviewer=reviewer)
    return SubmittedAssessment.objects.get(recommendation__number=3)


@pytest.mark.parametrize("name", RECORDS)
def test_each_reader_gets_what_is_meant_for_them(
    client: Client,
    reported: SubmittedAssessment,
    name: str,
    stranger: User,
    focal_point: User,
    reviewer: User,
) -> None:
    counts = [get(client, f"{name}/")["count"]]
    for user in (stranger, focal_point, reviewer):
        client.force_login(user)
        counts.append(get(client, f"{name}/")["count"])

    assert counts == [1, 2, 3, 3]


def test_what_does_not_count_is_not_there(
    client: Client, state: State, cycle: Cycle, focal_point: User, reviewer: User
) -> None:
    make_submission(state, cycle)
    pk = SubmittedAssessment.objects.get().pk

    for user in (None, focal_point, reviewer):
        if user:
            client.force_login(user)
        assert get(client, "answers/")["count"] == 0
        assert client.get(f"/api/v1/answers/{sealed(pk)}/").status_code == 404


def test_an_item_that_is_not_for_the_reader_does_not_exist(
    client: Client, reported: SubmittedAssessment
) -> None:
    hidden = SubmittedAssessment.objects.get(recommendation__number=1)

    refused = client.get(f"/api/v1/answers/{sealed(hidden.pk)}/")
    absent = client.get("/api/v1/answers/999999/")

    assert refused.status_code == absent.status_code == 404
    assert refused.content == absent.content
    assert client.get(f"/api/v1/answers/{sealed(reported.pk)}/").status_code == 200


def test_confidential_answers_and_needs_stay_out(
    client: Client, reported: SubmittedAssessment, focal_point: User
) -> None:
    (record,) = get(client, "answers/")["results"]

    assert record["answers"] == {"R03-Q1": "no"}
    for name in LISTS:
        assert b"Zimtstern" not in client.get(f"/api/v1/{name}/").content
    client.force_login(focal_point)
    own = get(client, f"answers/{sealed(reported.pk)}/")
    assert own["answers"] == {"R03-Q1": "no", "R03-Q2": 3}


def test_needs_cannot_be_asked_for(client: Client, db: None) -> None:
    assert client.get("/api/v1/answers/?assistance=needed").status_code == 400


def test_a_measure_does_not_tell_of_a_hidden_answer(
    client: Client, state: State, cycle: Cycle, reviewer: User
) -> None:
    public, hidden = make_recommendation(1), make_recommendation(2)
    make_ready_assessment(state, public, cycle, visibility=Visibility.PUBLIC)
    answer = make_ready_assessment(state, hidden, cycle)
    shown = make_measure(state, public, hidden, visibility=Visibility.PUBLIC)
    secret = make_measure(state, public)
    make_evidence(state, answer, shown, secret, visibility=Visibility.PUBLIC)
    make_accepted_submission(state, cycle)

    (measure,) = get(client, "measures/")["results"]
    (evidence,) = get(client, "evidence/")["results"]

    assert measure["recommendations"] == ["2019/1"]
    assert (evidence["recommendations"], evidence["measures"]) == ([], [mark(shown.pk)])
    assert get(client, "measures/?recommendation=2")["count"] == 0
    client.force_login(reviewer)
    measures = {each["measure"]: each for each in get(client, "measures/")["results"]}
    assert measures[mark(shown.pk)]["recommendations"] == ["2019/1", "2019/2"]


def test_lists_are_filtered_as_pages_are(
    client: Client, reported: SubmittedAssessment
) -> None:
    assert get(client, "answers/?recommendation=3&state=nor")["count"] == 1
    assert get(client, "answers/?recommendation=2")["count"] == 0
    assert get(client, "recommendations/?q=agir")["count"] == 3
    assert get(client, "states/?q=nor")["count"] == 1


def test_things_are_named_by_what_they_are_called(
    client: Client, reported: SubmittedAssessment
) -> None:
    assert get(client, "recommendations/2019/3/")["texts"][0]["language"] == "fr"
    assert get(client, "states/nor/")["iso3"] == "NOR"
    assert get(client, "cycles/2026/")["demonstration"] is False


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_at_most_200_long(client: Client, cycle: Cycle, name: str) -> None:
    for number in range(210):
        make_state(f"{number:03}")

    found = get(client, f"{name}/?page_size=1000")

    assert len(found["results"]) <= 200


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(
    client: Client, db: None, focal_point: User, name: str, method: str
) -> None:
    codes = [getattr(client, method)(f"/api/v1/{name}/").status_code]
    client.force_login(focal_point)
    codes.append(getattr(client, method)(f"/api/v1/{name}/").status_code)

    assert codes == [405, 405]


def test_head_and_options_have_the_rights_of_get(
    client: Client, reported: SubmittedAssessment
) -> None:
    hidden = SubmittedAssessment.objects.get(recommendation__number=1)

    assert client.head(f"/api/v1/answers/{sealed(hidden.pk)}/").status_code == 404
    assert client.head(f"/api/v1/answers/{sealed(reported.pk)}/").status_code == 200
    options = client.options("/api/v1/answers/")
    assert options.status_code == 405  # it would describe what nobody asked for


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/api/v1/nothing/", 404),
        ("/api/v1/answers/999999/", 404),
        ("/api/v1/answers/?colour=red", 400),
        ("/api/v1/answers/?q=a", 400),
        ("/api/v1/states/nor/?colour=red", 400),
        ("/api/v1/states/?page=99", 404),
    ],
)
def test_errors_are_json(client: Client, state: State, address: str, code: int) -> None:
    response = client.get(address)

    assert response.status_code == code
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)


def test_an_address_without_its_slash_is_sent_on(client: Client, db: None) -> None:
    assert client.get("/api/v1/answers").headers["Location"] == "/api/v1/answers/"


def test_the_root_names_the_lists(client: Client, db: None) -> None:
    assert list(get(client, "")) == LISTS


# Without session: the count, the page, and what is fetched beside it.
QUERIES = {
    "recommendations": 6,
    "states": 2,
    "cycles": 2,
    "answers": 3,
    "measures": 3,
    "evidence": 4,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_number_of_queries_however_long(
    client: Client, reported: SubmittedAssessment, cycle: Cycle, name: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(client, f"{name}/")
        return len(queries)

    few = cost()
    for number, iso3 in enumerate(("FRA", "GHA"), start=7):
        other = make_state(iso3)
        recommendation = make_recommendation(number)
        answer = make_ready_assessment(
            other, recommendation, cycle, visibility=Visibility.PUBLIC
        )
        measure = make_measure(other, recommendation, visibility=Visibility.PUBLIC)
        make_evidence(other, answer, measure, visibility=Visibility.PUBLIC)
        make_accepted_submission(other, cycle)

    assert few == cost() <= QUERIES[name]


# The contract ----------------------------------------------------------------


def test_the_document_is_what_the_api_does(tmp_path: Path) -> None:
    """If it differs: manage.py spectacular --file docs/api.yaml, and read the diff."""
    written = tmp_path / "api.yaml"

    call_command("spectacular", file=str(written), validate=True, fail_on_warn=True)

    kept = settings.BASE_DIR / "docs" / "api.yaml"
    assert written.read_text() == kept.read_text()


def test_the_document_is_served(client: Client, db: None) -> None:
    assert get(client, "schema/")["info"]["title"] == "Suivi"
