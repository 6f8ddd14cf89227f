"""The auditor reads what the secretariat reads, and the audit; and writes nothing."""

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.models import Recommendation
from tests.access import ACCESS, READERS
from tests.factories import (
    make_accepted_submission,
    make_ready_assessment,
    make_submission,
    make_user,
)
from tests.test_access import Country, country
from tracking.models import (
    Access,
    AuditEntry,
    Checkpoint,
    Cycle,
    Message,
    MessageKind,
    Nomination,
    Role,
    Stage,
    StageChange,
    State,
    Submission,
    User,
    Verification,
)
from tracking.models.accounts.reader import reading_as
from tracking.models.audit.signing import is_signed, sign_heads
from tracking.worker.mail import send_due
from tracking.worker.schedule import JOBS, send_the_heads, verify_the_chains

__all__ = ["country"]

AUDITS = ("auditing:", "exports:audit", "exports:readings")
# Accounts and what they live by, in the admin site: read there too.
PEOPLE = (
    "tracking_user", "tracking_nomination", "tracking_factorreset", "tracking_token",
)  # fmt: skip
ADDS = ("_add", "_delete")


def settle() -> None:
    """Write the entries that wait for the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def expected(name: str) -> int:
    """What the auditor gets: what a reviewer gets, the audit and the accounts."""
    if name.startswith(AUDITS):
        return 200
    if name == "admin:tracking_nomination_note":
        return 404  # this one has no scan
    if name == "admin:tracking_submission_hiding":
        return 403  # only who reviews hides
    if name.startswith(tuple(f"admin:{each}" for each in PEOPLE)):
        if name.endswith(ADDS):
            return 403
        # There is no reset in this country.
        missing = "factorreset" in name and not name.endswith("changelist")
        return 302 if missing else 200
    return ACCESS[name][READERS.index("reviewer")]


@pytest.fixture
def client(auditor: User) -> Client:
    client = Client()
    client.force_login(auditor)
    return client


def test_the_auditor_gets_what_a_reviewer_gets_and_the_audit(
    country: Country, client: Client
) -> None:
    strange = []
    for name in ACCESS:
        with transaction.atomic():
            response: Any = client.get(country.address(name))
            for close in response._resource_closers:
                close()
            transaction.set_rollback(True)
        if response.status_code != expected(name):
            strange.append(f"{name}: {response.status_code}, not {expected(name)}")

    assert strange == []


def test_no_form_of_the_site_writes_for_the_auditor(
    country: Country, client: Client
) -> None:
    """Whatever is sent, one's own account apart: no entry but of readings."""
    said = {
        "verb": "end", "begin": "1", "decision": "accept", "action": "forget",
        "_selected_action": str(country.key("admin:tracking_user_change")),
    }  # fmt: skip
    written, tried = [], 0
    for name in ACCESS:
        if name.startswith(("account_", "mfa_", "inbox:")):
            continue
        tried += 1
        with transaction.atomic():
            settle()
            before = AuditEntry.objects.exclude(table="tracking_access").count()
            response: Any = client.post(country.address(name), said)
            for close in response._resource_closers:
                close()
            settle()
            after = AuditEntry.objects.exclude(table="tracking_access").count()
            transaction.set_rollback(True)
        if after != before or response.status_code >= 500:
            written.append(f"{name}: {response.status_code}")

    assert written == []
    assert tried > 150


def test_the_walk_sees_what_a_reviewer_writes(
    state: State, cycle: Cycle, reviewer: User
) -> None:
    submission = make_submission(state, cycle)
    client = Client()
    client.force_login(reviewer)
    settle()
    before = AuditEntry.objects.exclude(table="tracking_access").count()
    client.post(f"/admin/tracking/submission/{submission.pk}/change/", {"begin": "1"})
    settle()

    assert AuditEntry.objects.exclude(table="tracking_access").count() > before


