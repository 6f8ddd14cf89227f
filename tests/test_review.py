"""Review in the admin site: a queue, one page, one decision."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
    make_user,
)
from tracking.filters.differences import difference
from tracking.models import (
    Assessment,
    Cycle,
    EvidenceFile,
    Role,
    Stage,
    State,
    Submission,
    SubmittedAssessment,
    User,
)

QUEUE = "/admin/tracking/submission/"


@pytest.fixture
def desk(client: Client, reviewer: User) -> Client:
    """The browser of a reviewer."""
    User.objects.filter(pk=reviewer.pk).update(language="en")
    client.force_login(reviewer)
    return client


@pytest.fixture
def submission(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> Submission:
    """One answer sent for review."""
    make_ready_assessment(state, recommendation, cycle, practice="Three words here")
    return make_submission(state, cycle, by=focal_point)


@pytest.fixture
def under_review(submission: Submission, reviewer: User) -> Submission:
    submission.begin_review(by=reviewer)
    return submission


def page_of(submission: Submission) -> str:
    return reverse("admin:tracking_submission_change", args=[submission.pk])


def question(recommendation: Recommendation, text: str) -> dict[str, str]:
    return {f"question_{recommendation.pk}": text}


def stage_of(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).stage


def test_those_who_wait_longest_come_first(desk: Client, cycle: Cycle) -> None:
    names = ("AAA", "BBB", "CCC")
    accepted, late, early = (make_state(iso3) for iso3 in names)
    make_accepted_submission(accepted, cycle)
    make_submission(late, cycle)
    submission = make_submission(early, cycle)
    # Records refuse to change: the older one is sent on an earlier day.
    older = Submission.objects.create(
        state=make_state("DDD"),
        cycle=cycle,
        number=1,
        submitted_by=submission.submitted_by,
        submitted_at=timezone.now() - datetime.timedelta(days=3),
        consent=True,
    )

    page = desk.get(QUEUE)

    rows = [row.state.iso3 for row in page.context["cl"].result_list]
    assert rows == ["DDD", "BBB", "CCC", "AAA"]
    assert older.state.iso3 == "DDD"
    assert "3 days" in page.text


def test_the_queue_is_searched_by_any_name_of_a_state(
    desk: Client, submission: Submission, other_state: State, cycle: Cycle
) -> None:
    make_submission(other_state, cycle)

    page = desk.get(QUEUE, {"q": "nor fr"})

    assert [row.state.iso3 for row in page.context["cl"].result_list] == ["NOR"]


def test_what_was_recalled_is_not_shown(
    desk: Client, submission: Submission, focal_point: User
) -> None:
    submission.recall(by=focal_point)

    assert not desk.get(QUEUE).context["cl"].result_list
    assert desk.get(page_of(submission)).status_code == 404


def test_a_review_begins_once(desk: Client, submission: Submission) -> None:
    first = desk.post(page_of(submission), {"begin": "1"})
    second = desk.post(page_of(submission), {"begin": "1"})

    assert first.status_code == 302
    assert second.status_code == 409
    assert stage_of(submission) == Stage.UNDER_REVIEW


def test_a_reviewer_is_told_of_a_recall(
    desk: Client, submission: Submission, focal_point: User
) -> None:
    submission.recall(by=focal_point)

    response = desk.post(page_of(submission), {"begin": "1"}, follow=True)

    assert response.redirect_chain[0][0] == QUEUE
    assert "recalled" in response.text


def test_nothing_is_preselected(desk: Client, under_review: Submission) -> None:
    form = desk.get(page_of(under_review)).context["form"]

    assert form["decision"].value() is None
    assert not form.typed


def test_accepting(desk: Client, reviewer: User, under_review: Submission) -> None:
    response = desk.post(
        page_of(under_review), {"decision": "accept", "note": "Thank you"}
    )

    assert response["Location"] == QUEUE
    assert stage_of(under_review) == Stage.ACCEPTED
    change = under_review.stage_changes.last()
    assert change is not None
    assert (change.by, change.note) == (reviewer, "Thank you")


def test_returning_with_a_question(
    desk: Client,
    reviewer: User,
    under_review: Submission,
    recommendation: Recommendation,
) -> None:
    desk.post(
        page_of(under_review),
        {"decision": "return", **question(recommendation, "Since when?")},
    )

    assert stage_of(under_review) == Stage.RETURNED
    asked = under_review.questions.get()
    assert (asked.text, asked.asked_by) == ("Since when?", reviewer)


def test_a_reply_is_wanted_by_a_day(
    desk: Client, under_review: Submission, recommendation: Recommendation
) -> None:
    day = timezone.localdate() + datetime.timedelta(days=14)

    desk.post(
        page_of(under_review),
        {"decision": "return", "due_on": day, **question(recommendation, "Since?")},
    )

    assert under_review.questions.get().due_on == day


@pytest.mark.parametrize(
    ("decision", "days"), [("return", -1), ("accept", 14)], ids=["past", "accepted"]
)
def test_no_reply_is_wanted_by_a_day_that_has_passed_or_when_nothing_is_asked(
    desk: Client,
    under_review: Submission,
    recommendation: Recommendation,
    decision: str,
    days: int,
) -> None:
    day = timezone.localdate() + datetime.timedelta(days=days)
    asked = question(recommendation, "Since?" if decision == "return" else "")

    response = desk.post(
        page_of(under_review), {"decision": decision, "due_on": day, **asked}
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["due_on"]
    assert f'value="{day}"' in response.content.decode()
    assert stage_of(under_review) == Stage.UNDER_REVIEW


def test_whether_a_reply_is_late_does_not_tell_of_one_that_was_not_sent(
    desk: Client,
    under_review: Submission,
    recommendation: Recommendation,
    reviewer: User,
    focal_point: User,
) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    under_review.send_back(
        by=reviewer, questions={recommendation: "Since?"}, due_on=yesterday
    )
    before = desk.get(page_of(under_review)).content.decode()
    under_review.questions.get().answer("A draft", by=focal_point)
    after = desk.get(page_of(under_review)).content.decode()

    assert "it has not come yet" in before
    assert "it has not come yet" in after


def test_asking_about_a_recommendation_that_was_not_sent(
    desk: Client, under_review: Submission
) -> None:
    other = make_recommendation(2)

    desk.post(
        page_of(under_review), {"decision": "return", **question(other, "And this?")}
    )

    assert under_review.questions.get().recommendation == other


@pytest.mark.parametrize(
    ("decision", "text"),
    [("", "Since when?"), ("return", "  "), ("accept", "Since when?")],
)
def test_a_mistake_changes_nothing_and_loses_nothing(
    desk: Client,
    under_review: Submission,
    recommendation: Recommendation,
    decision: str,
    text: str,
) -> None:
    response = desk.post(
        page_of(under_review),
        {"decision": decision, "note": "My note", **question(recommendation, text)},
    )

    assert response.status_code == 422
    assert stage_of(under_review) == Stage.UNDER_REVIEW
    assert "<title>Error:" in response.text
    assert "My note" in response.text
    assert text.strip() in response.text


def test_who_comes_second_is_told_and_keeps_the_text(
    desk: Client, under_review: Submission, recommendation: Recommendation
) -> None:
    colleague = make_user(Role.REVIEWER, name="Aino Quick")
    Submission.objects.get(pk=under_review.pk).accept(by=colleague)

    response = desk.post(
        page_of(under_review),
        {"decision": "return", **question(recommendation, "Since when?")},
    )

    assert response.status_code == 409
    assert "Aino Quick" in response.text
    assert "Since when?" in response.text
    assert stage_of(under_review) == Stage.ACCEPTED


def test_a_race_lost_in_the_database_is_told_the_same_way(
    desk: Client, under_review: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The colleague decides between our reading of the stage and our decision."""
    colleague = make_user(Role.REVIEWER, name="Aino Quick")
    decide = Submission.accept

    def accept_late(self: Submission, *, by: User, note: str = "") -> None:
        decide(Submission.objects.get(pk=self.pk), by=colleague)
        decide(self, by=by, note=note)

    monkeypatch.setattr(Submission, "accept", accept_late)
    response = desk.post(page_of(under_review), {"decision": "accept", "note": "Mine"})

    assert response.status_code == 409
    assert "Aino Quick" in response.text
    assert "Mine" in response.text


