"""What became of what a State sent: told in the list, at the task, by a filter."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_cycle,
    make_evidence,
    make_hiding,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_submission,
)
from tests.test_workspace import save, signed_in
from tracking.models import (
    Assessment,
    Cycle,
    Measure,
    SentStage,
    State,
    SubmittedAssessment,
    SubmittedMeasure,
    TaskStage,
    User,
    Visibility,
    shared_tasks_of,
    task_of,
)
from tracking.models.records.records import show_to

SUBMITTED, UNDER_REVIEW, ACCEPTED, PUBLISHED = SentStage
READY, DRAFT = TaskStage.READY, TaskStage.DRAFT


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    """An answer for everyone, ready, with a measure and evidence behind both."""
    answer = make_ready_assessment(
        state, recommendation, cycle, visibility=Visibility.PUBLIC
    )
    measure = make_measure(state, recommendation, title="Loi")
    make_evidence(state, measure)
    make_evidence(state, answer)
    return answer


@pytest.fixture
def mine(focal_point: User) -> Client:
    return signed_in(focal_point)


def standing(answer: Assessment) -> list[TaskStage | SentStage]:
    return task_of(answer, answer.ready_for or Cycle.objects.get()).standing


def rows(page: Any) -> dict[int, list[TaskStage | SentStage]]:
    """Number of each recommendation in the list, and the words beside it."""
    return {
        task.recommendation.number: task.standing
        for section in page.context["sections"]
        for task in section.tasks
    }


def test_each_step_is_told_where_the_answer_stands(
    answer: Assessment, cycle: Cycle, mine: Client, reviewer: User
) -> None:
    def told() -> tuple[Any, str]:
        """Words in the list, and whether the task's own page says the last one."""
        [task] = shared_tasks_of(answer.state, cycle)
        word = str(task.standing[-1].label)
        for url in (
            reverse("workspace:tasks", args=["nor"]),
            answer.get_absolute_url(),
        ):
            assert word in mine.get(url).content.decode()
        return task.standing, word

    assert told() == ([READY], "Ready")
    submission = make_submission(answer.state, cycle)
    assert told() == ([SUBMITTED], "Submitted")
    submission.begin_review(by=reviewer)
    assert told() == ([UNDER_REVIEW], "Under review")
    submission.accept(by=reviewer)
    assert told() == ([PUBLISHED], "Published")


def test_what_stands_behind_may_be_in_any_order(
    answer: Assessment, cycle: Cycle, recommendation: Recommendation
) -> None:
    """Made first and called last: records and rows have an order of their own."""
    for title in ("Zone", "Accord"):
        measure = make_measure(answer.state, recommendation, title=title)
        make_evidence(answer.state, measure, title=title)

    make_submission(answer.state, cycle)

    [task] = shared_tasks_of(answer.state, cycle)
    assert not task.has_changed


