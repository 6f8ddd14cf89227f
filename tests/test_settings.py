"""Production refuses to start half configured; evaluation is asked for by name."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOUND = {
    "EVALUATION": "0",
    "SECRET_KEY": "x9Lw2vQ7mB4kT1zR8nC5yH3jF6gD0sA-" * 2,
    "ALLOWED_HOSTS": "suivi.example.org",
    "BASE_URL": "https://suivi.example.org",
    "DATABASE_URL": "postgres://suivi@db.example.org/suivi",
    "ADDRESS_KEY": "p4Tz8Kq2Wm6Jx0Rb5Vn9Cs3Hd7Lf1Ga-" * 2,
    "AUDIT_KEY_FILE": "/etc/suivi/audit.pem",
}


def start(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Python of its own, as if on another machine."""
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(  # noqa: S603 - our own files, no shell
        [sys.executable, *arguments],
        env={**kept, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def settle(**environment: str) -> subprocess.CompletedProcess[str]:
    return start(["manage.py", "diffsettings"], **environment)


def test_a_sound_configuration_starts() -> None:
    done = settle(**SOUND)

    assert done.returncode == 0
    assert "'report-to': 'csp'" in done.stdout  # only with HTTPS


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
        ({"ADDRESS_KEY": ""}, "ADDRESS_KEY"),
        ({"ADDRESS_KEY": SOUND["SECRET_KEY"]}, "ADDRESS_KEY"),
        ({"AUDIT_KEY_FILE": ""}, "AUDIT_KEY_FILE"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"BASE_URL": "http://suivi.example.org"}, "BASE_URL"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///db"}, "PostgreSQL"),
        ({"MFA_REQUIRED": "0"}, "MFA_REQUIRED"),
    ],
)
def test_production_refuses(change: dict[str, str], sentence: str) -> None:
    done = settle(**{**SOUND, **change})

    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_production_takes_the_embedded_database_only_by_name() -> None:
    done = settle(**{**SOUND, "DATABASE_URL": "", "EMBEDDED_DATABASE": "1"})

    assert done.returncode == 0


def test_the_deployment_check_finds_nothing() -> None:
    done = start(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], **SOUND)

    assert done.returncode == 0, done.stderr


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = start(
            ["manage.py", "run"], EVALUATION="1", VAR_DIR=str(tmp_path), PORT=port
        )

    assert done.returncode != 0
    assert f"Port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_evaluation_refuses_what_it_cannot_do_in_one_sentence(tmp_path: Path) -> None:
    for environment, sentence in (
        ({"PORT": "0"}, "PORT is a number"),
        (
            {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none"},
            "The database cannot be reached",
        ),
        ({"VAR_DIR": "/proc/none"}, "cannot be"),
    ):
        settings = {"EVALUATION": "1", "VAR_DIR": str(tmp_path), **environment}
        done = start(["manage.py", "run"], **settings)

        assert done.returncode != 0
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
