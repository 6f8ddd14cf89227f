"""Which files of tests a change touches; `make quick` runs them.

A file of tests is touched if it changed, or if it imports what changed, or names it (a
command, a noun) or opens an address of it. Where no test does, those count that do so
with what imports it. Whoever renders a changed template counts as changed. All else is
left to `make test`.

    python -m tests.touched [BRANCH]   what changed since BRANCH was left, or since HEAD
"""

import ast
import os
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from functools import cache
from pathlib import Path

import django
from django.urls import Resolver404, resolve

from tests.test_layers import FILES, ROOT, imports, module_of

TESTS = sorted((ROOT / "tests").glob("test_*.py"))
SUPPORT = sorted(set((ROOT / "tests").glob("*.py")) - set(TESTS))
TEMPLATES = ROOT / "templates"
# So many files take less than a minute; none of them walks through the whole site.
MOST = 6
LONG = {"test_access", "test_canary", "test_demo", "test_locks", "test_matrix"}
LONG |= {"test_permissions", "test_strangers", "test_unlocked", "test_second_report"}
LONG |= {"test_files_process"}
SHORT = [path for path in TESTS if path.stem not in LONG]
# They read the source, whichever it is.
ALWAYS = [
    ROOT / "tests" / f"test_{name}.py" for name in ("layers", "scoping", "source")
]


def changed(branch: str | None) -> set[Path]:
    """Files that differ from where this branch left `branch`, and new ones."""
    base = _git("merge-base", "HEAD", branch) if branch else ["HEAD"]
    names = _git("diff", "--name-only", *base)
    names += _git("ls-files", "--others", "--exclude-standard")
    return {ROOT / name for name in names}


def touched(files: set[Path]) -> list[Path]:
    """Files of tests: those that changed, then the others, the nearest first."""
    near: Counter[Path] = Counter()
    for path in (files | _rendering(files)) & {*FILES, *SUPPORT}:
        modules = {module_of(path)}
        for _step in range(3):
            if found := {each: n for each in SHORT if (n := _uses(each, modules))}:
                near.update(found)
                break
            modules = {module_of(each) for each in FILES if _imports(each) & modules}
    own = sorted(files & set(TESTS))
    return own + sorted(set(near) - set(own), key=lambda path: (-near[path], path))


def _uses(test: Path, modules: set[str]) -> int:
    """In how many ways a file of tests knows these modules."""
    stems = {module.rpartition(".")[2] for module in modules}
    return (
        len(modules & _imports(test))
        + len(modules & _opened(test))
        + len(stems & _words(test))
        # As `emergencies` and `test_emergency`.
        + sum(stem[:6] in test.stem for stem in stems if len(stem) > 5)
    )


@cache
def _imports(path: Path) -> set[str]:
    """Modules a file imports, whole or in part."""
    found = imports(path, module_of(path))
    return found | {name.rpartition(".")[0] for name in found}


@cache
def _opened(test: Path) -> set[str]:
    """Modules of the views whose addresses a file of tests names or opens."""
    found = {_views()[word] for word in _words(test) & set(_views())}
    for word in _words(test):
        if word.startswith("/"):
            with suppress(Resolver404):
                found.add(resolve(word.partition("?")[0]).func.__module__)
    return found


@cache
def _words(test: Path) -> set[str]:
    """Every string in a file of tests."""
    return {
        node.value
        for node in ast.walk(ast.parse(test.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _views() -> dict[str, str]:
    """Name of an address → module of its view."""
    from tests.test_access import ADDRESSES

    return {name: route.callback.__module__ for name, route in ADDRESSES.items()}


def _rendering(files: set[Path]) -> set[Path]:
    """Modules that name a changed template, or one that includes or extends it."""
    texts = {
        str(path.relative_to(TEMPLATES)): path.read_text()
        for path in TEMPLATES.rglob("*.*")
    }
    names = {
        str(path.relative_to(TEMPLATES)) for path in files if TEMPLATES in path.parents
    }
    for _step in range(3):
        names |= {
            name
            for name, text in texts.items()
            if any(f'"{each}"' in text for each in names)
        }
    return {
        path for path in FILES if any(f'"{name}"' in path.read_text() for name in names)
    }


def _git(*arguments: str) -> list[str]:
    command = ["git", "-C", str(ROOT), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return done.stdout.split()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    files = touched(changed(sys.argv[1] if len(sys.argv) > 1 else None))
    for path in files[MOST:]:
        sys.stderr.write(f"Left to make test: {path.relative_to(ROOT)}\n")
    for path in dict.fromkeys([*files[:MOST], *ALWAYS]):
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
