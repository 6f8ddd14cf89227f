"""Typeset invented reports as PDF: `python -m tests.reports.typeset`, with typst.

The files are kept, so that tests need no typesetter: a page of a real program has
running heads, page numbers, notes, columns and hyphens that nobody imitates well.
"""

import html
import importlib
import subprocess
import tempfile
from pathlib import Path

from .layouts import Expected, report
from .words import WORDS

FOLDER = Path(__file__).parent / "pdf"
FONTS = {
    "zh": "Noto Serif CJK SC",
}
# Which reports are typeset, and in how many columns.
TYPESET = {
    (language, layout): 2 if layout == "numbered" else 1
    for language in WORDS
    for layout in ("sections", "titles", "numbered", "lettered")
}


def source(made: Expected, columns: int) -> str:
    font = FONTS.get(made.language, "DejaVu Serif")
    head = f"""
#set page(width: 210mm, height: 200mm, columns: {columns},
  header: [CTOC/COP/WG.7/2021/6],
  footer: context [#counter(page).display("1/1", both: true) #h(1fr) V.21-00417])
#set text(font: "{font}", size: 10.5pt, lang: "{made.language}",
  hyphenate: true)
#set par(justify: true)
"""
    noted = False
    body = []
    for piece in made.pieces:
        words = escaped(f"{piece.mark}{piece.text}")
        if piece.kind in ("part", "section", "heading"):
            body.append(f"#strong[{words}]")
        elif piece.kind == "paragraph" and not noted and piece.text:
            noted = True
            body.append(f"{words}#footnote[{escaped(WORDS[made.language].summary)}]")
        else:
            body.append(words)
    return head + "\n\n".join(body) + "\n"


def page(made: Expected) -> str:
    """The same as a page of a browser, whose Arabic is that of most programs."""
    body = []
    for piece in made.pieces:
        words = html.escape(f"{piece.mark}{piece.text}")
        tag = "h3" if piece.kind in ("part", "section", "heading") else "p"
        body.append(f"<{tag}>{words}</{tag}>")
    return (
        f'<html lang="{made.language}" dir="rtl"><meta charset="utf-8">'
        "<style>@page {size: 210mm 200mm; margin: 25mm 25mm;"
        ' @top-right {content: "CTOC/COP/WG.7/2021/6"}'
        ' @bottom-left {content: "V.21-00417"}'
        " @bottom-right {content: counter(page) '/' counter(pages)}}"
        f" body {{font: 12pt 'Noto Naskh Arabic'; margin: 0}}"
        f"</style>{''.join(body)}</html>"
    )


def printed(text: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(text, "utf-8")
        subprocess.run(  # noqa: S603  # a tool of ours
            [
                *("/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu"),
                f"--print-to-pdf={folder}/page.pdf",
                str(file),
            ],
            check=True,
            capture_output=True,
        )
        return (Path(folder) / "page.pdf").read_bytes()


def escaped(text: str) -> str:
    return "".join(
        f"\\u{{{ord(c):x}}}" if c in '#*_$<>@`~[]\\/-="' else c for c in text
    )


def main() -> None:
    typst = importlib.import_module("typst")  # a tool, and no dependency

    FOLDER.mkdir(exist_ok=True)
    for (language, layout), columns in TYPESET.items():
        expected = report(language, layout)
        if language == "ar":
            made = printed(page(expected))
        else:
            made = typst.compile(source(expected, columns).encode())
        (FOLDER / f"{language}-{layout}.pdf").write_bytes(made)


if __name__ == "__main__":
    main()
