"""What people type is plain text: no hidden characters, and nothing is lost."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import make_assessment
from tracking.models import State, User
from tracking.workspace.forms.fields import LineField, WordsField


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Une loi\tde 2024\r\n« neuve »", "Une loi\tde 2024\n« neuve »"),
        ("e\u0301tat", "état"),  # a letter and its accent are one character
        ("a\x07b\x1b[31mc\x7f", "ab[31mc"),
        ("one\x0btwo\x0cthree\x85four", "one\ntwo\nthree\nfour"),
        # Marks of direction are shown as they are, each text in a place of its own.
        ("قانون \u202eabc\u202c", "قانون \u202eabc\u202c"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_words_lose_their_controls_and_nothing_else(typed: str, kept: str) -> None:
    assert WordsField().clean(typed) == kept


def test_a_line_has_no_breaks() -> None:
    assert LineField().clean("A\r\nlaw\x0b of\t2024") == "A law of 2024"


@pytest.mark.parametrize("field", [WordsField(), LineField()])
def test_a_null_character_is_refused(field: WordsField | LineField) -> None:
    with pytest.raises(ValidationError):
        field.clean("a\0b")


def test_what_has_only_controls_is_empty() -> None:
    with pytest.raises(ValidationError):
        LineField().clean("\x01\x02")


def test_every_text_of_the_workspace_is_plain(
    client: Client,
    state: State,
    recommendation: Recommendation,
    focal_point: User,
) -> None:
    client.force_login(focal_point)
    answer = make_assessment(state, recommendation)
    strange = "a\x07b"
    client.post(
        answer.get_absolute_url(),
        {
            "version": "1",
            "lead_institution": strange,
            "decided_by": strange,
            "law": strange,
            "practice": strange,
        },
    )
    place = [state.key, "2019/1"]
    client.post(
        reverse("workspace:add_measure", args=place),
        {
            "title": strange,
            "kind": "law",
            "authority": strange,
            "description": strange,
            "recommendations": recommendation.pk,
        },
    )
    client.post(
        reverse("workspace:add_evidence", args=place),
        {
            "title": strange,
            "kind": "law",
            "authority": strange,
            "reference": strange,
            "recommendations": recommendation.pk,
        },
    )
    answer.refresh_from_db()
    measure, evidence = state.measures.get(), state.evidence.get()

    assert {
        answer.lead_institution,
        answer.decided_by,
        answer.law,
        answer.practice,
        measure.title,
        measure.authority,
        measure.description,
        evidence.title,
        evidence.authority,
        evidence.reference,
    } == {"ab"}
