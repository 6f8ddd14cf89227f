"""What somebody with bad intentions would try, each time in vain."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

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
    Cycle,
    EvidenceFile,
    State,
    Submission,
    User,
    Visibility,
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Pages of the admin site leave their reader's language on."""
    with translation.override("en"):
        yield


def returned_submission(
    state: State, cycle: Cycle, recommendation: Recommendation, reviewer: User
) -> Submission:
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)
    submission.send_back(by=reviewer, questions={recommendation: "Why?"})
    return submission


@pytest.fixture
def desk(client: Client, reviewer: User) -> Client:
    """The browser of the reviewer."""
    client.force_login(reviewer)
    return client


# What the secretariat may not read yet ----------------------------------------


def test_a_reply_is_read_once_it_is_sent(
    desk: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    reviewer: User,
    focal_point: User,
) -> None:
    returned = returned_submission(state, cycle, recommendation, reviewer)
    page = reverse("admin:tracking_submission_change", args=[returned.pk])
    returned.questions.get().answer("Parliament hesitates.", by=focal_point)
    assert "hesitates" not in desk.get(page).content.decode()

    again = make_submission(state, cycle)
    assert "hesitates" in desk.get(page).content.decode()

    again.recall(by=focal_point)
    assert "hesitates" not in desk.get(page).content.decode()


# What others may not infer ------------------------------------------------------


def test_an_answer_to_a_question_that_is_asked_no_more_stays_confidential(
    client: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    """Nobody knows any more whether the question was confidential."""
    make_ready_assessment(
        state,
        recommendation,
        cycle,
        visibility=Visibility.PUBLIC,
        answers={"R01-Q1": "yes", "R01-Q9": "Three patrols."},
    )
    make_accepted_submission(state, cycle)

    told = client.get("/api/v1/answers/").json()["results"]

    assert [each["answers"] for each in told] == [{"R01-Q1": "yes"}]


def test_a_file_is_published_under_the_name_given_with_it(
    state: State, focal_point: User
) -> None:
    """The same content may have had a name that is for the State alone."""
    names = [
        EvidenceFile.keep(
            SimpleUploadedFile(name, b"The law."),
            state=state,
            by=focal_point,
            name=name,
            content_type="text/plain",
        ).name
        for name in ("operation-owl.txt", "law.txt", "law.txt")
    ]

    assert names == ["operation-owl.txt", "law.txt", "law.txt"]
    assert state.files.count() == 2


# What is not an address, not a number, not a file --------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/en/recommendations/2019/1/?cycle=%00",
        "/en/states/?q=%00",
        "/api/v1/cycles/%00/",
        "/api/v1/schema/?lang=%00",
        "/en/account/login/?next=%00",
        "/admin/login/?next=%00",
    ],
)
def test_a_null_character_breaks_nothing(
    client: Client, recommendation: Recommendation, address: str
) -> None:
    assert client.get(address).status_code < 500


@pytest.mark.parametrize("number", ["9" * 5000, "٣", "²", "-1", "1e3", "", "None"])
def test_a_number_that_is_none_breaks_nothing(
    client: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    number: str,
) -> None:
    client.force_login(focal_point)
    page = reverse("workspace:assessment", args=["nor", "2019/1"])
    make_measure(state, recommendation)
    measure = reverse(
        "workspace:measure", args=["nor", "2019/1", state.measures.get().pk]
    )
    for address, sent in (
        (page, {"version": number}),
        (page, {"version": "1", "act": f"measure-{number}"}),
        (page, {"version": "1", "act": f"evidence-for-{number}"}),
        (f"{page}confirm/", {"version": number}),
        (f"{page}measures/add/", {"reuse": number}),
        (f"{page}evidence/add/", {"reuse": number}),
        (f"{page}evidence/add/", {"measures": number, "recommendations": number}),
        (f"{measure}remove/", {"version": number}),
        (measure, {"version": number}),
    ):
        assert client.post(address, sent).status_code < 500, (address, sent)
    added = client.get(f"{page}evidence/add/", {"measure": number})
    assert added.status_code in (200, 414)


@pytest.mark.parametrize("pk", ["9" * 5000, "²", "None", "1_0"])
def test_a_submission_that_is_none_breaks_nothing(desk: Client, pk: str) -> None:
    page = f"/admin/tracking/submission/{pk}/change/"

    assert desk.get(page).status_code < 500
    assert desk.post(page).status_code < 500


