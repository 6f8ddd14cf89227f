"""What somebody with bad intentions would try, each time in vain."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_measure,
    make_ready_assessment,
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
from tracking.workspace.uploads import content_type_of


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
        "/en/recommendations/1/?cycle=%00",
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
    page = reverse("workspace:assessment", args=["nor", 1])
    make_measure(state, recommendation)
    measure = reverse("workspace:measure", args=["nor", 1, state.measures.get().pk])
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
    assert added.status_code == 200


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


def test_a_damaged_archive_is_refused_in_words() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    content = bytearray(buffer.getvalue())
    start = content.index(b"mimetype") + len("mimetype")
    content[start : start + 8] = b"\xff" * 8

    with pytest.raises(ValidationError, match="does not contain"):
        content_type_of(SimpleUploadedFile("a.odt", bytes(content)))
