"""One's own data: seen, taken along, corrected at both ends, erased at the end."""

import json
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, make_submission, make_user
from tests.mailbox import outbox
from tests.test_accounts import link_in, sign_in
from tests.test_nominations import browser_of, is_in
from tracking.models import Cycle, Role, Session, State, User
from tracking.models.accounts.email_changes import VALID_FOR

NEW = "new@example.org"


def ask(user: User, new: str = NEW) -> dict[str, str]:
    """Ask for another address; the links by the address they went to."""
    outbox().clear()
    browser_of(user).post(reverse("account_email"), {"email": new})
    return {
        message.to[0]: link_in(message)
        for message in outbox()
        if "/account/email/" in message.body
    }


def confirm(link: str) -> Any:
    client = Client()
    page = client.get(link, follow=True)
    return client.post(page.redirect_chain[-1][0])


def test_an_address_changes_once_both_ends_have_confirmed(viewer: User) -> None:
    old = viewer.email
    links = ask(viewer)
    assert set(links) == {old, NEW}
    browser = browser_of(viewer)

    confirm(links[NEW])
    viewer.refresh_from_db()
    assert viewer.email == old
    confirm(links[old])

    viewer.refresh_from_db()
    assert viewer.email == NEW
    assert not is_in(browser)
    assert sign_in(Client(), NEW).status_code == 302
    assert {m.to[0] for m in outbox()[-2:]} == {old, NEW}


@pytest.mark.parametrize("end", [0, 1])
def test_one_end_twice_is_not_both_ends(viewer: User, end: int) -> None:
    old, links = viewer.email, ask(viewer)
    link = links[(old, NEW)[end]]

    confirm(link)
    confirm(link)

    viewer.refresh_from_db()
    assert viewer.email == old


def test_a_mail_scanner_confirms_nothing(viewer: User) -> None:
    old, links = viewer.email, ask(viewer)
    for link in links.values():
        response = Client().get(link)
        assert response["Referrer-Policy"] == "no-referrer"
        Client().get(link, follow=True)

    viewer.refresh_from_db()
    assert viewer.email == old


def test_links_die_with_a_new_password_a_day_or_a_new_wish(viewer: User) -> None:
    links = ask(viewer)
    with time_machine.travel(timezone.now() + VALID_FOR, tick=False):
        assert not Client().get(links[NEW], follow=True).context["change"]
    ask(viewer, "other@example.org")
    assert not Client().get(links[NEW], follow=True).context["change"]
    links = ask(viewer)
    viewer.set_password("une autre phrase assez longue")
    viewer.save()
    assert not Client().get(links[NEW], follow=True).context["change"]


def test_an_address_in_use_is_told_to_its_owner_only(
    viewer: User, stranger: User
) -> None:
    links = ask(viewer, stranger.email)

    assert set(links) == {viewer.email}
    assert [m.to for m in outbox()] == [[viewer.email], [stranger.email]]
    page = browser_of(viewer).post(
        reverse("account_email"), {"email": stranger.email}, follow=True
    )
    assert "Two messages are on their way" in page.text


def test_everything_kept_about_a_person_is_in_the_file(
    focal_point: User, state: State, cycle: Cycle
) -> None:
    make_submission(state, cycle, by=focal_point)
    client = browser_of(focal_point)

    response = client.post(reverse("account_data_file"))

    document = json.loads(response.content)
    assert document["account"]["email"] == focal_point.email
    assert document["nominations"][0]["role"] == Role.FOCAL_POINT
    assert document["written"]["submissions"] == 1
    assert len(document["sessions"]) == 1
    secrets = (focal_point.password, client.session.session_key)
    assert not any(str(secret) in response.text for secret in secrets)


def test_an_erased_person_leaves_an_intact_history(
    administrator: User, focal_point: User, state: State, cycle: Cycle
) -> None:
    name, email = focal_point.name, focal_point.email
    submission = make_submission(state, cycle, by=focal_point)
    erase = {"action": "forget", "_selected_action": [focal_point.pk]}
    page = reverse("admin:tracking_user_changelist")
    admin = browser_of(administrator)

    typo = {"name": name, "function": "Misspelt", "language": "fr"}
    admin.post(reverse("admin:tracking_user_change", args=[focal_point.pk]), typo)
    assert LogEntry.objects.filter(object_repr=name).exists()

    admin.post(page, erase)
    focal_point.refresh_from_db()
    assert focal_point.name == name  # still in office
    nomination = focal_point.nominations.get()
    nomination.end(by=administrator)
    admin.post(page, erase)

    focal_point.refresh_from_db()
    nomination.refresh_from_db()
    submission.refresh_from_db()
    assert submission.submitted_by == focal_point
    for said in (focal_point.name, nomination.name):
        assert said.startswith(("Former", "Ancien"))
    assert email not in (focal_point.email, nomination.email)
    assert focal_point.email.endswith(".invalid")
    assert not LogEntry.objects.filter(object_repr__contains=name).exists()


def test_who_is_in_office_cannot_be_erased(viewer: User) -> None:
    with pytest.raises(ValueError, match="not ended"):
        viewer.forget()


def test_the_successor_at_an_erased_address_is_somebody_else(
    focal_point: User, state: State
) -> None:
    viewer = make_user(Role.VIEWER, state, email="office@example.org")
    viewer.nominations.get().end(by=focal_point)
    viewer.refresh_from_db()
    viewer.forget()

    assert not sign_in(Client(), "office@example.org", PASSWORD).has_header("Location")
    assert not Session.objects.of(viewer).exists()
