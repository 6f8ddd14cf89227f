"""Thousands of hostile files: each refused, for its reason, by whoever reads it."""

import io
import random
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import cache

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.documents import sound
from tests.hostile import Hostile, corpus
from tests.mutations import mutated
from tracking.files.examining import examine
from tracking.files.kinds import ALIASES, TYPES, WAYS, Refused
from tracking.files.names import extension_of
from tracking.files.uploads import cleaned

pytestmark = [pytest.mark.files, pytest.mark.filterwarnings("ignore")]

SEED = 20260924
DESCENDANTS = 320  # of each of fifteen sound files
INVENTED = 400

Record = Callable[[str, object], None]


def judge(name: str, content: bytes) -> tuple[str, bytes]:
    """Code of the refusal, empty for none, and what was written anew."""
    output = io.BytesIO()
    try:
        examine(io.BytesIO(content), extension_of(name), output)
    except Refused as refused:
        return refused.code, b""
    return "", output.getvalue()


@cache
def files() -> list[Hostile]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is hostile is odd on purpose
        return corpus()


def test_every_hostile_file_is_refused_for_its_reason(
    record_property: Record,
) -> None:
    strange = []
    passed = 0
    for file in files():
        code, written = judge(file.name, file.content)
        passed += not code
        if code != file.code or written:
            strange.append(f"{file.what}: {code or 'taken'}, not {file.code}")

    record_property("hostile inputs", len(files()))
    record_property("wrongly passed", passed)
    assert strange == []
    assert len({(file.extension, file.content) for file in files()}) == len(files())
    assert len(files()) >= 850


def test_broken_descendants_are_refused_or_sound(record_property: Record) -> None:
    """Whatever was done to a file, it ends in a verdict, and never in an error."""
    verdicts: Counter[str] = Counter()
    good = sound()
    count = 0
    rng = random.Random(SEED)  # noqa: S311 - the same every time
    for name, content in mutated(DESCENDANTS, rng):
        code, written = judge(name, content)
        verdicts[code] += 1
        count += 1
        if written:
            with Image.open(io.BytesIO(written), formats=("JPEG", "PNG")) as picture:
                picture.load()
                assert not picture.getexif()
        if not code and name.endswith((".docx", ".xlsx", ".pptx", ".odt", ".ods")):
            # Only what no programme reads may differ: dates, versions.
            assert len(content) == len(good[name]), name

    record_property("hostile inputs", count)
    assert count >= 4500
    assert verdicts["content"] > count / 2


@settings(
    max_examples=INVENTED,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    extension=st.sampled_from([*TYPES, "jpeg", "svg", ""]),
    start=st.sampled_from([b"", b"%PDF-1.7\n", b"PK\3\4", b"\xff\xd8\xff", b"\x89PNG"]),
    content=st.binary(max_size=400),
    end=st.sampled_from([b"", b"\n%%EOF\n", b"PK\5\6" + bytes(18)]),
)
def test_invented_bytes_end_in_a_verdict(
    extension: str, start: bytes, content: bytes, end: bytes
) -> None:
    code, written = judge(f"a.{extension}", start + content + end)

    assert code or extension in ("txt", "csv")
    assert not written


def test_how_many_bytes_were_invented_is_told(record_property: Record) -> None:
    record_property("hostile inputs", INVENTED)


def test_the_process_says_the_same(record_property: Record) -> None:
    """Every sixteenth, through the process that the site uses."""
    chosen = files()[::16]
    strange = []
    for file in chosen:
        with (
            closing(SimpleUploadedFile(file.name, file.content)) as upload,
            pytest.raises(ValidationError) as refused,
        ):
            cleaned(upload)
        if refused.value.code != file.code:
            strange.append(f"{file.what}: {refused.value.code}, not {file.code}")
        assert refused.value.messages[0]

    record_property("hostile inputs", len(chosen))
    assert strange == []


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    from tracking.files.sentences import _sentences

    told = _sentences()

    assert {file.code for file in files()} <= set(told)
    assert len(set(told.values())) == len(told)
    for way in set(WAYS.values()):
        assert f"type {way}" in told or way in TYPES
    assert not set(WAYS) & {*TYPES, *ALIASES}
