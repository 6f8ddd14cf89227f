"""Message catalogues: `python -m config.catalogues update | compile | check`.

Django's own commands need GNU gettext on the machine; this needs only Babel.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
PACKAGES = ("config", "recommendations", "tracking")
LANGUAGES = ("ar", "es", "fr", "ru", "zh")  # English is the source
# Languages that Django keeps under another name.
LENT_FROM = {"zh": "zh_Hans"}

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(
    rf"\b(_|gettext|ngettext|pgettext|npgettext)\(({STRING}(?:, ?{STRING})*)"
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")

Found = tuple[str, str | tuple[str, ...], str | None]  # file, message, context


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def messages() -> Iterator[Found]:
    """Every visible text of the program and its templates."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            with path.open("rb") as file:
                for _line, message, _notes, context in extract(
                    "python", file, keywords=KEYWORDS
                ):
                    yield name, message, context
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            name = path.relative_to(ROOT).as_posix()
            yield from _of_template(path.read_text(), name)


def _of_template(source: str, name: str) -> Iterator[Found]:
    """Texts of one template, through Django's own reading of its tags."""
    from django.utils.translation.template import templatize

    for function, arguments in CALL.findall(templatize(source, name)):
        texts = ast.literal_eval(f"({arguments},)")
        context = texts[0] if function.startswith(("p", "np")) else None
        parts = texts[1:] if context is not None else texts
        yield name, parts if len(parts) > 1 else parts[0], context


def template() -> Catalog:
    """The catalogue of all messages, none translated."""
    catalog = Catalog(project="Suivi", charset="utf-8", fuzzy=False)
    for name, message, context in messages():
        if message and message != ("",):
            catalog.add(message, context=context, locations=[(name, 0)])
    return catalog


def load(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Suivi", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring every catalogue up to the texts of the program; keep translations."""
    wanted = template()
    for language in LANGUAGES:
        catalog = load(language)
        catalog.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        buffer = io.BytesIO()
        write_po(
            buffer,
            catalog,
            width=88,
            sort_output=True,
            include_lineno=False,
            omit_header=False,
        )
        text = re.sub(
            rb'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|'
            rb'Language-Team|Report-Msgid-Bugs-To|Generated-By): .*\n', b"",
            buffer.getvalue(),
        )  # fmt: skip
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_bytes(text)


def compile_all() -> None:
    """Write the binary catalogues that Django reads, where they are out of date."""
    for language in LANGUAGES:
        source, target = path_of(language), path_of(language).with_suffix(".mo")
        if not source.exists():
            continue
        lent = LENT_FROM.get(language)
        if (
            not lent
            and target.exists()
            and target.stat().st_mtime >= source.stat().st_mtime
        ):
            continue
        catalog = load(language)
        if lent:
            lend(catalog, lent)
        with target.open("wb") as file:
            write_mo(file, catalog)


def lend(catalog: Catalog, locale: str) -> None:
    """Add what Django and its applications say, where we say nothing ourselves.

    They look for a language under its own name alone, and keep this one elsewhere.
    """
    folders = [Path(app.path) for app in apps.get_app_configs()]
    for folder in (*folders, Path(django.__file__).parent / "conf"):
        path = folder / "locale" / locale / "LC_MESSAGES" / "django.mo"
        if not path.exists():
            continue
        with path.open("rb") as file:
            theirs = read_mo(file)
        for message in theirs:
            context: Any = message.context
            if isinstance(context, bytes):  # Babel leaves it as it was read
                context = context.decode()
            if message.id and not catalog.get(message.id, context):
                catalog.add(message.id, message.string, context=context)


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue, one sentence per message; empty when sound."""
    catalog = load(language)
    found = []
    for wanted in template():
        if not wanted.id:
            continue
        message = catalog.get(wanted.id, wanted.context)
        texts = _texts(message.string) if message else []
        if message is None or message.fuzzy or not texts or not all(texts):
            found.append(f"not translated: {wanted.id!r}")
            continue
        for text in texts:
            strange = _placeholders(text) - _placeholders(*_texts(wanted.id))
            lost = _placeholders(_texts(wanted.id)[-1]) - _placeholders(texts[-1])
            if strange or lost:
                found.append(f"placeholders differ: {wanted.id!r}")
    return found


def _texts(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _placeholders(*texts: str) -> set[str]:
    return {match.group(0) for text in texts for match in PLACEHOLDER.finditer(text)}


def main(verb: str) -> int:
    django.setup()
    if verb == "update":
        update()
    elif verb == "compile":
        compile_all()
    elif verb == "check":
        found = [f"{code}: {fault}" for code in LANGUAGES for fault in faults(code)]
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return bool(found)
    else:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
