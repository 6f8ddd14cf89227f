"""What people are told, once each: in the inbox, in their language, without drafts."""

import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_ready_assessment,
    make_recommendation,
    make_submission,
    make_user,
)
from tracking.models import (
    Assignment,
    Cycle,
    Mailing,
    Message,
    MessageKind,
    Proposal,
    Role,
    State,
    User,
    announce,
    remind,
    reminder_due,
)

SECRET = "a word of a draft"


@pytest.fixture
def alternate(state: State) -> User:
    return make_user(Role.ALTERNATE, state)


def told(user: User) -> list[str]:
    """Kinds of what is in the inbox of this person, first to last."""
    return list(Message.objects.of(user).order_by("pk").values_list("kind", flat=True))


def propose(by: User, recommendation: Recommendation, **fields: Any) -> Proposal:
    assert by.state is not None
    return Proposal.objects.propose(
        state=by.state,
        recommendation=recommendation,
        by=by,
        view="workspace:assessment",
        arguments={"iso3": by.state.key, "number": recommendation.number},
        **{"payload": {"law": [SECRET]}, "ready": True, **fields},
    )


# What happens ------------------------------------------------------------------


def test_a_submission_with_questions_is_told_to_who_clears_and_who_submitted(
    focal_point: User,
    alternate: User,
    contributor: User,
    stranger: User,
    reviewer: User,
    cycle: Cycle,
) -> None:
    state = focal_point.state
    assert state is not None
    earlier = make_user(Role.VIEWER, state)  # who submitted, and was replaced since
    submission = make_submission(state, cycle, by=earlier)
    submission.begin_review(by=reviewer)
    asked = submission.assessments.get().recommendation

    submission.send_back(by=reviewer, questions={asked: SECRET}, note=SECRET)

    for user in (focal_point, alternate, earlier):
        assert told(user) == ["questions"]
    for user in (contributor, stranger, reviewer):
        assert told(user) == []
    facts = Message.objects.first().facts  # type: ignore[union-attr]
    assert facts == {
        "cycle": "2026",
        "number": 1,
        "questions": 1,
        "recommendations": [1],
        "due_on": None,
    }


def test_an_acceptance_is_told(focal_point: User, cycle: Cycle) -> None:
    assert focal_point.state is not None
    make_accepted_submission(focal_point.state, cycle)

    message = Message.objects.of(focal_point).get()
    assert message.kind == MessageKind.ACCEPTANCE
    assert message.title == "Submission 2026/1 was accepted"
    assert message.get_absolute_url() == "/en/my/nor/submissions/2026/1/"
    assert "now on its public page" in message.sentences[-1]


