"""Imports go down only: the map of the rooms, kept by a test."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Part → the parts below it, which it may import besides itself.
BELOW: dict[str, set[str]] = {
    "recommendations": set(),
    "tracking.models": {"recommendations"},
    "tracking.filters.differences": set(),
    "tracking.requests.drafts": {"tracking.requests.http", "tracking.models"},
    "tracking.files": {
        "tracking.models",
        "tracking.requests.security_log",
        "recommendations",
    },
    "tracking.filters": {"tracking.models", "recommendations"},
    "tracking.requests.http": {"tracking.models", "tracking.requests.security_log"},
    "tracking.requests.token_auth": {
        "tracking.models",
        "tracking.requests.security_log",
    },
    "tracking.filters.published": {"tracking.models", "recommendations"},
    "tracking.models.audit.signing": {"tracking.models"},
    "tracking.requests.security_log": {"tracking.models"},
    **{
        f"tracking.{folder}": {
            "tracking.filters.differences",
            "tracking.requests.drafts",
            "tracking.files",
            "tracking.filters",
            "tracking.requests.http",
            "tracking.requests.token_auth",
            "tracking.models",
            "tracking.filters.published",
            "tracking.models.audit.signing",
            "tracking.requests.security_log",
            "recommendations",
        }
        for folder in (
            "workspace",
            "review",
            "dashboards",
            "exports",
            "public",
            "api",
            "accounts",
            "inbox",
            "auditing",
        )
    },
    # Django looks for admin classes in one place.
    "tracking.admin": {"tracking.review", "tracking.accounts", "tracking.models"},
}


def part_of(module: str) -> str | None:
    """The part a module belongs to: the longest name in the map that begins it."""
    names = [name for name in BELOW if f"{module}.".startswith(f"{name}.")]
    return max(names, key=len) if names else None


def imports(path: Path, module: str) -> set[str]:
    """Modules of ours that a file imports, those inside functions included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")
            base = package[: -node.level] if node.level else []
            if node.level and path.name == "__init__.py":
                base = package[: len(package) - node.level + 1]
            name = ".".join([*base, *([node.module] if node.module else [])])
            found |= {name, *(f"{name}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith(("recommendations", "tracking"))}


def climbing(path: Path) -> list[str]:
    """Imports of one file that go up or sideways."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    module = module.removesuffix(".__init__")
    part = part_of(module)
    if part is None:
        return []
    targets = {part_of(name) for name in imports(path, module)} - {None, part}
    return sorted(f"{module} → {to}" for to in targets if to not in BELOW[part])


FILES = [
    path
    for folder in ("recommendations", "tracking")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    assert climbing(path) == []


def test_a_climbing_import_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.test_layers.ROOT", tmp_path)
    folder = tmp_path / "tracking" / "models"
    folder.mkdir(parents=True)
    file = folder / "states.py"
    file.write_text("def f():\n    from tracking.public import views\n")

    assert climbing(file) == ["tracking.models.states → tracking.public"]


def test_nothing_imports_the_tests_or_the_project_settings() -> None:
    for path in FILES:
        text = path.read_text()
        assert "from tests" not in text, path
        assert "config.settings" not in text, path
