"""An audit that asked nobody has not passed."""

from typing import Any

import pytest

from tests.holes import ACCEPTED, verdict

SOUND = {"name": "django", "version": "5.2.19", "vulns": []}
HOLE = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["5.2.20"]}
UNKNOWN = {"name": "asgiref", "skip_reason": "Dependency not found"}


def report(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": [*rows]}


def test_what_was_asked_about_and_has_no_hole_is_sound() -> None:
    assert verdict(report(SOUND), optional=False) == (
        0,
        ["1 packages audited, 0 known holes."],
    )


@pytest.mark.parametrize("optional", [True, False])
def test_a_hole_is_a_failure(optional: bool) -> None:
    code, said = verdict(report({**SOUND, "vulns": [HOLE]}), optional=optional)

    assert code == 1
    assert said[0] == "django 5.2.19: PYSEC-1, mended in 5.2.20"


@pytest.mark.parametrize("found", [None, {}, report(), report(SOUND, UNKNOWN)])
def test_without_an_answer_nothing_is_sound(found: dict[str, Any] | None) -> None:
    code, said = verdict(found, optional=False)

    assert code == 1
    assert any(line.startswith("NOT AUDITED") for line in said)
    assert verdict(found, optional=True) == (0, said)


def test_a_hole_we_live_with_has_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACCEPTED, "CVE-1", "Never called with foreign input.")
    code, _said = verdict(report({**SOUND, "vulns": [HOLE]}), optional=False)

    assert code == 0
