"""The security log: an event, a line; and no word that somebody typed."""

import io
import json
import logging
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from config.tracing import HEADER
from tests.factories import (
    make_accepted_submission,
    make_ready_assessment,
    make_submission,
    make_user,
)
from tracking.models import Cycle, Role, State, User
from tracking.requests.security_log import LONGEST, Event, note

Lines = list[dict[str, Any]]
PASSWORD = "correct-horse-battery"
TYPED = "Sesame-of-the-forty"


def events(lines: Lines) -> list[str]:
    return [line["event"] for line in lines]


def sign_in(client: Client, email: str, password: str) -> Any:
    return client.post(
        "/en/account/login/", {"login": email, "password": password}, follow=False
    )


@pytest.fixture
def viewer(state: State) -> User:
    user = make_user(Role.VIEWER, state)
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestLines:
    @pytest.mark.parametrize("mark", ["\n", "\r", "\x1b[2J", "\u2028", "\x00", "\x85"])
    def test_nothing_forges_a_line(self, mark: str) -> None:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        logger = logging.getLogger("suivi.security")
        logger.addHandler(handler)
        note(Event.DENIED, None, of=f'x{mark}{{"event": "sign_in"}}')
        logger.removeHandler(handler)

        (line,) = stream.getvalue().splitlines()
        assert mark not in line
        assert json.loads(line)["event"] == "denied"

    def test_a_fact_is_cut(self, security_log: Lines) -> None:
        note(Event.DENIED, None, of="x" * 10_000)

        assert len(security_log[0]["of"]) == LONGEST

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3::7", "2001:db8:1:2::/64"),
            ("nowhere", ""),
        ],
    )
    def test_the_network_is_named(
        self, security_log: Lines, address: str, network: str
    ) -> None:
        note(Event.DENIED, RequestFactory().get("/", REMOTE_ADDR=address))

        assert security_log[0]["network"] == network

    def test_a_line_says_who_where_and_when(
        self, security_log: Lines, viewer: User, other_state: State
    ) -> None:
        response = signed_in(viewer).get(reverse("workspace:tasks", args=["ita"]))

        line = security_log[-1]
        assert line | {"at": ""} == {
            "at": "", "event": "denied", "request": response[HEADER],
            "actor": viewer.pk, "role": "viewer", "state": viewer.state_id,
            "network": "127.0.0.1", "method": "GET", "address": "workspace:tasks",
            "status": 404, "of": "ita",
        }  # fmt: skip

    def test_a_request_has_one_number_everywhere(
        self, db: None, administrator: User
    ) -> None:
        client = signed_in(administrator)
        response = client.post(
            "/admin/tracking/cycle/add/",
            {
                "code": "2031", "name": "2031", "opens_on": "2031-01-01",
                "closes_on": "2031-12-31", "reference_meeting": "",
            },
            headers={"X-Request-ID": "mine"},
        )  # fmt: skip

        assert len(response[HEADER]) == 32
        assert client.get("/en/")[HEADER] != response[HEADER]

    def test_the_number_is_in_other_logs_too(self, client: Client, db: None) -> None:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        configured = logging.getLogger().handlers[0]
        console = next(
            each
            for each in logging.getLogger().handlers
            if any(type(f).__name__ == "RequestFilter" for f in each.filters)
        )
        assert configured is not None
        handler.filters = console.filters
        handler.setFormatter(console.formatter)
        logging.getLogger().addHandler(handler)
        response = client.get("/en/nothing/")
        logging.getLogger().removeHandler(handler)

        assert f"[{response[HEADER]}]" in stream.getvalue()