def test_the_admin_changes_no_word_of_a_state(
    desk: Client, under_review: Submission
) -> None:
    fields = {"state": "1", "consent": "", "digest": "x", "practice": "Ours"}
    record = under_review.assessments.get()

    desk.post(page_of(under_review), {**fields, "decision": "accept"})

    kept = Submission.objects.get(pk=under_review.pk)
    assert (kept.state, kept.consent, kept.digest) == (
        under_review.state,
        under_review.consent,
        under_review.digest,
    )
    assert SubmittedAssessment.objects.get(pk=record.pk).practice == record.practice
    assert Assessment.objects.get(pk=record.source_id).practice == record.practice


@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_nothing_is_added_or_deleted(
    desk: Client, submission: Submission, page: str
) -> None:
    assert desk.get(QUEUE + page.format(pk=submission.pk)).status_code == 403


def test_what_changed_since_the_last_accepted_one(
    desk: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    answer = make_ready_assessment(
        state, recommendation, cycle, practice="Nine officers were trained."
    )
    measure = make_measure(state, recommendation, title="Old title")
    make_accepted_submission(state, cycle)
    answer.practice = "Nine officers and two judges were trained."
    answer.answers = {"R01-Q1": "partly"}
    answer.save()
    measure.title = "New title"
    measure.save()
    submission = make_submission(state, cycle)

    page = desk.get(page_of(submission)).text

    assert "<ins>and two judges </ins>" in page
    assert "Key question 1?" in page
    assert "Partly" in page
    assert "<del>Old title</del>" in page
    assert "1 addition" in page


def test_a_resubmission_is_compared_with_the_returned_one(
    desk: Client,
    under_review: Submission,
    reviewer: User,
    state: State,
    recommendation: Recommendation,
    focal_point: User,
) -> None:
    under_review.send_back(by=reviewer, questions={recommendation: "Why?"})
    under_review.questions.get().answer("Because.", by=focal_point)
    again = make_submission(state, under_review.cycle)

    page = desk.get(page_of(again), {"since": "previous"})

    assert page.context["reading"].base == under_review
    assert "Why?" in page.text
    assert "Because." in page.text


def test_the_words_of_a_state_cannot_act_on_the_page(
    desk: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    hostile = "<script>alert(1)</script>"
    answer = make_ready_assessment(state, recommendation, cycle, practice=hostile)
    make_evidence(state, answer, title=hostile, url="https://example.org/?a=1&b=2")
    submission = make_submission(state, cycle)

    page = desk.get(page_of(submission)).text

    assert hostile not in page
    assert 'rel="noopener noreferrer nofollow external"' in page


@pytest.fixture
def file_page(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> str:
    answer = make_ready_assessment(state, recommendation, cycle)
    file = EvidenceFile.keep(
        SimpleUploadedFile("decree.pdf", b"%PDF-1.7"),
        state=state,
        by=focal_point,
        name="decree.pdf",
        content_type="application/pdf",
    )
    make_evidence(state, answer, url="", file=file)
    submission = make_submission(state, cycle)
    return reverse(
        "admin:tracking_submission_evidence",
        args=[submission.pk, submission.evidence.get().pk],
    )


def test_a_file_is_handed_out_and_never_run(desk: Client, file_page: str) -> None:
    response: Any = desk.get(file_page)

    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert response["Content-Disposition"] == 'attachment; filename="decree.pdf"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_was_recalled_is_out_of_reach(
    desk: Client, file_page: str, focal_point: User
) -> None:
    Submission.objects.get().recall(by=focal_point)

    assert desk.get(file_page).status_code == 404


def test_a_file_is_for_the_secretariat_alone(
    client: Client, file_page: str, focal_point: User
) -> None:
    client.force_login(focal_point)

    assert client.get(file_page).status_code == 404


@pytest.mark.parametrize("number", [1, 4])
def test_queries_of_the_queue(
    desk: Client, cycle: Cycle, number: int, django_assert_num_queries: Any
) -> None:
    for index in range(number):
        make_submission(make_state(f"A{index}A"), cycle)

    with django_assert_num_queries(12):
        desk.get(QUEUE)


@pytest.mark.parametrize("number", [1, 4])
def test_queries_of_the_review_page(
    desk: Client,
    state: State,
    cycle: Cycle,
    reviewer: User,
    number: int,
    django_assert_num_queries: Any,
) -> None:
    for index in range(1, number + 1):
        recommendation = make_recommendation(index)
        answer = make_ready_assessment(state, recommendation, cycle)
        measure = make_measure(state, recommendation)
        make_evidence(state, answer, measure)
    make_accepted_submission(state, cycle)
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)

    with django_assert_num_queries(25):
        desk.get(page_of(submission))


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("Nine.", "Nine.", [("same", "Nine.")]),
        ("", "Nine.", [("added", "Nine.")]),
        ("one two", "one", [("deleted", "one two"), ("added", "one")]),
        (
            "培训法官",
            "培训警官",
            [("same", "培训"), ("deleted", "法"), ("added", "警"), ("same", "官")],
        ),
    ],
)
def test_differences_are_told_by_words(
    before: str, after: str, pieces: list[tuple[str, str]]
) -> None:
    found = difference(before, after).pieces

    assert [(piece.kind, piece.text) for piece in found] == pieces


def test_differences_lose_no_word() -> None:
    before, after = "Une loi, « neuve » – 2 % !\n\nFin_de\u0301", "Loi  neuve\t(2 %)؟"

    pieces = difference(before, after).pieces

    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "deleted") == after
