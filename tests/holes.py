"""Known holes in what is installed: asks the Python Package Index, says what came.

Left to itself, `pip-audit` is content when the index does not know a package, or has
no answer about holes: nothing was asked then, and nothing found. Here that is a
failure, or, with AUDIT=optional, a notice that cannot be overlooked.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

# Hole that we live with → why it cannot be used against us.
ACCEPTED: dict[str, str] = {}
TOOL = Path(sys.executable).with_name("pip-audit")
COMMAND = (str(TOOL), "--disable-pip", "--require-hashes", "--progress-spinner=off")
SECONDS = 120


def ask(requirements: str) -> dict[str, Any] | None:
    """What the tool reports; None without an answer."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [*COMMAND, "--format=json", "-r", requirements],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        found = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return found if isinstance(found, dict) else None


def verdict(report: dict[str, Any] | None, *, optional: bool) -> tuple[int, list[str]]:
    """Exit code, and what to say."""
    rows = (report or {}).get("dependencies", [])
    skipped = [row["name"] for row in rows if "skip_reason" in row]
    holes = [
        f"{row['name']} {row['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for row in rows
        for hole in row.get("vulns", [])
        if not {hole["id"], *hole.get("aliases", [])} & set(ACCEPTED)
    ]
    asked = len(rows) - len(skipped)
    said = [*holes, f"{asked} packages audited, {len(holes)} known holes."]
    missing = skipped or not rows
    if missing:
        said += [
            "",
            "NOT AUDITED: " + (", ".join(skipped) or "everything"),
            "The index gave no answer about holes. Run `make audit` where it does.",
        ]
    return int(bool(holes) or (bool(missing) and not optional)), said


if __name__ == "__main__":
    code, lines = verdict(ask(sys.argv[1]), optional=os.getenv("AUDIT") == "optional")
    sys.stdout.write("\n".join([*lines, ""]))
    sys.exit(code)
