"""Measures and evidence: typed once, reused, removed and brought back; files."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import (
    make_assessment,
    make_evidence,
    make_measure,
    make_recommendation,
)
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    Measure,
    State,
    TaskStage,
    User,
    task_of,
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 64


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation)


@pytest.fixture
def client(focal_point: User) -> Client:
    browser = Client()
    browser.force_login(focal_point)
    return browser


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def url(view: str, *args: Any) -> str:
    return reverse(f"workspace:{view}", args=["nor", "2019/1", *args])


def archive(**entries: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, text in entries.items():
            file.writestr(name.replace("__", "/"), text)
    return content.getvalue()


DOCX = archive(**{"[Content_Types].xml": "<x/>", "word__document.xml": "<x/>"})
XLSX = archive(**{"[Content_Types].xml": "<x/>", "xl__workbook.xml": "<x/>"})
ODT = archive(mimetype="application/vnd.oasis.opendocument.text")
ODS = archive(mimetype="application/vnd.oasis.opendocument.spreadsheet")
MACRO = archive(
    **{"[Content_Types].xml": "<x/>", "word__a.xml": "", "word__vbaProject.bin": ""}
)


def add_measure(client: Client, answer: Assessment, **fields: Any) -> Any:
    data = {
        "title": "Loi",
        "kind": "law",
        "recommendations": [answer.recommendation_id],
        "visibility": "secretariat",
        **fields,
    }
    return client.post(url("add_measure"), data)


def add_evidence(client: Client, answer: Assessment, **fields: Any) -> Any:
    data = {
        "title": "Décret",
        "kind": "law",
        "classification": "unclassified",
        "visibility": "secretariat",
        "recommendations": [answer.recommendation_id],
        **fields,
    }
    return client.post(url("add_evidence"), data)


# Measures --------------------------------------------------------------------


def test_a_measure_serves_several_recommendations(
    client: Client, answer: Assessment, focal_point: User
) -> None:
    other = make_recommendation(2)

    response = add_measure(
        client, answer, recommendations=[answer.recommendation_id, other.pk]
    )

    assert response.status_code == 302
    measure = Measure.objects.get()
    assert set(measure.recommendations.all()) == {answer.recommendation, other}
    assert measure.updated_by == focal_point


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("kind", ""),
        ("recommendations", []),
        ("starts_on", "soon"),
        ("description", "x" * 2001),
    ],
)
def test_a_bad_measure_comes_back_with_every_word(
    client: Client, answer: Assessment, field: str, value: Any
) -> None:
    response = add_measure(client, answer, authority="Ministère", **{field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Ministère" in response.content.decode()
    assert not Measure.objects.exists()


def test_a_measure_does_not_end_before_it_begins(
    client: Client, answer: Assessment
) -> None:
    assert (
        add_measure(client, answer, starts_on="2026-05", ends_on="2025").status_code
        == 422
    )
    assert (
        add_measure(client, answer, starts_on="2026-05", ends_on="2026").status_code
        == 302
    )


def test_a_measure_typed_elsewhere_is_used_again(
    client: Client, state: State, answer: Assessment
) -> None:
    measure = make_measure(state, make_recommendation(2))
    assert measure.title in client.get(url("add_measure")).content.decode()

    client.post(url("add_measure"), {"reuse": measure.pk})

    assert answer.recommendation in measure.recommendations.all()


def test_another_states_measure_cannot_be_used(
    client: Client, other_state: State, answer: Assessment
) -> None:
    foreign = make_measure(other_state, make_recommendation(2))

    response = client.post(url("add_measure"), {"reuse": foreign.pk})

    assert response.status_code == 404
    assert client.get(url("measure", foreign.pk)).status_code == 404


def test_a_removed_measure_comes_back_with_its_evidence(
    client: Client, state: State, answer: Assessment
) -> None:
    measure = make_measure(state, answer.recommendation)
    make_evidence(state, measure)

    client.post(url("remove_measure", measure.pk), {"version": 1})
    page = client.get(answer.get_absolute_url())
    assert page.context["measures"] == []
    assert page.context["evidence"] == []
    assert page.context["removed_measures"] == [measure]

    client.post(url("restore_measure", measure.pk), {"version": 2})
    page = client.get(answer.get_absolute_url())
    assert page.context["measures"] == [measure]
    assert len(page.context["evidence"]) == 1


def test_a_measure_can_leave_one_recommendation_and_stay_at_the_other(
    client: Client, state: State, answer: Assessment
) -> None:
    other = make_recommendation(2)
    measure = make_measure(state, answer.recommendation, other)

    client.post(url("remove_measure", measure.pk), {"version": 1, "act": "unlink"})

    assert list(measure.recommendations.all()) == [other]
    assert Measure.objects.present().exists()


def test_a_changed_measure_is_not_removed_unread(
    client: Client, state: State, answer: Assessment, focal_point: User
) -> None:
    measure = make_measure(state, answer.recommendation)
    measure.save_version(by=focal_point)

    client.post(url("remove_measure", measure.pk), {"version": 1})

    assert Measure.objects.present().exists()


# Evidence --------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        {"url": "https://example.org/loi"},
        {"url": "example.org"},
        {"reference": "Art. 3"},
    ],
)
def test_a_link_or_a_reference_is_enough(
    client: Client, answer: Assessment, what: dict[str, str]
) -> None:
    assert add_evidence(client, answer, dated_on="2020", **what).status_code == 302

    assert task_of(answer, None).support.evidence == 1
    assert task_of(answer, None).stage == TaskStage.TO_START


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "url"),
        ({"url": "not an address"}, "url"),
        ({"url": "ftp://example.org/a"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"reference": "Art. 3", "recommendations": []}, "recommendations"),
        (
            {"reference": "Art. 3", "classification": "strictly_confidential"},
            "classification",
        ),
        (
            {
                "reference": "Art. 3",
                "classification": "confidential",
                "visibility": "public",
            },
            "visibility",
        ),
    ],
)
def test_bad_evidence_comes_back_with_every_word(
    client: Client, answer: Assessment, fields: dict[str, Any], field: str
) -> None:
    response = add_evidence(client, answer, authority="Ministère", **fields)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Ministère" in response.content.decode()
    assert not Evidence.objects.exists()


def test_evidence_backs_a_measure(
    client: Client, state: State, answer: Assessment
) -> None:
    measure = make_measure(state, answer.recommendation)

    add_evidence(
        client, answer, reference="Art. 3", recommendations=[], measures=[measure.pk]
    )

    assert measure.evidence.get().title == "Décret"


def test_another_states_measure_cannot_be_backed(
    client: Client, other_state: State, answer: Assessment
) -> None:
    foreign = make_measure(other_state, answer.recommendation)

    response = add_evidence(client, answer, reference="§", measures=[foreign.pk])

    assert response.status_code == 422


def test_evidence_is_used_again_removed_and_brought_back(
    client: Client, state: State, answer: Assessment
) -> None:
    evidence = make_evidence(state, make_measure(state, make_recommendation(2)))

    client.post(url("add_evidence"), {"reuse": evidence.pk})
    assert list(answer.evidence.all()) == [evidence]
    client.post(url("remove_evidence", evidence.pk), {"version": 2})
    assert client.get(answer.get_absolute_url()).context["evidence"] == []
    client.post(url("restore_evidence", evidence.pk), {"version": 3})
    assert client.get(answer.get_absolute_url()).context["evidence"] == [evidence]


# Who adds nothing ------------------------------------------------------------


@pytest.mark.parametrize("view", ["add_measure", "add_evidence"])
def test_a_viewer_adds_nothing(answer: Assessment, viewer: User, view: str) -> None:
    browser = Client()
    browser.force_login(viewer)

    assert browser.get(url(view)).status_code == 404
    assert browser.post(url(view), {"title": "x"}).status_code == 404
