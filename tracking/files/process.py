"""A separate process for each file that somebody sends."""

import json
import logging
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracking.files.kinds import WALL_SECONDS

SCRIPT = Path(__file__).with_name("sandbox.py")
# So many at once in each process of the site; others wait for their turn.
AT_ONCE = 2
PATIENCE_SECONDS = 8

logger = logging.getLogger(__name__)
_turns = threading.BoundedSemaphore(AT_ONCE)
_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)


@dataclass(frozen=True)
class Verdict:
    """Code of the reason for a refusal, empty for none; who kept the doors."""

    refused: str
    filtered: bool = False


def examine_apart(
    file: IO[bytes], extension: str, output: IO[bytes], seconds: float = WALL_SECONDS
) -> Verdict:
    """Have a file examined in a process of its own; pictures arrive in `output`.

    Both are files of the system, with a descriptor. Whatever happens to the
    process, the answer is a verdict.
    """
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        return Verdict("busy")
    try:
        file.seek(0)
        done = subprocess.run(  # noqa: S603 - our own script, arguments from our table
            [sys.executable, "-I", "-B", str(SCRIPT), extension, str(output.fileno())],
            stdin=file,
            capture_output=True,
            pass_fds=[output.fileno()],
            env={},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Verdict("slow")
    finally:
        _turns.release()
    if done.returncode in _OUT_OF_TIME:
        return Verdict("slow")
    try:
        answer = json.loads(done.stdout)
        return Verdict(str(answer["refused"]), bool(answer["filtered"]))
    except (ValueError, KeyError, TypeError):
        # It fell, by its limits or by the file; what it said is not for the page.
        logger.warning(
            "Examination of a file of type %s ended with %s: %s",
            extension,
            done.returncode,
            done.stderr[-500:].decode("utf-8", "replace"),
        )
        return Verdict("content")
