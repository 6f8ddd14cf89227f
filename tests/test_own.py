"""What a machine writes for its State: the forms of the pages, versions, once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config.addresses import sealed
from tests.documents import pdf
from tests.factories import (
    make_evidence,
    make_measure,
    make_recommendation,
    make_token,
)
from tests.machines import (
    ANSWER,
    EVIDENCE,
    MEASURES,
    READ,
    answer,
    client,
    machine,
    measure,
    send,
)
from tracking.models import (
    Assessment,
    AuditEntry,
    Cycle,
    Evidence,
    Measure,
    State,
    Token,
    User,
    Visibility,
)

__all__ = ["answer", "client"]


# Answers ---------------------------------------------------------------------------


def test_an_answer_is_told_with_its_version(client: Client, answer: Assessment) -> None:
    response = client.get(ANSWER)

    assert response["ETag"] == '"1"'
    found = response.json()
    assert (found["law"], found["answers"]) == ("Loi de 2019", {"R01-Q1": "no"})
    assert (found["ready"], found["visibility"]) == (False, "parties")


def test_every_recommendation_has_an_answer(client: Client, answer: Assessment) -> None:
    make_recommendation(2)

    found = client.get("/api/v1/own/answers/").json()["results"]

    assert [each["recommendation"] for each in found] == [1, 2]


def test_a_patch_changes_what_it_says(
    client: Client, answer: Assessment, focal_point: User
) -> None:
    response = send(
        client, "PATCH", ANSWER, {"law": "Loi de 2026", "status": "planned"}, match=1
    )

    assert (response.status_code, response["ETag"]) == (200, '"2"')
    answer.refresh_from_db()
    assert (answer.law, answer.status) == ("Loi de 2026", "planned")
    assert (answer.practice, answer.answers) == ("Rien", {"R01-Q1": "no"})
    assert (answer.version, answer.updated_by) == (2, focal_point)
    assert answer.language == ""
    assert answer.visibility == Visibility.PARTIES


def test_a_put_empties_what_it_leaves_out(client: Client, answer: Assessment) -> None:
    body = {"law": "Loi de 2026", "answers": {"R01-Q1": "yes"}}
    response = send(client, "PUT", ANSWER, body, match=1)

    assert response.status_code == 200
    answer.refresh_from_db()
    assert (answer.law, answer.practice) == ("Loi de 2026", "")
    assert answer.answers == {"R01-Q1": "yes"}
    assert answer.visibility == Visibility.PARTIES


def test_one_question_is_answered_by_itself(client: Client, answer: Assessment) -> None:
    send(client, "PATCH", ANSWER, {"answers": {"R01-Q1": "yes"}}, match=1)

    answer.refresh_from_db()
    assert (answer.answers, answer.law) == ({"R01-Q1": "yes"}, "Loi de 2019")


def test_what_a_machine_wrote_is_not_ready(
    client: Client, answer: Assessment, cycle: Cycle
) -> None:
    Assessment.objects.filter(pk=answer.pk).update(ready_for=cycle)

    send(client, "PATCH", ANSWER, {"law": "Loi de 2026"}, match=1)

    answer.refresh_from_db()
    assert answer.ready_for is None


@pytest.mark.parametrize(
    "key",
    ["visibility", "ready", "version", "recommendation", "updated_at", "state", "x"],
)
def test_an_unknown_key_is_refused(
    client: Client, answer: Assessment, key: str
) -> None:
    response = send(client, "PATCH", ANSWER, {key: "public", "law": "x"}, match=1)

    assert response.status_code == 400
    assert key in response.json()["detail"]
    answer.refresh_from_db()
    assert answer.version == 1


def test_a_question_of_another_recommendation_is_unknown(
    client: Client, answer: Assessment
) -> None:
    make_recommendation(2)
    body = {"answers": {"R02-Q1": "yes"}}

    assert send(client, "PATCH", ANSWER, body, match=1).status_code == 400


def test_what_the_form_refuses_is_told_field_by_field(
    client: Client, answer: Assessment
) -> None:
    body = {"status": "done", "law": "x" * 2001, "answers": {"R01-Q1": "perhaps"}}
    response = send(client, "PATCH", ANSWER, body, match=1)

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"status", "law", "R01-Q1"}


def test_the_language_of_a_refusal_is_asked_for(
    client: Client, answer: Assessment
) -> None:
    english = client.delete(ANSWER).json()["detail"]
    french = client.delete(ANSWER, headers={"Accept-Language": "fr"}).json()["detail"]

    assert english != french


# Versions --------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
def test_a_change_says_which_version_it_changes(
    client: Client, answer: Assessment, headers: dict[str, str]
) -> None:
    response = send(client, "PATCH", ANSWER, {"law": "x"}, **headers)

    assert response.status_code == 428
    answer.refresh_from_db()
    assert answer.version == 1


@pytest.mark.parametrize("match", [0, 2, "1 or 2", 10**12])
def test_an_old_version_is_answered_with_the_new_one(
    client: Client, answer: Assessment, match: Any
) -> None:
    response = send(client, "PATCH", ANSWER, {"law": "x"}, match=match)

    assert (response.status_code, response["ETag"]) == (412, '"1"')
    assert response.json()["law"] == "Loi de 2019"
    answer.refresh_from_db()
    assert answer.law == "Loi de 2019"


def test_a_race_is_lost_by_one(
    client: Client, answer: Assessment, focal_point: User, monkeypatch: Any
) -> None:
    """Somebody saves on the page after the machine's version was looked at."""
    from tracking.workspace.api import base

    looked = base.Own._version

    def meanwhile(view: Any) -> int:
        row = Assessment.objects.get(pk=answer.pk)
        row.practice = "Von Hand"
        row.save_version(by=focal_point)
        return looked(view)

    monkeypatch.setattr(base.Own, "_version", meanwhile)
    response = send(client, "PATCH", ANSWER, {"law": "x"}, match=1)

    assert (response.status_code, response["ETag"]) == (412, '"2"')
    assert response.json()["practice"] == "Von Hand"


