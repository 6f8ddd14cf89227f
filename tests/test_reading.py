"""Invented reports in six languages and eight layouts, as TXT, DOCX and PDF."""

import io
import re
import unicodedata
import zipfile

import pytest
from docx import Document

from recommendations.report import Report, ReportError, read_report
from tests.reports.files import as_docx, as_text, plain_copy, wrapped
from tests.reports.layouts import LAYOUTS, Expected, report
from tests.reports.typeset import FOLDER, TYPESET
from tests.reports.words import WORDS

EVERY = [(language, layout) for language in WORDS for layout in LAYOUTS]
SIGNS = re.compile("[\u064b-\u0652]")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def read_with_answers(source: bytes, made: Expected) -> Report:
    """As somebody who has the document before them answers."""
    words = " ".join(piece.text for piece in made.pieces)
    first = read_report(source)
    answers = {d.key: not d.after or d.after in words for d in first.doubts}
    return read_report(source, answers=answers)


def assert_read(made: Expected, read: Report) -> None:
    assert read.language == made.language
    assert [row.number for row in read.recommendations] == made.numbers
    assert [squeezed(row.text) for row in read.recommendations] == [
        squeezed(text) for text in made.texts
    ]
    assert [row.modality.value for row in read.recommendations] == made.modalities
    assert [row.section for row in read.recommendations] == made.sections


@pytest.mark.parametrize(("language", "layout"), EVERY)
def test_a_text_is_read_to_the_letter_without_a_question(
    language: str, layout: str
) -> None:
    made = report(language, layout)

    read = read_report(as_text(made).encode())

    assert_read(made, read)
    assert read.open_doubts == []


@pytest.mark.parametrize(("language", "layout"), EVERY)
def test_what_a_page_adds_is_taken_out_and_listed(language: str, layout: str) -> None:
    made = report(language, layout)
    source = as_text(made, furniture=True, blank=False)

    read = read_with_answers(source.encode(), made)

    assert_read(made, read)
    listed = " ".join(removed.text for removed in read.removed)
    assert listed.count("V.21-00417") == source.count("V.21-00417") > 0


@pytest.mark.parametrize(("language", "layout"), EVERY)
def test_numbers_that_word_makes_are_counted(language: str, layout: str) -> None:
    made = report(language, layout)

    read = read_report(as_docx(made))

    assert_read(made, read)
    assert [row.text for row in read.removed if row.kind == "running_line"] == [
        "CTOC/COP/WG.7/2021/6"
    ]


@pytest.mark.parametrize(("language", "layout"), list(TYPESET))
def test_a_typeset_report_is_read_once_its_hyphens_are_confirmed(
    language: str, layout: str
) -> None:
    made = report(language, layout)

    read = read_with_answers((FOLDER / f"{language}-{layout}.pdf").read_bytes(), made)

    if language == "ar":  # A page does not tell under which letter a sign stands.
        made.texts = [SIGNS.sub("", text) for text in made.texts]
        texts = [SIGNS.sub("", row.text) for row in read.recommendations]
        assert [squeezed(t) for t in texts] == [squeezed(t) for t in made.texts]
        assert [row.number for row in read.recommendations] == made.numbers
    else:
        assert_read(made, read)
    assert {"running_line"} <= {removed.kind for removed in read.removed}
    assert {row.page for row in read.recommendations} >= {1}


@pytest.mark.parametrize("language", ["fr", "es", "en"])
def test_a_typographic_copy_reads_the_same(language: str) -> None:
    made = report(language, "sections")

    read = read_report(plain_copy(as_text(made)).encode())

    assert_read(made, read)
    kinds = {removed.kind for removed in read.removed}
    assert {"soft_hyphen", "accent"} & kinds


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("fr", "cp1252"),
        ("es", "cp1252"),
        ("en", "cp1252"),
        ("ru", "cp1251"),
        ("ar", "cp1256"),
        ("zh", "gb18030"),
        ("ru", "utf-16"),
        ("zh", "utf-8-sig"),
    ],
)
def test_old_encodings_are_told_by_what_they_say(language: str, encoding: str) -> None:
    made = report(language, "sections")

    assert_read(made, read_report(as_text(made).encode(encoding)))


# Questions ---------------------------------------------------------------------------


def changed(before: str, after: str, language: str = "en") -> bytes:
    text = as_text(report(language, "sections"))
    assert before in text
    return text.replace(before, after, 1).encode()


def test_a_word_broken_in_two_is_asked_and_joined_on_a_yes_only() -> None:
    source = changed("should support research", "should supp ort research")
    source = source.replace(b"A panellist recalled", b"To support all, one recalled")

    asked = read_report(source)
    agreed = read_report(source, answers={asked.doubts[0].key: True})
    declined = read_report(source, answers={asked.doubts[0].key: False})

    assert [(d.before, d.after) for d in asked.doubts] == [("supp ort", "support")]
    assert "supp ort" in asked.recommendations[8].text
    assert "should support research" in agreed.recommendations[8].text
    assert "supp ort" in declined.recommendations[8].text
    assert declined.open_doubts == []