class TestEvents:
    def test_signing_in_and_out(self, security_log: Lines, viewer: User) -> None:
        client = Client()
        sign_in(client, viewer.email, PASSWORD)
        client.post("/en/account/logout/")

        assert events(security_log) == ["sign_in", "sign_out"]
        assert {line["actor"] for line in security_log} == {viewer.pk}

    @pytest.mark.parametrize("known", [True, False])
    def test_failing_to(self, security_log: Lines, viewer: User, known: bool) -> None:
        email = viewer.email if known else "typed.wrong@example.org"
        sign_in(Client(), email, TYPED)

        (line,) = security_log
        assert line["event"] == "sign_in_failed"
        assert line["account"] == (viewer.pk if known else None)
        assert "typed.wrong" not in json.dumps(line)

    def test_trying_too_often(self, security_log: Lines, viewer: User) -> None:
        client = Client(REMOTE_ADDR="198.51.100.44")
        for _time in range(6):
            sign_in(client, viewer.email, TYPED)

        assert events(security_log)[-1] == "throttled"

    def test_confirming(self, security_log: Lines, viewer: User) -> None:
        client = signed_in(viewer)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        assert events(security_log) == ["sign_in", "confirmed"]

    def test_a_factor_is_wanted(self, security_log: Lines, reviewer: User) -> None:
        client = signed_in(reviewer)
        session = client.session
        session["account_authentication_methods"] = []
        session.save()
        client.get("/en/desk/")

        assert events(security_log)[-1] == "factor_wanted"

    def test_changing_a_password(self, security_log: Lines, viewer: User) -> None:
        client, other = signed_in(viewer), signed_in(viewer)
        assert other.session
        client.post(
            "/en/account/password/change/",
            {"oldpassword": PASSWORD, "password1": TYPED, "password2": TYPED},
        )

        assert events(security_log)[-2:] == ["password_changed", "sessions_ended"]
        assert security_log[-1]["number"] == 1

    def test_reading_in_the_admin(
        self, security_log: Lines, reviewer: User, state: State, cycle: Cycle
    ) -> None:
        submission = make_submission(state, cycle)
        client = signed_in(reviewer)
        client.get(f"/admin/tracking/submission/{submission.pk}/change/")
        client.post(
            f"/admin/tracking/submission/{submission.pk}/change/", {"begin": "1"}
        )

        assert events(security_log)[-2:] == ["read", "changed"]
        assert {line["row"] for line in security_log[-2:]} == {str(submission.pk)}

    def test_taking_a_file_along(
        self, security_log: Lines, reviewer: User, state: State, cycle: Cycle
    ) -> None:
        response = signed_in(reviewer).get("/en/data/submissions.csv")
        b"".join(response.streaming_content)  # type: ignore[attr-defined]

        assert security_log[-1]["event"] == "exported"
        assert security_log[-1]["table"] == "submissions"

    def test_reading_by_the_api(
        self,
        security_log: Lines,
        reviewer: User,
        state: State,
        cycle: Cycle,
        recommendation: Any,
    ) -> None:
        make_ready_assessment(state, recommendation, cycle)
        make_accepted_submission(state, cycle)
        signed_in(reviewer).get("/api/v1/answers/")

        assert (security_log[-1]["event"], security_log[-1]["rows"]) == ("read", 1)

    def test_a_file_refused(
        self, security_log: Lines, focal_point: User, state: State
    ) -> None:
        sent = SimpleUploadedFile("Sesame-of-the-forty.exe", b"MZ")
        signed_in(focal_point).post(
            reverse("workspace:upload", args=["nor"]), {"upload": sent}
        )

        refused = next(line for line in security_log if line["event"] == "file_refused")
        assert refused["actor"] == focal_point.pk
        assert (refused["why"], refused["extension"]) == ("type", "other")

    def test_naming_and_ending(
        self, security_log: Lines, focal_point: User, state: State
    ) -> None:
        client = signed_in(focal_point)
        client.post(
            "/en/my/nor/people/invite/",
            {
                "name": "Ola", "email": "ola@example.org", "language": "en",
                "role": "viewer",
            },
        )  # fmt: skip

        line = next(line for line in security_log if line["event"] == "nomination")
        assert (line["act"], line["of_role"]) == ("propose", "viewer")
        assert "ola" not in json.dumps(line)


def test_no_secret_that_is_typed_is_in_any_line(
    security_log: Lines, viewer: User, reviewer: User, focal_point: User
) -> None:
    """Every form of the doors is sent with the same word in every field."""
    fields = (
        "login", "password", "oldpassword", "password1", "password2", "email", "code",
        "credential", "called_back", "name", "function", "note", "upload", "q",
    )  # fmt: skip
    said = dict.fromkeys(fields, TYPED) | {"email": f"{TYPED}@example.org"}
    for client in (
        Client(), signed_in(viewer), signed_in(reviewer), signed_in(focal_point)
    ):  # fmt: skip
        for address in (
            "/en/account/login/",
            reverse("account_reauthenticate"),
            "/en/account/password/change/",
            "/en/account/password/reset/",
            f"/en/account/password/reset/key/1-{TYPED}/",
            "/en/account/email/",
            reverse("mfa_authenticate"),
            reverse("mfa_activate_totp"),
            reverse("mfa_reauthenticate"),
            "/en/my/nor/people/invite/",
            reverse("workspace:tasks", args=["ita"]),
            "/admin/tracking/nomination/add/",
            f"/en/data/submissions.csv?q={TYPED}",
            f"/en/{TYPED}/",
        ):
            client.post(address, said)
            client.get(address, {"q": TYPED})

    assert len(security_log) > 20
    assert TYPED.lower() not in json.dumps(security_log).lower()
