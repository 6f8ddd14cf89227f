"""Production refuses to start half configured; evaluation is asked for by name."""

import os
import re
import runpy
import socket
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from config.environment import Environment, read_file
from tracking.checks.deployment import check_machine

ROOT = Path(__file__).resolve().parent.parent
SOUND = {
    "EVALUATION": "0",
    "SECRET_KEY": "x9Lw2vQ7mB4kT1zR8nC5yH3jF6gD0sA-" * 2,
    "ADDRESS_KEY": "p4Tz8Kq2Wm6Jx0Rb5Vn9Cs3Hd7Lf1Ga-" * 2,
    "ALLOWED_HOSTS": "suivi.example.org",
    "BASE_URL": "https://suivi.example.org",
    "DATABASE_URL": "postgres://suivi:$w+rd@db.example.org/suivi",
    "OWNER_DATABASE_URL": "postgres://owner:word@db.example.org/suivi",
    "EMAIL_URL": "smtp+tls://suivi:$w+rd@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Suivi <suivi@example.org>",
    "TRUSTED_PROXIES": "1",
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


# Variable → values that are refused. What must be there is refused when empty, too.
WEAK = [
    "short",
    "a" * 64,
    "abcde" * 11,
    "0123456789" * 6,
    "change-me-" + "x9Lw2vQ7" * 6,
]
WEAK += [string.ascii_letters + string.digits]
REQUIRED: dict[str, list[str]] = {
    "SECRET_KEY": ["", *WEAK],
    "ADDRESS_KEY": ["", SOUND["SECRET_KEY"], *WEAK],
    "ALLOWED_HOSTS": ["", "*", "suivi.example.org,*", "https://suivi.example.org"],
    "BASE_URL": [
        "",
        "suivi.example.org",
        "http://suivi.example.org",
        "https://suivi.example.org/fr/",
        "https://suivi.example.org:port",
    ],
    "DATABASE_URL": ["", "sqlite:///db", "postgres://u:p/q@host/name", "postgres://h"],
    "EMAIL_URL": [
        "",
        "smtp://mail.example.org:25",
        "smtp+tls://",
        "smtp+tls://mail.example.org:587/?EMAIL_USE_TLS=0",
        "smtp+tls://u:p#q@mail.example.org",
        "consolemail://",
        "filemail:///tmp/mail",
        "dummymail://",
        "memorymail://",
        "mail.example.org",
    ],
    "DEFAULT_FROM_EMAIL": ["", "suivi@localhost", "Suivi"],
    "TRUSTED_PROXIES": ["", "-1", "one", "127.0.0.1"],
    "AUDIT_KEY_FILE": ["", "audit.pem"],
}
OPTIONAL: dict[str, list[str]] = {
    "SECRET_KEY_FALLBACKS": ["short", SOUND["ADDRESS_KEY"] + ",abcde"],
    "OWNER_DATABASE_URL": [
        "sqlite:///db",
        SOUND["DATABASE_URL"],
        # Only who, and the password, are taken from it.
        "postgres://owner:word@other.example.org/suivi",
        "postgres://owner:word@db.example.org:5433/suivi",
        "postgres://owner:word@db.example.org/other",
    ],
    "EMBEDDED_DATABASE": ["perhaps"],
    "DEBUG": ["1", "perhaps"],
    "MFA_REQUIRED": ["0"],
    "CLAMD_ADDRESS": ["clamd", "unix:clamd.ctl", "localhost:99999"],
    "S3_BUCKET": ["https://bucket.example.org", "B"],
    "S3_ENDPOINT_URL": ["https://s3.example.org"],  # without a bucket
    "S3_REGION": ["here"],
    "S3_ACCESS_KEY": ["key"],
    "S3_SECRET_KEY": ["key"],
    "OIDC_SERVER_URL": ["http://login.example.org", "https://login.example.org"],
    "FREE_DISK_FLOOR": ["10", "-0.1", "a tenth"],
    "SECURITY_LOG_FILE": ["security.log", "/nowhere/at/all.log", "/proc/s.log", "/etc"],
    "ALARM_READINGS": ["0", "many"],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=f"{name}={value[:40]}")
        for name, values in (REQUIRED | OPTIONAL).items()
        for value in values
    ],
)
def test_production_refuses(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the settings themselves, read again in this process."""
    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        read(monkeypatch, **{**SOUND, name: value})

    assert "Set " in str(refused.value) or "Leave " in str(refused.value)


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """The settings that this environment makes."""
    for name in list(os.environ):
        if name not in ("PATH", "HOME"):
            monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "config" / "settings.py"))


def test_every_variable_of_the_readme_is_checked() -> None:
    text = (ROOT / "README.md").read_text().split("## Deploy", 1)[1].split("\n## ")[0]
    named = set(re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)[=`]", text))

    # Looked for on the machine, below.
    assert named - {"VAR_DIR", "AUDIT_DIR"} <= REQUIRED.keys() | OPTIONAL.keys()
    assert REQUIRED.keys() <= named


def test_the_owner_signs_in_to_the_same_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However it is written."""
    found = read(
        monkeypatch,
        **SOUND
        | {"OWNER_DATABASE_URL": "postgres://owner:w@DB.example.org:5432/suivi"},
    )

    assert found["DATABASES"]["default"]["OWNER"]["USER"] == "owner"


def test_all_that_is_wrong_is_said_at_once() -> None:
    done = settle(EVALUATION="0", DATABASE_URL=SOUND["DATABASE_URL"])

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    missing = REQUIRED.keys() - {"DATABASE_URL"}
    assert {name for name in missing if f"Set {name} " in done.stderr} == missing


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECURITY_LOG_FILE"])
def test_a_trial_too_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    wrong = {name: (REQUIRED | OPTIONAL)[name][-1]}
    done = settle(EVALUATION="1", VAR_DIR=str(tmp_path), **wrong)

    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr


# Nothing in a value is interpreted ------------------------------------------------


@pytest.mark.parametrize("sign", ["$", "@", "\\", "%", "#", "{", "~", "&", "="])
def test_a_value_is_taken_as_it_stands(
    sign: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = f"{sign}HOME{sign}" + SOUND["SECRET_KEY"]
    found = read(
        monkeypatch, **{**SOUND, "SECRET_KEY": key, "SECRET_KEY_FALLBACKS": key}
    )

    assert found["SECRET_KEY"] == key
    assert found["SECRET_KEY_FALLBACKS"] == [key]
    assert found["DATABASES"]["default"]["PASSWORD"] == "$w+rd"
    assert found["EMAIL_HOST_PASSWORD"] == "$w+rd"

    (tmp_path / "secret_key").write_text(key)
    trial = read(monkeypatch, EVALUATION="1", VAR_DIR=str(tmp_path))

    assert trial["SECRET_KEY"] == trial["ADDRESS_KEY"] == key


def test_a_trial_makes_a_key_of_letters_and_digits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret_key").touch()  # begun, and interrupted
    keys = {
        read(monkeypatch, EVALUATION="1", VAR_DIR=str(folder))["SECRET_KEY"]
        for folder in (tmp_path, tmp_path / "new")
    }

    assert len(keys) == 2
    assert all(re.fullmatch("[A-Za-z0-9]{50,}", key) for key in keys)


def test_a_file_of_values_is_taken_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SUIVI_TEST", raising=False)
    (tmp_path / ".env").write_text("SUIVI_TEST=$HOME@x\n")
    read_file(tmp_path / ".env")

    assert Environment().text("SUIVI_TEST") == "$HOME@x"
    monkeypatch.delenv("SUIVI_TEST")


# What the machine has -------------------------------------------------------------


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A sound configuration on a machine that has what it names."""
    folder = tmp_path_factory.mktemp("machine")
    key = folder / "audit.pem"
    key.touch(mode=0o600)
    key.write_bytes(pem(Ed25519PrivateKey.generate()))
    return {**SOUND, "VAR_DIR": str(folder), "AUDIT_KEY_FILE": str(key)}


def pem(key: Ed25519PrivateKey | X25519PrivateKey, word: bytes = b"") -> bytes:
    kept: Any = BestAvailableEncryption(word) if word else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, kept)


def deploy_check(**environment: str) -> subprocess.CompletedProcess[str]:
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return start(command, **environment)


def test_the_deployment_check_finds_nothing(machine: dict[str, str]) -> None:
    done = deploy_check(**machine)

    assert done.returncode == 0, done.stderr


def test_production_takes_the_embedded_database_only_by_name(
    machine: dict[str, str],
) -> None:
    del machine["OWNER_DATABASE_URL"]
    done = settle(**{**machine, "DATABASE_URL": "", "EMBEDDED_DATABASE": "1"})

    assert done.returncode == 0


def test_the_deployment_check_looks_at_the_machine(
    machine: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    done = deploy_check(
        **{
            **machine,
            "AUDIT_KEY_FILE": str(tmp_path / "none.pem"),
            "AUDIT_DIR": str(file / "audit"),
            "VAR_DIR": str(file),
            "CLAMD_ADDRESS": f"unix:{file}",
            "TRUSTED_PROXIES": "0",
        }
    )

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    told = set(re.findall(r"\(tracking\.(\w+)\)", done.stderr))
    assert told == {"E011", "E012", "E013", "W012", "W013"}
    assert "openssl genpkey -algorithm ed25519" in done.stderr


def test_a_trial_left_on_is_named(machine: dict[str, str]) -> None:
    done = deploy_check(**{**machine, "EVALUATION": "1", "EMBEDDED_DATABASE": "0"})

    assert done.returncode != 0
    assert "(tracking.E014) EVALUATION is 1" in done.stderr
    assert "Leave EVALUATION out" in done.stderr


@pytest.fixture
def sound(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of which nothing is to be said, on this machine."""
    path = tmp_path / "audit.pem"
    path.touch(mode=0o600)
    path.write_bytes(pem(Ed25519PrivateKey.generate()))
    settings.AUDIT_KEY_FILE = str(path)
    settings.EVALUATION = False
    settings.TRUSTED_PROXIES = 1
    settings.VAR_DIR = tmp_path / "var"
    settings.AUDIT_DIR = str(tmp_path)
    return settings


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TRUSTED_PROXIES", 1, []),
        ("TRUSTED_PROXIES", 5, []),
        ("TRUSTED_PROXIES", 6, ["tracking.W014"]),
        # Root may write everywhere, says the system, and cannot there.
        ("VAR_DIR", Path("/proc/suivi"), ["tracking.E013"]),
        ("AUDIT_DIR", "/proc", ["tracking.E012"]),
    ],
)
def test_the_machine_is_tried(
    name: str, value: Any, told: list[str], sound: Settings, tmp_path: Path
) -> None:
    setattr(sound, name, value)

    assert [each.id for each in check_machine()] == told
    assert [path.name for path in tmp_path.iterdir()] == ["audit.pem"]


@pytest.mark.parametrize("kind", ["no key", "another kind", "with a password", "open"])
def test_the_key_of_the_audit_is_looked_into(
    kind: str, sound: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    path.touch(mode=0o644 if kind == "open" else 0o600)
    path.write_bytes(
        {
            "no key": b"nothing",
            "another kind": pem(X25519PrivateKey.generate()),
            "with a password": pem(Ed25519PrivateKey.generate(), b"word"),
            "open": pem(Ed25519PrivateKey.generate()),
        }[kind]
    )
    sound.AUDIT_KEY_FILE = str(path)

    found = [each.id for each in check_machine()]

    assert found == ["tracking.W011" if kind == "open" else "tracking.E011"]


def test_neither_site_nor_worker_start_without_what_they_need(
    machine: dict[str, str], tmp_path: Path
) -> None:
    wrong = {**machine, "AUDIT_KEY_FILE": str(tmp_path / "none.pem")}

    done = start(["manage.py", "work"], **wrong)

    assert done.returncode != 0
    assert "tracking.E011" in done.stderr
    assert 'tags=["machine"]' in (ROOT / "config" / "wsgi.py").read_text()


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
