"""The inbox: what is read, what is mailed, how it is worded."""

import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.factories import (
    make_user,
)
from tests.test_messages import alternate
from tracking.models import (
    Cycle,
    Message,
    MessageKind,
    Role,
    State,
    User,
)

__all__ = ["alternate"]


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
        "before": "2026-12-01",
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
        MessageKind.OVERDUE: {
            "jobs": ["seal_audit", "cycle"],
            "since": "2026-11-30T12:00:00+00:00",
        },
        MessageKind.HEADS: {"week": "2026-48", "heads": [[0, 1, "ab", "cd"]]},
    }
    places = {
        MessageKind.CONFIRMATION: "/admin/",
        MessageKind.REVIEW: "/admin/",
        MessageKind.ALARM: "/my/inbox/",
        MessageKind.OVERDUE: "/my/inbox/",
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
                if kind in (MessageKind.ALARM, MessageKind.OVERDUE):
                    message.state = None
                assert places.get(kind, own) in message.get_absolute_url()
