"""One page tells the next person where a State's reporting stands, and why."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_assignment,
    make_evidence,
    make_measure,
    make_note,
    make_proposal,
    make_ready_assessment,
    make_recommendation,
    make_submission,
    make_user,
)
from tracking.models import Assessment, Cycle, Role, State, Status, User, followed

QUERIES = 24


@pytest.fixture
def own(focal_point: User) -> Client:
    client = Client()
    client.force_login(focal_point)
    return client


def page(client: Client, state: State) -> str:
    response = client.get(reverse("workspace:handover", args=[state.key]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_an_untouched_state_is_told_what_there_is(
    own: Client, state: State, recommendation: Recommendation
) -> None:
    html = page(own, state)

    assert "No cycle has opened yet" in html
    assert "Your State has not submitted anything yet." in html
    assert "The secretariat has asked nothing in this cycle." in html
    assert "Never accepted" in html
    assert "No evidence expires" in html


def test_it_says_what_is_open_and_what_is_missing(
    own: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    make_assessment(state, recommendation, status=Status.CONSIDERED_NOT_PURSUED)
    make_ready_assessment(state, make_recommendation(2), cycle)
    html = page(own, state)

    assert 'Open tasks <span class="count">1</span>' in html
    assert "1 of 2" in html
    assert "60 days left" in html
    opened = html[html.index('id="open"') : html.index('id="questions"')]
    assert "Title 1" in opened
    assert "Title 2" not in opened
    assert opened.count("<li>") >= 1  # what is missing


def test_it_gives_the_reason_of_each_status_in_the_language_it_was_written_in(
    own: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
) -> None:
    answer = make_ready_assessment(
        state,
        recommendation,
        cycle,
        status=Status.IN_PROGRESS,
        practice="Déjà",
        language="fr",
    )
    make_ready_assessment(
        state,
        make_recommendation(2),
        cycle,
        status=Status.OVERTAKEN,
        reason="Une loi plus récente",
        language="fr",
    )
    make_accepted_submission(state, cycle)
    answer.refresh_from_db()
    answer.status, answer.change_reason = Status.NOT_STARTED, "On recommence"
    answer.save_version(by=focal_point)
    html = page(own, state)

    assert f"by {focal_point.name}" in html
    assert "Last accepted: cycle 2026, submission 1," in html
    assert 'lang="fr"' in html[html.index("On recommence") - 60 :]
    assert "Une loi plus récente" in html


def test_it_lists_questions_with_replies_and_deadlines(
    own: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    reviewer: User,
    focal_point: User,
) -> None:
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)
    submission.send_back(
        by=reviewer,
        questions={recommendation: "Since when?"},
        due_on=datetime.date(2027, 3, 4),
    )
    assert "No reply yet." in page(own, state)

    submission.questions.get().answer("Since 2024.", by=focal_point)
    html = page(own, state)

    assert "Since when?" in html
    assert "Reply wanted by 4 March 2027" in html
    assert "Since 2024." in html
    assert "goes with the next submission" in html


def test_it_lists_submissions_with_their_digests(
    own: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    submission = make_accepted_submission(state, cycle)
    html = page(own, state)

    assert submission.digest in html
    assert submission.get_absolute_url() in html
    assert "Counts for its cycle" in html


@pytest.mark.parametrize(
    ("days", "told"), [(-400, "expired:"), (100, "valid until"), (3000, "")]
)
def test_it_warns_of_evidence_that_expires(
    own: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    days: int,
    told: str,
) -> None:
    day = timezone.localdate() + datetime.timedelta(days=days)
    measure = make_measure(state, recommendation)
    make_evidence(state, measure, title="An old law", valid_until=day.isoformat())
    html = page(own, state)

    assert ("An old law" in html) == bool(told)
    assert told in html


def test_it_says_who_has_what_and_counts_proposals_and_notes(
    own: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    contributor: User,
) -> None:
    answer = make_assessment(state, recommendation)
    make_assignment(answer, contributor, note="Ask the police", by=focal_point)
    make_proposal(contributor, answer, law=["Not taken over yet"])
    make_note(answer, focal_point, "Between ourselves")
    html = page(own, state)

    assert "Ask the police" in html
    assert f"1 proposal of {contributor.name}" in html
    assert "1 note between colleagues" in html
    # Colleagues write to each other, not to whoever comes next.
    assert "Between ourselves" not in html
    assert "Not taken over yet" not in html


def test_it_names_the_people_of_the_state_only(
    own: Client, state: State, viewer: User, stranger: User
) -> None:
    left = make_user(Role.CONTRIBUTOR, state, name="Gone", is_active=False)
    html = page(own, state)

    assert viewer.email in html
    assert stranger.email not in html
    assert left.name not in html


def test_addresses_can_be_typed_from_paper(own: Client, state: State) -> None:
    assert f">http://testserver/en/my/{state.key}/</bdi>" in page(own, state)


@pytest.mark.parametrize("rows", [1, 4])
def test_queries_do_not_grow(
    own: Client,
    state: State,
    cycle: Cycle,
    focal_point: User,
    reviewer: User,
    django_assert_num_queries: Any,
    rows: int,
) -> None:
    for number in range(1, rows + 1):
        recommendation = make_recommendation(number)
        answer = make_ready_assessment(state, recommendation, cycle)
        measure = make_measure(state, recommendation)
        make_evidence(state, measure, answer, valid_until="2026")
        person = make_user(Role.CONTRIBUTOR, state)
        make_assignment(answer, person, by=focal_point)
        make_proposal(person, answer, law=["Words"])
        make_note(answer, person)
    make_accepted_submission(state, cycle)
    for _each in range(rows):
        submission = make_submission(state, cycle)
        submission.begin_review(by=reviewer)
        submission.send_back(
            by=reviewer,
            questions=dict.fromkeys(followed(), "Why?"),
        )
        Assessment.objects.update(ready_for=cycle)
        for question in submission.questions.all():
            question.answer("So", by=focal_point)
    page(own, state)
    with django_assert_num_queries(QUERIES):
        page(own, state)
