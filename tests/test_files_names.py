"""What a file may be called, whatever it was called."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.files.names import NAME_LIMIT, clean_name, extension_of, named


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("loi.pdf", "loi.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\loi.pdf", "loi.pdf"),
        ("loi\u202efdp.exe.pdf", "loifdp.exe.pdf"),
        ("loi\u2066\u2069\u200e\u061c.pdf", "loi.pdf"),
        ("lo\u200bi\ufeff\u00ad.pdf", "loi.pdf"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("a\x1b]0;x\x07.pdf", "a]0;x.pdf"),
        ("a\u2028b\u2029.pdf", "ab.pdf"),
        ("a\ue000b\U000e0041.pdf", "ab.pdf"),
        ("  loi   de  2020.pdf ", "loi de 2020.pdf"),
        ("loi.pdf. . .", "loi.pdf"),
        ("قانون.pdf", "قانون.pdf"),
        ("法律.pdf", "法律.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ('a<b>"c"|d?*:e.pdf', "a_b__c__d___e.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul.tar.pdf", "_nul.tar.pdf"),
        ("com1.txt", "_com1.txt"),
        ("LPT9.docx", "_LPT9.docx"),
        ("aux .txt", "_aux.txt"),
        ("contract.pdf", "contract.pdf"),
        (".htaccess", "htaccess"),
        (".pdf", "pdf"),
        ("", "file"),
        ("." * 5, "file"),
        ("/", "file"),
        ("\u202e", "file"),
    ],
)
def test_names_lose_what_could_mislead(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_names_are_cut_before_their_extension() -> None:
    assert clean_name("x" * 300 + ".pdf") == "x" * 116 + ".pdf"
    assert named("x" * 120, "pdf") == "x" * 116 + ".pdf"


def test_the_extension_is_that_of_what_was_found() -> None:
    assert extension_of("a.JPEG") == "jpg"
    assert named("a.JPEG", "jpg") == "a.jpg"
    assert named("a.b.PDF", "pdf") == "a.b.pdf"


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=300))
def test_no_name_gets_through_with_anything_hidden(name: str) -> None:
    clean = clean_name(name)

    assert clean
    assert len(clean) <= NAME_LIMIT
    assert not set(clean) & set('/\\<>:"|?*\0')
    assert not clean.startswith((".", " "))
    assert not any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") for c in clean
    )
    assert clean_name(clean) == clean