class TestReview:
    @pytest.fixture
    def submission(self, state: State, cycle: Cycle) -> Submission:
        return make_submission(state, cycle)

    def address(self, submission: Submission) -> str:
        return f"/admin/tracking/submission/{submission.pk}/change/"

    @pytest.mark.parametrize("begun", [False, True])
    def test_it_is_read_without_a_button(
        self, client: Client, submission: Submission, reviewer: User, begun: bool
    ) -> None:
        if begun:
            submission.begin_review(by=reviewer)
        html = client.get(self.address(submission)).content.decode()

        assert 'name="begin"' not in html
        assert 'name="decision"' not in html
        assert Access.objects.get().by.role == Access.objects.get().role == "auditor"

    def test_it_is_not_decided(
        self, client: Client, submission: Submission, reviewer: User
    ) -> None:
        begin = client.post(self.address(submission), {"begin": "1"})
        submission.begin_review(by=reviewer)
        decide = client.post(self.address(submission), {"decision": "accept"})

        assert (begin.status_code, decide.status_code) == (403, 403)
        submission.refresh_from_db()
        assert submission.stage == Stage.UNDER_REVIEW

    def test_the_database_refuses_too(
        self, submission: Submission, auditor: User, reviewer: User
    ) -> None:
        """With the first lock off: the auditor's connection changes no row."""
        with reading_as(auditor):
            assert Submission.objects.filter(pk=submission.pk).exists()
            changed = Submission.objects.filter(pk=submission.pk).update(
                stage=Stage.UNDER_REVIEW
            )
        with pytest.raises(ProgrammingError), reading_as(auditor):
            StageChange.objects.create(
                submission=submission, to=Stage.UNDER_REVIEW, by=auditor
            )
        with reading_as(reviewer):
            allowed = Submission.objects.filter(pk=submission.pk).update(
                stage=Stage.UNDER_REVIEW
            )

        assert (changed, allowed) == (0, 1)

    def test_a_state_sees_that_the_auditor_read(
        self, client: Client, submission: Submission, state: State
    ) -> None:
        client.get(self.address(submission))
        focal_point = Client()
        focal_point.force_login(state.users.get(role=Role.FOCAL_POINT))

        html = focal_point.get("/en/my/nor/readers/").content.decode()

        assert str(User.objects.get(role=Role.AUDITOR)) in html


class TestNomination:
    def test_it_takes_two_administrators(self, administrator: User) -> None:
        nomination = Nomination.objects.propose(
            by=administrator,
            role=Role.AUDITOR,
            state=None,
            name="Mika",
            email="m@example.org",
        )

        assert nomination.is_waiting
        assert not nomination.may_be_confirmed_by(administrator)
        nomination.confirm(by=make_user(Role.ADMINISTRATOR))
        assert nomination.user.may_audit

    def test_the_form_offers_the_role(self, administrator: User) -> None:
        client = Client()
        client.force_login(administrator)

        html = client.get("/admin/tracking/nomination/add/").content.decode()

        assert '<option value="auditor">' in html

    def test_the_auditor_gets_no_button_of_the_register(
        self, client: Client, administrator: User
    ) -> None:
        row = administrator.nominations.get()
        address = f"/admin/tracking/nomination/{row.pk}/change/"

        html = client.get(address).content.decode()
        sent = client.post(address, {"verb": "end"})

        assert 'name="verb"' not in html
        assert sent.status_code == 403
        row.refresh_from_db()
        assert row.ended_at is None


