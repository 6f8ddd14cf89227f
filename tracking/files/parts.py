"""What a document of Office Open XML may be made of; all else is refused."""

import re
import zlib

from tracking.files.markup import is_markup

# Last words of the types of parts and of relationships, in small letters.
# Source: ECMA-376 parts 1 and 2; [MS-DOCX], [MS-XLSX], [MS-PPTX], [MS-OFFCRYPTO].
_PARTS = """
    xml rels relationships officedocument vmldrawing drawing drawings image hdphoto
    thumbnail font obfuscatedfont x-fontdata x-font-ttf x-font-otf printersettings
    audio video media package
    core-properties extended-properties extendedproperties custom-properties
    customproperties app custom digital-signature-origin origin
    digital-signature-xmlsignature signature digital-signature-certificate certificate
    theme themeoverride thememanager customxml customxmlprops customxmlproperties
    customproperty classificationlabels documenttasks intelligence intelligence2
    chart chartex chartstyle chartcolorstyle chartshapes chartusershapes
    diagramdata diagramlayout diagramstyle diagramquickstyle diagramcolors
    diagramdrawing legacydiagramtext legacydoctextinfo ink inkml

    styles styleswitheffects styleswithteffects settings websettings fonttable
    numbering footnotes endnotes header footer comments commentsextended commentsids
    commentsextensible people keymapcustomizations glossary glossarydocument txbx
    hyperlink recipientdata mailmergerecipientdata bibliography

    worksheet chartsheet sharedstrings calcchain table tablesinglecells xmlmaps
    pivottable pivotcachedefinition pivotcacherecords sheetmetadata metadata
    revisionheaders revisionlog usernames threadedcomment threadedcomments person
    slicer slicers slicercache timeline timelines timelinecache namedsheetview
    namedsheetviews wssortmap featurepropertybag rdarray rdrichvalue
    rdrichvaluestructure rdrichvaluetypes rdsupportingpropertybag
    rdsupportingpropertybagstructure richstyles richvaluerel cellimage cellimages
    workbookmetadata

    slide slidelayout slidemaster notesslide notesmaster handoutmaster presprops
    viewprops tablestyles tags commentauthors authors revisioninfo changesinfo
    presentationmetadata
"""
PARTS = frozenset(_PARTS.split())
# Of a part that is no more than bytes to those who open the document.
PLAIN_TYPES = ("", "application/octet-stream", "application/binary")
PLAIN_KINDS = ("image", "audio", "video", "font")
# What the words of other parts, and the names of their files, tell of the reason.
WHY = re.compile(
    r"(?P<macro>vba(project|data)|macro|dialogsheet|toolbar|extensibility"
    r"|customization|x-msdownload|script)"
    r"|(?P<object>activex|ctrlprop|afchunk|oleobject)"
    r"|(?P<outside>externallink|(^|[/.])connections(\.|\+|$)|querytable|xlpath"
    r"|volatile|rdrichvaluewebimage|powerpivot|slideupdate)",
    re.IGNORECASE,
)
TELLING_NAME = re.compile(
    r"(^|/)(vba(project|data)|macrosheets/|dialogsheets/|activex/|ctrlprops/|afchunk"
    r"|oleobject|externallinks/|connections\.xml$|querytables/)",
    re.IGNORECASE,
)
# Where a click on a slide may lead.
ACTIONS = frozenset(
    f"ppaction://{where}"
    for where in ("hlinkshowjump", "hlinksldjump", "customshow", "noaction", "media")
)
# How pictures begin, those of older office programmes included.
PICTURE = re.compile(
    rb"\x89PNG\r\n|\xff\xd8\xff|GIF8|BM|II\x2a\x00|MM\x00\x2a|II\xbc\x01|RIFF....WEBP"
    rb"|\x01\x00{3}.{36} EMF|\xd7\xcd\xc6\x9a|[\x01\x02]\x00\x09\x00|\x1f\x8b\x08"
    rb"|VCLMTF|\x00\x00\x01\x00|\x00{3}\x0cjP|\x0a[\x00-\x05]\x01[\x01-\x08]",
    re.DOTALL,
)
# Beginnings of what is a programme, an archive or another document.
FOREIGN = (
    b"\xd0\xcf\x11\xe0",
    b"MZ",
    b"\x7fELF",
    b"PK\3\4",
    b"Rar!",
    b"7z\xbc\xaf",
    b"%PDF-",
    b"%!PS",
    b"{\\rtf",
    b"#!",
)


def is_packed_markup(head: bytes) -> bool:
    """Whether a picture is a drawing of SVG that nobody has read, packed once more."""
    if not head.startswith(b"\x1f\x8b"):
        return False
    try:
        inside = zlib.decompressobj(31).decompress(head, 4096)
    except zlib.error:
        return True
    return not inside or is_markup(inside)


def why(words: str) -> str:
    """Code of the refusal of what is on no list."""
    found = WHY.search(words)
    if not found and words.endswith(".main+xml"):
        return "content"
    return (found and found.lastgroup) or "object"


def last_word(kind: str) -> str:
    """`styles` of `application/vnd.….wordprocessingml.styles+xml`."""
    return re.split(r"[./]", kind.lower().removesuffix("+xml"))[-1]
