"""A focal point gives recommendations to colleagues, who see them first."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import (
    make_assessment,
    make_assignment,
    make_proposal,
    make_recommendation,
    make_user,
)
from tracking.models import (
    Assessment,
    Assignment,
    AssignmentError,
    Cycle,
    Role,
    State,
    User,
    shared_tasks_of,
)

TEAM = "/en/my/nor/team/"


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation)


@pytest.fixture
def second(state: State, cycle: Cycle) -> Assessment:
    return make_assessment(state, make_recommendation(2))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def give(client: Client, to: User, *answers: Assessment, **fields: Any) -> Any:
    data = {"to": to.pk, "recommendations": [a.recommendation_id for a in answers]}
    return client.post(reverse("workspace:team", args=["nor"]), data | fields)


def tomorrow() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=1)


def make_overdue(assignment: Assignment) -> None:
    assignment.due_on = timezone.localdate() - datetime.timedelta(days=1)
    assignment.save()


class TestGiving:
    def test_several_are_given_at_once(
        self,
        answer: Assessment,
        second: Assessment,
        focal_point: User,
        contributor: User,
    ) -> None:
        response = give(
            signed_in(focal_point),
            contributor,
            answer,
            second,
            due_on=tomorrow().isoformat(),
            note="Merci d'avance",
        )

        assert response.status_code == 302
        for each in (answer, second):
            held = Assignment.objects.of(contributor).get(assessment=each)
            assert (held.due_on, held.note) == (tomorrow(), "Merci d'avance")
            assert held.by == focal_point

    def test_given_again_the_date_is_replaced_and_both_stay(
        self, answer: Assessment, focal_point: User, contributor: User
    ) -> None:
        client = signed_in(focal_point)
        give(client, contributor, answer, note="Un")
        give(client, contributor, answer, note="Deux")
        give(client, contributor, answer, note="Deux")

        ended, held = Assignment.objects.order_by("pk")
        assert (ended.note, held.note) == ("Un", "Deux")
        assert ended.ended_at is not None
        assert held.ended_at is None

    def test_two_colleagues_may_have_the_same(
        self, state: State, answer: Assessment, contributor: User
    ) -> None:
        colleague = make_user(Role.CONTRIBUTOR, state)
        by = make_user(Role.ALTERNATE, state)
        make_assignment(answer, contributor, by=by)
        make_assignment(answer, colleague, by=by)

        assert Assignment.objects.open().count() == 2

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.FOCAL_POINT, Role.REVIEWER])
    def test_only_to_colleagues_who_write(
        self,
        state: State,
        other_state: State,
        answer: Assessment,
        focal_point: User,
        role: Role,
    ) -> None:
        states = {Role.VIEWER: state, Role.FOCAL_POINT: other_state}
        person = make_user(role, states.get(role))

        assert give(signed_in(focal_point), person, answer).status_code == 422
        with pytest.raises(AssignmentError):
            make_assignment(answer, person, by=focal_point)
        assert not Assignment.objects.exists()

    def test_only_by_the_focal_point_and_the_alternate(
        self, state: State, answer: Assessment, contributor: User, stranger: User
    ) -> None:
        viewer = make_user(Role.VIEWER, state)
        for person in (contributor, viewer, stranger):
            assert give(signed_in(person), contributor, answer).status_code == 404

        assert not Assignment.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"due_on": "2020-01-01"}, "Choose today or a later date."),
            ({"recommendations": []}, "Choose at least one recommendation."),
            ({"to": ""}, "Choose a colleague."),
            ({"note": "a" * 501}, "Remove at least 1 character."),
        ],
    )
    def test_a_mistake_is_told(
        self,
        answer: Assessment,
        focal_point: User,
        contributor: User,
        fields: dict[str, Any],
        said: str,
    ) -> None:
        data = {"to": contributor.pk, "recommendations": [answer.recommendation_id]}
        url = reverse("workspace:team", args=["nor"])

        page = signed_in(focal_point).post(url, data | fields)

        assert page.status_code == 422
        assert said in page.content.decode()
        assert not Assignment.objects.exists()

    def test_it_is_given_and_taken_back_at_the_answer(
        self, answer: Assessment, focal_point: User, contributor: User
    ) -> None:
        client = signed_in(focal_point)
        place = f"{answer.get_absolute_url()}#given"
        given = give(client, contributor, answer, **{"from": "answer"})
        assert given["Location"] == place
        held = Assignment.objects.get()
        url = reverse("workspace:take_back", args=["nor", held.pk])

        page = client.get(answer.get_absolute_url()).content.decode()
        back = client.post(url, {"from": "answer"})

        assert url in page
        assert back["Location"] == place
        assert not Assignment.objects.open().exists()

    def test_a_stranger_takes_nothing_back(
        self, answer: Assessment, contributor: User, stranger: User
    ) -> None:
        held = make_assignment(answer, contributor)
        mine = reverse("workspace:take_back", args=["nor", held.pk])
        theirs = reverse("workspace:take_back", args=[stranger.state.key, held.pk])  # type: ignore[union-attr]

        for person, url in ((stranger, mine), (stranger, theirs), (contributor, mine)):
            assert signed_in(person).post(url).status_code == 404
        assert Assignment.objects.open().exists()


class TestTasks:
    def test_what_was_given_comes_first(
        self, answer: Assessment, second: Assessment, contributor: User
    ) -> None:
        make_assignment(second, contributor, due_on=tomorrow(), note="Le chiffre")

        page = signed_in(contributor).get(reverse("workspace:tasks", args=["nor"]))

        [(task, assignment)] = page.context["given"]
        assert task.assessment == second
        assert assignment.note == "Le chiffre"
        assert page.context["next"].assessment == second
        text = page.content.decode()
        assert "Given to you" in text
        assert "Le chiffre" in text

    def test_what_is_wanted_first_stands_first(
        self, answer: Assessment, second: Assessment, contributor: User
    ) -> None:
        by = make_user(Role.ALTERNATE, answer.state)
        make_assignment(answer, contributor, by=by)
        make_assignment(second, contributor, by=by, due_on=tomorrow())

        page = signed_in(contributor).get(reverse("workspace:tasks", args=["nor"]))

        assert [task.assessment for task, _row in page.context["given"]] == [
            second,
            answer,
        ]

    def test_a_date_that_has_passed_is_said_in_words(
        self, answer: Assessment, focal_point: User, contributor: User
    ) -> None:
        make_overdue(make_assignment(answer, contributor, by=focal_point))

        for person, view, args in (
            (contributor, "tasks", ["nor"]),
            (contributor, "assessment", ["nor", "2019/1"]),
            (focal_point, "team", ["nor"]),
        ):
            page = signed_in(person).get(reverse(f"workspace:{view}", args=args))
            assert "this date has passed" in page.content.decode(), view

    def test_the_focal_point_sees_who_has_what(
        self, answer: Assessment, focal_point: User, contributor: User
    ) -> None:
        make_assignment(answer, contributor, by=focal_point)
        client = signed_in(focal_point)

        for view, args in (
            ("tasks", ["nor"]),
            ("assessment", ["nor", "2019/1"]),
            ("team", ["nor"]),
        ):
            page = client.get(reverse(f"workspace:{view}", args=args))
            assert str(contributor) in page.content.decode(), view

    def test_what_a_contributor_finds_ready_is_no_next_task(
        self, answer: Assessment, second: Assessment, contributor: User
    ) -> None:
        make_assignment(answer, contributor)
        make_proposal(contributor, answer, ready=True, law=["Loi"])
        client = signed_in(contributor)

        page = client.get(reverse("workspace:tasks", args=["nor"]))
        on = client.get(reverse("workspace:next", args=["nor"]))

        assert page.context["next"].assessment == second
        assert on["Location"] == second.get_absolute_url()

    def test_tasks_take_the_same_queries_whatever_was_given(
        self,
        answer: Assessment,
        second: Assessment,
        contributor: User,
        django_assert_num_queries: Any,
    ) -> None:
        by = make_user(Role.ALTERNATE, answer.state)
        with django_assert_num_queries(6):
            shared_tasks_of(answer.state, answer.ready_for)
        for each in (answer, second):
            make_assignment(each, contributor, by=by)
            make_proposal(contributor, each, law=["Loi"])

        with django_assert_num_queries(6):
            tasks = shared_tasks_of(answer.state, answer.ready_for)
            for task in tasks:
                assert [row.to for row in task.assignments] == [contributor]
                assert [row.by for row in task.proposals] == [contributor]

    @pytest.mark.parametrize("reader", ["contributor", "focal_point"])
    @pytest.mark.parametrize("view", ["tasks", "team", "proposals", "assessment"])
    def test_pages_take_the_same_queries_whatever_was_given(
        self,
        answer: Assessment,
        second: Assessment,
        contributor: User,
        focal_point: User,
        view: str,
        reader: str,
    ) -> None:
        client = signed_in({"contributor": contributor}.get(reader, focal_point))
        args = ["nor", "2019/2"] if view == "assessment" else ["nor"]
        url = reverse(f"workspace:{view}", args=args)
        colleagues = [make_user(Role.CONTRIBUTOR, answer.state) for _ in range(3)]
        counts = []
        for person, where in (
            (contributor, [answer, second]),
            *((colleague, [answer, second]) for colleague in colleagues),
        ):
            for each in where:
                make_assignment(each, person, by=focal_point, due_on=tomorrow())
                make_proposal(person, each, ready=True, law=["Loi"])
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))

        assert len(set(counts)) == 1

    def test_proposals_of_another_state_are_not_among_them(
        self, other_state: State, answer: Assessment, recommendation: Recommendation
    ) -> None:
        theirs = make_assessment(other_state, recommendation)
        person = make_user(Role.CONTRIBUTOR, other_state)
        make_assignment(theirs, person)
        make_proposal(person, theirs, law=["Loi"])

        [task] = shared_tasks_of(answer.state, None)

        assert (task.assignments, task.proposals) == ([], [])