def test_a_line_that_may_be_the_number_of_a_page_is_asked() -> None:
    source = changed("when a vessel", "when\n7\na vessel")

    asked = read_report(source)
    kept = read_report(source, answers={asked.doubts[0].key: False})

    assert [doubt.code for doubt in asked.doubts] == ["page_number"]
    assert "when a vessel" in asked.recommendations[0].text
    assert "when 7 a vessel" in kept.recommendations[0].text


def test_an_unknown_wording_is_said_and_refuses_nothing() -> None:
    read = read_report(changed("should register", "have every reason to register"))

    assert read.recommendations[0].modality == "unknown"
    assert [p.values["number"] for p in read.problems if p.code == "wording"] == [1]


def test_what_a_report_lacks_is_said() -> None:
    read = read_report(as_text(report("en", "numbered")).encode())

    codes = {problem.code for problem in read.problems}
    assert {"no_meeting", "no_chair", "no_participants", "no_agenda"} <= codes
    assert not any(problem.is_refusal for problem in read.problems)


# Refusals ----------------------------------------------------------------------------


def test_every_problem_is_said_at_once() -> None:
    text = as_text(report("en", "no_sections"))
    text = text.replace("Recommendation 3\n", "Recommendation 4\n")
    text = text.replace("Recommendation 9\n", "Recommendation 8\n")

    with pytest.raises(ReportError) as caught:
        read_report(text.encode())

    assert len([p for p in caught.value.problems if p.is_refusal]) >= 2


def test_a_second_language_in_the_file_is_refused_where_it_begins() -> None:
    english = as_text(report("en", "sections"))
    french = as_text(report("fr", "sections"))

    with pytest.raises(ReportError, match="another language"):
        read_report((english + french).encode())


def zipped(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"  \n", "empty"),
        (b"\xd0\xcf\x11\xe0 old", "old word processor"),
        (b"\x89PNG\r\n", "neither TXT, DOCX nor PDF"),
        (zipped("picture.png", b"x"), "neither TXT, DOCX nor PDF"),
        (zipped("word/document.xml", b"0" * 40_000_000), "unpacks to far more"),
        (zipped("word/document.xml", b"<!DOCTYPE x><x/>"), "declarations"),
        (zipped("word/document.xml", b"<x"), "damaged"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"%PDF-1.7\nand no more", "damaged"),
        (
            (FOLDER / "en-titles.pdf").read_bytes()[:9000],
            "damaged",
        ),
    ],
    ids=range(10),
)
def test_a_file_that_is_no_report_gets_a_true_sentence(
    source: bytes, sentence: str
) -> None:
    with pytest.raises(ReportError, match=sentence):
        read_report(source)


def test_tracked_changes_are_read_as_accepted_and_said() -> None:
    document = Document(io.BytesIO(as_docx(report("en", "sections"))))
    made = io.BytesIO()
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("States parties should register"):
            run = paragraph.add_run(" Struck words.")
            text = run._r.find("{*}t")
            text.tag = text.tag.replace("}t", "}delText")
            deleted = run._r.makeelement(run._r.tag.replace("}r", "}del"), {})
            run._r.addprevious(deleted)
            deleted.append(run._r)
    document.save(made)

    read = read_report(made.getvalue())

    assert_read(report("en", "sections"), read)
    assert "tracked_changes" in {problem.code for problem in read.problems}
    assert [r.text for r in read.removed if r.kind == "deleted"] == [" Struck words."]


# What happens to files on their way -------------------------------------------------


@pytest.mark.parametrize(("language", "layout"), EVERY)
@pytest.mark.parametrize("accident", ["CRLF", "narrow", "head"])
def test_an_accident_of_the_page_changes_no_letter(
    language: str, layout: str, accident: str
) -> None:
    made = report(language, layout)
    lines = as_text(made).split("\n")
    if accident == "CRLF":
        source = "\r\n".join(lines)
    elif accident == "narrow":
        source = "\n".join("\n".join(wrapped(line, language, 38)) for line in lines)
    else:
        at = len(lines) * 2 // 5
        head = ["CTOC/COP/WG.7/2021/6", "3/9", "V.21-00417"]
        source = "\n".join([*lines[:at], *head, *lines[at:]])

    assert_read(made, read_with_answers(source.encode(), made))


def test_a_heading_cut_by_a_line_end_is_whole_again() -> None:
    source = changed("Recommendation 5\n", "Recommendation\n5\n")

    assert_read(report("en", "sections"), read_report(source))
