"""Hiding a publication: two persons, a reason, at once everywhere, and back."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_evidence,
    make_hiding,
    make_measure,
    make_ready_assessment,
    make_submission,
    make_user,
)
from tests.test_audit import found, key, settle  # noqa: F401 - key is a fixture
from tracking.models import (
    AuditEntry,
    Cycle,
    EvidenceFile,
    Hiding,
    HidingError,
    Message,
    Role,
    State,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    User,
    Visibility,
)
from tracking.models.accounts.reader import reading_as

WORD = "quetzalword"
PUBLIC = {"visibility": Visibility.PUBLIC}


@pytest.fixture
def published(
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    reviewer: User,
) -> Submission:
    """An answer, a measure and a file with the word in it, public."""
    answer = make_ready_assessment(state, recommendation, cycle, law=WORD, **PUBLIC)
    measure = make_measure(state, recommendation, title=f"Plan {WORD}", **PUBLIC)
    file = EvidenceFile.keep(
        SimpleUploadedFile("law.txt", WORD.encode()),
        state=state,
        by=focal_point,
        name="law.txt",
        content_type="text/plain",
    )
    make_evidence(
        state, measure, answer, title=f"Act {WORD}", url="", file=file, **PUBLIC
    )
    return make_accepted_submission(state, cycle, by=focal_point, reviewer=reviewer)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def tells(client: Client) -> dict[str, bool]:
    """Address → whether it tells the word, or hands out the file."""
    file = SubmittedEvidence.objects.filter(file__isnull=False).latest("pk")
    told = {}
    for path in (
        "/en/states/nor/",
        "/en/states/nor/2019/1/",
        "/en/recommendations/2019/1/",
        "/en/measures/",
        "/en/measures/?q=plan&cycle=2026",
        "/api/v1/answers/",
        "/api/v1/measures/",
        "/api/v1/evidence/",
        "/en/data/answers.csv",
        "/en/data/measures.csv",
        "/en/data/evidence.csv",
        reverse("public:evidence_file", args=["nor", file.pk]),
    ):
        response: Any = client.get(path)
        body = b"".join(response) if response.streaming else response.content
        for close in response._resource_closers:
            close()
        told[path] = WORD.encode() in body
    return told


def numbers(reader: User | AnonymousUser) -> list[int]:
    """Rows that the database itself shows of each kind of record, and files."""
    tables = (SubmittedAssessment, SubmittedMeasure, SubmittedEvidence, EvidenceFile)
    shown = []
    with reading_as(reader), connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
            shown.append(cursor.fetchone()[0])
    return shown


@pytest.mark.parametrize("who", ["visitor", "stranger"])
def test_nobody_outside_reads_it_any_more_and_all_do_again_once_it_is_lifted(
    published: Submission, stranger: User, who: str
) -> None:
    client = client_of(stranger if who == "stranger" else None)
    before = tells(client)
    assert sum(before.values()) >= 10

    hiding = make_hiding(published)
    assert not any(tells(client).values())

    hiding.lift(by=hiding.proposed_by)
    assert tells(client) == before


def test_state_and_secretariat_read_it_on(
    published: Submission, viewer: User, reviewer: User
) -> None:
    make_hiding(published)

    for user in (viewer, reviewer):
        assert WORD in client_of(user).get("/en/states/nor/").content.decode()
        assert numbers(user) == [1, 1, 1, 1]
    receipt = client_of(viewer).get(published.get_absolute_url()).content.decode()
    assert "Names a person" in receipt


def test_the_database_hides_it_without_our_scopes(
    published: Submission, stranger: User
) -> None:
    for reader in (AnonymousUser(), stranger):
        assert numbers(reader) == [1, 1, 1, 1]
    make_hiding(published)

    for reader in (AnonymousUser(), stranger):
        assert numbers(reader) == [0, 0, 0, 0]


def test_our_scopes_hide_it_without_the_database(
    published: Submission, stranger: User
) -> None:
    make_hiding(published)  # the code of a test reads all

    for model in (SubmittedAssessment, SubmittedMeasure, SubmittedEvidence):
        rows: Any = model._default_manager
        assert not rows.public().exists()
        for reader in (AnonymousUser(), stranger):
            assert not rows.visible_to(reader).exists()


def test_what_was_accepted_before_does_not_come_back(
    published: Submission, state: State, cycle: Cycle, stranger: User
) -> None:
    state.assessments.update(ready_for=cycle)
    make_hiding(make_accepted_submission(state, cycle))

    assert not any(tells(client_of(stranger)).values())


def test_what_the_state_lets_read_stays_as_it_is(published: Submission) -> None:
    make_hiding(published)

    assert published.assessments.get().shown_to == Visibility.PUBLIC
    settle()
    assert found() == []
    tables = {"tracking_hiding", "tracking_submission"}
    chained = AuditEntry.objects.filter(table__in=tables, chain=published.state_id)
    assert set(chained.values_list("table", flat=True)) == tables


# Two persons ------------------------------------------------------------------


def test_a_proposal_changes_nothing_and_tells_the_state_nothing(
    published: Submission, reviewer: User, administrator: User, viewer: User
) -> None:
    before = Message.objects.filter(state=published.state, kind="hiding").count()
    Hiding.objects.propose(published, by=reviewer, reason="Why")

    published.refresh_from_db()
    assert not published.hidden
    assert Message.objects.filter(kind="hiding").count() == before
    assert [m.user for m in Message.objects.filter(kind="confirmation")] == [
        administrator
    ]
    page = client_of(viewer).get(published.get_absolute_url()).content.decode()
    assert "Why" not in page
    with reading_as(viewer):
        assert not Hiding.objects.exists()


def test_who_proposed_does_not_confirm(
    published: Submission, reviewer: User, focal_point: User
) -> None:
    hiding = Hiding.objects.propose(published, by=reviewer, reason="Why")

    for user in (reviewer, focal_point):
        with pytest.raises(HidingError):
            hiding.confirm(by=user)
    with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
        Hiding.objects.filter(pk=hiding.pk).update(
            confirmed_by=reviewer, confirmed_at=hiding.proposed_at
        )


@pytest.mark.parametrize("hidden", [True, False])
def test_nobody_hides_or_shows_past_the_two(
    published: Submission, hidden: bool
) -> None:
    if not hidden:
        make_hiding(published)

    with pytest.raises(IntegrityError, match="a hiding alone"), transaction.atomic():
        Submission.objects.filter(pk=published.pk).update(hidden=hidden)


def test_a_hiding_has_a_reason_and_is_the_only_one(
    published: Submission, reviewer: User, administrator: User
) -> None:
    with pytest.raises(IntegrityError, match="has_a_reason"), transaction.atomic():
        Hiding.objects.create(submission=published, reason="", proposed_by=reviewer)
    Hiding.objects.propose(published, by=reviewer, reason="Why")
    with pytest.raises(HidingError):
        Hiding.objects.propose(published, by=administrator, reason="Why")


def test_what_is_not_published_is_not_hidden(
    state: State, cycle: Cycle, reviewer: User
) -> None:
    with pytest.raises(HidingError):
        Hiding.objects.propose(make_submission(state, cycle), by=reviewer, reason="Why")


# Pages -------------------------------------------------------------------------


def test_two_persons_hide_it_on_its_page_and_the_state_is_told(
    published: Submission, reviewer: User, administrator: User, focal_point: User
) -> None:
    page = reverse("admin:tracking_submission_change", args=[published.pk])
    url = reverse("admin:tracking_submission_hiding", args=[published.pk])
    first, second = client_of(reviewer), client_of(administrator)

    assert first.post(url, {"verb": "propose", "reason": " "}).status_code == 422
    assert (
        first.post(url, {"verb": "propose", "reason": "It <names>"}).status_code == 302
    )
    hiding = Hiding.objects.get()
    sent = {"verb": "confirm", "hiding": hiding.pk}
    first.post(url, sent)
    assert not Hiding.objects.in_force().exists()
    assert "Confirm: hide it now" not in first.get(page).content.decode()
    assert "It &lt;names&gt;" in second.get(page).content.decode()
    second.post(url, sent)

    assert Hiding.objects.in_force().get().confirmed_by == administrator
    message = Message.objects.get(kind="hiding", user=focal_point)
    with translation.override("en"):
        assert "hides what you published for 2026" in message.title
    assert not any("names" in sentence for sentence in message.sentences)
    focal_point.muted = ["hiding"]
    focal_point.save()
    message.refresh_from_db()
    assert message.is_wanted_by_mail
    assert message.get_absolute_url() == published.get_absolute_url()
    public = client_of(focal_point).get("/en/states/nor/").content.decode()
    assert "It &lt;names&gt;" in public
    assert "&amp;lt;" not in public

    first.post(url, {"verb": "lift", "hiding": hiding.pk})
    published.refresh_from_db()
    assert not published.hidden
    last = Message.objects.filter(kind="hiding", user=focal_point).first()
    assert last is not None
    with translation.override("en"):
        assert "is shown again" in last.title


def test_a_state_hides_nothing(published: Submission, focal_point: User) -> None:
    url = reverse("admin:tracking_submission_hiding", args=[published.pk])

    sent = {"verb": "propose", "reason": "Why"}
    assert client_of(focal_point).post(url, sent).status_code == 404
    with pytest.raises(HidingError):
        Hiding.objects.propose(published, by=focal_point, reason="Why")


def test_reviewers_and_administrators_are_the_second_person(
    published: Submission, reviewer: User
) -> None:
    hiding = Hiding.objects.propose(published, by=reviewer, reason="Why")

    hiding.confirm(by=make_user(Role.REVIEWER))

    assert hiding.is_in_force
