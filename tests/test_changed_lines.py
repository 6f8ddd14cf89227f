"""What an empty answer is, beside one that says something."""

from typing import Any

import pytest
from django import forms

from recommendations.models import Question
from tracking.models import Assessment, AssistanceType, Change
from tracking.workspace.reading.changed_lines import (
    Changed,
    changed_since,
    in_words,
    mark,
)

YES_OR_NO = Question(code="Q", answer_type="yes_partly_no", label_en="Is it so?")
SINCE = Question(code="Q", answer_type="date", label_en="Since when?")


def said(before: Any, after: Any, question: Question = YES_OR_NO) -> tuple[str, ...]:
    change = Change("answers", "answers", {"Q": before}, {"Q": after})
    [line] = in_words([change], Assessment(), [question])
    return line.name, line.before, line.after, line.kind


@pytest.mark.parametrize("empty", [None, "", []])
def test_an_answer_that_says_nothing_is_shown_as_nothing(empty: Any) -> None:
    assert said(empty, "yes") == ("Q", "", "Yes", "text")
    assert said("no", empty) == ("Q", "No", "", "text")


def test_zero_is_an_answer() -> None:
    assert said(None, 0) == ("Q", "", "0", "text")


def test_a_date_and_a_word_of_ones_own_stay_as_they_were_typed() -> None:
    assert said("2025", "2026-03", SINCE) == ("Q", "2025", "2026-03", "date")


@pytest.mark.parametrize("nothing", [None, {}])
def test_a_record_without_answers_had_none(nothing: Any) -> None:
    change = Change("answers", "answers", nothing, {"Q": "partly"})

    [line] = in_words([change], Assessment(), [YES_OR_NO])

    assert (line.before, line.after) == ("", "Partly")


def test_a_question_answered_as_before_makes_no_line() -> None:
    change = Change("answers", "answers", {"Q": "no"}, {"Q": "no"})

    assert in_words([change], Assessment(), [YES_OR_NO]) == []


@pytest.mark.parametrize("empty", [None, "", []])
def test_a_column_that_says_nothing_is_shown_as_nothing(empty: Any) -> None:
    change = Change("assistance_types", "kinds", empty, ["legal", "data"])

    [line] = in_words([change], Assessment())

    assert line.before == ""
    labels = dict(AssistanceType.choices)
    assert line.after == f"{labels['legal']}\n{labels['data']}"
    assert line.label == "Kinds"


def test_where_nothing_was_accepted_nothing_differs() -> None:
    assert changed_since(None, Assessment(law="A law"), []) == []


class Form(forms.Form):
    law = forms.CharField(help_text="Which one?")
    kinds = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)


def test_a_field_names_the_note_that_says_what_it_was() -> None:
    form = Form()
    lines = [
        Changed(name, name, "Before", "After") for name in ("law", "kinds", "gone")
    ]

    mark(form, lines)

    assert form.was == {line.name: line for line in lines}  # type: ignore[attr-defined]
    described = {
        name: f.widget.attrs.get("aria-describedby") for name, f in form.fields.items()
    }
    assert described == {"law": "id_law_helptext id_law_was", "kinds": None}
