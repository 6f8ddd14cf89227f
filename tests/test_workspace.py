"""Data entry: drafts, readiness, rights by role, number of queries."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Question, Recommendation
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
    Stage,
    State,
    Status,
    TaskStage,
    User,
    task_of,
)


def answer_url(number: int = 1, view: str = "assessment") -> str:
    return reverse(f"workspace:{view}", args=["nor", f"2019/{number}"])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(client: Client, answer: Assessment, **fields: Any) -> Any:
    """Send the form of an answer, with the version the database holds."""
    answer.refresh_from_db()
    data = {"version": answer.version, "act": "save", **fields}
    return client.post(answer.get_absolute_url(), data)


@pytest.fixture
def answer(state: State, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation)


def test_home_leads_to_ones_own_state(client: Client, focal_point: User) -> None:
    client.force_login(focal_point)

    assert client.get(reverse("workspace:home")).url == reverse(  # type: ignore[attr-defined]
        "workspace:tasks", args=["nor"]
    )


def test_the_first_visit_prepares_every_task(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    for number in (1, 2, 3):
        make_recommendation(number)

    page = signed_in(focal_point).get(reverse("workspace:tasks", args=["nor"]))

    assert Assessment.objects.filter(state=state).count() == 3
    assert page.context["total"] == 3
    assert page.context["untouched"]


def test_a_target_date_that_has_passed_is_told_in_the_list_and_at_the_answer(
    state: State, recommendation: Recommendation, cycle: Cycle, alternate: User
) -> None:
    answer = make_ready_assessment(
        state,
        recommendation,
        cycle,
        status=Status.PLANNED,
        target_date="2020",
        lead_institution="Ministry",
    )
    client = signed_in(alternate)

    for url in (reverse("workspace:tasks", args=["nor"]), answer.get_absolute_url()):
        assert "The target date has passed" in client.get(url).content.decode()


def test_an_answer_opened_first_is_prepared(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> None:
    client = signed_in(focal_point)

    assert client.get(answer_url(1)).status_code == 200
    assert client.get(answer_url(9)).status_code == 404


def test_a_draft_may_be_incomplete(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    response = save(
        signed_in(focal_point), answer, status="fully_implemented", practice="Début"
    )

    assert response.status_code == 302
    answer.refresh_from_db()
    assert (answer.status, answer.practice) == ("fully_implemented", "Début")
    assert answer.updated_by == focal_point
    assert answer.ready_for is None


def test_what_is_missing_links_to_its_field(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    client = signed_in(focal_point)
    save(client, answer, status="planned", ready="ready")

    page = client.get(answer.get_absolute_url())

    anchors = {missing.anchor for missing in page.context["missing"]}
    assert anchors == {"id_target_date", "id_lead_institution"}
    for anchor in anchors:
        assert f'id="{anchor}"' in page.content.decode()


def test_ready_with_something_missing_is_saved_and_says_so(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    client = signed_in(focal_point)

    response = save(client, answer, status="planned", ready="ready")

    page = client.get(response.url)
    assert "not ready yet" in str([str(m) for m in page.context["messages"]])
    answer.refresh_from_db()
    assert answer.ready_for == cycle
    assert task_of(answer, cycle).stage == TaskStage.DRAFT


def test_a_complete_answer_becomes_ready(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    save(signed_in(focal_point), answer, status="not_started", ready="ready")

    answer.refresh_from_db()
    assert task_of(answer, cycle).stage == TaskStage.READY


def test_saying_later_takes_readiness_back(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> None:
    answer = make_ready_assessment(state, recommendation, cycle)

    save(signed_in(focal_point), answer, status="not_started", ready="later")

    answer.refresh_from_db()
    assert answer.ready_for is None


def test_questions_are_kept_by_the_kind_of_their_answer(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    for position, kind in enumerate(["number", "list", "date", "yes_no"], start=2):
        Question.objects.create(
            recommendation=answer.recommendation,
            code=f"R01-Q{position}",
            position=position,
            answer_type=kind,
            label_en=kind,
        )

    save(
        signed_in(focal_point),
        answer,
        **{
            "R01-Q1": "partly",
            "R01-Q2": "1 200",
            "R01-Q3": "Un\r\nDeux",
            "R01-Q4": "14.2.2026",
            "R01-Q5": "",
        },
    )

    answer.refresh_from_db()
    assert answer.answers == {
        "R01-Q1": "partly",
        "R01-Q2": 1200,
        "R01-Q3": "Un\nDeux",
        "R01-Q4": "2026-02-14",
    }


def test_zero_is_an_answer_and_a_blank_is_none(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    Question.objects.update(answer_type="number")
    client = signed_in(focal_point)

    save(client, answer, **{"R01-Q1": "0"})
    answer.refresh_from_db()
    assert answer.answers == {"R01-Q1": 0}

    save(client, answer, **{"R01-Q1": ""})
    answer.refresh_from_db()
    assert answer.answers == {}


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("target_date", "next year"),
        ("completed_on", "2026-13"),
        ("law", "é" * 2001),
        ("status", "excellent"),
        ("visibility", "friends"),
    ],
)
def test_what_is_badly_formed_comes_back_with_every_word(
    answer: Assessment, cycle: Cycle, focal_point: User, name: str, typed: str
) -> None:
    response = save(
        signed_in(focal_point), answer, practice="Mes mots", **{name: typed}
    )

    assert response.status_code == 422
    page = response.content.decode()
    assert "Mes mots" in page
    assert 'role="alert"' in page
    assert name in response.context["form"].errors
    answer.refresh_from_db()
    assert answer.practice == ""


def test_line_breaks_count_once(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    text = "a\r\n" * 999 + "ab"  # 2000 characters, as the page counts them

    response = save(signed_in(focal_point), answer, law=text)

    assert response.status_code == 302


def test_a_form_without_version_is_refused(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    response = signed_in(focal_point).post(
        answer.get_absolute_url(), {"practice": "Mes mots"}
    )

    assert response.status_code == 422
    assert "Mes mots" in response.content.decode()
    answer.refresh_from_db()
    assert answer.practice == ""


def test_considering_is_offered_only_where_the_text_asks_to_consider(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    client = signed_in(focal_point)
    for number, modality, offered in (
        (1, "should", False),
        (2, "should_consider", True),
    ):
        make_recommendation(number, modality=modality)
        page = client.get(answer_url(number)).content.decode()
        assert ('value="considered_not_pursued"' in page) is offered


def test_save_and_next_goes_on_and_ends_at_the_list(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    first, last = (
        make_assessment(state, make_recommendation(number)) for number in (1, 2)
    )
    client = signed_in(focal_point)

    def led_to(answer: Assessment, **fields: str) -> str:
        address = save(client, answer, act="next", **fields).url
        return str(client.get(address).url)  # type: ignore[attr-defined]

    done = {"status": "not_started", "ready": "ready"}
    assert led_to(first) == answer_url(2)
    assert led_to(last, **done) == answer_url(1)
    assert led_to(first, **done) == reverse("workspace:tasks", args=["nor"])


def test_leaving_for_a_measure_saves_first(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    response = save(signed_in(focal_point), answer, practice="Avant", act="add-measure")

    assert response.url == answer_url(1, "add_measure")
    answer.refresh_from_db()
    assert answer.practice == "Avant"


def test_ones_text_can_be_downloaded(
    answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    response = save(signed_in(focal_point), answer, practice="Mes mots", act="download")

    assert response["Content-Disposition"].startswith("attachment")
    assert "Mes mots" in response.content.decode()
    answer.refresh_from_db()
    assert answer.practice == ""


def test_an_answer_of_an_earlier_cycle_is_confirmed_in_one_act(
    state: State, recommendation: Recommendation, focal_point: User
) -> None:
    make_accepted_submission(state, make_cycle("2025"))
    cycle = make_cycle("2026")
    answer = Assessment.objects.get()
    assert task_of(answer, cycle).stage == TaskStage.TO_CONFIRM
    client = signed_in(focal_point)
    page = client.get(answer.get_absolute_url())
    assert page.context["previous"].submission.cycle.code == "2025"

    client.post(answer_url(1, "confirm"), {"version": answer.version})

    answer.refresh_from_db()
    assert task_of(answer, cycle).stage == TaskStage.READY


def test_confirming_an_older_version_does_nothing(
    state: State, recommendation: Recommendation, focal_point: User
) -> None:
    make_accepted_submission(state, make_cycle("2025"))
    cycle = make_cycle("2026")
    answer = Assessment.objects.get()
    answer.save_version(by=focal_point)

    signed_in(focal_point).post(answer_url(1, "confirm"), {"version": 1})

    answer.refresh_from_db()
    assert answer.ready_for != cycle


def test_without_a_cycle_answers_can_be_prepared(
    answer: Assessment, focal_point: User
) -> None:
    client = signed_in(focal_point)

    assert client.get(reverse("workspace:tasks", args=["nor"])).status_code == 200
    assert save(client, answer, practice="Tôt", ready="ready").status_code == 302
    answer.refresh_from_db()
    assert answer.ready_for is None
    assert answer.practice == "Tôt"


def test_a_late_cycle_stays_open(
    answer: Assessment, focal_point: User, alternate: User
) -> None:
    today = timezone.localdate()
    make_cycle(
        "2026",
        opens_on=today - datetime.timedelta(days=300),
        closes_on=today - datetime.timedelta(days=30),
    )

    page = signed_in(focal_point).get(reverse("workspace:tasks", args=["nor"]))

    assert "stays open" in page.content.decode()


def test_a_viewer_reads_and_cannot_write(
    answer: Assessment, cycle: Cycle, viewer: User
) -> None:
    client = signed_in(viewer)
    page = client.get(answer.get_absolute_url())

    assert page.status_code == 200
    assert 'name="practice"' not in page.content.decode()
    assert save(client, answer, practice="Non").status_code == 404
    answer.refresh_from_db()
    assert answer.practice == ""


def test_a_contributor_proposes_and_does_not_submit(
    state: State, cycle: Cycle, recommendation: Recommendation, contributor: User
) -> None:
    answer = make_ready_assessment(state, recommendation, cycle)
    client = signed_in(contributor)

    assert save(client, answer, practice="Oui").status_code == 302
    answer.refresh_from_db()
    assert answer.practice == ""
    assert state.proposals.get().payload["practice"] == ["Oui"]
    page = client.get(reverse("workspace:check", args=["nor"]))
    assert page.status_code == 200
    assert 'name="reminder"' not in page.content.decode()
    assert client.post(reverse("workspace:check", args=["nor"])).status_code == 404
    assert not state.submissions.exists()


@pytest.mark.parametrize("reader", ["stranger", "reviewer", "administrator"])
def test_nobody_else_finds_any_page(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    reader: str,
    request: pytest.FixtureRequest,
) -> None:
    user: User = request.getfixturevalue(reader)
    client = signed_in(user)
    answer = make_ready_assessment(state, recommendation, cycle)
    measure = make_measure(state, recommendation)
    evidence = make_evidence(state, answer)
    submission = make_submission(state, cycle, by=focal_point)
    place = ["nor", "2019/1"]
    sent = ["nor", cycle.code, submission.number]
    pages: dict[str, list[Any]] = {
        "tasks": ["nor"],
        "assessment": place,
        "add_measure": place,
        "measure": [*place, measure.pk],
        "add_evidence": place,
        "evidence": [*place, evidence.pk],
        "evidence_file": ["nor", evidence.pk],
        "questions": ["nor"],
        "check": ["nor"],
        "submissions": ["nor"],
        "receipt": sent,
        "receipt_file": sent,
        "visibility": sent,
    }
    for view, args in pages.items():
        url = reverse(f"workspace:{view}", args=args)
        assert client.get(url).status_code == 404, view
        assert client.post(url).status_code == 404, view
    acts: dict[str, list[Any]] = {
        "confirm": place,
        "remove_measure": [*place, measure.pk],
        "restore_measure": [*place, measure.pk],
        "remove_evidence": [*place, evidence.pk],
        "restore_evidence": [*place, evidence.pk],
        "recall": sent,
        "withdraw": sent,
    }
    for view, args in acts.items():
        url = reverse(f"workspace:{view}", args=args)
        assert client.post(url).status_code == 404, view
    submission.refresh_from_db()
    assert submission.stage == Stage.SUBMITTED


def test_a_visitor_is_asked_to_sign_in(client: Client, answer: Assessment) -> None:
    response = client.get(answer.get_absolute_url())

    assert response.status_code == 302
    assert reverse("account_login") in response.url  # type: ignore[attr-defined]
