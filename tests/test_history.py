"""Every version of a State's words is kept by the database, and can come back."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.db.models import JSONField
from django.test import Client
from django.urls import reverse

from config.postgresql import as_owner
from recommendations.models import Recommendation
from tests.factories import (
    make_assessment,
    make_evidence,
    make_measure,
    make_recommendation,
)
from tracking.models import (
    Assessment,
    AssessmentContent,
    AssessmentVersion,
    Cycle,
    Evidence,
    EvidenceAssessmentEvent,
    EvidenceContent,
    EvidenceFile,
    EvidenceMeasureEvent,
    EvidenceVersion,
    Measure,
    MeasureContent,
    MeasureRecommendationEvent,
    MeasureVersion,
    PartialDateField,
    State,
    User,
    Version,
    Visibility,
    return_to,
    versions_of,
)

KEPT = [
    AssessmentVersion,
    EvidenceAssessmentEvent,
    EvidenceMeasureEvent,
    EvidenceVersion,
    MeasureRecommendationEvent,
    MeasureVersion,
]


@pytest.fixture
def answer(state: State, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation, law="Loi de 2019")


def laws(answer: Assessment) -> list[str]:
    rows = AssessmentVersion.objects.filter(pgh_obj=answer).order_by("pgh_id")
    return list(rows.values_list("law", flat=True))


def test_every_save_is_kept_with_its_author(
    answer: Assessment, focal_point: User
) -> None:
    answer.law = "Loi de 2020"
    answer.save_version(by=focal_point)

    last = AssessmentVersion.objects.latest("pgh_id")
    assert laws(answer) == ["Loi de 2019", "Loi de 2020"]
    assert (last.version, last.updated_by) == (2, focal_point)


def test_bulk_and_direct_changes_are_kept(answer: Assessment) -> None:
    Assessment.objects.filter(pk=answer.pk).update(law="Loi de 2021")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracking_assessment SET law = 'Loi de 2022'")
        cursor.execute("DELETE FROM tracking_assessment")

    assert laws(answer) == ["Loi de 2019", "Loi de 2021", "Loi de 2022", "Loi de 2022"]


def test_ties_are_kept_when_made_and_when_cut(
    state: State, answer: Assessment, recommendation: Recommendation
) -> None:
    measure = make_measure(state, recommendation)
    evidence = make_evidence(state, measure, answer)
    measure.recommendations.clear()
    evidence.measures.clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracking_evidence_assessments")

    for model in (
        MeasureRecommendationEvent,
        EvidenceMeasureEvent,
        EvidenceAssessmentEvent,
    ):
        rows = model.objects.order_by("pgh_id").values_list("pgh_label", flat=True)
        assert list(rows) == ["insert", "delete"]


@pytest.mark.parametrize("model", KEPT)
def test_what_is_kept_cannot_be_changed_or_deleted(
    state: State, answer: Assessment, recommendation: Recommendation, model: Any
) -> None:
    make_evidence(state, make_measure(state, recommendation), answer)
    table = model._meta.db_table
    assert model.objects.exists()

    for statement in (
        f"UPDATE {table} SET pgh_label = 'x'",  # noqa: S608 - names of our own
        f"DELETE FROM {table}",  # noqa: S608
    ):
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# Coming back -------------------------------------------------------------------


def another(column: Any) -> Any:
    """A value that a column does not hold at first."""
    if isinstance(column, ArrayField):
        return [another(column.base_field)]
    if column.choices:
        return [value for value, _label in column.flatchoices if value][-1]
    if isinstance(column, JSONField):
        return {"R01-Q1": "partly"}
    if isinstance(column, PartialDateField):
        return "2024-02"
    return "https://example.org/2" if column.name == "url" else f"Ancien {column.name}"


def fill(row: Any, content: Any) -> dict[str, Any]:
    """Give every column of `content` another value."""
    for column in content._meta.local_fields:
        if not column.is_relation:
            setattr(row, column.name, another(column))
    return said(row, content)


def said(row: Any, content: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in content.columns()}


def last_two(row: Any) -> tuple[Version, Version]:
    *_earlier, before, after = versions_of(type(row), [row.pk])[row.pk]
    return before, after


def test_every_column_of_an_answer_comes_back(
    answer: Assessment, focal_point: User, cycle: Cycle
) -> None:
    words = fill(answer, AssessmentContent)
    answer.ready_for = cycle
    answer.save_version(by=focal_point)
    for name, value in said(Assessment(), AssessmentContent).items():
        setattr(answer, name, value)
    answer.save_version(by=focal_point)

    return_to(answer, last_two(answer)[0], by=focal_point)

    now = Assessment.objects.get()
    assert said(now, AssessmentContent) == words
    assert now.version == 4
    assert now.ready_for is None
    assert len(laws(answer)) == 4


def test_every_column_and_tie_of_a_measure_comes_back(
    state: State, recommendation: Recommendation, focal_point: User
) -> None:
    measure = make_measure(state, recommendation)
    words = fill(measure, MeasureContent)
    measure.save_version(by=focal_point)
    measure.title, measure.description = "Autre", ""
    measure.save_version(by=focal_point)
    measure.recommendations.set([make_recommendation(2)])
    measure.remove(by=focal_point)

    earlier = versions_of(Measure, [measure.pk])[measure.pk][1]
    return_to(measure, earlier, by=focal_point)

    now = Measure.objects.present().get()
    assert said(now, MeasureContent) == words
    assert list(now.recommendations.all()) == [recommendation]


def test_every_column_and_tie_of_evidence_comes_back(
    state: State, answer: Assessment, focal_point: User
) -> None:
    measure = make_measure(state, answer.recommendation)
    evidence = make_evidence(state, measure, answer)
    evidence.file = EvidenceFile.keep(
        SimpleUploadedFile("loi.txt", b"Loi"),
        state=state,
        by=focal_point,
        name="loi.txt",
        content_type="text/plain",
    )
    words = fill(evidence, EvidenceContent) | {"visibility": "parties"}
    evidence.visibility = Visibility.PARTIES
    evidence.save_version(by=focal_point)
    evidence.title, evidence.file = "Autre", None
    evidence.save_version(by=focal_point)
    evidence.measures.clear()
    evidence.assessments.clear()

    return_to(evidence, last_two(evidence)[0], by=focal_point)

    now = Evidence.objects.get()
    assert said(now, EvidenceContent) == words
    assert list(now.measures.all()) == [measure]
    assert list(now.assessments.all()) == [answer]


def test_nothing_is_restored_over_what_a_colleague_saved(
    answer: Assessment, alternate: User, client: Client, focal_point: User
) -> None:
    answer.law = "Loi de 2020"
    answer.save_version(by=focal_point)
    theirs = Assessment.objects.get()
    theirs.law = "Loi de 2021"
    theirs.save_version(by=alternate)
    client.force_login(focal_point)

    response = client.post(
        restore_url("answer", answer, 1), {"version": answer.version}, follow=True
    )

    assert "Somebody changed it meanwhile" in response.content.decode()
    assert laws(answer)[-1] == "Loi de 2021"


def test_an_earlier_version_is_restored_from_its_page(
    answer: Assessment, client: Client, focal_point: User
) -> None:
    answer.law = "Loi de 2020"
    answer.save_version(by=focal_point)
    client.force_login(focal_point)
    page = client.get(page_url("answer", answer))
    assert restore_url("answer", answer, 1) in page.content.decode()

    client.post(restore_url("answer", answer, 1), {"version": 2})

    assert laws(answer) == ["Loi de 2019", "Loi de 2020", "Loi de 2019"]
    assert Assessment.objects.get().updated_by == focal_point


# What people read ----------------------------------------------------------------


def page_url(kind: str, row: Any, number: int = 1) -> str:
    return reverse("workspace:versions", args=["nor", f"2019/{number}", kind, row.pk])


def restore_url(kind: str, row: Any, version: int) -> str:
    return reverse(
        "workspace:restore_version", args=["nor", "2019/1", kind, row.pk, version]
    )


HISTORY = "/en/my/nor/2019/1/history/"


def test_two_versions_stand_side_by_side_word_by_word(
    answer: Assessment, client: Client, viewer: User, focal_point: User
) -> None:
    answer.law = "Loi de 2020 en vigueur"
    answer.save_version(by=focal_point)
    client.force_login(viewer)

    response = client.get(page_url("answer", answer))

    [line] = response.context["lines"]
    assert (line.before, line.after) == ("Loi de 2019", "Loi de 2020 en vigueur")
    page = response.content.decode()
    assert "<del>2019</del>" in page
    assert "<ins>2020 en vigueur</ins>" in page
    assert str(focal_point) in page
    assert "Restore this version" not in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, (2, 3)),
        ({"before": "1", "after": "3"}, (1, 3)),
        ({"before": "3", "after": "1"}, (1, 3)),
        ({"before": "1", "after": "1"}, (1, 2)),
        ({"before": "99", "after": "x"}, (2, 3)),
    ],
)
def test_any_two_versions_can_be_asked_for(
    answer: Assessment,
    client: Client,
    focal_point: User,
    asked: dict[str, str],
    shown: tuple[int, int],
) -> None:
    for law in ("Loi de 2020", "Loi de 2021"):
        answer.law = law
        answer.save_version(by=focal_point)
    client.force_login(focal_point)

    context = client.get(page_url("answer", answer), asked).context

    two = context["before"].version.number, context["after"].version.number
    assert two == shown


def test_the_history_tells_of_measures_and_evidence_once_tied(
    state: State, answer: Assessment, client: Client, focal_point: User
) -> None:
    measure = make_measure(state, answer.recommendation, title="Loi 12")
    make_evidence(state, measure, title="Journal officiel")
    make_measure(state, make_recommendation(2), title="Ailleurs")
    measure.recommendations.clear()
    client.force_login(focal_point)

    page = client.get(HISTORY).content.decode()

    assert "Loi 12" in page
    assert "Journal officiel" in page
    assert "Ailleurs" not in page


def test_a_direct_change_is_told_as_made_outside(
    answer: Assessment, client: Client, focal_point: User
) -> None:
    answer.law = "Loi de 2020"
    answer.save_version(by=focal_point)
    Assessment.objects.update(law="Loi de personne")
    client.force_login(focal_point)

    response = client.get(HISTORY)

    first = response.context["page"].object_list[0].version
    assert (first.author, first.is_ours) == (None, False)
    assert "outside the application" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_ties_cut_directly_are_told_apart_from_the_save_before(
    state: State, recommendation: Recommendation, focal_point: User
) -> None:
    measure = make_measure(state, recommendation)
    with transaction.atomic():
        measure.save_version(by=focal_point)
        measure.recommendations.add(make_recommendation(2))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracking_measure_recommendations")

    told = versions_of(Measure, [measure.pk])[measure.pk]

    assert [(each.number, len(each.ties["recommendations"])) for each in told] == [
        (1, 0),
        (0, 1),
        (2, 2),
        (0, 0),
    ]
    assert [each.is_ours for each in told] == [True, False, True, False]


def test_of_another_row_there_is_no_history_here(
    answer: Assessment, state: State, other_state: State, client: Client, viewer: User
) -> None:
    theirs = make_measure(other_state, answer.recommendation)
    second = make_assessment(state, make_recommendation(2))
    client.force_login(viewer)

    for url in (
        page_url("measure", theirs),
        page_url("answer", second),
        page_url("nothing", answer),
    ):
        assert client.get(url).status_code == 404


def test_who_may_not_write_restores_nothing(
    answer: Assessment, client: Client, viewer: User, stranger: User, reviewer: User
) -> None:
    for user in (viewer, stranger, reviewer):
        client.force_login(user)
        url = restore_url("answer", answer, 1)
        assert client.post(url, {"version": 1}).status_code == 404
    assert len(laws(answer)) == 1


@pytest.mark.parametrize("saves", [1, 12])
def test_queries_of_the_history_do_not_grow(
    state: State,
    answer: Assessment,
    cycle: Cycle,
    client: Client,
    focal_point: User,
    saves: int,
    django_assert_max_num_queries: Any,
) -> None:
    measures = [make_measure(state, answer.recommendation) for _ in range(saves)]
    for row in (answer, *measures, make_evidence(state, *measures, answer)):
        for _save in range(saves):
            row.save_version(by=focal_point)
    client.force_login(focal_point)

    with django_assert_max_num_queries(18):
        client.get(HISTORY)
    with django_assert_max_num_queries(9):
        client.get(page_url("answer", answer))
    with django_assert_max_num_queries(11):
        client.get(page_url("measure", measures[0]))


@pytest.mark.parametrize("saves", [1, 30])
def test_saving_does_not_grow_with_the_history(
    answer: Assessment,
    cycle: Cycle,
    client: Client,
    focal_point: User,
    saves: int,
    django_assert_max_num_queries: Any,
) -> None:
    for _save in range(saves):
        answer.save_version(by=focal_point)
    client.force_login(focal_point)

    with django_assert_max_num_queries(11):
        response = client.post(
            answer.get_absolute_url(), {"version": answer.version, "law": "Loi"}
        )
    assert response.status_code == 302
    assert laws(answer)[-1] == "Loi"


@pytest.mark.django_db(transaction=True)
def test_what_was_there_before_is_the_first_version(
    state: State, answer: Assessment, recommendation: Recommendation
) -> None:
    measure = make_measure(state, recommendation)
    make_evidence(state, measure, answer)
    tables = ", ".join(model._meta.db_table for model in KEPT)
    migration = import_module("tracking.migrations.0003_begin_history")
    with as_owner() as owner:
        with owner.cursor() as cursor:
            cursor.execute(f"TRUNCATE {tables}")
        with owner.schema_editor() as editor:
            migration.begin(apps, editor)

    assert laws(answer) == ["Loi de 2019"]
    [version] = versions_of(Measure, [measure.pk])[measure.pk]
    assert version.kept.title == measure.title
    assert version.ties == {"recommendations": {recommendation.pk}}
    assert EvidenceMeasureEvent.objects.count() == 1
    assert EvidenceAssessmentEvent.objects.count() == 1
