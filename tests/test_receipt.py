"""Submitting, the receipt, recalling, withdrawing, narrowing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_submission,
)
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    Measure,
    ReviewQuestion,
    Stage,
    State,
    Status,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    TaskStage,
    User,
    Visibility,
    VisibilityChange,
    digest_of,
    document,
    task_of,
)

CHECK = "/en/my/nor/check/"


@pytest.fixture
def client(focal_point: User) -> Client:
    browser = Client()
    browser.force_login(focal_point)
    return browser


@pytest.fixture
def ready(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_ready_assessment(
        state, recommendation, cycle, visibility=Visibility.PUBLIC
    )


def test_a_title_changed_afterwards_leaves_the_digest(
    ready: Assessment, state: State, cycle: Cycle, focal_point: User
) -> None:
    """What was sent is in its own order, not in that of the library today."""
    for title in ("Alpha", "Beta"):
        measure = make_measure(state, ready.recommendation, title=title)
        make_evidence(state, measure, ready, title=title)
    submission = make_submission(state, cycle)
    assert digest_of(document(submission)) == submission.digest
    assert submission.measures.count() == submission.evidence.count() == 2

    for model in (Measure, Evidence):
        model.objects.filter(title="Alpha").update(title="Zulu")

    assert digest_of(document(submission)) == submission.digest


def address(view: str, submission: Submission) -> str:
    return reverse(
        f"workspace:{view}",
        args=[submission.state.key, submission.cycle.code, submission.number],
    )


def send(client: Client, **fields: Any) -> Any:
    """Submit what the check page shows."""
    shown = client.get(CHECK).context["clearing"].mark
    return client.post(
        CHECK, {"shown": shown, "reminder": "on", "consent": "yes", **fields}
    )


# Checking and submitting -----------------------------------------------------


def test_submitting_gives_a_receipt(client: Client, ready: Assessment) -> None:
    response = send(client)

    submission = Submission.objects.get()
    assert response.url == submission.get_absolute_url()
    assert submission.consent
    page = client.get(response.url).content.decode()
    assert submission.digest in page


@pytest.mark.parametrize("field", ["reminder", "consent"])
def test_reminder_and_consent_are_asked_each_time(
    client: Client, ready: Assessment, field: str
) -> None:
    response = send(client, **{field: ""})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Submission.objects.exists()


def test_without_consent_only_the_secretariat_reads(
    client: Client, ready: Assessment
) -> None:
    send(client, consent="no")

    assert SubmittedAssessment.objects.get().shown_to == Visibility.SECRETARIAT


def test_consent_is_not_asked_when_nothing_is_for_others(
    client: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    make_ready_assessment(state, recommendation, cycle)
    page = client.get(CHECK)
    assert "consent" not in page.context["form"].fields

    assert send(client).status_code == 302
    assert not Submission.objects.get().consent


def test_what_was_changed_since_it_was_read_is_not_sent(
    client: Client, ready: Assessment, alternate: User
) -> None:
    shown = client.get(CHECK).context["clearing"].mark
    ready.save_version(by=alternate)

    response = client.post(CHECK, {"shown": shown, "reminder": "on", "consent": "yes"})

    assert response.status_code == 409
    assert not Submission.objects.exists()


@pytest.mark.parametrize("kind", ["measure", "evidence"])
def test_a_changed_measure_or_evidence_stops_it_too(
    client: Client, state: State, ready: Assessment, alternate: User, kind: str
) -> None:
    measure = make_measure(state, ready.recommendation)
    row = measure if kind == "measure" else make_evidence(state, measure)
    shown = client.get(CHECK).context["clearing"].mark
    row.save_version(by=alternate)

    response = client.post(CHECK, {"shown": shown, "reminder": "on", "consent": "yes"})

    assert response.status_code == 409


def test_nothing_ready_is_said_plainly(
    client: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    make_assessment(state, recommendation, status=Status.NOT_STARTED)

    response = send(client)

    assert response.status_code == 409
    assert "No answer is ready" in response.content.decode()


def test_a_second_submission_waits_for_the_first(
    client: Client, ready: Assessment
) -> None:
    send(client)

    response = send(client)

    assert response.status_code == 409
    assert "already with the secretariat" in response.content.decode()
    assert Submission.objects.count() == 1


def test_everything_is_shown_to_those_who_will_read_it(
    client: Client, state: State, cycle: Cycle, ready: Assessment
) -> None:
    make_measure(state, ready.recommendation, visibility=Visibility.PARTIES)
    make_evidence(state, ready)

    groups = {
        group.visibility: group
        for group in client.get(CHECK).context["clearing"].groups
    }

    assert len(groups[Visibility.PUBLIC].answers) == 1
    assert len(groups[Visibility.PARTIES].measures) == 1
    assert len(groups[Visibility.SECRETARIAT].evidence) == 1


def test_what_was_accepted_and_is_not_ready_now_is_told(
    client: Client, state: State, cycle: Cycle
) -> None:
    first, second = (make_recommendation(number) for number in (1, 2))
    for recommendation in (first, second):
        make_ready_assessment(state, recommendation, cycle)
    make_accepted_submission(state, cycle)
    Assessment.objects.filter(recommendation=first).update(ready_for=None)

    clearing = client.get(CHECK).context["clearing"]

    assert [task.recommendation for task in clearing.dropped] == [first]


def test_without_a_cycle_nothing_is_sent(
    client: Client, state: State, recommendation: Recommendation
) -> None:
    make_assessment(state, recommendation)

    assert client.get(CHECK).status_code == 200
    assert client.post(CHECK, {"reminder": "on"}).status_code == 200
    assert not Submission.objects.exists()


# After submitting ------------------------------------------------------------


def test_a_submission_is_recalled_until_review_begins(
    client: Client, ready: Assessment, reviewer: User
) -> None:
    send(client)
    submission = Submission.objects.get()
    client.post(address("recall", submission))
    submission.refresh_from_db()
    assert submission.stage == Stage.RECALLED

    send(client)
    second = Submission.objects.get(number=2)
    second.begin_review(by=reviewer)
    response = client.post(address("recall", second), follow=True)

    assert "could not be recalled" in response.content.decode()
    second.refresh_from_db()
    assert second.stage == Stage.UNDER_REVIEW


def test_withdrawing_needs_a_reason(client: Client, state: State, cycle: Cycle) -> None:
    submission = make_accepted_submission(state, cycle)

    assert client.post(address("withdraw", submission), {}).status_code == 422
    client.post(address("withdraw", submission), {"reason": "Erreur"})

    submission.refresh_from_db()
    assert submission.stage == Stage.WITHDRAWN
    assert not Submission.objects.counted().exists()
    assert "Erreur" in client.get(submission.get_absolute_url()).content.decode()


@pytest.mark.parametrize("person", ["contributor", "viewer"])
def test_only_who_submits_recalls_withdraws_replies_and_publishes(
    state: State, cycle: Cycle, person: str, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(person)
    browser = Client()
    browser.force_login(user)
    submission = make_accepted_submission(state, cycle)

    for view in ("recall", "withdraw", "visibility"):
        assert browser.post(address(view, submission)).status_code == 404, view
    assert browser.get(address("visibility", submission)).status_code == 404
    assert browser.get(submission.get_absolute_url()).status_code == 200


def test_narrowing_takes_no_consent(
    client: Client, state: State, cycle: Cycle, focal_point: User
) -> None:
    submission = make_accepted_submission(state, cycle)
    record = submission.assessments.get()

    response = client.post(
        address("visibility", submission), {f"answer-{record.pk}": "secretariat"}
    )

    assert response.status_code == 302
    record.refresh_from_db()
    assert record.shown_to == Visibility.SECRETARIAT
    assert VisibilityChange.objects.get().by == focal_point


def test_widening_takes_a_fresh_consent(
    client: Client, state: State, cycle: Cycle
) -> None:
    submission = make_accepted_submission(state, cycle, consent=False)
    record = submission.assessments.get()
    page = address("visibility", submission)
    data = {f"answer-{record.pk}": "public"}

    assert client.post(page, data).status_code == 422
    record.refresh_from_db()
    assert record.shown_to == Visibility.SECRETARIAT

    assert client.post(page, {**data, "consent": "on"}).status_code == 302
    record.refresh_from_db()
    assert record.shown_to == Visibility.PUBLIC


def test_confidential_evidence_is_never_offered_to_everyone(
    client: Client, state: State, cycle: Cycle, ready: Assessment
) -> None:
    make_evidence(state, ready, classification="confidential")
    submission = make_accepted_submission(state, cycle)
    record = SubmittedEvidence.objects.get()

    response = client.post(
        address("visibility", submission),
        {f"evidence-{record.pk}": "public", "consent": "on"},
    )

    assert response.status_code == 422
    record.refresh_from_db()
    assert record.shown_to == Visibility.SECRETARIAT


def test_only_what_counts_has_its_readers_changed(
    client: Client, state: State, cycle: Cycle
) -> None:
    waiting = make_submission(state, cycle)

    assert client.get(address("visibility", waiting)).status_code == 404


# Questions -------------------------------------------------------------------


@pytest.fixture
def question(
    state: State, cycle: Cycle, ready: Assessment, focal_point: User, reviewer: User
) -> ReviewQuestion:
    submission = make_submission(state, cycle, by=focal_point)
    submission.begin_review(by=reviewer)
    submission.send_back(
        by=reviewer, questions={ready.recommendation: "Which languages?"}
    )
    return ReviewQuestion.objects.get()


def test_a_question_stands_at_its_task_and_on_the_list(
    client: Client, ready: Assessment, cycle: Cycle, question: ReviewQuestion
) -> None:
    assert task_of(ready, cycle).stage == TaskStage.RETURNED
    for url in (
        ready.get_absolute_url(),
        reverse("workspace:tasks", args=["nor"]),
        reverse("workspace:questions", args=["nor"]),
    ):
        assert "Which languages?" in client.get(url).content.decode(), url


def test_replying_then_submitting_again(
    client: Client, ready: Assessment, cycle: Cycle, question: ReviewQuestion
) -> None:
    questions = reverse("workspace:questions", args=["nor"])
    name = f"reply-{question.pk}"

    response = client.post(questions, {name: "Arabic.", "at": "1"})

    assert response.url.endswith("/my/nor/2019/1/#questions")  # type: ignore[attr-defined]
    question.refresh_from_db()
    assert question.reply == "Arabic."
    assert task_of(ready, cycle).stage == TaskStage.READY
    assert send(client).status_code == 302
    assert Submission.objects.get(number=2).stage == Stage.SUBMITTED
    client.post(questions, {name: "Too late"})
    question.refresh_from_db()
    assert question.reply == "Arabic."


def test_a_form_sent_back_leads_to_its_mistake_and_to_the_page_in_other_languages(
    client: Client,
    state: State,
    question: ReviewQuestion,
    focal_point: User,
) -> None:
    accepted = make_accepted_submission(state, make_cycle("2025"), by=focal_point)
    questions = reverse("workspace:questions", args=["nor"])
    forms = {
        address("withdraw", accepted): (accepted.get_absolute_url(), "id_reason"),
        questions: (questions, f"id_reply-{question.pk}"),
    }
    sent = {f"reply-{question.pk}": "x" * 2001}

    for url, (page, field) in forms.items():
        shown = client.post(url, sent).content.decode()
        assert f'href="{page.replace("/en/", "/fr/")}"' in shown
        assert f'href="#{field}"' in shown
        assert f'id="{field}"' in shown


def test_others_read_the_question_and_do_not_reply(
    question: ReviewQuestion, contributor: User, stranger: User, reviewer: User
) -> None:
    reply = reverse("workspace:questions", args=["nor"])
    for user in (contributor, stranger, reviewer):
        browser = Client()
        browser.force_login(user)
        assert browser.post(reply, {f"reply-{question.pk}": "Mine"}).status_code == 404
    browser = Client()
    browser.force_login(contributor)
    page = browser.get(reverse("workspace:questions", args=["nor"]))
    assert "Which languages?" in page.content.decode()
    assert "<textarea" not in page.content.decode()


def test_receipts_of_every_cycle_are_listed(
    client: Client, state: State, focal_point: User
) -> None:
    for code in ("2025", "2026"):
        make_submission(state, make_cycle(code), by=focal_point)

    page = client.get(reverse("workspace:submissions", args=["nor"]))

    assert len(page.context["submissions"]) == 2
