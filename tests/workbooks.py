"""A strict reader of workbooks: what is not as the format wants it is an error."""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree.ElementTree import Element, fromstring

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
MOST_UNITS = 32_767


@dataclass(frozen=True)
class Cell:
    """One cell: its text or number, and whether it is kept as typed."""

    kind: str
    value: str
    quoted: bool
    number_format: str


@dataclass(frozen=True)
class SheetRead:
    name: str
    rows: list[list[Cell | None]]
    right_to_left: bool
    frozen: str

    def values(self) -> list[list[str]]:
        return [[cell.value if cell else "" for cell in row] for row in self.rows]


class Workbook:
    """Every part is well-formed; nothing in it leads out or is calculated."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            assert parts.testzip() is None
            self.parts = {name: parts.read(name) for name in parts.namelist()}
        trees = {name: fromstring(part) for name, part in self.parts.items()}  # noqa: S314 -- our own file
        for name, tree in trees.items():
            for node in tree.iter():
                local = node.tag.rpartition("}")[2]
                assert local not in ("f", "hyperlink", "externalReference"), name
                assert node.get("TargetMode") != "External", name
        styles = trees["xl/styles.xml"]
        formats = {
            each.get("numFmtId"): each.get("formatCode") or ""
            for each in styles.iter(f"{MAIN}numFmt")
        }
        block = styles.find(f"{MAIN}cellXfs")
        assert block is not None
        self.styles = [
            (each.get("quotePrefix") == "1", formats.get(each.get("numFmtId"), ""))
            for each in block
        ]
        named = trees["xl/workbook.xml"].iter(f"{MAIN}sheet")
        self.sheets = [
            self._sheet(each.get("name") or "", trees[f"xl/worksheets/sheet{n}.xml"])
            for n, each in enumerate(named, start=1)
        ]

    def _sheet(self, name: str, tree: Element) -> SheetRead:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\'")
        view = tree.find(f"{MAIN}sheetViews/{MAIN}sheetView")
        pane = view.find(f"{MAIN}pane") if view is not None else None
        rows: list[list[Cell | None]] = []
        for row in tree.iter(f"{MAIN}row"):
            while len(rows) < int(row.get("r") or 0):
                rows.append([])
            for cell in row:
                place = _column(cell.get("r") or "")
                rows[-1].extend([None] * (place - len(rows[-1])))
                rows[-1].append(self._cell(cell))
        return SheetRead(
            name,
            rows,
            view is not None and view.get("rightToLeft") == "1",
            "" if pane is None else f"{pane.get('state')} {pane.get('topLeftCell')}",
        )

    def _cell(self, cell: Element) -> Cell | None:
        quoted, number_format = self.styles[int(cell.get("s") or 0)]
        kind = cell.get("t") or "n"
        if kind == "n":
            value = cell.find(f"{MAIN}v")
            if value is None:
                return None
            float(value.text or "")
            return Cell("number", value.text or "", quoted, number_format)
        assert kind == "inlineStr", kind
        inside = list(cell)
        # One text, and no runs: what a person wrote is no markup.
        assert [node.tag for node in inside] == [f"{MAIN}is"]
        assert [node.tag for node in inside[0]] == [f"{MAIN}t"]
        assert not list(inside[0][0])
        text = ESCAPED.sub(
            lambda found: chr(int(found[1], 16)), inside[0][0].text or ""
        )
        assert len(text.encode("utf-16-le")) // 2 <= MOST_UNITS
        return Cell("text", text, quoted, number_format)

    def records(self) -> list[dict[str, str]]:
        """Rows of the first sheet by heading."""
        headers, *rows = self.sheets[0].values()
        return [
            dict(zip(headers, row + [""] * (len(headers) - len(row)), strict=True))
            for row in rows
        ]


def _column(name: str) -> int:
    """Place of the column in a name like AB12, from 0."""
    place = 0
    for letter in name.rstrip("0123456789"):
        place = place * 26 + ord(letter) - 64
    return place - 1