def test_what_is_recalled_or_withdrawn_is_ready_again(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    make_submission(answer.state, cycle).recall(by=focal_point)
    assert standing(answer) == [READY]

    make_accepted_submission(answer.state, cycle).withdraw(by=focal_point, reason="…")
    assert standing(answer) == [READY]


@pytest.mark.parametrize("why", ["no consent", "narrowed", "hidden"])
def test_what_others_do_not_read_is_accepted_not_published(
    answer: Assessment, cycle: Cycle, focal_point: User, why: str
) -> None:
    submission = make_accepted_submission(
        answer.state, cycle, consent=why != "no consent"
    )
    if why == "narrowed":
        record = SubmittedAssessment.objects.get()
        show_to(record, Visibility.PARTIES, by=focal_point)
    if why == "hidden":
        make_hiding(submission)

    assert standing(answer) == [ACCEPTED]


def test_narrowing_both_the_record_and_the_working_copy_is_no_change(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    make_accepted_submission(answer.state, cycle)
    for row, record in (
        (answer, SubmittedAssessment.objects.get()),
        (Measure.objects.get(), SubmittedMeasure.objects.get()),
    ):
        show_to(record, Visibility.PARTIES, by=focal_point)
        row.visibility = Visibility.PARTIES
        row.save_version(by=focal_point)

    assert standing(answer) == [ACCEPTED]


CHANGES: dict[str, Callable[[Assessment, User], Any]] = {
    "answer": lambda answer, by: answer.save_version(by=by),
    "new measure": lambda answer, by: make_measure(answer.state, answer.recommendation),
    "measure": lambda answer, by: answer.state.measures.update(title="Loi nouvelle"),
    "measure gone": lambda answer, by: answer.state.measures.get(title="Loi").remove(
        by=by
    ),
    "measure serves no more": lambda answer, by: answer.state.measures.get(
        title="Loi"
    ).recommendations.clear(),
    "evidence": lambda answer, by: answer.evidence.update(url="https://example.org/2"),
    "evidence of a measure": lambda answer, by: answer.state.measures.get(
        title="Loi"
    ).evidence.update(dated_on="2021"),
    "evidence gone": lambda answer, by: answer.evidence.get().remove(by=by),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_working_copy_changed_since(
    answer: Assessment, cycle: Cycle, focal_point: User, mine: Client, change: str
) -> None:
    make_accepted_submission(answer.state, cycle)
    other = make_recommendation(2)
    make_measure(answer.state, other)  # is none of its business
    sentence = "changed since it was sent"
    pages = (reverse("workspace:tasks", args=["nor"]), answer.get_absolute_url())
    for url in pages:
        assert sentence not in mine.get(url).content.decode()

    if change == "answer":
        answer.practice = "Davantage"
    CHANGES[change](answer, focal_point)

    assert standing(answer) == [READY, PUBLISHED]
    for url in pages:
        assert sentence in mine.get(url).content.decode()


def test_saving_the_same_words_again_is_no_change(
    answer: Assessment, cycle: Cycle, mine: Client
) -> None:
    make_accepted_submission(answer.state, cycle)
    form = mine.get(answer.get_absolute_url()).context["form"]
    same = {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, "", [])
    }

    # The form proposes a language where none is said: saving it says one.
    save(mine, answer, **{**same, "language": ""})

    answer.refresh_from_db()
    assert answer.version == 2
    assert standing(answer) == [PUBLISHED]


def test_a_new_version_under_review_leaves_the_published_one(
    answer: Assessment, cycle: Cycle, focal_point: User, reviewer: User
) -> None:
    make_accepted_submission(answer.state, cycle)
    answer.practice = "Davantage"
    answer.save_version(by=focal_point)
    second = make_submission(answer.state, cycle)
    assert standing(answer) == [SUBMITTED, PUBLISHED]

    second.begin_review(by=reviewer)
    second.send_back(by=reviewer, questions={answer.recommendation: "Quand ?"})
    # It is compared with what counts now.
    assert standing(answer) == [TaskStage.RETURNED, PUBLISHED]
    assert task_of(answer, cycle).has_changed


def test_what_came_back_without_a_question_says_so(
    answer: Assessment, cycle: Cycle, mine: Client, reviewer: User
) -> None:
    other = make_recommendation(2)
    make_ready_assessment(answer.state, other, cycle)
    submission = make_submission(answer.state, cycle)
    submission.begin_review(by=reviewer)
    submission.send_back(by=reviewer, questions={other: "Quand ?"})

    assert task_of(answer, cycle).came_back == submission
    assert standing(answer) == [READY]
    for url in (reverse("workspace:tasks", args=["nor"]), answer.get_absolute_url()):
        page = mine.get(url).content.decode()
        assert page.count("Submission 1 came back with questions.") == 1


def test_an_earlier_cycle_is_not_told_as_of_this_one(
    state: State, recommendation: Recommendation
) -> None:
    before, now = make_cycle("2025"), make_cycle("2026")
    answer = make_ready_assessment(state, recommendation, before)
    make_accepted_submission(state, before)

    assert task_of(answer, now).standing == [TaskStage.TO_CONFIRM]


def test_the_list_is_filtered_by_what_it_says(
    answer: Assessment, cycle: Cycle, focal_point: User, mine: Client
) -> None:
    """Each word of a row is a filter that finds the row, and counts it."""
    for number in (2, 3):
        make_ready_assessment(answer.state, make_recommendation(number), cycle)
    make_recommendation(4)
    make_accepted_submission(answer.state, cycle)
    changed = Assessment.objects.get(recommendation__number=3)
    changed.practice = "Davantage"
    changed.save_version(by=focal_point)
    url = reverse("workspace:tasks", args=["nor"])

    page = mine.get(url)

    assert rows(page) == {
        1: [PUBLISHED],
        2: [ACCEPTED],
        3: [READY, ACCEPTED],
        4: [TaskStage.TO_START],
    }
    found = {
        tab.name: (tab.count, list(rows(mine.get(url, {"show": tab.name}))))
        for tab in page.context["tabs"]
    }
    assert found == {
        "": (4, [1, 2, 3, 4]),
        "todo": (1, [4]),
        "returned": (0, []),
        "to_confirm": (0, []),
        "ready": (1, [3]),
        "accepted": (2, [2, 3]),
        "published": (1, [1]),
        "changed": (1, [3]),
    }
    assert dict(page.context["counts"])[ACCEPTED] == 2
    assert page.context["progress"].sent == 2


def test_before_anything_is_sent_nothing_of_it_is_offered(
    answer: Assessment, mine: Client
) -> None:
    page = mine.get(reverse("workspace:tasks", args=["nor"]))

    assert [tab.name for tab in page.context["tabs"]] == [
        "",
        "todo",
        "returned",
        "to_confirm",
        "ready",
    ]
    assert [stage for stage, _count in page.context["counts"]] == list(TaskStage)


def test_the_handover_says_it_too(
    answer: Assessment, cycle: Cycle, mine: Client
) -> None:
    make_accepted_submission(answer.state, cycle)

    page = mine.get(reverse("workspace:handover", args=["nor"]))

    assert dict(page.context["counts"])[PUBLISHED] == 1


# One query more than before anything is sent, beside that for the questions asked.
@pytest.mark.parametrize(("view", "limit"), [("tasks", 16), ("assessment", 25)])
def test_it_takes_one_query_more(
    answer: Assessment,
    cycle: Cycle,
    mine: Client,
    django_assert_max_num_queries: Any,
    view: str,
    limit: int,
) -> None:
    for number in range(2, 6):
        make_ready_assessment(answer.state, make_recommendation(number), cycle)
    make_accepted_submission(answer.state, cycle)
    url = reverse(
        f"workspace:{view}", args=["nor", "2019/1"][: 1 + (view == "assessment")]
    )
    mine.get(url)

    with django_assert_max_num_queries(limit):
        assert mine.get(url).status_code == 200
