"""No query on a State's data without its scope: read in our own source.

The database would hide the rows (`test_locks.py`); this names the line that asked.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib import admin

from tracking.models import row_level_security

ROOT = Path(__file__).resolve().parent.parent
LOCKED = {model.__name__ for model in row_level_security.LOCKS}
MANAGERS = {"objects", "_default_manager", "_base_manager"}

# What narrows to what one reader may see, or to nothing.
SCOPES = {
    "managed_by",
    "visible_to",
    "editable_by",
    "reviewable_by",
    "usable_by",
    "known_to",
    "of",
    "public",
    "none",
}
# Relations to something that was fetched with its scope: a State, or a row of it.
OWNERS = {
    *("state", "submission", "assessment", "measure", "evidence"),
    *("source", "pgh_obj"),
}
# Verbs that take a State or a person, and use nothing else.
VERBS = {
    *("prepare", "last_accepted", "last_of", "keep", "keep_copy", "saved", "create"),
    *("assign", "propose", "visit", "removed_by", "bytes_of", "make", "begin"),
    *("ask", "asked_of", "give", "prepare_sending", "sending"),
    *("prepare_widening", "widening"),
}
GETTERS = {"get_object_or_404", "get_list_or_404"}

# Folders whose business are the rows of all States, each with the reason.
OPEN = {
    "tracking/models": "the scopes themselves, and the verbs of rows",
    "tracking/demonstration": "writes invented States; refused in production",
    "tracking/migrations": "run by the owner of the tables",
}
# Functions that do it all the same: (file, function) → reason.
EXCEPTIONS = {
    ("tracking/management/commands/check_links.py", "check_all"): "a job, told so",
    ("tracking/management/commands/purge_unsaved.py", "handle"): "a job, told so",
    ("tracking/accounts/personal.py", "document_of"): "a person, how many they sent",
    ("tracking/files/rescanning.py", "_evidence"): "a job, told so",
    ("tracking/files/sweeping.py", "sweep_unused"): "a job, told so",
    ("tracking/management/commands/verify_audit.py", "handle"): "counts, for the "
    "operator of the site",
    (
        "tracking/models/audit/signing.py",
        "_faults_of_records",
    ): "a job of the auditor, told so",
    ("tracking/requests/token_auth.py", "_open"): "finds out who asks, and is told so",
    ("tracking/requests/duplicate_forms.py", "_shown_again"): "the person's own line",
    ("tracking/review/hiding.py", "hiding_of"): "a row fetched with its scope, asked "
    "whether it is the one that counts",
    ("tracking/worker/schedule.py", "forget_what_passed"): "a job, told so",
    (
        "tracking/workspace/colleagues/proposals.py",
        "propose",
    ): "a row fetched with its scope, read again",
    (
        "tracking/workspace/colleagues/proposals.py",
        "row_of",
    ): "narrowed to the answer's State where it is used, three lines below",
    (
        "tracking/workspace/colleagues/views/presence.py",
        "present",
    ): "the person's own line",
    (
        "tracking/workspace/colleagues/views/proposals.py",
        "_page",
    ): "a row fetched with its scope, read again",
    (
        "tracking/workspace/colleagues/views/proposals.py",
        "_take",
    ): "a row fetched with its scope, read again",
    (
        "tracking/workspace/colleagues/views/team.py",
        "_page",
    ): "for the people of the State, by a Prefetch",
    ("tracking/review/admin.py", "_was_recalled"): "tells a reviewer why there is "
    "nothing to review, not what was recalled",
}


def is_bare(node: ast.AST) -> bool:
    """Whether a model itself stands where rows are asked for."""
    return (
        isinstance(node, ast.Call)
        and name_of(node) in GETTERS
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id in LOCKED
    )


def chains(tree: ast.AST) -> Iterator[list[ast.AST]]:
    """Each use of a manager of a State's data: the node, then what it stands in."""
    parents = {
        child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in MANAGERS
            and isinstance(node.value, ast.Name)
            and node.value.id in LOCKED
        ) or is_bare(node):
            chain: list[ast.AST] = [node]
            while (parent := parents.get(chain[-1])) is not None:
                if not isinstance(parent, ast.Attribute | ast.Call):
                    break
                chain.append(parent)
            yield chain


