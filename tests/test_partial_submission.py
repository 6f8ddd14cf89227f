"""A State sends what is ready; what is not, a question included, stays behind."""

from typing import Any

import pytest
from django.test import Client

from config.addresses import sealed
from recommendations.models import Recommendation
from tests.factories import (
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_submission,
    make_user,
)
from tracking.models import (
    Assessment,
    Cycle,
    FourEyes,
    Prepared,
    Role,
    State,
    Submission,
    TaskStage,
    User,
    tasks_of,
)

CHECK = "/en/my/nor/check/"


@pytest.fixture
def asked(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    reviewer: User,
) -> Submission:
    """A submission of two answers that came back with a question on the first."""
    for each in (recommendation, make_recommendation(2)):
        answer = make_ready_assessment(state, each, cycle)
        make_evidence(state, make_measure(state, each), answer)
    submission = make_submission(state, cycle, by=focal_point)
    submission.begin_review(by=reviewer)
    submission.send_back(by=reviewer, questions={recommendation: "Since when?"})
    return submission


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, **more: str) -> Any:
    """Press the button of the check page as it is shown."""
    shown = client.get(CHECK).context["form"]["shown"].value()
    return client.post(CHECK, {"reminder": "on", "shown": shown, **more})


def numbers(submission: Submission) -> list[int]:
    rows = submission.assessments.order_by("recommendation__number")
    return list(rows.values_list("recommendation__number", flat=True))


def stages(state: State, cycle: Cycle) -> list[TaskStage]:
    return [task.stage for task in tasks_of(state, cycle)]


def test_an_open_question_keeps_its_answer_back_and_no_other(
    asked: Submission, focal_point: User
) -> None:
    response = send(client_of(focal_point))

    assert response.status_code == 302
    second = Submission.objects.latest("number")
    assert response["Location"] == second.get_absolute_url()
    assert numbers(second) == [2]
    assert second.measures.count() == 1
    assert second.evidence.count() == 1


def test_what_stayed_behind_still_waits_for_its_reply(
    asked: Submission, state: State, cycle: Cycle, focal_point: User
) -> None:
    """The question was asked in a submission that is no longer the last one."""
    client = client_of(focal_point)
    send(client)
    question = asked.questions.get()

    assert stages(state, cycle) == [TaskStage.RETURNED, TaskStage.READY]
    page = client.get("/en/my/nor/questions/")
    assert page.context["waiting"] == 1
    assert b"Since when?" in client.get("/en/my/nor/2019/1/").content

    page = client.post("/en/my/nor/questions/", {f"reply-{question.pk}": "2019"})
    question.refresh_from_db()
    assert question.reply == "2019"
    assert stages(state, cycle) == [TaskStage.READY, TaskStage.READY]


def test_a_question_is_closed_by_sending_its_answer_again(
    asked: Submission, state: State, cycle: Cycle, focal_point: User
) -> None:
    asked.questions.get().answer("2019", by=focal_point)
    client = client_of(focal_point)
    send(client)

    assert numbers(Submission.objects.latest("number")) == [1, 2]
    assert client.get("/en/my/nor/questions/").context["open"] == []


def test_the_second_person_sends_what_the_first_one_read(
    asked: Submission, state: State, focal_point: User
) -> None:
    FourEyes.objects.begin(state, by=focal_point)
    other = client_of(make_user(Role.ALTERNATE, state))
    assert send(client_of(focal_point)).status_code == 302
    page = other.get(CHECK).context
    assert page["changed"] == []

    prepared = Prepared.objects.get()
    response = other.post(
        f"/en/my/nor/second-person/{sealed(prepared.pk)}/confirm/",
        {"reminder": "on", "shown": page["confirmation"]["shown"].value()},
    )

    assert response.status_code == 302
    assert numbers(Submission.objects.latest("number")) == [2]


def test_what_a_colleague_changed_meanwhile_is_still_refused(
    asked: Submission, focal_point: User
) -> None:
    client = client_of(focal_point)
    shown = client.get(CHECK).context["form"]["shown"].value()
    answer = Assessment.objects.get(recommendation__number=2)
    answer.law = "Another law"
    answer.save_version(by=focal_point)

    response = client.post(CHECK, {"reminder": "on", "shown": shown})

    assert response.status_code == 409
    assert b"Something was changed" in response.content
    assert Submission.objects.count() == 1
