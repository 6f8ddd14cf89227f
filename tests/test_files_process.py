"""The process that reads hostile files: what it can do, and when it is ended."""

import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from tests.documents import office, pdf
from tracking.files import process
from tracking.files.kinds import MEGABYTE
from tracking.files.process import Verdict, examine_apart

ROOT = Path(__file__).resolve().parent.parent
CALLS = [
    *("socket", "fork", "execve", "open", "creat", "unlink"),
    *("rename", "mkdir", "kill", "ptrace", "chmod"),
]
LINUX = sys.platform.startswith("linux")


def confined(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run lines of Python in a process that has closed its doors."""
    path = folder / "confined.py"
    path.write_text(
        f"import sys\nsys.path.append({str(ROOT)!r})\n"
        "import ctypes, os, socket, subprocess, shutil, time\n"
        "libc = ctypes.CDLL(None)\n"
        f"for name in {CALLS!r}: getattr(libc, name)\n"
        "from tracking.files.seccomp import close_the_doors\n"
        "filtered = close_the_doors()\n" + textwrap.dedent(script)
    )
    return subprocess.run(  # noqa: S603 - lines of this file
        [sys.executable, "-I", "-B", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
    )


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 80))",
        "socket.getaddrinfo('example.org', 80)",
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.execv('/bin/true', ['true'])",
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "open('made', 'w')",
        "open('confined.py', 'a')",
        "open('confined.py', 'r+')",
        "os.open('made', os.O_CREAT | os.O_WRONLY)",
        "os.remove('confined.py')",
        "os.rename('confined.py', 'made')",
        "os.link('confined.py', 'made')",
        "os.symlink('confined.py', 'made')",
        "os.mkdir('made')",
        "os.chmod('confined.py', 0o777)",
        "os.truncate('confined.py', 0)",
        "os.kill(os.getppid(), 9)",
        "shutil.copy('confined.py', 'made')",
        "ctypes.CDLL(None)",
    ],
)
def test_it_opens_no_door(attempt: str, tmp_path: Path) -> None:
    done = confined(
        f"""
        try:
            {attempt}
        except PermissionError:
            print("refused")
        """,
        tmp_path,
    )

    assert done.stdout == "refused\n", done.stderr
    assert os.listdir(tmp_path) == ["confined.py"]  # noqa: PTH208 - names are enough


@pytest.mark.skipif(not LINUX, reason="other systems have no such filter")
@pytest.mark.parametrize(
    "call",
    [
        "libc.socket(2, 1, 0)",
        "libc.fork()",
        "libc.execve(b'/bin/true', None, None)",
        "libc.open(b'made', 0o101, 0o600)",
        "libc.creat(b'made', 0o600)",
        "libc.unlink(b'confined.py')",
        "libc.rename(b'confined.py', b'made')",
        "libc.mkdir(b'made', 0o700)",
        "libc.kill(1, 0)",
        "libc.ptrace(0, 0, 0, 0)",
        "libc.chmod(b'confined.py', 0o777)",
    ],
)
def test_not_even_a_decoder_that_was_taken_over_does(call: str, tmp_path: Path) -> None:
    """Straight to the system, past Python."""
    done = confined(f"print(filtered, {call})", tmp_path)

    assert done.stdout == "True -1\n", done.stderr
    assert os.listdir(tmp_path) == ["confined.py"]  # noqa: PTH208 - names are enough


def test_it_gets_no_more_memory_than_it_is_given(tmp_path: Path) -> None:
    done = confined("bytearray(600 * 1024 * 1024)", tmp_path)

    assert "MemoryError" in done.stderr


def test_it_opens_no_more_files_than_it_is_given(tmp_path: Path) -> None:
    done = confined("files = [open('confined.py') for _ in range(99)]", tmp_path)

    assert "Too many open files" in done.stderr


def test_it_knows_nothing_of_the_site(tmp_path: Path) -> None:
    done = confined(
        """
        from tracking.files import examining, images, opendocument, pdf, sandbox, texts
        print(sorted(name for name in sys.modules if name.startswith("django")))
        print(sorted(name for name in sys.modules if name.startswith("config")))
        """,
        tmp_path,
    )

    assert done.stdout == "[]\n[]\n", done.stderr


def verdict(content: bytes, extension: str, seconds: float = 30) -> Verdict:
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as output:
        file.write(content)
        file.flush()
        return examine_apart(file, extension, output, seconds)


def test_it_tells_that_the_doors_are_closed() -> None:
    assert verdict(pdf(), "pdf") == Verdict("", filtered=LINUX)


def test_it_inherits_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        'import json, os\nprint(json.dumps({"refused": " ".join(os.environ), '
        '"filtered": False}))'
    )
    monkeypatch.setattr(process, "SCRIPT", script)
    monkeypatch.setenv("SECRET_KEY", "secret")

    assert "SECRET" not in verdict(b"a", "txt").refused


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("while True: pass", "slow"),
        ("import time; time.sleep(60)", "slow"),
        ("raise SystemExit(1)", "content"),
        ("import os; os.kill(os.getpid(), 11)", "content"),
        ("print('no verdict')", "content"),
        ("print('[]')", "content"),
        ("print('{}')", "content"),
        ("import os; os.kill(os.getpid(), 9)", "slow"),
    ],
)
def test_whatever_happens_to_it_the_file_is_not_taken(
    lines: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.py"
    script.write_text(lines)
    monkeypatch.setattr(process, "SCRIPT", script)

    assert verdict(b"a", "txt", seconds=1).refused == code


def test_its_time_of_computing_is_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys\nsys.path.append({str(ROOT)!r})\n"
        "from tracking.files import seccomp\n"
        "seccomp.CPU_SECONDS = 1\nseccomp.close_the_doors()\nwhile True: pass"
    )
    monkeypatch.setattr(process, "SCRIPT", script)

    assert verdict(b"a", "txt", seconds=60).refused == "slow"


def test_a_document_that_fills_its_memory_is_refused() -> None:
    text = "<w:p>" * (4 * MEGABYTE)
    deep = office("docx", text)

    assert verdict(deep, "docx").refused in ("bulk", "content")


def test_when_too_many_come_at_once_one_waits_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "PATIENCE_SECONDS", 0.01)
    for _turn in range(process.AT_ONCE):
        process._turns.acquire()
    try:
        assert verdict(b"a", "txt").refused == "busy"
    finally:
        for _turn in range(process.AT_ONCE):
            process._turns.release()
    assert verdict(b"a", "txt").refused == ""
