"""Imports go down only: the floors of the house, kept by a test.

Every module of ours stands on one of them; one that is not named here fails.
"""

import ast
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From the ground up. What stands on one floor knows the floors below, and no neighbour.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("config",),
    ("recommendations",),
    ("tracking.models.database",),
    ("tracking.models.people",),
    ("tracking.models.messages",),
    ("tracking.models.accounts", "tracking.models.working_copy"),
    ("tracking.models.records",),
    ("tracking.models.audit",),
    ("tracking.models.reminders", "tracking.models.row_level_security"),
    ("tracking.models",),
    (
        "tracking.checks",
        "tracking.demonstration",
        "tracking.filters",
        "tracking.requests",
    ),
    ("tracking.files",),
    ("tracking.workspace.access",),
    ("tracking.workspace.forms",),
    ("tracking.workspace.reading",),
    ("tracking.workspace.drafts",),
    ("tracking.workspace.colleagues",),
    # What one kind of reader does, and no other.
    (
        "tracking.accounts",
        "tracking.api",
        "tracking.auditing",
        "tracking.dashboards",
        "tracking.exports",
        "tracking.inbox",
        "tracking.public",
        "tracking.review",
        "tracking.workspace.answers",
        "tracking.workspace.api",
        "tracking.workspace.library",
        "tracking.workspace.submitting",
    ),
    ("tracking.admin", "tracking.worker", "tracking.workspace"),
    ("tracking.management",),
    # Where Django begins.
    ("config.urls", "config.wsgi", "tracking.apps"),
)
FLOOR = {part: number for number, parts in enumerate(FLOORS) for part in parts}
# Namespaces without a line of code.
EMPTY = ("tracking",)
# Commands begin with the site, as Django's own `runserver` does.
FROM_ABOVE = {("tracking.management.commands.run", "config.wsgi")}


def part_of(module: str) -> str | None:
    """The part a module belongs to: the longest name of a floor that begins it."""
    names = [name for name in FLOOR if f"{module}.".startswith(f"{name}.")]
    return max(names, key=len) if names else None


def module_of(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


@cache
def defined_in() -> dict[str, str]:
    """Public name of `tracking.models` → the module that defines it."""
    tree = ast.parse((ROOT / "tracking/models/__init__.py").read_text())
    return {
        alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def imports(path: Path, module: str) -> set[str]:
    """Modules and names of ours that a file imports, in functions and for types too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")
            if path.name != "__init__.py":
                package = package[:-1]
            base = package[: len(package) + 1 - node.level] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{name}.{alias.name}"
                if name == "tracking.models":
                    whole = defined_in().get(alias.name, whole)
                found.add(whole)
    ours = ("config", "recommendations", "tests", "tracking")
    return {name for name in found if name.split(".")[0] in ours}


def climbing(path: Path) -> list[str]:
    """Imports of one file that go up or sideways, and the file if nobody knows it."""
    module = module_of(path)
    part = part_of(module)
    if part is None:
        return [] if module in EMPTY else [f"{module} stands on no floor"]
    wrong = []
    for name in imports(path, module):
        to = part_of(name)
        if to is None:
            wrong.append(f"{module} → {name}, which stands on no floor")
        elif to != part and FLOOR[to] >= FLOOR[part] and (module, to) not in FROM_ABOVE:
            wrong.append(f"{module} → {to}")
    return sorted(set(wrong))


FILES = [
    path
    for folder in ("config", "recommendations", "tracking")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    assert climbing(path) == []


def test_the_map_for_contributors_shows_these_floors() -> None:
    """One screen, with the names of the rooms as they are."""
    drawn = (ROOT / "CONTRIBUTING.md").read_text().split("```")[3]
    rows = drawn.strip().splitlines()
    named = Counter(
        name.rpartition(".")[2] for row in rows for name in row[:49].split()
    )

    assert len(rows) <= 40
    assert named == Counter(part.rpartition(".")[2] for part in FLOOR)


def test_nothing_on_the_floors_has_gone() -> None:
    parts = {part_of(module_of(path)) for path in FILES}

    assert set(FLOOR) - parts == set()


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        (
            "tracking/models/people/states.py",
            "def f():\n    from tracking.public import views\n",
            ["tracking.models.people.states → tracking.public"],
        ),
        (
            "tracking/models/people/states.py",
            "if TYPE_CHECKING:\n    from tracking.models import Submission\n",
            ["tracking.models.people.states → tracking.models.records"],
        ),
        (
            "tracking/workspace/forms/evidence.py",
            "from ..drafts import conflicts\n",
            ["tracking.workspace.forms.evidence → tracking.workspace.drafts"],
        ),
        (
            "tracking/review/admin.py",
            "import tracking.accounts.admin\n",
            ["tracking.review.admin → tracking.accounts"],
        ),
        ("tracking/loose.py", "", ["tracking.loose stands on no floor"]),
    ],
)
def test_a_climbing_import_is_seen(
    place: str, code: str, said: list[str], tmp_path: Path, monkeypatch: Any
) -> None:
    defined_in()  # of the house itself
    monkeypatch.setattr("tests.test_layers.ROOT", tmp_path)
    file = tmp_path / place
    file.parent.mkdir(parents=True)
    file.write_text(code)

    assert climbing(file) == said


def test_nothing_imports_the_tests_or_the_project_settings() -> None:
    for path in FILES:
        if path.parts[len(ROOT.parts)] == "config":
            continue
        text = path.read_text()
        assert "from tests" not in text, path
        assert "config.settings" not in text, path
