"""Fields of a text: what they show comes from the document, never from elsewhere."""

import re

from tracking.files.kinds import Refused
from tracking.files.links import is_address
from tracking.files.markup import Attributes

# Source: ECMA-376 part 1, 17.16.5, and [MS-DOC] 2.9.90. Absent: what fetches a file or
# runs (DDE, INCLUDETEXT, LINK, DATABASE, RD…), objects and orders to a printer.
_FIELDS = """
    = ADDIN ADDRESSBLOCK ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXT
    AUTOTEXTLIST BARCODE BIBLIOGRAPHY BIDIOUTLINE CITATION COMMENTS COMPARE CREATEDATE
    DATE DISPLAYBARCODE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME FILESIZE FILLIN
    FOOTNOTEREF FORMCHECKBOX FORMDROPDOWN FORMTEXT FTNREF GOTOBUTTON GREETINGLINE
    HYPERLINK IF INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MACROBUTTON MERGEBARCODE
    MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE
    PAGEREF PRINTDATE PRIVATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET
    SHAPE SKIPIF STYLEREF SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC USERADDRESS
    USERINITIALS USERNAME XE
"""
FIELDS = frozenset(_FIELDS.split())
# Between a field and its code stands nothing that a programme could skip.
AROUND = frozenset(
    f"w:{name}"
    for name in (
        *("instrText", "delInstrText", "r", "p", "ins", "del", "moveTo", "moveFrom"),
        *("hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml"),
        *("dir", "bdo", "tbl", "tr", "tc", "body"),
    )
)
# Stands in the code of a field for another one inside it.
INNER = "\ufffc"
CODE = re.compile(r"\s*(?P<name>=|[^\s\"\\]+)(?P<rest>.*)", re.DOTALL)
ARGUMENT = re.compile(r'\\[a-z*@#](?=[\s"]|$)|"[^"]*"?|[^\s"]+', re.IGNORECASE)
# Switches of a link that take a word: a place, a tip, a frame, a format.
WITH_WORD = ("\\l", "\\o", "\\t", "\\s", "\\*")
QUOTES = str.maketrans("“”„", '"""')


class Fields:
    """Reads the fields of one part: their codes may be spread, nested and revised.

    Each field is read twice, as it is with all changes taken and with none.
    """

    def __init__(self, path: list[list[str]]) -> None:
        self.path = path
        self.codes: list[tuple[list[str], list[str]]] = [([], [])]
        self.begun: list[list[list[str]]] = []
        self.added = 0

    def open(self, element: str, attributes: Attributes) -> None:
        if element == "w:fldSimple":
            judge_field(attributes.get("instr", ""))
        elif element == "w:ins":
            self.added += 1
        elif element == "w:fldChar":
            self._mark(attributes.get("fldCharType", ""))

    def text(self, content: str) -> None:
        if self.begun and not self._stands_free():
            raise Refused("content")
        taken, untaken = self.codes[-1]
        if self.path[-1] == ["w:delInstrText"]:
            untaken.append(content)
        else:
            taken.append(content)
            if not self.added:
                untaken.append(content)

    def close(self, element: str) -> None:
        if element == "w:ins":
            self.added -= 1
        elif element == "w:p" and len(self.codes) == 1:
            self._judge()

    def end(self) -> None:
        while self.codes:
            self._judge()
            self.codes.pop()

    def _stands_free(self) -> bool:
        """Whether no element is round a code that is not round its whole field."""
        begun = {id(element) for element in self.begun[-1]}
        return all(
            element[0] in AROUND for element in self.path if id(element) not in begun
        )

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            if len(self.codes) > 1:
                for code in self.codes[-1]:
                    code.append(INNER)
            self.codes.append(([], []))
            self.begun.append(self.path[:])
        elif kind in ("separate", "end"):
            self._judge()
            if kind == "end" and len(self.codes) > 1:
                self.codes.pop()
                self.begun.pop()

    def _judge(self) -> None:
        for code in self.codes[-1]:
            judge_field("".join(code))
            code.clear()


def judge_field(code: str) -> None:
    """Refuse a field that is on no list, or that leads to a file."""
    if not code.strip(f"{INNER} \t\r\n"):
        return
    found = CODE.match(code)
    name = found["name"].upper() if found else ""
    rest = found["rest"].translate(QUOTES) if found else ""
    if name not in FIELDS and not name.startswith("="):
        raise Refused("outside")
    if name == "HYPERLINK":
        _judge_link(rest)
    elif name == "MACROBUTTON" and not re.match(r"\s*NOMACRO\b", rest.upper()):
        raise Refused("macro")


def _judge_link(rest: str) -> None:
    switch = ""
    for argument in ARGUMENT.findall(rest):
        target = argument.strip('"')
        if switch not in WITH_WORD and (INNER in target or not is_address(target)):
            raise Refused("link")
        switch = argument.lower() if argument.startswith("\\") else ""
