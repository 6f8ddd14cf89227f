"""Turning the working copy into records: one moment, one number, one digest."""

import datetime
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import Field, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.models import FIRST_MEETING, Recommendation, in_order
from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.records.four_eyes import FourEyes, SecondPersonError
from tracking.models.records.records import SubmittedAssessment
from tracking.models.records.selection import ChangedError, Selection, ready_in, select
from tracking.models.records.submissions import (
    OPEN_STAGES,
    Moment,
    StageError,
    Submission,
)
from tracking.models.records.tasks import tasks_of
from tracking.models.working_copy.answer_fields import ASKED_UNDER
from tracking.models.working_copy.assessments import Assessment, AssessmentContent
from tracking.models.working_copy.cycles import Cycle
from tracking.models.working_copy.measures import (
    Evidence,
    EvidenceContent,
    Measure,
    MeasureContent,
)

FORMAT = "suivi-submission-1"
# Columns that every document holds, empty or not. One that came later is there if
# it holds something: it changes no digest given before it.
FIRST: dict[Any, tuple[str, ...]] = {
    AssessmentContent: (
        "position", "position_note", "status", "reason", "change_reason",
        "target_date", "lead_institution", "completed_on", "verified_on", "decided_on",
        "decided_by", "law", "practice", "answers", "confidence", "assistance_need",
        "assistance_types", "assistance_priority", "assistance_details",
        "assistance_offer", "language", "visibility",
    ),
    MeasureContent: (
        "title", "kind", "stage", "starts_on", "ends_on", "authority", "description",
        "language", "visibility",
    ),
    EvidenceContent: (
        "title", "kind", "authority", "dated_on", "language", "url", "reference",
        "classification", "visibility",
    ),
}  # fmt: skip


class NothingReadyError(Exception):
    """No answer of this State can be submitted now."""


@transaction.atomic
def submit(
    state: State,
    cycle: Cycle,
    *,
    by: User,
    consent: bool,
    at: Moment = None,
    prepared_by: User | None = None,
    read: str | None = None,
) -> Submission:
    """Make a record of every answer that is ready, with its measures and evidence.

    `at` is the moment of what happened earlier and is loaded now; else it is now.
    `read` is the mark of what a person has read: raises ChangedError where something
    else would be sent. Where the State wants a second person, `prepared_by` is the
    first one; without one, raises SecondPersonError. Raises StageError while another
    submission of this cycle awaits review, and NothingReadyError when no answer is
    ready; nothing is saved then.
    """
    # Locking the State gives numbers without gaps; locking the rows keeps what
    # was checked and what is copied the same.
    State.objects.select_for_update(no_key=True).get(pk=state.pk)
    if prepared_by is None and FourEyes.objects.of(state):
        raise SecondPersonError(
            _("In your State a second person confirms before anything is sent.")
        )
    for rows in (
        Assessment.objects.filter(state=state),
        Measure.objects.filter(state=state),
        Evidence.objects.filter(state=state),
    ):
        list(rows.select_for_update(no_key=True).values_list("pk"))
    sent = Submission.objects.filter(state=state, cycle=cycle)
    if sent.filter(stage__in=OPEN_STAGES).exists():
        raise StageError(
            _("A submission of this cycle is already with the secretariat.")
        )
    # Decided before anything is written: the new submission is itself something
    # that decides what waits for the State.
    selection = select(state, ready_in(tasks_of(state, cycle)))
    if not selection.tasks:
        raise NothingReadyError
    if read is not None and selection.mark != read:
        raise ChangedError
    number = (sent.aggregate(last=Max("number"))["last"] or 0) + 1
    moment = at or timezone.now()
    submission = Submission.objects.create(
        state=state,
        cycle=cycle,
        number=number,
        submitted_by=by,
        prepared_by=prepared_by,
        submitted_at=moment,
        consent=consent,
    )
    submission.stage_changes.create(to=submission.stage, by=by, at=moment)
    _copy(submission, selection)
    submission.digest = digest_of(document(submission))
    submission.save(update_fields=["digest"])
    return submission