@pytest.mark.django_db(transaction=True)
def test_the_chain_tells_a_machine_from_a_person(
    client: Client, answer: Assessment
) -> None:
    send(client, "PATCH", ANSWER, {"law": "x"}, match=1)

    entry = AuditEntry.objects.filter(table="tracking_assessment").latest("pk")
    assert entry.actor == Token.objects.get().made_by_id
    assert entry.request.startswith(f"token {Token.objects.get().pk} ")


# Measures and evidence ---------------------------------------------------------------


def test_a_measure_is_recorded(client: Client, answer: Assessment) -> None:
    response = send(client, "POST", MEASURES, measure())

    assert (response.status_code, response["ETag"]) == (201, '"1"')
    row = Measure.objects.get()
    assert response["Location"] == f"{MEASURES}{sealed(row.pk)}/"
    assert client.get(response["Location"]).json()["recommendations"] == ["2019/1"]
    assert (row.title, row.state) == ("Act", answer.state)
    assert row.visibility == Visibility.SECRETARIAT


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "x"}, "kind"),
        ({"recommendations": [9]}, "recommendations"),
        ({"starts_on": "2026", "ends_on": "2025"}, "ends_on"),
    ],
)
def test_a_measure_is_judged_as_on_its_page(
    client: Client, answer: Assessment, wrong: dict[str, Any], field: str
) -> None:
    response = send(client, "POST", MEASURES, measure(**wrong))

    assert response.status_code == 422
    assert list(response.json()["errors"]) == [field]
    assert not Measure.objects.exists()


def test_a_measure_is_changed(client: Client, answer: Assessment) -> None:
    row = make_measure(answer.state, answer.recommendation, description="Old")
    path = f"{MEASURES}{sealed(row.pk)}/"

    assert send(client, "PATCH", path, {"title": "New"}, match=1).status_code == 200
    row.refresh_from_db()
    assert (row.title, row.description) == ("New", "Old")
    assert list(row.recommendations.all()) == [answer.recommendation]
    assert send(client, "PUT", path, measure(), match=2).status_code == 200
    row.refresh_from_db()
    assert (row.title, row.description) == ("Act", "")


def test_what_was_removed_or_is_another_states_is_not_there(
    client: Client, answer: Assessment, other_state: State, focal_point: User
) -> None:
    removed = make_measure(answer.state, answer.recommendation)
    removed.remove(by=focal_point)
    theirs = make_measure(other_state, answer.recommendation)
    evidence = make_evidence(other_state, theirs)

    for path in (
        f"{MEASURES}{sealed(removed.pk)}/",
        f"{MEASURES}{sealed(theirs.pk)}/",
        f"{EVIDENCE}{sealed(evidence.pk)}/",
    ):
        assert client.get(path).status_code == 404
        assert send(client, "PATCH", path, {"title": "x"}, match=1).status_code == 404
    assert client.get(MEASURES).json()["count"] == 0


