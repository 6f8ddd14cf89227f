"""What nothing asks for is kept in the working copy, and told to nobody."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from config.addresses import sealed
from recommendations.models import Question, Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_proposal,
    make_ready_assessment,
    make_submission,
    make_token,
)
from tracking.models import (
    ASKED_UNDER,
    Assessment,
    AssessmentContent,
    AssistanceNeed,
    Cycle,
    State,
    Status,
    Submission,
    SubmittedAssessment,
    Task,
    User,
    Visibility,
    document,
    preview,
    submit,
    tasks_of,
)

SECRET = "An exercise overtook it, and nobody is to read of that now."
HERE = "/en/my/nor/2019/1/"
CHECK = "/en/my/nor/check/"
FILLED: dict[str, Any] = {
    "target_date": "2031",
    "lead_institution": "Ministry",
    "completed_on": "2019",
    "verified_on": "2020",
    "decided_on": "2018",
    "decided_by": "Council",
    "reason": SECRET,
    "change_reason": "Because of the budget",
    "assistance_types": ["legal"],
    "assistance_priority": "high",
    "assistance_details": "Two experts",
}


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(
        state,
        recommendation,
        status=Status.OVERTAKEN,
        reason=SECRET,
        visibility=Visibility.PUBLIC,
        ready_for=cycle,
    )


@pytest.fixture
def own(client: Client, focal_point: User) -> Client:
    client.force_login(focal_point)
    return client


def choose(client: Client, status: Status, **more: str) -> str:
    """Choose a status on the page as it is, and save; the page that follows."""
    form = client.get(HERE).context["form"]
    data = {name: value for name in form.fields if (value := form[name].value())}
    typed = {"status": status, "practice": "Work is going on.", "ready": "ready"}
    return client.post(HERE, data | typed | more, follow=True).content.decode()


def readers_see(text: str, *clients: Client) -> list[str]:
    """Which pages and files of readers hold a text."""
    addresses = [
        "/en/states/nor/2019/1/",
        "/en/states/nor/",
        "/en/recommendations/2019/1/",
        "/en/data/answers.csv",
        "/en/data/answers.xlsx",
        "/en/data/needs.csv",
        "/api/v1/answers/",
    ]
    found = []
    for client in (Client(), *clients):
        for address in addresses:
            response = client.get(address)
            content = b"".join(response) if response.streaming else response.content
            if address.endswith("xlsx"):
                file = zipfile.ZipFile(io.BytesIO(content))
                content = b"".join(map(file.read, file.namelist()))
            found += [address] if text in content.decode() else []
    return found


def test_the_reason_of_a_former_status_stays_behind_and_comes_back(
    own: Client, answer: Assessment, state: State, cycle: Cycle, reviewer: User
) -> None:
    assert SECRET in own.get(CHECK).content.decode()

    page = choose(own, Status.IN_PROGRESS)

    assert "Saved. This answer is ready to be submitted. Kept, but not asked" in page
    assert "neither shown nor sent: Reason." in page
    answer.refresh_from_db()
    assert answer.reason == SECRET
    assert SECRET not in own.get(CHECK).content.decode()
    for audience in Visibility:
        seen = own.get(f"/en/my/nor/seen/{audience}/")
        assert SECRET not in seen.content.decode()
        seen = own.get(f"/en/my/nor/2019/1/seen/{audience}/")
        assert SECRET not in seen.content.decode()
    submission = make_accepted_submission(state, cycle)
    assert submission.assessments.get().reason == ""
    assert SECRET not in str(document(submission))
    assert SECRET not in own.get(submission.get_absolute_url()).content.decode()
    assert readers_see(SECRET) == []

    page = choose(own, Status.OVERTAKEN)
    assert "neither shown nor sent" not in page
    assert SECRET in own.get(CHECK).content.decode()


def test_taking_a_proposal_over_tells_it_too(
    own: Client, answer: Assessment, contributor: User
) -> None:
    found = make_proposal(
        contributor,
        answer,
        status=["in_progress"],
        practice=["Work is going on."],
        reason=[SECRET],
    )

    page = own.post(
        found.get_absolute_url(),
        {"act": "take-all", "version": answer.version, "ready": "ready"},
        follow=True,
    ).content.decode()

    assert "Taken over from" in page
    assert "neither shown nor sent: Reason." in page
    assert SECRET not in own.get(CHECK).content.decode()


def test_who_restores_a_version_is_told_too(
    own: Client, answer: Assessment, focal_point: User
) -> None:
    answer.status = Status.NOT_STARTED
    answer.save_version(by=focal_point)
    for status in (Status.OVERTAKEN, Status.IN_PROGRESS):
        answer.status = status
        answer.save_version(by=focal_point)
    address = f"/en/my/nor/2019/1/history/answer/{sealed(answer.pk)}/2/restore/"

    page = own.post(address, {"version": answer.version}, follow=True)

    assert "Version 2 is restored." in page.content.decode()
    assert "neither shown nor sent: Reason." in page.content.decode()


def test_a_contributor_is_told_too(
    client: Client, answer: Assessment, contributor: User
) -> None:
    client.force_login(contributor)

    page = choose(client, Status.IN_PROGRESS)

    assert "Proposed to your focal point" in page
    assert "neither shown nor sent: Reason." in page


def test_a_colleague_who_only_reads_is_not_shown_it(
    client: Client, answer: Assessment, viewer: User
) -> None:
    answer.status = Status.IN_PROGRESS
    answer.save()
    client.force_login(viewer)

    for address in (HERE, CHECK, "/en/my/nor/handover/"):
        assert SECRET not in client.get(address).content.decode(), address


def test_a_machine_is_told_what_it_fills_in_for_nothing(
    client: Client, answer: Assessment, focal_point: User
) -> None:
    _token, secret = make_token(focal_point)
    answer.status = Status.IN_PROGRESS
    answer.save()

    told = client.get(
        "/api/v1/own/answers/2019/1/", headers={"Authorization": f"Bearer {secret}"}
    ).json()

    assert told["reason"] == SECRET
    assert told["not_asked"] == ["reason"]


@pytest.mark.parametrize("status", [s for s in Status if s])
@pytest.mark.parametrize("need", ["", *AssistanceNeed])
def test_the_preview_the_record_and_the_rule_agree(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    monkeypatch: pytest.MonkeyPatch,
    status: Status,
    need: str,
) -> None:
    """Everything is filled in; what is sent is what the status and the need ask."""
    monkeypatch.setattr("tracking.models.records.tasks.missing", lambda *_given: [])
    make_ready_assessment(
        state, recommendation, cycle, status=status, assistance_need=need, **FILLED
    )
    [task] = tasks_of(state, cycle)
    [held] = preview(state, cycle, [task], Visibility.SECRETARIAT).answers

    record = submit(state, cycle, by=focal_point, consent=True).assessments.get()

    for name in AssessmentContent.columns():
        assert getattr(record, name) == getattr(held, name), name
    sent = {name for name in FILLED if getattr(record, name)}
    assert sent == {
        name
        for name, (other, values) in ASKED_UNDER.items()
        if {"status": status, "assistance_need": need}[other] in values
    }


def test_the_reason_for_a_step_back_goes_with_a_step_back(
    state: State, recommendation: Recommendation, focal_point: User
) -> None:
    """It stays while the cycle lasts, and is not told again in the next one."""

    def task() -> Task:
        return tasks_of(state, cycle)[0]

    before, cycle = make_cycle("2025"), make_cycle("2026")
    answer = make_ready_assessment(
        state, recommendation, before, status=Status.IN_PROGRESS, practice="Work"
    )
    make_accepted_submission(state, before)
    Assessment.objects.update(
        status=Status.NOT_STARTED, change_reason="The budget", ready_for=cycle
    )
    assert task().unasked == []
    for _again in range(2):
        submission = make_accepted_submission(state, cycle)
        assert submission.assessments.get().change_reason == "The budget"

    Assessment.objects.update(status=Status.IN_PROGRESS)
    assert task().unasked == ["change_reason"]
    record = make_accepted_submission(state, cycle).assessments.get()
    assert record.change_reason == ""
    answer.refresh_from_db()
    assert answer.change_reason == "The budget"


def test_what_is_asked_no_more_is_not_sent(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> None:
    answers = {"R01-Q1": "partly", "R01-Q9": "yes"}
    answer = make_ready_assessment(state, recommendation, cycle, answers=answers)
    assert not Question.objects.filter(code="R01-Q9").exists()

    record = make_submission(state, cycle).assessments.get()

    assert record.answers == {"R01-Q1": "partly"}
    answer.refresh_from_db()
    assert answer.answers == answers


def test_records_of_before_are_told_without_it(
    own: Client, answer: Assessment, state: State, cycle: Cycle, reviewer: User
) -> None:
    """They cannot change; whoever reads them is not told what they should not hold."""
    answer.status = Status.NOT_STARTED
    answer.assistance_offer = "Five experts"
    answer.assistance_details = "Two experts"
    answer.save()
    submission = make_submission(state, cycle)
    # As it was sent before: the whole row.
    made = submission.assessments.get()
    values = {name: getattr(answer, name) for name in AssessmentContent.columns()}
    other = make_submission_of_before(submission, made, values, cycle)
    assert SubmittedAssessment.objects.get(submission=other).reason == SECRET
    desk = Client()
    desk.force_login(reviewer)

    assert readers_see(SECRET, own, desk) == []
    assert readers_see("Two experts", own, desk) == []
    assert readers_see("Five experts", desk) == ["/en/data/needs.csv"]
    assert "Two experts" not in desk.get("/en/desk/needs/").content.decode()
    for client, address in (
        (own, other.get_absolute_url()),
        (own, "/en/my/nor/changes/"),
        (desk, f"/admin/tracking/submission/{other.pk}/change/"),
        (desk, "/en/desk/answers/?q=exercise+overtook"),
    ):
        assert SECRET not in client.get(address).content.decode(), address
    assert not desk.get("/en/desk/answers/?q=overtook").context["page"].object_list
    # What the State holds as its receipt stays what it was.
    assert SECRET in str(document(other))


def make_submission_of_before(
    first: Any, made: SubmittedAssessment, values: dict[str, Any], cycle: Cycle
) -> Any:
    first.recall(by=first.submitted_by)
    second = Submission.objects.create(
        state=first.state, cycle=cycle, number=2, submitted_by=first.submitted_by,
        consent=True,
    )  # fmt: skip
    SubmittedAssessment.objects.create(
        submission=second,
        source=made.source,
        recommendation=made.recommendation,
        shown_to=Visibility.PUBLIC,
        **values,
    )
    second.begin_review(by=first.submitted_by)
    second.accept(by=first.submitted_by)
    return second
