"""Questions of the secretariat: threads, a day, and one form for all replies."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import (
    make_assessment,
    make_ready_assessment,
    make_recommendation,
    make_submission,
    make_user,
)
from tracking.models import (
    Cycle,
    ReviewQuestion,
    Role,
    State,
    Submission,
    UnsavedWork,
    User,
    Words,
    Writing,
)
from tracking.workspace.drafts.unsaved import text_of

QUESTIONS = "/en/my/nor/questions/"


def client_of(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def send_back(
    submission: Submission,
    reviewer: User,
    *recommendations: Recommendation,
    text: str = "Since when?",
    days: int | None = None,
) -> None:
    submission.begin_review(by=reviewer)
    due_on = None
    if days is not None:
        due_on = timezone.localdate() + datetime.timedelta(days=days)
    submission.send_back(
        by=reviewer, questions=dict.fromkeys(recommendations, text), due_on=due_on
    )


@pytest.fixture
def both(state: State, cycle: Cycle, recommendation: Recommendation) -> Any:
    """Two recommendations that the State has answered."""
    rows = (recommendation, make_recommendation(2))
    for row in rows:
        make_ready_assessment(state, row, cycle)
    return rows


@pytest.fixture
def returned(
    state: State, cycle: Cycle, both: Any, focal_point: User, reviewer: User
) -> Submission:
    submission = make_submission(state, cycle, by=focal_point)
    send_back(submission, reviewer, *both)
    return submission


def form_of(browser: Client, url: str = QUESTIONS) -> dict[str, Any]:
    """What a browser would send back unchanged from a page with the form."""
    page = browser.get(url).context
    asked = page.get("asked")
    form, writing = (asked.form, asked.writing) if asked else (
        page["form"], page["writing"],
    )  # fmt: skip
    data = {name: form[name].value() for name in form.fields}
    return {
        **data,
        "writing": writing.token,
        "sequence": str(writing.sequence),
        "continues": [str(seen) for seen in writing.continues],
    }


def names(submission: Submission) -> list[str]:
    return [f"reply-{question.pk}" for question in submission.questions.all()]


def replies() -> list[str]:
    return list(ReviewQuestion.objects.order_by("pk").values_list("reply", flat=True))


def test_one_button_saves_every_reply_typed(
    returned: Submission, focal_point: User
) -> None:
    browser = client_of(focal_point)
    first, second = names(returned)

    response = browser.post(
        QUESTIONS, {**form_of(browser), first: "Since 2019", second: "Since 2020"}
    )

    assert response.status_code == 302
    assert replies() == ["Since 2019", "Since 2020"]


def test_a_reply_may_wait(returned: Submission, focal_point: User) -> None:
    browser = client_of(focal_point)

    browser.post(QUESTIONS, {**form_of(browser), names(returned)[0]: "Since 2019"})

    assert replies() == ["Since 2019", ""]
    second = ReviewQuestion.objects.get(reply="")
    assert second.replied_at is None


def test_a_mistake_in_one_loses_no_word_of_the_other(
    returned: Submission, focal_point: User
) -> None:
    browser = client_of(focal_point)
    first, second = names(returned)

    response = browser.post(
        QUESTIONS, {**form_of(browser), first: "Since 2019", second: "x" * 2001}
    )

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [second]
    assert form[first].value() == "Since 2019"
    assert form[second].value() == "x" * 2001
    assert replies() == ["", ""]


def test_a_reply_is_corrected_and_not_taken_away(
    returned: Submission, focal_point: User
) -> None:
    browser = client_of(focal_point)
    first, _second = names(returned)
    browser.post(QUESTIONS, {**form_of(browser), first: "Since 2019"})

    refused = browser.post(QUESTIONS, {**form_of(browser), first: " "})
    browser.post(QUESTIONS, {**form_of(browser), first: "Since 2018"})

    assert refused.status_code == 422
    assert replies() == ["Since 2018", ""]


def test_a_colleagues_reply_is_neither_overwritten_nor_brought_back(
    returned: Submission, focal_point: User, state: State
) -> None:
    browser = client_of(focal_point)
    first, second = names(returned)
    old = form_of(browser)
    theirs = ReviewQuestion.objects.order_by("pk").first()
    assert theirs is not None
    theirs.answer("Since 2015", by=focal_point)

    # Untouched on the old page, the colleague's reply stays.
    browser.post(QUESTIONS, {**old, second: "Since 2020"})
    assert replies() == ["Since 2015", "Since 2020"]
    # Typed on the old page, both are shown, and nothing is decided.
    crossed = browser.post(QUESTIONS, {**old, first: "Since 2019"})

    assert crossed.status_code == 422
    assert replies() == ["Since 2015", "Since 2020"]
    page = crossed.content.decode()
    assert "Since 2015" in page
    assert "Since 2019" in page
    form = crossed.context["form"]
    again = {name: form[name].value() for name in form.fields}
    assert browser.post(QUESTIONS, again).status_code == 302
    assert replies() == ["Since 2019", "Since 2020"]


def test_a_reply_that_a_colleague_replaces_goes_back_to_its_writer(
    returned: Submission, focal_point: User, state: State
) -> None:
    alternate = make_user(Role.ALTERNATE, state)
    first, _second = names(returned)
    client_of(focal_point).post(QUESTIONS, {first: "Since 2018"})
    browser = client_of(alternate)

    browser.post(QUESTIONS, {**form_of(browser), first: "Since 2019"})

    assert replies() == ["Since 2019", ""]
    [kept] = UnsavedWork.objects.of(focal_point)
    assert kept.payload == {first: ["Since 2018"]}
    page = client_of(focal_point).get("/en/my/unsaved/").content.decode()
    assert "Since 2018" in page


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_others_of_the_state_read_and_do_not_reply(
    returned: Submission, role: str, request: pytest.FixtureRequest
) -> None:
    browser = client_of(request.getfixturevalue(role))
    page = browser.get(QUESTIONS)

    assert "Since when?" in page.content.decode()
    assert page.context["form"] is None
    assert "Your focal point or the alternate replies." in page.content.decode()
    sent = browser.post(QUESTIONS, {names(returned)[0]: "Since 2019"})
    assert sent.status_code == 404
    assert replies() == ["", ""]


@pytest.mark.parametrize("role", ["stranger", "reviewer"])
def test_nobody_else_replies(
    returned: Submission, role: str, request: pytest.FixtureRequest
) -> None:
    browser = client_of(request.getfixturevalue(role))

    sent = browser.post(QUESTIONS, {names(returned)[0]: "Since 2019"})

    assert sent.status_code == 404
    assert replies() == ["", ""]


def test_a_question_of_another_state_takes_no_reply(
    returned: Submission,
    focal_point: User,
    other_state: State,
    stranger: User,
    cycle: Cycle,
    reviewer: User,
    recommendation: Recommendation,
) -> None:
    make_ready_assessment(other_state, recommendation, cycle)
    theirs = make_submission(other_state, cycle, by=stranger)
    send_back(theirs, reviewer, recommendation)

    client_of(focal_point).post(QUESTIONS, {names(theirs)[0]: "Not ours"})

    assert set(replies()) == {""}


def test_at_the_task_only_its_own_question_is_replied_to(
    returned: Submission, focal_point: User
) -> None:
    browser = client_of(focal_point)
    first, second = names(returned)
    data = form_of(browser, "/en/my/nor/2019/2/")
    assert first not in data

    response = browser.post(QUESTIONS, {**data, second: "Since 2020", "at": "2019/2"})

    assert response["Location"] == "/en/my/nor/2019/2/#questions"
    assert replies() == ["", "Since 2020"]


def test_a_reply_sent_after_the_submission_went_is_kept(
    returned: Submission, focal_point: User, state: State, cycle: Cycle
) -> None:
    browser = client_of(focal_point)
    data = form_of(browser)
    for question in returned.questions.all():
        question.answer("Since 2019", by=focal_point)
    make_submission(state, cycle, by=focal_point)

    browser.post(QUESTIONS, {**data, names(returned)[1]: "Too late"})

    assert replies() == ["Since 2019", "Since 2019"]
    [kept] = UnsavedWork.objects.of(focal_point)
    page = browser.get(reverse("workspace:unsaved")).content.decode()
    assert "Too late" in page
    assert "Reply on recommendation 2" in page
    assert browser.get(kept.get_absolute_url()).status_code == 200


class TestUnsaved:
    """A reply is kept while it is typed, and when the session has ended."""

    def test_a_draft_is_kept_offered_and_settled(
        self, returned: Submission, focal_point: User
    ) -> None:
        browser = client_of(focal_point)
        first, _second = names(returned)
        typed = {**form_of(browser), first: "Since 2019", "sequence": "1"}

        kept = browser.post(QUESTIONS, typed, headers={"Accept": "application/json"})
        assert kept.json()["sequence"] == 1
        assert replies() == ["", ""]
        [draft] = browser.get(QUESTIONS).context["writing"].offers
        resumed = form_of(browser, draft.get_absolute_url())
        assert resumed[first] == "Since 2019"
        browser.post(QUESTIONS, resumed)

        assert replies() == ["Since 2019", ""]
        assert not UnsavedWork.objects.of(focal_point).exists()

    def test_what_was_sent_too_late_is_on_the_form_again(
        self, returned: Submission, focal_point: User
    ) -> None:
        browser = client_of(focal_point, enforce_csrf_checks=True)
        first, _second = names(returned)
        data = {**form_of(browser, "/en/my/nor/2019/1/"), first: "Since 2019"}
        browser.cookies.clear()

        assert browser.post(QUESTIONS, data).status_code == 302
        assert replies() == ["", ""]
        browser.force_login(focal_point)
        [held] = UnsavedWork.objects.of(focal_point)

        assert form_of(browser, held.get_absolute_url())[first] == "Since 2019"

    def test_words_of_another_state_are_named_by_nothing(
        self, returned: Submission, stranger: User
    ) -> None:
        """A payload names questions; only the own State's are looked up."""
        words = Words(
            "workspace:questions", {"iso3": "ita"}, {names(returned)[1]: ["x"]}, 1
        )
        draft = UnsavedWork.objects.keep(Writing.new(stranger), words)

        assert "recommendation 2" not in text_of(draft)


