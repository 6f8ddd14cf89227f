import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from config.postgresql import as_owner
from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
)
from tracking.models import (
    AssessmentContent,
    Cycle,
    EvidenceContent,
    MeasureContent,
    NothingReadyError,
    ReviewQuestion,
    Stage,
    StageChange,
    StageError,
    State,
    Status,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    User,
    Visibility,
    digest_of,
    document,
    followed,
    submit,
)


def test_submitting_copies_what_is_ready_and_nothing_else(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    ready, draft, incomplete = (make_recommendation(n) for n in (1, 2, 3))
    make_ready_assessment(state, ready, cycle, law="La loi")
    make_assessment(state, draft, status=Status.NOT_STARTED)
    make_ready_assessment(state, incomplete, cycle, status=Status.PLANNED)

    submission = submit(state, cycle, by=focal_point, consent=True)

    record = submission.assessments.get()
    assert record.recommendation == ready
    assert record.law == "La loi"


def test_submitting_copies_measures_and_evidence_with_their_ties(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    first, second, unready = (make_recommendation(n) for n in (1, 2, 3))
    answer = make_ready_assessment(state, first, cycle)
    make_ready_assessment(state, second, cycle)
    measure = make_measure(state, first, second, unready)
    make_measure(state, unready, title="Not yet")
    removed = make_measure(state, first, title="Removed")
    removed.remove(by=focal_point)
    make_evidence(state, measure, title="Behind the measure")
    make_evidence(state, answer, title="Behind the answer")
    make_evidence(state, removed, title="Behind nothing")

    submission = submit(state, cycle, by=focal_point, consent=True)

    record = submission.measures.get()
    assert {r.recommendation for r in record.assessments.all()} == {first, second}
    assert record.evidence.get().title == "Behind the measure"
    assert submission.assessments.get(recommendation=first).evidence.get().title == (
        "Behind the answer"
    )
    assert submission.evidence.count() == 2


@pytest.mark.parametrize(
    ("content", "record"),
    [
        (AssessmentContent, SubmittedAssessment),
        (MeasureContent, SubmittedMeasure),
        (EvidenceContent, SubmittedEvidence),
    ],
)
def test_records_have_every_column_of_the_working_copy(
    content: Any, record: Any
) -> None:
    own = {"id", "submission_id", "source_id", "recommendation_id", "shown_to"}
    columns = {field.column for field in record._meta.concrete_fields}

    assert columns - own == set(content.columns())


def test_another_states_rows_are_never_copied(
    state: State, other_state: State, cycle: Cycle, focal_point: User
) -> None:
    recommendation = make_recommendation()
    make_ready_assessment(state, recommendation, cycle)
    make_ready_assessment(other_state, recommendation, cycle, law="Foreign")
    make_measure(other_state, recommendation, title="Foreign")

    submission = submit(state, cycle, by=focal_point, consent=True)

    assert "Foreign" not in str(document(submission))


def test_nothing_ready_saves_nothing(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    make_assessment(state, make_recommendation(), status=Status.NOT_STARTED)

    with pytest.raises(NothingReadyError):
        submit(state, cycle, by=focal_point, consent=True)

    assert not Submission.objects.exists()


def test_a_second_submission_waits_for_the_first(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    make_submission(state, cycle, by=focal_point)

    with pytest.raises(StageError):
        submit(state, cycle, by=focal_point, consent=True)


def test_numbers_go_on_per_state_and_cycle(state: State, cycle: Cycle) -> None:
    make_accepted_submission(state, cycle)

    assert make_submission(state, cycle).number == 2
    assert make_submission(make_state("ITA"), cycle).number == 1
    assert make_submission(state, make_cycle("2025")).number == 1


def test_without_consent_only_the_secretariat_reads(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> None:
    make_ready_assessment(state, recommendation, cycle, visibility=Visibility.PUBLIC)

    submission = submit(state, cycle, by=focal_point, consent=False)

    record = submission.assessments.get()
    assert record.shown_to == Visibility.SECRETARIAT
    assert record.visibility == Visibility.PUBLIC


def test_the_digest_is_that_of_the_records(state: State, cycle: Cycle) -> None:
    submission = make_submission(state, cycle)

    again = Submission.objects.get(pk=submission.pk)
    assert again.digest == digest_of(document(again))
    assert len(again.digest) == 64


@pytest.mark.parametrize("column", ["status", "law", "visibility", "answers"])
def test_the_database_refuses_to_change_a_record(
    state: State, cycle: Cycle, column: str
) -> None:
    make_submission(state, cycle)
    value: Any = {"x": 1} if column == "answers" else "planned"

    with pytest.raises(DatabaseError, match="Cannot update"):
        SubmittedAssessment.objects.update(**{column: value})


def test_the_database_refuses_to_delete_a_record(state: State, cycle: Cycle) -> None:
    submission = make_submission(state, cycle)

    for rows in (
        submission.assessments.all(),
        Submission.objects.all(),
        StageChange.objects.all(),
    ):
        with pytest.raises(DatabaseError, match="delete rows"), transaction.atomic():
            rows._raw_delete(rows.db)


def test_the_database_refuses_a_second_digest(state: State, cycle: Cycle) -> None:
    make_submission(state, cycle)

    with pytest.raises(DatabaseError, match="Cannot update"):
        Submission.objects.update(digest="0" * 64)


def test_the_database_refuses_a_stage_out_of_order(state: State, cycle: Cycle) -> None:
    make_submission(state, cycle)

    with pytest.raises(DatabaseError, match="Invalid transition"):
        Submission.objects.update(stage=Stage.ACCEPTED)


def test_a_submission_is_recalled_until_review_begins(
    state: State, cycle: Cycle, focal_point: User, reviewer: User
) -> None:
    first = make_submission(state, cycle)
    first.recall(by=focal_point)
    second = make_submission(state, cycle)
    second.begin_review(by=reviewer)

    with pytest.raises(StageError):
        second.recall(by=focal_point)

    assert first.stage == Stage.RECALLED


def test_of_two_reviewers_one_wins(state: State, cycle: Cycle, reviewer: User) -> None:
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)
    colleagues_copy = Submission.objects.get(pk=submission.pk)
    submission.accept(by=reviewer)

    with pytest.raises(StageError):
        colleagues_copy.send_back(by=reviewer, questions={followed().get(): "Why?"})

    assert not ReviewQuestion.objects.exists()
    assert [c.to for c in submission.stage_changes.all()] == [
        Stage.SUBMITTED,
        Stage.UNDER_REVIEW,
        Stage.ACCEPTED,
    ]


def test_sending_back_needs_a_question(
    state: State, cycle: Cycle, reviewer: User
) -> None:
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)

    with pytest.raises(ValueError, match="questions"):
        submission.send_back(by=reviewer, questions={})

    assert Submission.objects.get().stage == Stage.UNDER_REVIEW


def test_the_last_submission_accepted_counts(state: State, cycle: Cycle) -> None:
    make_accepted_submission(state, cycle)
    last = make_accepted_submission(state, cycle)
    make_submission(state, cycle)  # not yet accepted
    older = make_accepted_submission(state, make_cycle("2025"))

    assert set(Submission.objects.counted()) == {last, older}


def test_withdrawing_does_not_bring_an_older_one_back(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    make_accepted_submission(state, cycle)
    last = make_accepted_submission(state, cycle)

    last.withdraw(by=focal_point, reason="A mistake")

    assert not Submission.objects.counted().exists()


def test_a_question_keeps_its_text_and_takes_a_reply(
    state: State, cycle: Cycle, reviewer: User, focal_point: User
) -> None:
    submission = make_submission(state, cycle)
    submission.begin_review(by=reviewer)
    submission.send_back(by=reviewer, questions={followed().get(): "Why?"})
    question = ReviewQuestion.objects.get()

    question.answer("Because.", by=focal_point)

    assert ReviewQuestion.objects.get().reply == "Because."
    with pytest.raises(DatabaseError, match="Cannot update"):
        ReviewQuestion.objects.update(text="Other")


def test_two_open_submissions_are_refused_by_the_database(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    make_submission(state, cycle)

    with pytest.raises(IntegrityError):
        Submission.objects.create(
            state=state,
            cycle=cycle,
            number=9,
            submitted_by=focal_point,
            submitted_at=datetime.datetime.now(datetime.UTC),
            consent=True,
        )


@pytest.fixture
def full_disk(transactional_db: None) -> Iterator[None]:
    """Makes the last step of submitting fail."""
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
            CREATE TRIGGER fail_at_the_last_step
            AFTER UPDATE ON tracking_submission EXECUTE FUNCTION fail();
            """
        )
    yield
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("DROP FUNCTION fail CASCADE")


@pytest.mark.usefixtures("full_disk")
def test_a_submission_that_fails_at_the_last_step_leaves_everything_as_it_was(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> None:
    answer = make_ready_assessment(state, recommendation, cycle)
    make_evidence(state, answer)
    before = list(state.assessments.values()), list(state.evidence.values())
    with pytest.raises(DatabaseError, match="the disk is full"):
        submit(state, cycle, by=focal_point, consent=True)

    assert (list(state.assessments.values()), list(state.evidence.values())) == before
    assert not Submission.objects.exists()
    assert not SubmittedAssessment.objects.exists()
    assert not SubmittedEvidence.objects.exists()
