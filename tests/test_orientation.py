"""What is done, what is left, and where to go on."""

from django.test import Client
from django.urls import reverse

from recommendations.models import RecommendationKey
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_ready_assessment,
    make_recommendation,
)
from tracking.models import Cycle, State, Status, User, task_of, tasks_of
from tracking.workspace.reading.orientation import next_task, progress_of


def test_progress_says_what_is_done_missing_and_left(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    last_year = make_cycle("2025")
    make_ready_assessment(state, make_recommendation(1), last_year)
    make_accepted_submission(state, last_year)
    make_ready_assessment(state, make_recommendation(2), cycle)
    make_assessment(state, make_recommendation(3), status=Status.PLANNED)
    make_assessment(state, make_recommendation(4))

    progress = progress_of(tasks_of(state, cycle))

    assert (progress.total, progress.ready) == (4, 1)
    assert (progress.to_confirm, progress.to_start) == (1, 1)
    assert [(lack.message, len(lack.tasks)) for lack in progress.lacks] == [
        ("Give the target date.", 1),
        ("Name the lead institution.", 1),
    ]
    assert progress.missing == 2
    assert progress.minutes == 1 + (2 + 1 + 1) + 12


def test_minutes_depend_on_the_kind_of_what_is_missing(
    state: State, cycle: Cycle
) -> None:
    answer = make_assessment(
        state,
        make_recommendation(1),
        status=Status.PARTIALLY_IMPLEMENTED,
        position="accepted_in_part",
    )

    task = task_of(answer, cycle)

    assert {m.field for m in task.missing} == {"R01-Q1", "position_note", "measures"}
    assert task.minutes == 2 + 1 + 4 + 6


def test_next_is_the_next_task_that_needs_something(state: State, cycle: Cycle) -> None:
    for number in (1, 2, 4):
        make_ready_assessment(state, make_recommendation(number), cycle)
    for number in (3, 5):
        make_assessment(state, make_recommendation(number))
    tasks = tasks_of(state, cycle)

    found = [
        next_task(tasks, RecommendationKey("2019", after) if after else None)
        for after in (0, 3, 5)
    ]

    assert [task and task.recommendation.number for task in found] == [3, 5, 3]
    assert next_task([task for task in tasks if task.minutes == 0]) is None


def test_next_leads_on_and_ends_at_the_list(
    client: Client, state: State, cycle: Cycle, focal_point: User
) -> None:
    answer = make_assessment(state, make_recommendation(1))
    client.force_login(focal_point)
    address = reverse("workspace:next", args=["nor"])

    assert client.get(address, {"after": "x"}).headers["Location"] == (
        answer.get_absolute_url()
    )
    answer.status, answer.ready_for = Status.NOT_STARTED, cycle
    answer.save_version(by=focal_point)
    assert client.get(address).headers["Location"] == reverse(
        "workspace:tasks", args=["nor"]
    )


def test_guidance_stays_as_it_was_left(
    client: Client, state: State, cycle: Cycle, focal_point: User
) -> None:
    answer = make_assessment(state, make_recommendation(1))
    client.force_login(focal_point)
    opened = 'data-remember="guidance" open'

    assert opened in client.get(answer.get_absolute_url()).content.decode()
    client.cookies["guidance"] = "closed"
    assert opened not in client.get(answer.get_absolute_url()).content.decode()


def test_shortcuts_are_shown_and_can_be_switched_off(
    client: Client, state: State, cycle: Cycle, focal_point: User
) -> None:
    client.force_login(focal_point)
    url, tasks = reverse("public:preferences"), reverse("workspace:home")
    shown = "data-shortcuts"
    choices = {"theme": "auto", "text": "normal"}

    assert shown in client.get(tasks, follow=True).content.decode()
    client.get(url, {**choices, "keys_off": "on"})
    assert shown not in client.get(tasks, follow=True).content.decode()
    client.get(url, choices)
    assert shown in client.get(tasks, follow=True).content.decode()


def test_visitors_have_no_shortcuts(client: Client, db: None) -> None:
    page = client.get(reverse("public:about")).content.decode()

    assert "data-shortcuts" not in page
