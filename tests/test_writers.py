"""Sixteen sessions save one answer at once, over HTTP, in processes of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.middleware.csrf import get_token
from django.test import Client

from recommendations.models import Recommendation
from tests.factories import make_assessment
from tracking.models import (
    Assessment,
    AssessmentVersion,
    Cycle,
    State,
    UnsavedKind,
    UnsavedWork,
    User,
)

ROOT = Path(__file__).resolve().parent.parent
WRITERS = 16


@contextmanager
def served() -> Iterator[int]:
    """The test database behind a server of two processes; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    found = connection.get_connection_params()
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found["dbname"],
        "HOST": found.get("host", ""),
        "PORT": found.get("port", ""),
        "USER": found.get("user", ""),
        "PASSWORD": found.get("password", ""),
    }
    environment = {
        **os.environ,
        "EVALUATION": "1",
        "TEST_DATABASE": json.dumps(database),
    }
    command = [
        *(sys.executable, "-m", "gunicorn", "tests.serving:application", "--workers=2"),
        *("--worker-class=gthread", "--threads=4", "--log-level=warning"),
        *("--bind", f"127.0.0.1:{port}"),
    ]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)  # noqa: S603
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", server)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(150):
        assert server.poll() is None, "the server stopped while starting"
        try:
            urllib.request.urlopen(address)  # noqa: S310 - our own address
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not start")


def task_of(
    user: User,
    answer: Assessment,
    port: int,
    number: int,
    rounds: int,
    again: dict[str, object] | None = None,
) -> dict[str, object]:
    """What a writer needs to know: a session, and a form as the page shows it."""
    client = Client(enforce_csrf_checks=True)
    if again is None:
        client.force_login(user)
    else:
        client.cookies.load(str(again["cookie"]))
    page = client.get(answer.get_absolute_url())
    return {
        "name": f"writer{number}",
        "port": port,
        "path": answer.get_absolute_url(),
        "version": answer.version,
        # As if each form came with a page of its own: no two pages bear one token.
        "tokens": [get_token(page.wsgi_request) for _round in range(rounds)],
        "writing": page.context["writing"].token,
        "cookie": "; ".join(f"{k}={v.value}" for k, v in client.cookies.items()),
    }


@pytest.mark.parametrize("rounds", [20, pytest.param(100, marks=pytest.mark.security)])
@pytest.mark.django_db(transaction=True)
def test_of_all_that_is_written_nothing_is_lost(
    rounds: int,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
    alternate: User,
) -> None:
    answer = make_assessment(state, recommendation)
    # Only two people of a State save the row itself; each has several pages open.
    users = [focal_point, alternate]
    saved: list[str] = []
    with served() as port, ExitStack() as ending:
        sessions = [users[number % 2] for number in range(WRITERS)]
        tasks: list[dict[str, object]] = []
        for number, user in enumerate(sessions):
            # Five sessions an account; the others are further pages of these.
            again = tasks[number % 10] if number >= 10 else None
            tasks.append(task_of(user, answer, port, number, rounds, again))
        writers = [
            subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, str(ROOT / "tests" / "writer.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _user in sessions
        ]
        for writer, task in zip(writers, tasks, strict=True):
            # Whatever fails here: none of them is left to trouble another test.
            ending.enter_context(writer)
            ending.callback(writer.kill)
            assert writer.stdin is not None
            writer.stdin.write(json.dumps(task))
            writer.stdin.close()
        lost_race: dict[int, set[str]] = {user.pk: set() for user in users}
        for user, writer in zip(sessions, writers, strict=True):
            assert writer.stdout is not None
            done = [json.loads(line) for line in writer.stdout]
            assert writer.wait() == 0
            assert len(done) == rounds
            assert {each["status"] for each in done} <= {302, 409}
            saved += [each["text"] for each in done if each["status"] == 302]
            lost_race[user.pk] |= {
                each["text"] for each in done if each["status"] == 409
            }

    # Each version was won once; each text that won is in the history.
    answer.refresh_from_db()
    assert answer.version == 1 + len(saved)
    kept = set(AssessmentVersion.objects.values_list("law", flat=True))
    assert set(saved) <= kept
    # Each text that lost is under the unsaved work of whoever wrote it.
    for user in users:
        copies = UnsavedWork.objects.of(user).filter(kind=UnsavedKind.CONFLICT)
        found = {copy.payload["law"][0] for copy in copies}
        assert found == lost_race[user.pk]
    assert len(saved) + sum(map(len, lost_race.values())) == WRITERS * rounds