def test_an_acceptance_without_consent_speaks_of_no_publication(
    focal_point: User, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    make_accepted_submission(focal_point.state, cycle, consent=False)

    assert "None of it is published" in Message.objects.get().sentences[-1]


def test_what_is_undone_is_not_told(
    focal_point: User, reviewer: User, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    submission = make_submission(focal_point.state, cycle)
    submission.recall(by=focal_point)

    with pytest.raises(Exception, match="cannot become"):
        submission.accept(by=reviewer)

    assert told(focal_point) == []


def test_an_assignment_is_told_to_whom_it_is_given(
    focal_point: User, contributor: User, recommendation: Recommendation
) -> None:
    assert focal_point.state is not None
    answer = make_assessment(focal_point.state, recommendation)
    day = datetime.date(2027, 3, 1)

    for _twice in range(2):
        Assignment.objects.assign(
            answer, to=contributor, by=focal_point, due_on=day, note=SECRET
        )
    Assignment.objects.assign(answer, to=focal_point, by=focal_point)

    assert told(contributor) == ["assignment"]
    assert told(focal_point) == []
    message = Message.objects.get()
    assert message.sentences == [
        "Your focal point asks you to write about recommendation 1.",
        "It is wanted by 1 March 2027.",
    ]
    assert message.get_absolute_url() == "/en/my/nor/1/"


def test_a_proposal_is_told_when_it_is_ready(
    focal_point: User,
    alternate: User,
    contributor: User,
    recommendation: Recommendation,
) -> None:
    propose(contributor, recommendation, ready=False)
    assert told(focal_point) == []

    made = propose(contributor, recommendation)
    propose(contributor, recommendation)  # the same press of the button

    assert told(focal_point) == told(alternate) == ["proposal"]
    assert told(contributor) == []
    message = Message.objects.of(focal_point).get()
    assert message.get_absolute_url() == made.get_absolute_url()


def test_closed_accounts_are_told_nothing(alternate: User, cycle: Cycle) -> None:
    alternate.is_active = False
    alternate.save()
    assert alternate.state is not None

    make_accepted_submission(alternate.state, cycle, by=alternate)

    assert told(alternate) == []


def test_what_is_loaded_with_its_moment_sends_no_mail(
    focal_point: User, reviewer: User, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    at = timezone.now() - datetime.timedelta(days=100)
    submission = make_submission(focal_point.state, cycle)
    submission.begin_review(by=reviewer, at=at)
    submission.accept(by=reviewer, at=at)

    message = Message.objects.of(focal_point).get()
    assert (message.at, message.mailing) == (at, Mailing.NONE)


# What a cycle lets tell ----------------------------------------------------------


def test_the_opening_is_told_once(
    focal_point: User,
    alternate: User,
    contributor: User,
    reviewer: User,
    cycle: Cycle,
) -> None:
    announce(cycle)
    announce(cycle)

    assert told(focal_point) == told(alternate) == ["opening"]
    assert told(contributor) == told(reviewer) == []


def test_who_takes_over_later_is_told_too(focal_point: User, cycle: Cycle) -> None:
    announce(cycle)
    later = make_user(Role.ALTERNATE, focal_point.state)
    announce(cycle)

    assert told(focal_point) == told(later) == ["opening"]


@pytest.mark.parametrize("days", [-1, 61])
def test_before_and_after_a_cycle_nothing_is_announced(
    focal_point: User, cycle: Cycle, days: int
) -> None:
    first = cycle.opens_on if days < 0 else timezone.localdate()
    with time_machine.travel(first + datetime.timedelta(days=days)):
        announce(cycle)

    assert told(focal_point) == []


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (31, None),
        (30, 30),
        (15, 30),
        (14, 14),
        (4, 14),
        (3, 3),
        (0, 3),
        (-1, None),
    ],
)
def test_reminders_are_due_30_14_and_3_days_before(
    cycle: Cycle, left: int, due: int | None
) -> None:
    today = cycle.closes_on - datetime.timedelta(days=left)

    assert reminder_due(cycle, today) == due


def test_one_reminder_says_everything_that_is_left(
    focal_point: User, reviewer: User, cycle: Cycle
) -> None:
    state = focal_point.state
    assert state is not None
    asked = make_recommendation(1)
    make_ready_assessment(state, asked, cycle)
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)
    submission.send_back(by=reviewer, questions={asked: SECRET})
    make_assessment(state, make_recommendation(2), law=SECRET)
    make_ready_assessment(state, make_recommendation(3), cycle)

    for _twice in range(2):
        remind(cycle, 14)

    message = Message.objects.of(focal_point).get(kind=MessageKind.REMINDER)
    assert message.sentences == [
        "2 answers are not ready.",
        "1 answer is ready and not submitted yet.",
        "1 question of the secretariat has no reply.",
    ]


def test_each_reminder_comes_as_long_as_something_is_left(
    focal_point: User, recommendation: Recommendation, cycle: Cycle
) -> None:
    state = focal_point.state
    assert state is not None
    answer = make_assessment(state, recommendation)
    remind(cycle, 30)
    remind(cycle, 14)
    assert told(focal_point) == ["reminder", "reminder"]

    answer.status, answer.ready_for = "not_started", cycle
    answer.save()
    make_submission(state, cycle)
    remind(cycle, 3)

    assert told(focal_point) == ["reminder", "reminder"]