def name_of(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def is_scoped(chain: list[ast.AST]) -> bool:
    """Whether one of the calls in which the manager stands narrows it."""
    inside = chain[0]
    for node in chain[1:]:
        if isinstance(node, ast.Call):
            name, follows = name_of(node), node.func is inside
            # The rows of a Prefetch are those tied to a row that was fetched.
            if (follows and name in SCOPES | VERBS) or name == "Prefetch":
                return True
            # filter(state=…) after it; get_object_or_404(…, state=…) around it.
            if (follows and name in {"filter", "get"}) or (
                not follows and name in GETTERS
            ):
                words = {(word.arg or "").split("__")[0] for word in node.keywords}
                if words & OWNERS:
                    return True
        inside = node
    return False


def unscoped(source: str) -> list[tuple[str, str]]:
    """What asks for rows of all States: (function, expression)."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = []
    for chain in chains(tree):
        if not is_scoped(chain):
            within = [f.name for f in functions if chain[0] in ast.walk(f)]
            found.append((within[-1] if within else "", ast.unparse(chain[-1])))
    return found


FILES = [
    path
    for folder in ("tracking", "recommendations", "config")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not any(path.is_relative_to(ROOT / each) for each in OPEN)
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_query_on_a_states_data_is_scoped(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()

    assert [
        (function, expression)
        for function, expression in unscoped(path.read_text())
        if (name, function) not in EXCEPTIONS
    ] == []


def test_every_exception_is_needed() -> None:
    for name, function in EXCEPTIONS:
        found = unscoped((ROOT / name).read_text())
        assert function in {each for each, _expression in found}, (name, function)


@pytest.mark.parametrize(
    "expression",
    [
        "Assessment.objects.get(pk=pk)",
        "Assessment.objects.all()",
        "get_object_or_404(Measure, pk=pk)",
        "get_object_or_404(Measure.objects.present(), pk=pk)",
        "Evidence.objects.filter(pk__in=keys).select_related('file')",
        "ModelChoiceField(queryset=Measure.objects.all())",
        "SubmittedAssessment.objects.counted()",
        "Submission._base_manager.count()",
        "Note.objects.filter(Q(state=1) | Q(pk=2))",
    ],
)
def test_an_unscoped_query_is_seen(expression: str) -> None:
    assert unscoped(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "Assessment.objects.visible_to(user).get(pk=pk)",
        "SubmittedAssessment.objects.counted().visible_to(user)",
        "Measure.objects.present().filter(state=state)",
        "get_object_or_404(Measure.objects.present(), state=state, pk=pk)",
        "UnsavedWork.objects.of(user)",
        "get_object_or_404(Assessment.objects.editable_by(user), pk=pk)",
    ],
)
def test_a_scoped_query_is_not_blamed(expression: str) -> None:
    assert not unscoped(expression)


def test_the_rows_of_a_states_admin_page_are_scoped() -> None:
    """Where Django asks the default manager, unless told otherwise."""
    for model, page in admin.site._registry.items():
        if model in row_level_security.LOCKS:
            assert "get_queryset" in vars(type(page)), model


# Files that write SQL, where no scope could be seen; each with the reason.
SQL = {
    "config/embedded/__init__.py": "makes database and login of an evaluation",
    "tracking/checks/row_level_security.py": "asks whether the locks are on",
    "tracking/exports/slots.py": "locks of the session; no row",
    "tracking/exports/stream.py": "COPY of a query that was scoped before",
    "tracking/management/commands/createcachetable.py": "rights on the cache",
    "tracking/management/commands/load_demo.py": "ANALYZE",
    "tracking/management/commands/migrate.py": "puts the locks on",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sql_is_written_in_few_places(path: Path) -> None:
    calls = {
        name_of(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    }

    if calls & {"cursor", "raw", "extra", "RawSQL"}:
        assert path.relative_to(ROOT).as_posix() in SQL
