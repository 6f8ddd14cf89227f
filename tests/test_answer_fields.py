"""A text of an answer is everywhere: on no page, in no file is one forgotten.

The columns are read from the model, so that a new one is tested before anybody has
thought of it.
"""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_ready_assessment,
    make_submission,
    make_token,
    texts_of,
)
from tracking.filters.published import confirmed_unchanged
from tracking.models import (
    ANSWER_FIELDS,
    ASKED_UNDER,
    OPEN_PARTS,
    Assessment,
    AssessmentContent,
    Part,
    State,
    Status,
    SubmittedAssessment,
    User,
    Visibility,
    fields_of,
)
from tracking.workspace.answers.views.unchanged import carried_over

TEXTS = texts_of(AssessmentContent)
# Needs and offers are for the State and the secretariat alone.
RESERVED = [name for name in TEXTS if name.startswith("assistance_")]
BEFORE, AFTER = "Wordsbefore", "Wordsafter"


def status_for(name: str) -> str:
    """A status under which this text is asked for."""
    other, values = ASKED_UNDER.get(name, ("", ()))
    return values[0] if other == "status" else Status.NOT_STARTED


def content(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    found = b"".join(response) if response.streaming else response.content
    return found.decode()


def test_every_column_is_declared_once() -> None:
    """The answers to the questions are declared with the questions."""
    names = [field.name for field in ANSWER_FIELDS]
    assert sorted([*names, "answers"]) == sorted(AssessmentContent.columns())


def test_whatever_is_in_a_file_says_what_it_means() -> None:
    exported = fields_of(*OPEN_PARTS, Part.ASSISTANCE)
    assert [field.name for field in exported if not field.meaning] == []


def test_every_field_is_on_the_page_to_write_on(
    client: Client,
    state: State,
    recommendation: Recommendation,
    focal_point: User,
) -> None:
    make_assessment(state, recommendation, change_reason="Told before")
    client.force_login(focal_point)
    Recommendation.objects.update(modality="should_consider")
    page = content(client, "/en/my/nor/2019/1/")
    names = [field.name for field in ANSWER_FIELDS]
    assert [name for name in names if f'name="{name}"' not in page] == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_change_of_one_text_is_seen_wherever_answers_are(
    name: str,
    state: State,
    recommendation: Recommendation,
    focal_point: User,
    reviewer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tracking.models.records.tasks.missing", lambda *_given: [])
    visitor, own, desk = Client(), Client(), Client()
    own.force_login(focal_point)
    desk.force_login(reviewer)
    first, before, cycle = map(make_cycle, ("2024", "2025", "2026"))
    answer = make_ready_assessment(
        state,
        recommendation,
        first,
        status=Status.IN_PROGRESS,
        visibility=Visibility.PUBLIC,
        language="en",
    )
    rows = Assessment.objects.filter(pk=answer.pk)
    make_accepted_submission(state, first)  # from which one may step back
    # Why it steps back is sent with the step alone.
    step = {"ready_for": cycle if name == "change_reason" else before}
    told = {"status": status_for(name), "position": "accepted_in_part"}
    rows.update(assistance_need="needed", **told, **step, **{name: BEFORE})
    make_accepted_submission(state, step["ready_for"])

    rows.update(**{name: AFTER}, ready_for=None)
    if name != "change_reason":
        [row] = carried_over(state, cycle)
        assert [line.name for line in row.changed] == [name]
        assert not row.needs_nothing
    rows.update(ready_for=cycle)
    assert AFTER in content(own, "/en/my/nor/check/")
    assert AFTER in content(own, "/en/my/nor/handover/")
    submission = make_submission(state, cycle)
    receipt = content(own, submission.get_absolute_url())
    page = content(desk, f"/admin/tracking/submission/{submission.pk}/change/")
    assert AFTER in receipt
    assert AFTER in page and BEFORE in page

    submission.begin_review(by=reviewer)
    submission.accept(by=reviewer)
    table = "needs" if name in RESERVED else "answers"
    assert AFTER in content(desk, f"/en/data/{table}.csv")
    _token, secret = make_token(focal_point)
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    assert AFTER in content(machine, "/api/v1/own/answers/2019/1/")
    public = {
        address: AFTER in content(visitor, address)
        for address in (
            "/en/states/nor/2019/1/",
            "/api/v1/answers/",
            "/en/data/answers.csv",
        )
    }
    assert public == dict.fromkeys(public, name not in RESERVED)
    record = SubmittedAssessment.objects.get(submission=submission)
    # A visitor who cannot read it reads the same as before.
    same = confirmed_unchanged(record, AnonymousUser())
    assert same is (name in RESERVED)