def test_what_a_state_never_began_is_not_asked_for_once_it_has_submitted(
    focal_point: User, cycle: Cycle
) -> None:
    state = focal_point.state
    assert state is not None
    make_ready_assessment(state, make_recommendation(1), cycle)
    make_assessment(state, make_recommendation(2))
    make_submission(state, cycle)

    remind(cycle, 30)

    assert told(focal_point) == []


def test_a_state_without_a_task_is_not_reminded(
    focal_point: User, viewer: User, reviewer: User, cycle: Cycle
) -> None:
    remind(cycle, 30)

    assert not Message.objects.exists()


def test_a_contributor_is_reminded_until_a_proposal_is_ready(
    focal_point: User, contributor: User, viewer: User, cycle: Cycle
) -> None:
    state = focal_point.state
    assert state is not None
    first, second = make_recommendation(1), make_recommendation(2)
    for recommendation in (first, second):
        answer = make_ready_assessment(state, recommendation, cycle)
        Assignment.objects.assign(answer, to=contributor, by=focal_point)
    propose(contributor, first)
    propose(contributor, second, ready=False)

    remind(cycle, 30)
    propose(contributor, second)
    remind(cycle, 14)

    reminder = Message.objects.of(contributor).get(kind=MessageKind.REMINDER)
    assert reminder.facts["recommendations"] == [2]
    assert told(viewer) == []


def test_an_assignment_taken_back_is_not_reminded_of(
    focal_point: User, contributor: User, cycle: Cycle
) -> None:
    assert focal_point.state is not None
    answer = make_assessment(focal_point.state, make_recommendation(1))
    Assignment.objects.assign(answer, to=contributor, by=focal_point).end()

    remind(cycle, 30)

    assert told(contributor) == ["assignment"]


# The inbox -----------------------------------------------------------------------


def tell(user: User, key: str = "opening", **fields: Any) -> Message:
    Message.objects.tell(
        MessageKind.OPENING,
        [user],
        key=key,
        state=user.state,
        facts={"cycle": "2026", "opens_on": "2026-01-01", "closes_on": "2026-12-31"},
        **fields,
    )
    return Message.objects.get(user=user, key=key)


def test_opening_a_message_reads_it_and_leads_to_the_work(
    client: Client, focal_point: User
) -> None:
    message = tell(focal_point)
    client.force_login(focal_point)

    response = client.get(reverse("inbox:open", args=[message.pk]))

    assert response.headers["Location"] == "/en/my/nor/"
    message.refresh_from_db()
    assert message.read_at is not None


def test_nobody_opens_the_message_of_somebody_else(
    client: Client, focal_point: User, alternate: User
) -> None:
    message = tell(focal_point)
    client.force_login(alternate)

    assert client.get(reverse("inbox:open", args=[message.pk])).status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_what_is_new_comes_first_and_can_be_marked_as_read(
    client: Client, focal_point: User, other_state: State
) -> None:
    now = timezone.now()
    old = tell(focal_point, "old")
    Message.objects.filter(pk=old.pk).update(read_at=now)
    new = tell(focal_point, "new", at=now - datetime.timedelta(days=9))
    elsewhere = tell(make_user(Role.FOCAL_POINT, other_state))
    client.force_login(focal_point)

    page = client.get(reverse("inbox:inbox")).context
    assert (page["new"], page["old"]) == ([new], [old])

    client.post(reverse("inbox:read_all"))
    page = client.get(reverse("inbox:inbox")).context
    assert (page["new"], page["old"]) == ([], [old, new])
    elsewhere.refresh_from_db()
    assert elsewhere.read_at is None


