"""The register of nominations in the admin site."""

import datetime
from typing import Any

import pikepdf
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.documents import office, pdf
from tests.factories import PASSWORD
from tests.mailbox import outbox
from tests.test_accounts import choose_password, link_in, sign_in
from tests.test_nominations import (
    ADD,
    CHANGE,
    PDF,
    Commit,
    browser_of,
    second,
    typed,
)
from tracking.models import (
    Nomination,
    Role,
    Scan,
    State,
    User,
)

__all__ = ["second"]


# In the admin site --------------------------------------------------------------------


def test_from_a_note_verbale_to_signing_in(
    administrator: User,
    second: User,
    state: State,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    proposer, confirmer = browser_of(administrator), browser_of(second)
    scan = SimpleUploadedFile("note.pdf", PDF)
    proposer.post(reverse(ADD), typed(state, note_file=scan))
    nomination = Nomination.objects.waiting().get()
    page = reverse(CHANGE, args=[nomination.pk])
    assert not outbox()

    proposer.post(page, {"verb": "confirm"})
    assert Nomination.objects.waiting().exists()
    with django_capture_on_commit_callbacks(execute=True):
        confirmer.post(page, {"verb": "confirm"})
    person = Client()
    choose_password(person, link_in(outbox()[0]))
    response = sign_in(person, "amina@example.org", "une autre phrase assez longue")

    assert response.status_code == 302
    assert person.session["_auth_user_id"] == str(nomination.user_id)
    note: Any = confirmer.get(
        reverse("admin:tracking_nomination_note", args=[nomination.pk])
    )
    assert b"".join(note.streaming_content) == PDF
    assert "attachment" in note["Content-Disposition"]
    note.close()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"state": ""}, "state"),
        ({"role": Role.REVIEWER}, "state"),
        ({"note_reference": ""}, "note_reference"),
        ({"valid_until": "2020-01-01"}, "__all__"),
        ({"note_file": SimpleUploadedFile("x.pdf", b"<script>")}, "note_file"),
    ],
)
def test_a_wrong_proposal_is_refused_beside_its_field(
    administrator: User, state: State, fields: dict[str, Any], field: str
) -> None:
    response = browser_of(administrator).post(reverse(ADD), typed(state) | fields)

    assert set(response.context["adminform"].form.errors) == {field}
    assert not Nomination.objects.waiting().exists()


def english(user: User) -> Client:
    """A browser of somebody who reads English, as these tests do."""
    User.objects.filter(pk=user.pk).update(language="en")
    return browser_of(user)


def _start_by_itself(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS="app.alert(1)"
    )


def test_a_scan_goes_through_what_every_file_goes_through(
    administrator: User, state: State
) -> None:
    browser = english(administrator)
    active = SimpleUploadedFile("note.pdf", pdf(_start_by_itself))
    letter = SimpleUploadedFile("note.docx", office("docx"))

    for scan, said in ((active, "Print it to a new PDF"), (letter, "to a PDF")):
        response = browser.post(reverse(ADD), typed(state, note_file=scan))
        form = response.context["adminform"].form
        assert said in str(form.errors["note_file"])
        assert form["name"].value() == "Amina Dalen"
    assert not Nomination.objects.waiting().exists()


def test_which_scans_are_taken_is_said_before_one_is_chosen(
    administrator: User,
) -> None:
    page = english(administrator).get(reverse(ADD)).content.decode()

    assert "PDF, JPEG or PNG, up to 10 MB" in page
    assert 'accept=".pdf,.png,.jpg,.jpeg' in page


def test_what_was_typed_is_kept_when_something_else_is_wrong(
    administrator: User, state: State
) -> None:
    scan = SimpleUploadedFile("note.pdf", PDF)
    response = english(administrator).post(
        reverse(ADD), typed(state, note_file=scan, note_reference="")
    )

    form = response.context["adminform"].form
    assert "Choose the file again" in str(form.errors["note_file"])
    assert form["email"].value() == "amina@example.org"


