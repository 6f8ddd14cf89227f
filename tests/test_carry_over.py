"""Never twice: confirm what still holds, see what differs from what was accepted."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_accepted_submission,
    make_cycle,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
)
from tracking.models import (
    Assessment,
    Cycle,
    State,
    Status,
    TaskStage,
    User,
    Visibility,
    task_of,
)


@pytest.fixture
def last_year(db: None) -> Cycle:
    return make_cycle("2025")


@pytest.fixture
def carried(
    state: State, last_year: Cycle, cycle: Cycle, focal_point: User
) -> list[Assessment]:
    """Three answers accepted last year, as they were submitted."""
    answers = [
        make_ready_assessment(
            state,
            make_recommendation(number),
            last_year,
            practice=f"Practice {number}",
            visibility=Visibility.PUBLIC,
        )
        for number in (1, 2, 3)
    ]
    make_accepted_submission(state, last_year)
    return answers


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str = "unchanged") -> str:
    return reverse(f"workspace:{name}", args=["nor"])


def confirm(user: User, *numbers: int, act: str = "selected", **versions: Any) -> Any:
    shown = {f"version-2019/{n}": 1 for n in (1, 2, 3)} | versions
    return signed_in(user).post(
        url(),
        {"act": act, "answer": [f"2019/{n}" for n in numbers], **shown},
        follow=True,
    )


def stages(answers: list[Assessment], cycle: Cycle) -> list[TaskStage]:
    for answer in answers:
        answer.refresh_from_db()
    return [task_of(answer, cycle).stage for answer in answers]


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_page_shows_what_was_accepted(
    carried: list[Assessment], focal_point: User
) -> None:
    page = signed_in(focal_point).get(url())

    assert [row.key for row in page.context["rows"]] == [f"2019/{n}" for n in (1, 2, 3)]
    assert page.context["complete"] == 3
    assert "Practice 2" in page.content.decode()


def test_selected_answers_are_confirmed_and_signed(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    confirm(focal_point, 1, 3)

    ready, to_confirm = TaskStage.READY, TaskStage.TO_CONFIRM
    assert stages(carried, cycle) == [ready, to_confirm, ready]
    assert carried[0].updated_by == focal_point
    assert carried[0].updated_at is not None
    assert (carried[0].version, carried[1].version) == (2, 1)


def test_all_that_need_nothing_else_are_confirmed_at_once(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    Assessment.objects.filter(pk=carried[1].pk).update(status=Status.PLANNED)

    page = confirm(focal_point, act="all")

    ready, to_confirm = TaskStage.READY, TaskStage.TO_CONFIRM
    assert stages(carried, cycle) == [ready, to_confirm, ready]
    assert [row.key for row in page.context["rows"]] == ["2019/2"]


def test_an_answer_that_needs_something_says_what_and_where(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    row = Assessment.objects.filter(pk=carried[0].pk)
    row.update(status=Status.FULLY_IMPLEMENTED, completed_on="2020")
    client = signed_in(focal_point)

    page = client.get(url())
    places = [place.url for place in page.context["rows"][0].missing]

    answer = carried[0].get_absolute_url()
    assert places == [f"{answer}#id_R01-Q1_0", f"{answer}#evidence"]
    form = client.get(answer).content.decode()
    assert 'id="id_R01-Q1_0"' in form
    assert 'id="evidence"' in form
    assert 'id="confirm-1"' not in page.content.decode()
    confirm(focal_point, 1)
    assert stages(carried, cycle)[0] == TaskStage.TO_CONFIRM


def test_a_continuous_recommendation_asks_when_it_was_verified(
    state: State, last_year: Cycle, cycle: Cycle, focal_point: User
) -> None:
    recommendation = make_recommendation(6, continuous=True)
    answer = make_ready_assessment(
        state,
        recommendation,
        last_year,
        status=Status.FULLY_IMPLEMENTED,
        completed_on="2015",
        verified_on=str(timezone.localdate().year),
        answers={"R06-Q1": "yes"},
    )
    make_evidence(state, answer, dated_on="2015")
    make_accepted_submission(state, last_year)
    Assessment.objects.filter(pk=answer.pk).update(verified_on="2015")

    row = signed_in(focal_point).get(url()).context["rows"][0]

    assert [place.url for place in row.missing] == [
        f"{answer.get_absolute_url()}#id_verified_on"
    ]


def test_what_the_working_copy_says_differently_is_not_unchanged(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    Assessment.objects.filter(pk=carried[0].pk).update(practice="New")

    page = confirm(focal_point, 1, 2)

    ready, to_confirm = TaskStage.READY, TaskStage.TO_CONFIRM
    assert stages(carried, cycle) == [to_confirm, ready, to_confirm]
    assert [line.name for line in page.context["rows"][0].changed] == ["practice"]
    assert any(text.endswith("need something first: 2019/1.") for text in said(page))


def test_a_lost_race_names_the_answers_concerned_and_no_other_is_lost(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    Assessment.objects.filter(pk=carried[1].pk).update(version=5)

    page = confirm(focal_point, 1, 2)

    ready, to_confirm = TaskStage.READY, TaskStage.TO_CONFIRM
    assert stages(carried, cycle) == [ready, to_confirm, to_confirm]
    assert carried[1].version == 5
    assert any("meanwhile: 2019/2." in text for text in said(page))


def test_what_a_colleague_confirmed_first_is_named(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    carried[0].confirm(cycle, by=focal_point)

    assert any("meanwhile: 2019/1." in text for text in said(confirm(focal_point, 1)))


def test_without_a_tick_nothing_is_confirmed(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    assert confirm(focal_point).status_code == 422
    assert stages(carried, cycle) == [TaskStage.TO_CONFIRM] * 3


def test_a_form_without_versions_confirms_nothing(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    signed_in(focal_point).post(url(), {"act": "all"})

    assert stages(carried, cycle) == [TaskStage.TO_CONFIRM] * 3


def test_the_public_page_says_confirmed_unchanged(
    carried: list[Assessment], state: State, cycle: Cycle, focal_point: User
) -> None:
    Assessment.objects.filter(pk=carried[1].pk).update(practice="New", ready_for=cycle)
    confirm(focal_point, 1)
    make_accepted_submission(state, cycle)
    pages = [
        Client()
        .get(reverse("public:answer", args=["nor", f"2019/{number}"]))
        .content.decode()
        for number in (1, 2)
    ]

    assert ["Confirmed unchanged on" in page for page in pages] == [True, False]
    of_the_state = Client().get(reverse("public:state", args=["nor"]))
    confirmed = list(of_the_state.context["confirmed"])
    assert confirmed == [carried[0].recommendation_id]
    assert of_the_state.content.decode().count("Confirmed unchanged on") == 1


def test_many_answers_cost_no_more_queries_than_one(
    carried: list[Assessment], cycle: Cycle, focal_point: User
) -> None:
    client = signed_in(focal_point)
    counts = []
    client.get(url())
    for answers in (carried[:0], carried[:2]):
        for answer in answers:
            answer.confirm(cycle, by=focal_point)
        with CaptureQueriesContext(connection) as queries:
            client.get(url())
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 15


def test_what_changed_is_said_at_its_field(
    carried: list[Assessment], focal_point: User
) -> None:
    row = Assessment.objects.filter(pk=carried[0].pk)
    row.update(status=Status.PLANNED, law="A law", answers={"R01-Q1": "yes"})

    page = signed_in(focal_point).get(carried[0].get_absolute_url())

    text = " ".join(page.content.decode().split())
    assert set(page.context["form"].was) == {"status", "law", "R01-Q1"}
    assert 'Changed since 2025: was <q dir="auto">Not started</q>' in text.replace(
        "</span> ", ""
    )
    assert 'aria-describedby="id_law_helptext id_law_was"' in text
    assert 'aria-describedby="id_status_helptext id_status_was"' in text
    assert text.count('id="id_R01-Q1_was"') == 1


def test_nothing_is_marked_where_nothing_changed_or_was_accepted(
    carried: list[Assessment], focal_point: User
) -> None:
    make_recommendation(4)
    client = signed_in(focal_point)

    for number in (1, 4):
        address = reverse("workspace:assessment", args=["nor", f"2019/{number}"])
        assert "_was" not in client.get(address).content.decode()


def test_the_changes_page_lists_answers_measures_and_evidence(
    state: State, last_year: Cycle, cycle: Cycle, focal_point: User
) -> None:
    first, second = make_recommendation(1), make_recommendation(2)
    answer = make_ready_assessment(state, first, last_year, practice="Before")
    make_ready_assessment(state, second, last_year)
    kept, gone = make_measure(state, first), make_measure(state, first)
    evidence = make_evidence(state, kept)
    client = signed_in(focal_point)
    make_accepted_submission(state, last_year)
    assert client.get(url("changes")).context["rows"] == []

    Assessment.objects.filter(pk=answer.pk).update(practice="After")
    gone.remove(by=focal_point)
    kept.recommendations.add(second)
    evidence.title = "Renamed"
    evidence.save_version(by=focal_point)
    page = client.get(url("changes"))

    rows = {row.task.recommendation.number: row for row in page.context["rows"]}
    line = rows[1].lines[0]
    assert (line.name, line.before, line.after) == ("practice", "Before", "After")
    assert [(i.row.title, i.became) for i in rows[1].measures] == [(gone.title, "gone")]
    assert [(i.row.title, i.became) for i in rows[1].evidence] == [
        ("Renamed", "changed")
    ]
    assert [(i.row.title, i.became) for i in rows[2].measures] == [(kept.title, "new")]
    assert [(i.row.title, i.became) for i in rows[2].evidence] == [("Renamed", "new")]
    assert "Before" in page.content.decode()


def test_without_an_accepted_submission_there_is_nothing_to_compare(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    page = signed_in(focal_point).get(url("changes"))

    assert page.status_code == 200
    assert "Nothing has been accepted yet" in page.content.decode()