class TestPages:
    @pytest.fixture(autouse=True)
    def submissions(
        self, state: State, other_state: State, cycle: Cycle, recommendation: Any
    ) -> None:
        for each in (state, other_state):
            make_ready_assessment(each, recommendation, cycle)
            make_accepted_submission(each, cycle)
        settle()

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("state=nor", {"NOR"}),
            ("act=delete", set()),
            ("table=tracking_cycle", {""}),
            ("request_id=nothing", set()),
            ("since=2999-01-01", set()),
            ("until=1999-01-01", set()),
            ("until=9999-12-31&table=tracking_cycle", {""}),
            ("person=nobody+of+them", set()),
        ],
    )
    def test_entries_are_narrowed(
        self, client: Client, query: str, count: set[str]
    ) -> None:
        page = client.get(f"/en/desk/audit/?{query}").context["page"]
        codes = {0: "", **{each.pk: each.iso3 for each in State.objects.all()}}

        assert {codes[entry.chain] for entry in page} == count

    @pytest.mark.parametrize("query", ["chain__gt=1", "row=x", "act=drop", "row=-1"])
    def test_what_is_not_understood_is_said(self, client: Client, query: str) -> None:
        assert client.get(f"/en/desk/audit/?{query}").status_code == 422

    @pytest.mark.parametrize("address", ["", "readings/", "checks/"])
    def test_a_row_costs_no_query(self, client: Client, address: str) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/en/desk/audit/{address}").status_code == 200
            return len(queries)

        reviewer = make_user(Role.REVIEWER)
        Access.objects.read(Submission.objects.earliest("pk"), by=reviewer)
        cost()
        few = cost()
        for submission in Submission.objects.all():
            Access.objects.read(submission, by=reviewer)
        Verification.objects.create(
            seconds=1, chains=1, entries=1, checkpoints=1, number_of_faults=0
        )
        settle()

        assert few == cost() <= 12

    def test_a_page_is_bounded(self, client: Client) -> None:
        page = client.get("/en/desk/audit/").context["page"]

        assert page.paginator.per_page == 100

    def test_a_reviewer_finds_nothing(self, reviewer: User) -> None:
        client = Client()
        client.force_login(reviewer)

        for address in ("", "readings/", "checks/"):
            assert client.get(f"/en/desk/audit/{address}").status_code == 404
        assert "/desk/audit/" not in client.get("/en/desk/").content.decode()

    def test_an_administrator_reads_and_takes_nothing(
        self, administrator: User
    ) -> None:
        client = Client()
        client.force_login(administrator)

        page = client.get("/en/desk/audit/")
        taken = client.get("/en/data/audit.csv")

        assert page.status_code == 200
        assert b"audit.csv" not in page.content
        assert taken.status_code == 404

    def test_the_file_lets_every_digest_be_computed_again(self, client: Client) -> None:
        content = b"".join(
            client.get("/en/data/audit.csv?headers=machine").streaming_content  # type: ignore[attr-defined]
        )
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

        columns = [name for name in rows[0] if name not in ("state", "hash")]
        assert len(rows) == AuditEntry.objects.count() > 4
        for row in rows:
            said = "|".join(row[column] for column in columns)
            assert hashlib.sha256(said.encode()).hexdigest() == row["hash"]

    def test_taking_it_is_noted_for_each_state(
        self, client: Client, state: State, other_state: State
    ) -> None:
        b"".join(client.get("/en/data/audit.csv").streaming_content)  # type: ignore[attr-defined]

        noted = Access.objects.get(name="audit")
        assert {state.pk, other_state.pk} <= set(noted.states)

    def test_a_state_reads_its_own_chain_alone(
        self, state: State, other_state: State
    ) -> None:
        client = Client()
        client.force_login(state.users.get(role=Role.FOCAL_POINT))

        response = client.get("/en/my/nor/audit/?act=insert")

        assert {entry.chain for entry in response.context["page"]} == {state.pk}
        assert client.get("/en/my/ita/audit/").status_code == 404


class TestChecks:
    @pytest.fixture(autouse=True)
    def own_list(self, settings: Any, tmp_path: Path) -> None:
        settings.AUDIT_DIR = str(tmp_path)

    def test_a_check_that_finds_nothing_tells_nobody(
        self, client: Client, state: State, cycle: Cycle, recommendation: Recommendation
    ) -> None:
        settle()
        verify_the_chains()
        assert Verification.objects.get().faults == []
        html = client.get("/en/desk/audit/checks/").content.decode()

        assert not Message.objects.exists()
        assert "nothing was found altered" in html

    def test_a_fault_is_told_to_who_audits(
        self,
        auditor: User,
        administrator: User,
        reviewer: User,
        client: Client,
        monkeypatch: pytest.MonkeyPatch,
        security_log: list[dict[str, Any]],
    ) -> None:
        monkeypatch.setattr(
            "tracking.models.audit.signing.faults", lambda: iter(["row 7: gone"])
        )
        verify_the_chains()

        told = Message.objects.filter(kind=MessageKind.FAULTS)
        assert {message.user for message in told} == {auditor, administrator}
        assert security_log[-1] | {"at": ""} == {
            "at": "", "event": "alarm", "request": "", "actor": None, "role": "",
            "state": None, "network": "", "method": "", "address": "",
            "kind": "audit", "faults": 1,
        }  # fmt: skip
        message = told.get(user=auditor)
        opened = client.get(reverse("inbox:open", args=[message.pk]), follow=True)
        assert "row 7: gone" in opened.content.decode()

    def test_the_worker_does_both(self) -> None:
        assert JOBS["verify_audit"][0].days == 1
        assert JOBS["send_heads"][0].days == 7

    def test_auditors_get_the_signed_heads_by_mail_once_a_week(
        self, auditor: User, administrator: User, state: State, cycle: Cycle
    ) -> None:
        settle()
        sign_heads()
        send_the_heads()
        send_the_heads()
        send_due()

        (sent,) = mail.outbox
        assert sent.to == [auditor.email]
        head = Checkpoint.objects.order_by("-position").first()
        assert head is not None
        line = next(
            line
            for line in sent.body.splitlines()
            if line.startswith(f"{head.chain} {head.position} ")
        )
        chain, position, digest, signature = line.split()
        assert is_signed(int(chain), int(position), digest, signature)
