"""What real programs wrote is taken, as it came and through the form.

Each folder of `tests/files` has a table of its files: with what they were made, in
which version, and how.
"""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from recommendations.models import Recommendation
from tests.factories import make_assessment
from tracking.files.examining import examine
from tracking.files.kinds import TYPES, Refused
from tracking.files.names import extension_of
from tracking.models import Cycle, Evidence, State, User

FILES = Path(__file__).parent / "files"
TABLE = "programs.csv"
COLUMNS = ["file", "program", "version", "how"]
# Together, so that a clone stays small.
BYTES = 1024 * 1024
PICTURES = ("jpg", "png")

pytestmark = pytest.mark.files


class Real(NamedTuple):
    path: Path
    program: str
    version: str
    how: str

    @property
    def extension(self) -> str:
        return extension_of(self.path.name)

    @property
    def name(self) -> str:
        return self.path.relative_to(FILES).as_posix()


def real_files() -> Iterator[Real]:
    """Every row of every table, with the path of its file."""
    for table in sorted(FILES.glob(f"*/{TABLE}")):
        with table.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                yield Real(table.parent / row["file"], *(row[c] for c in COLUMNS[1:]))


def one_of_each_program() -> list[Real]:
    """The first file of each program and type."""
    chosen: dict[tuple[str, str], Real] = {}
    for real in real_files():
        chosen.setdefault((real.extension, real.program), real)
    return list(chosen.values())


def test_every_file_has_its_row_and_every_row_its_file() -> None:
    there = {path for path in FILES.rglob("*") if path.is_file()}
    tables = {path for path in there if path.name == TABLE}
    rows = [real.path for real in real_files()]

    assert len(rows) == len(set(rows))
    assert set(rows) == there - tables
    assert {path.parent for path in rows} == {table.parent for table in tables}
    assert sum(path.stat().st_size for path in there) <= BYTES


def test_every_row_says_what_made_the_file() -> None:
    for table in FILES.glob(f"*/{TABLE}"):
        with table.open(newline="", encoding="utf-8") as lines:
            assert csv.DictReader(lines).fieldnames == COLUMNS, table
    assert [real.name for real in real_files() if not all(real)] == []


def test_every_real_document_is_taken(
    record_property: Callable[[str, object], None],
) -> None:
    found = list(real_files())
    refused = []
    for real in found:
        try:
            with real.path.open("rb") as file:
                examine(file, real.extension, io.BytesIO())
        except Refused as error:
            refused.append(f"{real.name}: {error.code}")

    record_property("real documents", len(found))
    record_property("wrongly refused", len(refused))
    assert refused == []
    assert {real.extension for real in found} >= {"pdf", "jpg", "png"}


@pytest.mark.parametrize("real", one_of_each_program(), ids=lambda real: real.name)
def test_the_form_takes_it_and_gives_it_back(
    real: Real,
    client: Client,
    state: State,
    cycle: Cycle,
    recommendation: Recommendation,
    focal_point: User,
) -> None:
    """One of each program, through the process that the site uses."""
    client.force_login(focal_point)
    answer = make_assessment(state, recommendation)
    content = real.path.read_bytes()
    form = {
        "title": "Décret",
        "kind": "law",
        "classification": "unclassified",
        "visibility": "secretariat",
        "recommendations": [answer.recommendation_id],
        "upload": SimpleUploadedFile(real.path.name, content),
    }

    response: Any = client.post(
        reverse("workspace:add_evidence", args=["nor", "2019/1"]), form
    )

    assert response.status_code == 302, response.context["form"].errors
    evidence = Evidence.objects.get()
    sent: Any = client.get(
        reverse("workspace:evidence_file", args=["nor", evidence.pk])
    )
    kept = b"".join(sent)
    assert sent["Content-Type"] == TYPES[real.extension]
    if real.extension in PICTURES:
        with Image.open(io.BytesIO(kept)) as picture:
            picture.load()
            assert not picture.getexif()
    else:
        assert kept == content
