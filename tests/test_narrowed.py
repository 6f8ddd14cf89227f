"""What a State narrowed after it was accepted is not shown to more again, unsaid."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from config.addresses import sealed
from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_evidence,
    make_hiding,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_submission,
    make_user,
)
from tracking.models import (
    Assessment,
    Cycle,
    FourEyes,
    Prepared,
    Role,
    State,
    Submission,
    User,
    Visibility,
)

CHECK = "/en/my/nor/check/"
PUBLIC, SECRETARIAT = Visibility.PUBLIC, Visibility.SECRETARIAT


@pytest.fixture
def accepted(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> Submission:
    """Two answers, a measure and evidence that everybody reads."""
    for each in (recommendation, make_recommendation(2)):
        make_ready_assessment(state, each, cycle, visibility=PUBLIC)
    measure = make_measure(state, recommendation, visibility=PUBLIC, title="A law")
    make_evidence(state, measure, visibility=PUBLIC, title="A gazette")
    return make_accepted_submission(state, cycle, by=focal_point)


@pytest.fixture
def own(client: Client, focal_point: User) -> Client:
    client.force_login(focal_point)
    return client


def everything(submission: Submission) -> dict[str, Any]:
    """Records by the name of their field on the page."""
    rows: Any = [
        *(("answer", row) for row in submission.assessments.all()),
        *(("measure", row) for row in submission.measures.all()),
        *(("evidence", row) for row in submission.evidence.all()),
    ]
    return {f"{kind}-{row.pk}": row for kind, row in rows}


def narrow(client: Client, submission: Submission, **more: str) -> str:
    """Leave everything to the secretariat alone; the page that follows."""
    fields = dict.fromkeys(everything(submission), SECRETARIAT)
    response = client.post(
        f"{submission.get_absolute_url()}visibility/", fields | more, follow=True
    )
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, **more: str) -> Any:
    shown = client.get(CHECK).context["form"]["shown"].value()
    data = {"reminder": "on", "consent": "yes", "shown": shown}
    return client.post(CHECK, data | more)


def widened(client: Client) -> list[tuple[str, str, str]]:
    rows = client.get(CHECK).context["clearing"].widened
    return [(str(each.row), each.now, each.next) for each in rows]


ALL = ["NOR 2019/1", "NOR 2019/2", "A law", "A gazette"]


def test_the_working_copy_follows_unless_one_says_no(
    own: Client, accepted: Submission, state: State
) -> None:
    page = own.get(f"{accepted.get_absolute_url()}visibility/").context["form"]
    assert page["follows"].value() == "yes"

    said = narrow(own, accepted)

    assert "Your working copy follows" in said
    for record in everything(accepted).values():
        record.source.refresh_from_db()
        assert record.source.visibility == SECRETARIAT
        assert record.source.version == 2
        assert record.source.updated_by is not None
    assert widened(own) == []
    assert b"What everyone will read" not in own.get(CHECK).content


def test_without_it_the_check_lists_every_item_and_takes_a_tick(
    own: Client, accepted: Submission
) -> None:
    said = narrow(own, accepted, follows="no")

    assert "keeps its own setting" in said
    assert widened(own) == [(name, SECRETARIAT, PUBLIC) for name in ALL]
    page = own.get(CHECK).content.decode()
    assert "For more readers than today" in page
    assert "Show 4 items listed above to more readers than today." in page
    assert "/en/my/nor/measures/#measure-" in page
    refused = send(own)
    assert refused.status_code == 422
    assert b"Tick the box if more readers are to see" in refused.content
    assert Submission.objects.count() == 1

    assert send(own, widening="on").status_code == 302
    assert (
        Submission.objects.latest("number").assessments.earliest("pk").shown_to
        == PUBLIC
    )


def test_who_does_not_consent_needs_no_tick(own: Client, accepted: Submission) -> None:
    narrow(own, accepted, follows="no")

    assert send(own, consent="no").status_code == 302
    record = Submission.objects.latest("number").assessments.earliest("pk")
    assert record.shown_to == SECRETARIAT


def test_what_is_narrower_or_new_is_not_listed(
    own: Client, accepted: Submission, state: State, cycle: Cycle
) -> None:
    Assessment.objects.filter(recommendation__number=1).update(visibility="parties")
    make_ready_assessment(state, make_recommendation(3), cycle, visibility=PUBLIC)

    assert widened(own) == []
    assert send(own).status_code == 302


def _without_consent(submission: Submission, state: State, cycle: Cycle) -> None:
    make_accepted_submission(state, cycle, consent=False)


def _withdrawn(submission: Submission, state: State, cycle: Cycle) -> None:
    submission.withdraw(by=submission.submitted_by, reason="A mistake")


def _hidden(submission: Submission, state: State, cycle: Cycle) -> None:
    make_hiding(submission)


@pytest.mark.parametrize("how", [_without_consent, _withdrawn, _hidden])
def test_what_nobody_reads_today_for_another_reason_is_listed_too(
    own: Client,
    accepted: Submission,
    state: State,
    cycle: Cycle,
    how: Callable[[Submission, State, Cycle], None],
) -> None:
    how(accepted, state, cycle)

    assert widened(own) == [(name, SECRETARIAT, PUBLIC) for name in ALL]


def test_another_tab_that_narrows_meanwhile_changes_what_was_read(
    own: Client, accepted: Submission
) -> None:
    shown = own.get(CHECK).context["form"]["shown"].value()
    narrow(own, accepted, follows="no")

    response = send(own, shown=shown, widening="on")

    assert response.status_code == 409
    assert Submission.objects.count() == 1


def test_what_awaits_a_decision_follows_too(
    own: Client,
    accepted: Submission,
    state: State,
    cycle: Cycle,
    focal_point: User,
    reviewer: User,
) -> None:
    """Else its acceptance would publish again what the State has just narrowed."""
    second = make_submission(state, cycle, by=focal_point)
    narrow(own, accepted)

    second.begin_review(by=reviewer)
    second.accept(by=reviewer)

    assert {row.shown_to for row in everything(second).values()} == {SECRETARIAT}
    change = second.assessments.earliest("pk").visibility_changes.get()
    assert (change.before, change.after, change.by) == (
        PUBLIC,
        SECRETARIAT,
        focal_point,
    )


def test_both_persons_tick(
    client: Client, accepted: Submission, state: State, focal_point: User
) -> None:
    FourEyes.objects.begin(state, by=focal_point)
    other = Client()
    other.force_login(make_user(Role.ALTERNATE, state))
    client.force_login(focal_point)
    narrow(client, accepted, follows="no")
    assert send(client).status_code == 422
    assert send(client, widening="on").status_code == 302
    page = other.get(CHECK)
    assert page.context["changed"] == []
    data = {
        "reminder": "on",
        "shown": page.context["confirmation"]["shown"].value(),
    }
    prepared = Prepared.objects.get()
    address = f"/en/my/nor/second-person/{sealed(prepared.pk)}/confirm/"

    assert other.post(address, data).status_code == 422
    assert Submission.objects.count() == 1
    assert other.post(address, data | {"widening": "on"}).status_code == 302
    assert Submission.objects.count() == 2


def test_the_second_person_does_not_widen_what_was_narrowed_since(
    client: Client, accepted: Submission, state: State, focal_point: User
) -> None:
    FourEyes.objects.begin(state, by=focal_point)
    other = Client()
    other.force_login(make_user(Role.ALTERNATE, state))
    client.force_login(focal_point)
    assert send(client).status_code == 302
    narrow(other, accepted, follows="no")

    page = other.get(CHECK)

    assert len(page.context["changed"]) == 4
    assert b"/confirm/" not in page.content