def test_every_page_says_how_many_are_new_without_another_query(
    client: Client, focal_point: User, cycle: Cycle, django_assert_num_queries: Any
) -> None:
    client.force_login(focal_point)
    address = reverse("public:help")
    page = client.get(address).content.decode()
    assert "new message" not in page

    tell(focal_point, "one")
    tell(focal_point, "two")
    with django_assert_num_queries(4):  # session, person, State, cycle
        page = client.get(address).content.decode()

    assert '<b class="count new">2<span class="vh"> new messages</span></b>' in page


def test_visitors_pay_nothing_for_it(
    client: Client, cycle: Cycle, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        page = client.get(reverse("public:help"))

    assert "inbox" not in page.content.decode()


def test_an_empty_inbox_says_what_will_be_there(
    client: Client, focal_point: User, reviewer: User, viewer: User
) -> None:
    for user, sentence in (
        (focal_point, "You will be told here when a recommendation is given to you"),
        (reviewer, "You will be told here when a colleague needs you"),
        (viewer, "With your role, nothing is told"),
    ):
        client.force_login(user)
        assert sentence in client.get(reverse("inbox:inbox")).content.decode()


def test_a_person_switches_mails_off_and_on(client: Client, contributor: User) -> None:
    contributor.muted = ["questions"]  # of an earlier role
    contributor.save()
    client.force_login(contributor)
    address = reverse("inbox:mails")

    client.post(address, {"wanted": ["reminder"]})
    contributor.refresh_from_db()
    assert contributor.muted == ["assignment", "questions"]
    checked = client.get(address).context["form"].initial["wanted"]
    assert checked == ["reminder"]

    client.post(address, {"wanted": ["reminder", "assignment"]})
    contributor.refresh_from_db()
    assert contributor.muted == ["questions"]

    assert client.post(address, {}).status_code == 302
    contributor.refresh_from_db()
    assert contributor.muted == ["assignment", "questions", "reminder"]
    assert client.post(address, {"wanted": ["weather"]}).status_code == 422


def test_kinds_are_worded_in_every_language(focal_point: User) -> None:
    """No kind fails, whatever is missing from its facts."""
    facts: dict[str, Any] = {
        "cycle": "2026",
        "number": 2,
        "what": "sending",
        "recommendation": 5,
        "recommendations": [3, 5, 7],
        "proposal": 9,
        "questions": 3,
        "opens_on": "2026-01-01",
        "closes_on": "2026-12-31",
        "due_on": "2026-11-30",
        "row": 1,
        "prefix": "suivi_abcdef",
        "until": "2027-02-28",
        "people": [focal_point.pk],
        "minutes": 10,
        "readings": 31,
        "states": 1,
        "exports": 0,
        "from": "2026-11-16",
        "to": "2026-11-22",
    }
    other: dict[MessageKind, dict[str, Any]] = {
        MessageKind.EMERGENCY: {"until": "2026-11-30T12:00:00+00:00"},
        MessageKind.CONFIRMATION: {
            "what": "hiding",
            "until": "2026-11-30T12:00:00+00:00",
        },
        MessageKind.FAULTS: {"faults": 2},
        MessageKind.HEADS: {"week": "2026-48", "heads": [[0, 1, "ab", "cd"]]},
    }
    places = {
        MessageKind.CONFIRMATION: "/admin/",
        MessageKind.ALARM: "/my/inbox/",
        MessageKind.FAULTS: "/desk/audit/",
        MessageKind.HEADS: "/desk/audit/",
    }
    for language in ("ar", "zh", "en", "fr", "ru", "es"):
        with translation.override(language):
            for kind in MessageKind:
                message = Message(
                    kind=kind,
                    state=focal_point.state,
                    facts=facts | other.get(kind, {}),
                )
                assert message.title
                assert all(message.sentences)
                own = f"/{language}/my/nor/"
                if kind == MessageKind.ALARM:
                    message.state = None
                assert places.get(kind, own) in message.get_absolute_url()