def test_an_administrator_cannot_ask_for_passwords(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    accounts = reverse("admin:tracking_user_changelist")

    assert client.get(accounts, {"password__startswith": "md5"}).status_code == 400
    assert client.get(accounts, {"role": "reviewer"}).status_code == 200


# What a form does not take ---------------------------------------------------------


def test_a_form_changes_no_column_that_it_does_not_show(
    client: Client,
    state: State,
    other_state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    alternate: User,
    stranger: User,
) -> None:
    client.force_login(alternate)
    later = make_cycle("2027")
    other = make_recommendation(2)
    answer = make_assessment(state, recommendation)
    measure = make_measure(state, recommendation)
    evidence = make_evidence(state, measure)
    foreign = {
        "id": 999,
        "pk": 999,
        "state": other_state.pk,
        "state_id": other_state.pk,
        "recommendation": other.pk,
        "updated_by": stranger.pk,
        "updated_at": "2001-01-01",
        "removed_at": "2001-01-01",
        "ready_for": later.pk,
        "ready_for_id": later.pk,
        "answers": '{"R01-Q1": "yes"}',
        "file": 1,
        "version": 1,
        "title": "Kept",
        "kind": "law",
        "recommendations": [recommendation.pk],
        "measures": [measure.pk],
        "url": "https://example.org/law",
    }
    place = [state.key, "2019/1"]
    for address in (
        answer.get_absolute_url(),
        reverse("workspace:measure", args=[*place, measure.pk]),
        reverse("workspace:evidence", args=[*place, evidence.pk]),
    ):
        assert client.post(address, foreign).status_code == 302

    for row in (answer, measure, evidence):
        pk = row.pk
        row.refresh_from_db()
        assert (row.pk, row.state, row.updated_by) == (pk, state, alternate)
        assert row.version == 2
    assert answer.recommendation == recommendation
    assert answer.ready_for is None
    assert answer.answers == {}
    assert (measure.removed_at, evidence.removed_at, evidence.file) == (None,) * 3


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "file:///etc"],
)
def test_a_link_leads_to_a_page_and_nowhere_else(
    client: Client,
    state: State,
    recommendation: Recommendation,
    focal_point: User,
    link: str,
) -> None:
    client.force_login(focal_point)
    page = client.post(
        reverse("workspace:add_evidence", args=[state.key, "2019/1"]),
        {
            "title": "A law",
            "kind": "law",
            "url": link,
            "recommendations": [recommendation.pk],
        },
    )

    assert page.status_code == 422
    assert not state.evidence.exists()


def test_a_form_takes_nothing_of_another_state(
    client: Client,
    state: State,
    other_state: State,
    recommendation: Recommendation,
    focal_point: User,
) -> None:
    client.force_login(focal_point)
    theirs = make_measure(other_state, recommendation)
    not_used_here = make_measure(other_state, make_recommendation(2))
    file = EvidenceFile.keep(
        SimpleUploadedFile("law.txt", b"The law."),
        state=other_state,
        by=focal_point,
        name="law.txt",
        content_type="text/plain",
    )
    their_evidence = make_evidence(other_state, theirs, file=file)
    their_answer = make_assessment(other_state, recommendation)
    place = [state.key, "2019/1"]
    measures = reverse("workspace:add_measure", args=place)
    evidence = reverse("workspace:add_evidence", args=place)

    assert client.post(measures, {"reuse": theirs.pk}).status_code == 404
    assert client.post(evidence, {"reuse": their_evidence.pk}).status_code == 404
    sent = {"title": "A law", "kind": "law", "reference": "Article 1"}
    refused = client.post(evidence, {**sent, "measures": [theirs.pk]})
    assert refused.status_code == 422
    client.post(evidence, {**sent, "recommendations": [recommendation.pk]})
    assert not their_answer.evidence.exists()
    for address in (measures, evidence):
        page = client.get(address).content.decode()
        for row in (theirs, not_used_here, their_evidence):
            assert row.title not in page
    file_page = reverse("workspace:evidence_file", args=["nor", their_evidence.pk])
    assert client.get(file_page).status_code == 404
    for name, row in (("measure", theirs), ("evidence", their_evidence)):
        address = reverse(f"workspace:{name}", args=[*place, row.pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {**sent, "version": 1}).status_code == 404
        for verb in ("remove", "restore"):
            assert client.post(f"{address}{verb}/", {"version": 1}).status_code == 404