def _copy(submission: Submission, selection: Selection) -> None:
    """Copy the rows chosen, and the ties between them, in one statement.

    One statement reads one moment of the working copy.
    """
    parts = {
        "a": ", ".join(AssessmentContent.columns()),
        "said": ", ".join(map(_said, AssessmentContent._meta.local_fields)),
        "m": ", ".join(MeasureContent.columns()),
        "e": ", ".join(EvidenceContent.columns()),
        # Without consent only the secretariat reads, whatever each item says.
        "shown": "CASE WHEN %(consent)s THEN visibility ELSE 'secretariat' END",
    }
    statement = COPY.format(**parts)
    params: dict[str, Any] = {
        "submission": submission.pk,
        "state": submission.state_id,
        "consent": submission.consent,
        "left_out": json.dumps(selection.left_out),
        "assessments": [row.pk for row in selection.answers],
        "measures": [row.pk for row in selection.measures],
        "evidence": [row.pk for row in selection.evidence],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


# What is not sent of an answer.
LEFT_OUT = "coalesce(%(left_out)s::jsonb -> id::text, '[]')"


def _said(column: "Field[Any, Any]") -> str:
    """The expression that copies a column of an answer, or leaves it empty."""
    if column.name == "answers":
        return f"answers - ARRAY(SELECT jsonb_array_elements_text({LEFT_OUT}))"
    if column.name not in (*ASKED_UNDER, "change_reason"):
        return str(column.column)
    empty = "'{}'" if isinstance(column, ArrayField) else "''"
    return (
        f"CASE WHEN {LEFT_OUT} ? '{column.name}' THEN {empty} ELSE {column.column} END"
    )


# Every name in braces is a list of our own column names, never a person's text.
COPY = """
WITH answers AS (
    INSERT INTO tracking_submittedassessment
        (submission_id, source_id, recommendation_id, shown_to, {a})
    SELECT %(submission)s, id, recommendation_id, {shown}, {said}
    FROM tracking_assessment
    WHERE state_id = %(state)s AND id = ANY(%(assessments)s)
    RETURNING id, source_id, recommendation_id
), measures AS (
    INSERT INTO tracking_submittedmeasure
        (submission_id, source_id, shown_to, {m})
    SELECT %(submission)s, id, {shown}, {m}
    FROM tracking_measure
    WHERE state_id = %(state)s AND id = ANY(%(measures)s)
    RETURNING id, source_id
), evidence AS (
    INSERT INTO tracking_submittedevidence
        (submission_id, source_id, shown_to, {e})
    SELECT %(submission)s, id, {shown}, {e}
    FROM tracking_evidence
    WHERE state_id = %(state)s AND id = ANY(%(evidence)s)
    RETURNING id, source_id
), measures_serve AS (
    INSERT INTO tracking_submittedmeasureassessment (measure_id, assessment_id)
    SELECT measures.id, answers.id
    FROM tracking_measure_recommendations AS tie
    JOIN measures ON measures.source_id = tie.measure_id
    JOIN answers ON answers.recommendation_id = tie.recommendation_id
), evidence_backs_answers AS (
    INSERT INTO tracking_submittedevidenceassessment (evidence_id, assessment_id)
    SELECT evidence.id, answers.id
    FROM tracking_evidence_assessments AS tie
    JOIN evidence ON evidence.source_id = tie.evidence_id
    JOIN answers ON answers.source_id = tie.assessment_id
)
INSERT INTO tracking_submittedevidencemeasure (evidence_id, measure_id)
SELECT evidence.id, measures.id
FROM tracking_evidence_measures AS tie
JOIN evidence ON evidence.source_id = tie.evidence_id
JOIN measures ON measures.source_id = tie.measure_id
"""


# As the State's libraries were ordered then; by the records alone, because titles in
# the libraries change afterwards.
BY_TITLE = ("title", "source_id")


def _place(recommendation: Recommendation) -> dict[str, Any]:
    # Nothing for the first meeting: it changes no digest given earlier.
    meeting, number = recommendation.place
    said = {} if meeting == FIRST_MEETING else {"meeting": meeting}
    return {**said, "recommendation": number}


def _places(records: Iterable[SubmittedAssessment]) -> list[int | str]:
    """The recommendations of these answers: numbers alone are of the first meeting."""
    places = sorted(record.recommendation.place for record in records)
    return [
        each.number if each.meeting == FIRST_MEETING else str(each) for each in places
    ]


def document(submission: Submission) -> dict[str, Any]:
    """Everything the submission holds, as the digest and the receipt's file have it.

    Answers, measures and evidence name each other by the number they carry in the
    State's libraries (`source`), which stays the same from one submission to the
    next.
    """
    return {
        "format": FORMAT,
        "state": submission.state.iso3,
        "cycle": submission.cycle.code,
        "number": submission.number,
        "submitted_at": submission.submitted_at.astimezone(datetime.UTC).isoformat(),
        "submitted_by": submission.submitted_by_id,
        # Nobody before there were two: it changes no digest given earlier.
        **(
            {"prepared_by": submission.prepared_by_id}
            if submission.prepared_by_id
            else {}
        ),
        "consent": submission.consent,
        "answers": [
            {
                **_place(record.recommendation),
                **_content(record, AssessmentContent),
            }
            for record in submission.assessments.select_related(
                "recommendation"
            ).order_by(*in_order())
        ],
        "measures": [
            {
                "source": record.source_id,
                "recommendations": _places(record.assessments.all()),
                **_content(record, MeasureContent),
            }
            for record in submission.measures.prefetch_related(
                "assessments__recommendation"
            ).order_by(*BY_TITLE)
        ],
        "evidence": [
            {
                "source": record.source_id,
                "recommendations": _places(record.assessments.all()),
                "measures": sorted(
                    measure.source_id for measure in record.measures.all()
                ),
                "file_sha256": record.file.sha256 if record.file else "",
                **_content(record, EvidenceContent, leave_out=("file_id",)),
            }
            for record in submission.evidence.select_related("file")
            .prefetch_related("assessments__recommendation", "measures")
            .order_by(*BY_TITLE)
        ],
    }


def _content(
    record: Any, content: Any, leave_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        column: getattr(record, column)
        for column in content.columns()
        if column not in leave_out
        and (column in FIRST[content] or getattr(record, column))
    }


def canonical(document: dict[str, Any]) -> bytes:
    """The one way to write a document down: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def digest_of(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()