def test_threads_follow_a_recommendation_over_its_submissions(
    returned: Submission,
    both: Any,
    state: State,
    cycle: Cycle,
    focal_point: User,
    reviewer: User,
) -> None:
    for question in returned.questions.all():
        question.answer("Since 2019", by=focal_point)
    again = make_submission(state, cycle, by=focal_point)
    send_back(again, reviewer, both[0], text="By which law?")

    context = client_of(focal_point).get(QUESTIONS).context

    [thread] = context["open"]
    assert [question.text for question in thread.earlier] == ["Since when?"]
    assert [each.question.text for each in thread.open] == ["By which law?"]
    [closed] = context["closed"]
    assert closed.recommendation == both[1]
    here = client_of(focal_point).get("/en/my/nor/2019/1/").content.decode()
    assert "1 earlier question" in here
    assert f"(cycle 2026, submission {returned.number})" in here
    assert f"(cycle 2026, submission {again.number})" in here


@pytest.mark.parametrize(
    ("days", "said"), [(14, "Reply wanted by"), (-1, "The reply was wanted by")]
)
def test_the_day_is_told_wherever_the_question_is(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    reviewer: User,
    days: int,
    said: str,
) -> None:
    make_ready_assessment(state, recommendation, cycle)
    submission = make_submission(state, cycle, by=focal_point)
    send_back(submission, reviewer, recommendation, days=days)
    browser = client_of(focal_point)

    for url in (
        QUESTIONS,
        "/en/my/nor/2019/1/",
        "/en/my/nor/",
        submission.get_absolute_url(),
    ):
        assert said in browser.get(url).content.decode(), url
    [line, *_rest] = browser.get("/en/my/nor/").context["to_do"]
    assert said.lower() in line.note


def test_a_reply_ends_being_overdue(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    reviewer: User,
) -> None:
    make_ready_assessment(state, recommendation, cycle)
    submission = make_submission(state, cycle, by=focal_point)
    send_back(submission, reviewer, recommendation, days=-1)
    question = submission.questions.get()
    assert question.is_overdue

    question.answer("Since 2019", by=focal_point)

    assert not question.is_overdue


def test_without_questions_the_page_says_what_will_stand_there(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> None:
    make_assessment(state, recommendation)

    page = client_of(focal_point).get(QUESTIONS).content.decode()

    assert "Nothing waits for a reply." in page
    assert "Questions come when the secretariat returns a submission." in page
