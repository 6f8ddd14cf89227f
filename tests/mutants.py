"""Small mistakes in the code that words, compares and counts: does a test notice?

    python -m tests.mutants NUMBER SEED

makes NUMBER mutants, each the same for the same SEED, runs the tests nearest to each
(see `touched`) and prints what survived. No file is changed: as a plugin of pytest,
this module hands Python the mutant in place of the source.
"""

import ast
import copy
import importlib.machinery
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# Presentation; what guards rows and rights has tests that break it on purpose.
AMONG = (
    "tracking/models/messages/wording*.py",
    "tracking/models/records/changes.py",
    "tracking/workspace/reading/*.py",
    "tracking/dashboards/figures.py",
    "tracking/public/figures.py",
    "tracking/exports/*.py",
    "tracking/accounts/emergencies.py",
)
FILES_OF_TESTS = 5
SECONDS = 240
OPPOSITES: tuple[tuple[Any, Any], ...] = (
    (ast.Eq, ast.NotEq),
    (ast.Is, ast.IsNot),
    (ast.In, ast.NotIn),
    (ast.Lt, ast.LtE),
    (ast.Gt, ast.GtE),
    (ast.And, ast.Or),
    (ast.Add, ast.Sub),
)
OTHER = dict(OPPOSITES) | {right: left for left, right in OPPOSITES}
# Words are for translators; types and headings of classes decide nothing.
WORDS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "ngettext_lazy"}
SKIPPED = {"annotation", "returns", "decorator_list", "bases", "type_params"}


def wrong(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901 - one line for each kind
    """What could stand in place of a node by mistake."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            yield ast.Compare(node.left, [OTHER[type(op)]()], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(OTHER[type(node.op)](), node.values)
        case ast.BinOp() if type(node.op) in OTHER:
            yield ast.BinOp(node.left, OTHER[type(node.op)](), node.right)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.If() | ast.IfExp():
            turned = copy.copy(node)
            turned.test = ast.UnaryOp(ast.Not(), node.test)
            yield turned
        case ast.Return(value=ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.Tuple(ctx=ast.Load()) | ast.List(ctx=ast.Load()) | ast.Set():
            if len(node.elts) > 1:
                for number in range(len(node.elts)):
                    fewer = copy.copy(node)
                    fewer.elts = node.elts[:number] + node.elts[number + 1 :]
                    yield fewer
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)  # type: ignore[operator]
        case ast.Constant(value=str(text)):
            yield ast.Constant(f"{text}x")


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Each mutant of a module: who holds a node, where, and what stands there then."""
    for name, value in ast.iter_fields(tree):
        if name in SKIPPED:
            continue
        for number, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST) or _says(node):
                continue
            for other in wrong(node):
                yield tree, name, number if isinstance(value, list) else None, other
            yield from places(node)


def _says(node: ast.AST) -> bool:
    """Whether a node is words for people: a docstring, or a call of gettext."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
            return True
        case ast.JoinedStr() | ast.Call(func=ast.Name(id="ngettext")):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in WORDS
    return False


def mutant(path: Path, number: int) -> tuple[ast.Module, str]:
    """A module with its mistake of that number; and the line, before and after."""
    tree = ast.parse(path.read_text())
    holder, name, index, other = list(places(tree))[number]
    held = getattr(holder, name)
    old = held if index is None else held[index]
    said = f"{path.relative_to(ROOT)}:{old.lineno}: {_line(old)} → {_line(other)}"
    ast.copy_location(other, old)
    if index is None:
        setattr(holder, name, other)
    else:
        held[index] = other
    return ast.fix_missing_locations(tree), said


def _line(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split("\n")[0]


def _instead(path: str, number: int) -> None:
    """Hand Python the mutant whenever it asks for that module."""
    own = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: Any, fullname: str) -> Any:
        if loader.path != path:
            return own(loader, fullname)
        return compile(mutant(Path(path), number)[0], path, "exec")

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]


if "MUTANT" in os.environ:
    _path, _colon, _number = os.environ["MUTANT"].rpartition(":")
    _instead(_path, int(_number))


@cache
def _run(tests: tuple[Path, ...], mutant: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-qx", "-p", "tests.mutants"]
    done = subprocess.run(  # noqa: S603
        [*command, "-p", "no:cacheprovider", "-m", "not security", *map(str, tests)],
        env=os.environ | ({"MUTANT": mutant} if mutant else {}),
        capture_output=True,
        timeout=SECONDS,
        cwd=ROOT,
        check=False,
    )
    return done.returncode == 0


def passes(tests: list[Path], mutant: str = "") -> bool:
    """Whether these files of tests pass, with the mutant of that path and number."""
    return _run(tuple(tests), mutant)


def main(wanted: int, seed: int) -> int:
    """Print the survivors of a sample; how many there are."""
    import django

    django.setup()
    from tests.touched import touched

    paths = sorted({path for pattern in AMONG for path in ROOT.glob(pattern)})
    every = [
        (path, number)
        for path in paths
        for number, _ in enumerate(places(ast.parse(path.read_text())))
    ]
    sample = random.Random(seed).sample(every, min(wanted, len(every)))  # noqa: S311
    left = 0
    for path, number in sample:
        tests = touched({path})[:FILES_OF_TESTS]
        # Without the mistake they pass: else nothing would be shown.
        if not passes(tests):
            raise SystemExit(f"Not green without a mutant: {tests}")
        survived = passes(tests, f"{path}:{number}")
        left += survived
        fate = "SURVIVED" if survived else "noticed "
        sys.stdout.write(f"{fate} {mutant(path, number)[1]}\n")
        sys.stdout.flush()
    sys.stdout.write(
        f"{left} of {len(sample)} mutants survived, of {len(every)} (seed {seed}).\n"
    )
    return left


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])) > 0)
