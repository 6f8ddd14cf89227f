"""Ways of writing that opened holes elsewhere, and that our source does not use."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    path
    for folder in ("config", "recommendations", "tracking")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def called(node: ast.AST) -> str:
    """Name of what is called, without what it belongs to."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def named(*names: str) -> Callable[[ast.AST], bool]:
    """Whether any of these is named, be it imported or used."""

    def found(node: ast.AST) -> bool:
        if isinstance(node, ast.ImportFrom | ast.Import):
            said = {alias.name for alias in node.names}
            said |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            return any(name.split(".")[0] in names or name in names for name in said)
        return isinstance(node, ast.Name) and node.id in names

    return found


def imported(*modules: str) -> Callable[[ast.AST], bool]:
    """Whether one of these modules is imported."""

    def found(node: ast.AST) -> bool:
        return isinstance(node, ast.ImportFrom | ast.Import) and named(*modules)(node)

    return found


def opens_keywords(node: ast.AST) -> bool:
    """Conditions from a dictionary, which a person may have filled: filter(**asked)."""
    return called(node) in {"filter", "exclude", "get", "Q"} and any(
        word.arg is None and not isinstance(word.value, ast.Dict)
        for word in getattr(node, "keywords", [])
    )


def sorts_as_asked(node: ast.AST) -> bool:
    """An order taken from the address reaches columns that no page shows."""
    if called(node) != "order_by" or not isinstance(node, ast.Call):
        return False
    said = " ".join(ast.unparse(argument) for argument in node.args)
    return bool(re.search(r"request|GET|POST|query_params", said))


def names_no_fields(node: ast.AST) -> bool:
    """A form or a file that takes whatever column comes next."""
    if not isinstance(node, ast.ClassDef) or node.name != "Meta":
        return False
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            name = line.targets[0].id
            if name == "exclude" or (
                name == "fields" and ast.unparse(line.value) == "'__all__'"
            ):
                return True
    return False


def asks_for_risky_admin(node: ast.AST) -> bool:
    """Parts of the admin site that write past a version, or let rows be guessed.

    Editing in a list, rows by number or in a pop-up over accounts, inlines over
    whatever table, and editing of permissions, which here come from the role.
    """
    if isinstance(node, ast.Assign):
        return any(
            isinstance(each, ast.Name) and each.id in {"list_editable", "raw_id_fields"}
            for each in node.targets
        )
    if isinstance(node, ast.ClassDef):
        bases = " ".join(ast.unparse(base) for base in node.bases)
        return "GenericTabularInline" in bases or "GenericStackedInline" in bases
    if isinstance(node, ast.Constant):
        return node.value in ("django.contrib.admindocs", "list_editable")
    return named("Permission", "GroupAdmin")(node)


def runs_a_shell(node: ast.AST) -> bool:
    if called(node) in {"system", "popen"}:
        return True
    return isinstance(node, ast.Call) and any(
        word.arg == "shell" for word in node.keywords
    )


Rule = tuple[Callable[[ast.AST], bool], dict[str, str]]
# What is looked for, and the files that may have it, each with the reason.
RULES: dict[str, Rule] = {
    "conditions from a dictionary": (
        opens_keywords,
        {
            "recommendations/models/base.py": "names of the model's own key",
            "tracking/models/reminders/digests.py": "built two lines before",
            "tracking/models/working_copy/measures.py": "names of Django's relations",
            "tracking/models/working_copy/proposals.py": "built of our own names",
            "tracking/workspace/colleagues/threads.py": "built above, of our own names",
            "tracking/models/working_copy/unsaved.py": "built two lines before",
        },
    ),
    "an order from the address": (sorts_as_asked, {}),
    "a form without its fields": (names_no_fields, {}),
    "markup by declaration": (
        named("mark_safe"),
        {
            "tracking/requests/template_tags.py": "constants: icons and one attribute",
            "tracking/filters/matrix.py": "rows joined from escaped parts",
            "tracking/public/matrix.py": "tiles joined from escaped parts",
        },
    ),
    "a page from a shared cache": (named("cache_page", "cache_control"), {}),
    "a form without its token": (
        named("csrf_exempt"),
        {"tracking/requests/csp_reports.py": "browsers report without a session"},
    ),
    "text that is run": (named("eval", "exec", "compile", "marshal", "pickle"), {}),
    "numbers that can be guessed": (
        imported("random"),
        {
            f"tracking/demonstration/{name}.py": "the same invention every time"
            for name in ("answers", "cast", "loading", "phrases", "stories")
        },
    ),
    "a risky part of the admin": (asks_for_risky_admin, {}),
    "a shell": (runs_a_shell, {}),
    "a client that goes wherever it is sent": (
        imported("requests", "httpx", "urllib.request", "aiohttp"),
        {},
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_written_that_way(rule: str) -> None:
    holds, reasons = RULES[rule]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in FILES
        if any(holds(node) for node in ast.walk(ast.parse(path.read_text())))
    }

    assert sorted(found - set(reasons)) == []
    assert sorted(set(reasons) - found) == []  # an exception that nobody needs


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        ("conditions from a dictionary", "rows.filter(**request.GET.dict())"),
        ("an order from the address", "rows.order_by(request.GET['sort'])"),
        ("a form without its fields", "class Meta:\n    fields = '__all__'"),
        ("a form without its fields", "class Meta:\n    exclude = ['state']"),
        ("markup by declaration", "mark_safe(text)"),
        ("a page from a shared cache", "from x import cache_page"),
        ("a form without its token", "@csrf_exempt\ndef view(request): ..."),
        ("text that is run", "import pickle"),
        ("text that is run", "eval(text)"),
        ("numbers that can be guessed", "import random"),
        ("numbers that can be guessed", "from random import choice"),
        ("a risky part of the admin", "class A:\n    list_editable = ('name',)"),
        ("a risky part of the admin", "class A:\n    raw_id_fields = ('user',)"),
        ("a risky part of the admin", "class A(GenericTabularInline): ..."),
        ("a risky part of the admin", "APPS = ['django.contrib.admindocs']"),
        ("a risky part of the admin", "from x import Permission"),
        ("a shell", "run(text, shell=True)"),
        ("a client that goes wherever it is sent", "import requests"),
        ("a client that goes wherever it is sent", "import urllib.request"),
    ],
)
def test_each_way_is_seen(rule: str, source: str) -> None:
    holds, _reasons = RULES[rule]

    assert any(holds(node) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize(
    "mark",
    [
        r"\|\s*safe\b",
        r"\burlize",
        r"\|\s*safeseq\b",
        r"\btruncate(chars|words)_html\b",
        r"\{%\s*cache\b",
    ],
)
def test_no_template_trusts_what_people_wrote(mark: str) -> None:
    assert [path for path in TEMPLATES if re.search(mark, path.read_text())] == []


def test_only_mails_in_plain_text_leave_characters_as_they_are() -> None:
    """Where &amp; would be read by people."""
    plain = [path for path in TEMPLATES if "autoescape off" in path.read_text()]

    assert {path.suffix for path in plain} <= {".txt"}