def test_nothing_is_tied_to_what_is_another_states(
    client: Client, answer: Assessment, other_state: State
) -> None:
    theirs = make_measure(other_state, answer.recommendation)
    body = {"title": "A", "kind": "law", "url": "https://example.org/"}

    response = send(client, "POST", EVIDENCE, {**body, "measures": [sealed(theirs.pk)]})

    assert response.status_code == 422
    assert "measures" in response.json()["errors"]


def test_evidence_is_added_as_a_link(client: Client, answer: Assessment) -> None:
    row = make_measure(answer.state, answer.recommendation)
    body = {
        "title": "Gazette",
        "kind": "law",
        "url": "https://example.org/law",
        "classification": "confidential",
        "recommendations": ["2019/1"],
        "measures": [sealed(row.pk)],
    }
    response = send(client, "POST", EVIDENCE, body)

    assert response.status_code == 201
    assert response.json() | body == response.json()
    found = Evidence.objects.get()
    assert list(found.assessments.all()) == [answer]
    path = response["Location"]
    assert send(client, "PATCH", path, {"title": "B"}, match=1).status_code == 200
    assert client.get(path).json() | body == client.get(path).json() | {
        "title": "Gazette"
    }


def test_evidence_is_added_as_a_file(client: Client, answer: Assessment) -> None:
    file = SimpleUploadedFile("law.pdf", pdf(), "application/pdf")
    body = {"title": "Law", "kind": "law", "recommendations": ["1"], "upload": file}

    response = client.post(EVIDENCE, body)

    assert response.status_code == 201
    assert response.json()["file_name"] == "law.pdf"
    found = Evidence.objects.get()
    assert found.file is not None
    assert found.file.state == answer.state


def test_a_hostile_file_is_refused_as_on_the_page(
    client: Client, answer: Assessment
) -> None:
    file = SimpleUploadedFile("law.pdf", b"<script>", "application/pdf")
    body = {"title": "Law", "kind": "law", "recommendations": ["1"], "upload": file}

    response = client.post(EVIDENCE, body)

    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["upload"]
    assert not Evidence.objects.exists()


def test_a_file_under_another_name_is_unknown(
    client: Client, answer: Assessment
) -> None:
    file = SimpleUploadedFile("law.pdf", pdf())

    response = client.post(EVIDENCE, {"title": "Law", "attachment": file})

    assert response.status_code == 400


# What is sent ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", 400),
        ("[]", 400),
        ('"x"', 400),
        ("{", 400),
        ('{"law": "a", "law": "b"}', 400),
        ('{"answers": {"R01-Q1": "yes", "R01-Q1": "no"}}', 400),
        ('{"law": NaN}', 400),
        ('{"law": Infinity}', 400),
        ('{"law": 1.5}', 400),
        ('{"law": true}', 400),
        ('{"law": {"a": 1}}', 400),
        ('{"answers": []}', 400),
        ('{"law": ' + "9" * 5000 + "}", 400),
        ('{"law": ' + "[" * 21 + "]" * 21 + "}", 400),
        ('{"law": ' + "[" * 100_000 + "]" * 100_000 + "}", 400),
        ('{"law": "\\ud800"}', 400),
        ('{"\\ud800": "x"}', 400),
        ('{"law": "\\u0000"}', 422),
        (b'{"law": "\xff"}', 400),
        ('{"law": "' + "x" * 1024 * 1024 + '"}', 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_json_is_read_strictly(
    client: Client, answer: Assessment, body: Any, code: int
) -> None:
    response = send(client, "PATCH", ANSWER, body, match=1)

    assert response.status_code == code, response.content
    assert response["Content-Type"] == "application/json"
    assert "Traceback" not in response.text
    answer.refresh_from_db()
    assert answer.version == 1


def test_another_kind_of_body_is_not_read(client: Client, answer: Assessment) -> None:
    response = client.post(MEASURES, "title=x", content_type="text/plain")

    assert response.status_code == 415


def test_a_machine_that_reads_writes_nothing(
    focal_point: User, answer: Assessment
) -> None:
    reader = machine(make_token(focal_point, *READ)[1])

    for verb, path in (("PATCH", ANSWER), ("PUT", ANSWER), ("POST", MEASURES)):
        assert send(reader, verb, path, measure(), match=1).status_code == 403
    assert reader.post(EVIDENCE, {"title": "x"}).status_code == 403
    assert not Measure.objects.exists()
