"""Where a State wants a second person, nothing is published by one alone."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from config.addresses import sealed
from recommendations.models import Recommendation
from tests.factories import (
    make_cycle,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_user,
)
from tracking.models import (
    Assessment,
    Cycle,
    FourEyes,
    Message,
    Prepared,
    Role,
    SecondPersonError,
    State,
    Submission,
    User,
    Visibility,
    submit,
)
from tracking.workspace.submitting.clearance import clearing_of

SETTING = "/en/my/nor/second-person/"
CHECK = "/en/my/nor/check/"


@pytest.fixture
def alternate(state: State) -> User:
    return make_user(Role.ALTERNATE, state, name="Alternate Berg")


@pytest.fixture
def chosen(state: State, focal_point: User, alternate: User) -> FourEyes:
    return FourEyes.objects.begin(state, by=focal_point)


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_ready_assessment(
        state, recommendation, cycle, law="La loi", visibility=Visibility.PUBLIC
    )


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


def send(client: Client, state: State, cycle: Cycle, **more: Any) -> Any:
    """Press the button of the check page, having read what is there."""
    shown = clearing_of(state, cycle).mark
    return client.post(
        CHECK, {"reminder": "on", "consent": "yes", "shown": shown, **more}
    )


def confirm(client: Client, prepared: Prepared, shown: str | None = None) -> Any:
    mark = clearing_of(prepared.state, prepared.cycle).mark if shown is None else shown
    path = f"{SETTING}{sealed(prepared.pk)}/confirm/"
    return client.post(path, {"reminder": "on", "shown": mark})


def cancel(client: Client, prepared: Prepared) -> Any:
    return client.post(f"{SETTING}{sealed(prepared.pk)}/cancel/")


@pytest.fixture
def prepared(
    as_: Any, chosen: FourEyes, answer: Assessment, cycle: Cycle, focal_point: User
) -> Prepared:
    response = send(as_(focal_point), answer.state, cycle, note="Voir la loi")
    assert response.status_code == 302
    return Prepared.objects.get()


# The choice --------------------------------------------------------------------


def test_one_person_is_enough_until_somebody_chooses(
    as_: Any, answer: Assessment, cycle: Cycle, focal_point: User, alternate: User
) -> None:
    assert send(as_(focal_point), answer.state, cycle).status_code == 302

    assert Submission.objects.get().prepared_by is None


def test_one_begins_and_both_end(
    as_: Any, state: State, focal_point: User, alternate: User
) -> None:
    as_(focal_point).post(SETTING, {"act": "begin"})
    as_(focal_point).post(SETTING, {"act": "begin"})  # pressed twice
    chosen = FourEyes.objects.get()
    assert chosen.begun_by == focal_point

    as_(focal_point).post(SETTING, {"act": "end"})  # nobody proposed it
    as_(focal_point).post(SETTING, {"act": "propose"})
    as_(focal_point).post(SETTING, {"act": "end"})  # alone
    assert FourEyes.objects.of(state)
    assert "proposes" in str(Message.objects.of(alternate).get().sentences)

    as_(alternate).post(SETTING, {"act": "end"})
    assert FourEyes.objects.of(state) is None
    chosen.refresh_from_db()
    assert (chosen.ending_proposed_by, chosen.ended_by) == (focal_point, alternate)


def test_a_proposal_to_end_it_can_be_refused_and_dies_with_the_role(
    as_: Any, chosen: FourEyes, focal_point: User, alternate: User
) -> None:
    as_(focal_point).post(SETTING, {"act": "propose"})
    as_(alternate).post(SETTING, {"act": "keep"})
    chosen.refresh_from_db()
    assert chosen.ending_proposed_by is None

    chosen.propose_end(by=focal_point)
    focal_point.nominations.update(ended_at=timezone.now())
    with pytest.raises(SecondPersonError):
        chosen.end(by=alternate)


def test_the_database_lets_nobody_end_it_alone(
    chosen: FourEyes, focal_point: User
) -> None:
    now = timezone.now()
    for first in (None, focal_point):
        with pytest.raises(IntegrityError), transaction.atomic():
            FourEyes.objects.update(
                ending_proposed_by=first, ended_by=focal_point, ended_at=now
            )


@pytest.mark.parametrize("who", ["stranger", "viewer", "contributor", "reviewer"])
def test_nobody_else_reaches_it(
    as_: Any, request: Any, prepared: Prepared, who: str
) -> None:
    client = as_(request.getfixturevalue(who))
    for act in ("begin", "propose", "end"):
        assert client.post(SETTING, {"act": act}).status_code == 404
    assert client.get(SETTING).status_code == 404
    assert confirm(client, prepared).status_code == 404
    assert cancel(client, prepared).status_code == 404
    assert not Submission.objects.exists()


def test_an_administrator_cannot_change_it(
    as_: Any, chosen: FourEyes, prepared: Prepared
) -> None:
    client = as_(make_user(Role.ADMINISTRATOR))

    assert client.post(SETTING, {"act": "end"}).status_code == 404
    assert confirm(client, prepared).status_code == 404
    assert FourEyes.objects.in_force().exists()


def test_while_one_person_is_alone_sending_waits(
    as_: Any, answer: Assessment, cycle: Cycle, focal_point: User, state: State
) -> None:
    FourEyes.objects.begin(state, by=focal_point)
    client = as_(focal_point)

    assert b"note verbale" in client.get(SETTING).content
    assert b"A second person is missing" in client.get(CHECK).content
    response = send(client, state, cycle)
    assert response.status_code == 409
    assert b"nobody else is in office" in response.content
    assert not Prepared.objects.exists()
    assert not Submission.objects.exists()


# Preparing and confirming --------------------------------------------------------


def test_preparing_sends_nothing_and_tells_the_other(
    prepared: Prepared, focal_point: User, alternate: User
) -> None:
    assert not Submission.objects.exists()
    assert (prepared.prepared_by, prepared.consent) == (focal_point, True)
    message = Message.objects.get()
    assert message.user == alternate
    assert message.get_absolute_url() == SETTING
    assert message.mailing == "waiting"
    assert "Voir" not in f"{message.title} {message.sentences}"
    assert mail.outbox == []


def test_the_other_reads_who_prepared_it_and_sends_it(
    as_: Any,
    prepared: Prepared,
    focal_point: User,
    alternate: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = as_(alternate)
    assert CHECK.encode() in client.get(SETTING).content
    page = client.get(CHECK).content.decode()
    assert focal_point.name in page
    assert "Voir la loi" in page
    assert "Confirm and submit" in page

    with django_capture_on_commit_callbacks(execute=True):
        response = confirm(client, prepared)
    submission = Submission.objects.get()

    assert response["Location"] == submission.get_absolute_url()
    assert submission.submitted_by == alternate
    assert submission.prepared_by == focal_point
    assert submission.consent
    receipt = client.get(submission.get_absolute_url()).content.decode()
    assert focal_point.name in receipt
    assert alternate.name in receipt
    file = client.get(submission.get_absolute_url() + "file/").content.decode()
    assert f"Prepared by: {focal_point.name}\n" in file
    assert f"submitted by: {alternate.name}\n" in file


def test_a_receipt_with_two_names_is_verified(
    as_: Any, prepared: Prepared, alternate: User, focal_point: User
) -> None:
    from tracking.workspace.submitting.receipts import (
        read_receipt,
        receipt_text,
        recomputed_digest,
    )

    focal_point.name = "A\nSHA-256: " + "0" * 64
    focal_point.save()
    confirm(as_(alternate), prepared)
    submission = Submission.objects.get()

    receipt = read_receipt(receipt_text(submission))
    assert receipt.digest == submission.digest == recomputed_digest(submission)
    assert receipt.document["prepared_by"] == focal_point.pk


def test_who_prepared_it_does_not_confirm_it(
    as_: Any, prepared: Prepared, focal_point: User
) -> None:
    client = as_(focal_point)

    assert b"the other person confirms" in client.get(CHECK).content
    assert b"/confirm/" not in client.get(CHECK).content
    response = confirm(client, prepared)

    assert response.status_code == 409
    assert not Submission.objects.exists()
    assert Prepared.objects.waiting().exists()


def test_confirming_takes_the_box(
    as_: Any, prepared: Prepared, alternate: User
) -> None:
    path = f"{SETTING}{sealed(prepared.pk)}/confirm/"

    assert as_(alternate).post(path).status_code == 422
    assert not Submission.objects.exists()


def test_confirming_takes_the_page_as_it_is(
    as_: Any, prepared: Prepared, alternate: User
) -> None:
    """What one has not read is not confirmed, although nothing changed since."""
    assert confirm(as_(alternate), prepared, shown="another page").status_code == 409
    assert not Submission.objects.exists()


@pytest.mark.parametrize("who", ["focal_point", "alternate"])
def test_both_may_take_it_back(
    as_: Any, request: Any, prepared: Prepared, who: str, alternate: User
) -> None:
    cancel(as_(request.getfixturevalue(who)), prepared)

    assert not Prepared.objects.waiting().exists()
    assert confirm(as_(alternate), prepared).status_code == 409
    assert cancel(as_(alternate), prepared).status_code == 302
    assert not Submission.objects.exists()


def test_confirming_again_sends_nothing_again(
    as_: Any, prepared: Prepared, alternate: User
) -> None:
    assert confirm(as_(alternate), prepared).status_code == 302
    submission = Submission.objects.get()
    assert confirm(as_(alternate), prepared).status_code == 409
    submission.recall(by=alternate)

    assert confirm(as_(alternate), prepared).status_code == 409
    assert Submission.objects.count() == 1


def test_preparing_again_replaces_what_waited(
    as_: Any, prepared: Prepared, state: State, cycle: Cycle, alternate: User
) -> None:
    send(as_(alternate), state, cycle, consent="no")

    assert Prepared.objects.waiting().get().prepared_by == alternate
    assert confirm(as_(alternate), prepared).status_code == 409
    assert not Submission.objects.exists()


# What changed in between -----------------------------------------------------------


def _change(answer: Assessment, **fields: Any) -> None:
    Assessment.objects.filter(pk=answer.pk).update(version=answer.version + 1, **fields)


def test_a_change_of_the_working_copy_is_told_and_nothing_is_sent(
    as_: Any,
    prepared: Prepared,
    answer: Assessment,
    state: State,
    cycle: Cycle,
    focal_point: User,
    alternate: User,
) -> None:
    seen = clearing_of(state, cycle).mark
    _change(answer, law="Autre")
    measure = make_measure(state, answer.recommendation, title="New law")
    client = as_(alternate)

    for mark in (seen, None):  # the page of before, the page of now
        response = confirm(client, prepared, mark)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Changed since then" in page
        assert measure.title in page
        assert "/confirm/" not in page
    assert not Submission.objects.exists()

    # Who changed it does not confirm it alone: it is prepared again, for the other.
    assert send(client, state, cycle).status_code == 302
    again = Prepared.objects.waiting().get()
    assert again.prepared_by == alternate
    assert confirm(client, again).status_code == 409
    assert confirm(as_(focal_point), again).status_code == 302
    assert Submission.objects.get().submitted_by == focal_point


def test_what_was_not_read_is_not_prepared(
    as_: Any, chosen: FourEyes, answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    response = send(as_(focal_point), answer.state, cycle, shown="0")

    assert response.status_code == 409
    assert not Prepared.objects.exists()


def test_an_answer_that_is_no_longer_ready_is_named(
    as_: Any, prepared: Prepared, answer: Assessment, alternate: User
) -> None:
    _change(answer, ready_for=None)

    page = as_(alternate).get(CHECK).content.decode()
    assert "no longer sent" in page
    assert confirm(as_(alternate), prepared).status_code == 409


# Roles that were lost (T4) -------------------------------------------------------


@pytest.mark.parametrize("how", ["role", "inactive", "nomination"])
def test_who_lost_the_role_confirms_nothing(
    as_: Any, prepared: Prepared, alternate: User, how: str
) -> None:
    client = as_(alternate)
    if how == "role":
        User.objects.filter(pk=alternate.pk).update(role=Role.VIEWER)
    elif how == "inactive":
        User.objects.filter(pk=alternate.pk).update(is_active=False)
    else:
        alternate.nominations.update(ended_at=timezone.now())
    response = confirm(client, prepared)

    assert response.status_code in (302, 404, 409)
    assert not Submission.objects.exists()
    assert Prepared.objects.waiting().exists()


@pytest.mark.parametrize("how", ["role", "nomination"])
def test_what_somebody_prepared_who_has_left_is_void(
    as_: Any, prepared: Prepared, focal_point: User, alternate: User, how: str
) -> None:
    if how == "role":
        User.objects.filter(pk=focal_point.pk).update(role=Role.VIEWER)
    else:
        focal_point.nominations.update(ended_at=timezone.now())
    client = as_(alternate)

    assert b"cannot be confirmed" in client.get(CHECK).content
    assert confirm(client, prepared).status_code == 409
    assert not Submission.objects.exists()


def test_ending_the_rule_takes_back_what_waits(
    prepared: Prepared, chosen: FourEyes, focal_point: User, alternate: User
) -> None:
    chosen.propose_end(by=focal_point)
    chosen.end(by=alternate)

    assert not Prepared.objects.waiting().exists()


# What the database keeps ---------------------------------------------------------


def test_nothing_is_submitted_past_the_rule(
    chosen: FourEyes, answer: Assessment, cycle: Cycle, focal_point: User
) -> None:
    with pytest.raises(SecondPersonError):
        submit(answer.state, cycle, by=focal_point, consent=True)
    for first in (None, focal_point):
        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.create(
                state=answer.state,
                cycle=cycle,
                number=1,
                submitted_by=focal_point,
                prepared_by=first,
                consent=True,
            )


def test_what_was_prepared_stays_as_it_was(
    prepared: Prepared, focal_point: User
) -> None:
    now = timezone.now()
    changes: tuple[dict[str, Any], ...] = (
        {"consent": False},
        {"content": {}},
        {"prepared_by": make_user(Role.VIEWER, prepared.state)},
        {"ended_at": now, "ended_by": focal_point, "confirmed": True},
    )
    for change in changes:
        with pytest.raises(Exception, match="prepared"), transaction.atomic():
            Prepared.objects.update(**change)
    prepared.cancel(by=focal_point)
    with pytest.raises(Exception, match="prepared_ends_once"), transaction.atomic():
        Prepared.objects.update(ended_at=None, ended_by=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_sends() -> None:
    state, cycle = make_state(), make_cycle()
    first = make_user(Role.FOCAL_POINT, state)
    second = make_user(Role.ALTERNATE, state)
    make_ready_assessment(state, make_recommendation(), cycle)
    FourEyes.objects.begin(state, by=first)
    clearing = clearing_of(state, cycle)
    prepared = Prepared.objects.prepare_sending(
        state, cycle, clearing.versions, by=first, consent=True
    )
    outcomes: list[str] = []

    def press() -> None:
        try:
            Prepared.objects.get(pk=prepared.pk).send(by=second, read=clearing.mark)
            outcomes.append("sent")
        except SecondPersonError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=press) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "sent"]
    assert Submission.objects.count() == 1
