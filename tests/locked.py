"""One row in every table under lock, and how the first lock is taken off."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import (
    make_emergency_reading,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_submission,
    make_token,
    make_unsaved,
    make_user,
)
from tracking.models import (
    Assignment,
    Cycle,
    EvidenceFile,
    FourEyes,
    Hiding,
    IdempotencyKey,
    LinkCheck,
    LinkStatus,
    Note,
    Prepared,
    Presence,
    Proposal,
    RecordQuerySet,
    ReviewTurn,
    Role,
    State,
    User,
    Visibility,
    show_to,
)
from tracking.models.people.states import StateQuerySet
from tracking.models.records.submissions import SubmissionQuerySet
from tracking.models.working_copy.unsaved import UnsavedQuerySet


def fill(state: State, recommendation: Recommendation, cycle: Cycle) -> User:
    """Write all that a State can have and nobody else may read; return who did.

    What it sent is public in its own words, and was returned, not accepted.
    """
    by = make_user(Role.FOCAL_POINT, state)
    public = {"visibility": Visibility.PUBLIC, "updated_by": by}
    answer = make_ready_assessment(state, recommendation, cycle, **public)
    measure = make_measure(state, recommendation, **public)
    file = EvidenceFile.keep(
        SimpleUploadedFile("law.txt", state.iso3.encode()),
        state=state,
        by=by,
        name="law.txt",
        content_type="text/plain",
    )
    evidence = make_evidence(state, measure, answer, file=file, **public)
    LinkCheck.objects.create(
        evidence=evidence,
        url=evidence.url,
        status=LinkStatus.DEAD,
        checked_at=timezone.now(),
    )
    Assignment.objects.create(state=state, assessment=answer, to=by, by=by)
    Note.objects.create(state=state, assessment=answer, text="Attention", by=by)
    Presence.objects.create(state=state, user=by, page="/my/")
    Proposal.objects.create(
        state=state,
        recommendation=recommendation,
        by=by,
        view="workspace:assessment",
        arguments={},
        payload={},
        file=file,
    )
    make_unsaved(by, answer, law=["Loi"])
    token, _secret = make_token(by)
    IdempotencyKey.objects.create(user=by, token=token, key="1", digest="")
    Prepared.objects.prepare_sending(
        state, cycle, {}, by=by, consent=True, note="Attention"
    )
    reviewer = make_user(Role.REVIEWER)
    submission = make_submission(state, cycle, by=by)
    submission.begin_review(by=reviewer)
    submission.send_back(by=reviewer, questions={recommendation: "Why?"})
    record = submission.assessments.get()
    show_to(record, Visibility.PARTIES, by=by)
    # A rule that was given up, so that the tests may submit on.
    FourEyes.objects.create(
        state=state,
        begun_by=by,
        ending_proposed_by=by,
        ended_by=make_user(Role.ALTERNATE, state),
        ended_at=timezone.now(),
    )
    show_to(record, Visibility.PUBLIC, by=by)
    ReviewTurn.objects.create(submission=submission, reviewer=reviewer, by=reviewer)
    Hiding.objects.create(
        submission=submission,
        reason="Names a person",
        proposed_by=reviewer,
        confirmed_by=make_user(Role.ADMINISTRATOR),
        confirmed_at=timezone.now(),
    )
    make_emergency_reading(state)
    return by


def take_first_lock_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every scope of ours give all rows, whoever asks."""

    def everything(rows: Any, user: object) -> Any:
        return rows.all()

    for scopes, names in {
        StateQuerySet: (
            "readable_by",
            "editable_by",
            "submittable_by",
            "proposable_by",
        ),
        SubmissionQuerySet: ("visible_to", "reviewable_by"),
        RecordQuerySet: ("visible_to",),
        UnsavedQuerySet: ("of",),
    }.items():
        for name in names:
            monkeypatch.setattr(scopes, name, everything)