def test_a_proposal_that_cannot_be_is_shown_again_with_its_words(
    administrator: User, state: State
) -> None:
    browser = english(administrator)
    browser.post(reverse(ADD), typed(state))

    response = browser.post(reverse(ADD), typed(state, note_reference="NV 77"))

    form = response.context["adminform"].form
    assert "is waiting already" in str(form.errors)
    assert form["note_reference"].value() == "NV 77"
    assert Nomination.objects.waiting().count() == 1


def test_a_scan_that_no_scanner_has_seen_is_given_to_nobody(
    administrator: User, state: State, settings: Any
) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    browser = browser_of(administrator)
    scan = SimpleUploadedFile("note.pdf", PDF)
    browser.post(reverse(ADD), typed(state, note_file=scan))
    nomination = Nomination.objects.waiting().get()
    page = reverse("admin:tracking_nomination_note", args=[nomination.pk])

    assert nomination.note_scan == Scan.NOT_SCANNED
    assert browser.get(page).status_code == 503
    nomination.note_virus_check(Scan.INFECTED)
    assert browser.get(page).status_code == 410
    nomination.note_virus_check(Scan.CLEAN)
    response: Any = browser.get(page)
    assert b"".join(response) == PDF
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_a_scan_is_no_orphan(administrator: User, state: State) -> None:
    scan = SimpleUploadedFile("note.pdf", PDF)
    browser_of(administrator).post(reverse(ADD), typed(state, note_file=scan))
    nomination = Nomination.objects.waiting().get()

    with time_machine.travel(timezone.now() + datetime.timedelta(days=9)):
        call_command("sweep_files")

    with nomination.note_file.open() as kept:
        assert kept.read() == PDF


def test_an_administrator_is_asked_before_a_nomination_ends(
    administrator: User, viewer: User
) -> None:
    page = reverse(CHANGE, args=[viewer.nominations.get().pk])
    browser = browser_of(administrator)

    asked = browser.post(page, {"verb": "end"})
    viewer.refresh_from_db()
    assert viewer.is_active
    assert browser.get(asked["Location"]).context["is_asked"]
    browser.post(asked["Location"], {"verb": "end"})

    viewer.refresh_from_db()
    assert not viewer.is_active


def test_nobody_ends_their_own_nomination(administrator: User) -> None:
    page = reverse(CHANGE, args=[administrator.nominations.get().pk])

    browser_of(administrator).post(f"{page}?sure=end", {"verb": "end"})

    administrator.refresh_from_db()
    assert administrator.is_active


def test_role_and_state_change_through_nominations_only(
    administrator: User, viewer: User
) -> None:
    browser_of(administrator).post(
        reverse("admin:tracking_user_change", args=[viewer.pk]),
        {
            "name": "Corrected",
            "function": "",
            "language": "fr",
            "role": Role.ADMINISTRATOR,
            "state": "",
            "email": "x@example.org",
        },
    )

    before = (viewer.role, viewer.state_id, viewer.email)
    viewer.refresh_from_db()
    assert viewer.name == "Corrected"
    assert (viewer.role, viewer.state_id, viewer.email) == before


def test_those_who_speak_for_the_state_are_told(
    administrator: User, second: User, focal_point: User, state: State
) -> None:
    alternate = typed(state, role=Role.ALTERNATE)
    browser_of(administrator).post(reverse(ADD), alternate)
    nomination = Nomination.objects.waiting().get()
    browser_of(second).post(reverse(CHANGE, args=[nomination.pk]), {"verb": "confirm"})

    told = [m for m in outbox() if m.to == [focal_point.email]]
    assert len(told) == 2
    assert all("Amina Dalen" in message.body for message in told)


def test_the_first_two_administrators_come_from_the_command_line(db: None) -> None:
    for number in (1, 2):
        user = User.objects.create_superuser(
            f"a{number}@example.org", f"A {number}", PASSWORD
        )
        assert user.is_in_office

    with pytest.raises(ValidationError):
        User.objects.create_superuser("a3@example.org", "A 3", PASSWORD)
    # One of them leaves: a second one can be made again.
    user.nominations.get().end(by=None)
    User.objects.create_superuser("a3@example.org", "A 3", PASSWORD)
