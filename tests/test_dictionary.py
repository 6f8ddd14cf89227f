"""The dictionary explains every column of every file."""

import csv
import io

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from tracking.exports.columns import Kind
from tracking.exports.dictionary import chapters, dictionary_file
from tracking.exports.tables import TABLES
from tracking.models import User


def parsed(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_the_dictionary_explains_every_column(client: Client, db: None) -> None:
    content = client.get("/en/data/dictionary.csv").content

    found = {(row["table"], row["column"]) for row in parsed(content)}

    assert found == {
        (name, column)
        for name, table in TABLES.items()
        for column in table.columns
        if not table.secretariat_only
    }
    assert all(row["header"] and row["meaning"] for row in parsed(content))


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_no_two_columns_of_a_table_have_the_same_header(
    language: str, db: None
) -> None:
    with override(language):
        for table in TABLES.values():
            headers = [str(column.header) for column in table.columns.values()]
            assert len(set(headers)) == len(headers), headers


def test_the_dictionary_names_every_code(db: None) -> None:
    with override("en"):
        rows = parsed(dictionary_file(chapters(secretariat=True)))

    for row in rows:
        column = TABLES[row["table"]].columns[row["column"]]
        for code, words in column.values:
            assert f"{code} = {words}" in row["values"]
    assert {row["type"] for row in rows} <= {str(kind.label) for kind in Kind}


def test_the_dictionary_can_be_read_as_a_page(
    client: Client, reviewer: User, db: None
) -> None:
    public = client.get("/en/data/dictionary/").content.decode()
    client.force_login(reviewer)
    whole = client.get("/en/data/dictionary/").content.decode()

    assert "assistance_need" not in public
    assert "assistance_need" in whole
