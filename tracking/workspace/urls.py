from functools import partial

from django.urls import path

from tracking.workspace.answers.views import (
    assessments,
    changes,
    replaced,
    tasks,
    unchanged,
)
from tracking.workspace.colleagues.views import (
    handover,
    notes,
    presence,
    proposals,
    questions,
    team,
    tokens,
)
from tracking.workspace.drafts.views import history, removed, unsaved
from tracking.workspace.library.kinds import EVIDENCE, MEASURE
from tracking.workspace.library.views import files, items, library
from tracking.workspace.submitting.views import (
    previews,
    readers,
    second_person,
    submissions,
)

app_name = "workspace"

STATE = "<slug:iso3>/"
TASK = STATE + "<recommendation:place>/"
SUBMISSION = STATE + "submissions/<slug:cycle>/<int:number>/"

urlpatterns = [
    path("", tasks.home, name="home"),
    path("stay/", unsaved.stay, name="stay"),
    path("unsaved/", unsaved.unsaved, name="unsaved"),
    path("unsaved/<ref:pk>/file/", unsaved.unsaved_file, name="unsaved_file"),
    path("unsaved/<ref:pk>/discard/", unsaved.discard, name="discard"),
    path(STATE, tasks.tasks, name="tasks"),
    path(STATE + "measures/", library.measures, name="measures"),
    path(STATE + "evidence/", library.evidence, name="evidence_library"),
    path(STATE + "next/", tasks.go_on, name="next"),
    path(STATE + "changes/", changes.changes, name="changes"),
    path(STATE + "unchanged/", unchanged.unchanged, name="unchanged"),
    path(STATE + "handover/", handover.handover, name="handover"),
    path(STATE + "seen/<slug:audience>/", previews.state, name="seen"),
    path(STATE + "proposals/", proposals.proposals, name="proposals"),
    path(STATE + "team/", team.team, name="team"),
    path(STATE + "team/<ref:pk>/take-back/", team.take_back, name="take_back"),
    path(STATE + "tokens/", tokens.tokens, name="tokens"),
    path(STATE + "tokens/<ref:pk>/revoke/", tokens.revoke_token, name="revoke_token"),
    path(TASK, assessments.assessment, name="assessment"),
    path(TASK + "proposals/<ref:pk>/", proposals.proposal, name="proposal"),
    path(
        TASK + "proposals/<ref:pk>/withdraw/",
        proposals.withdraw_proposal,
        name="withdraw_proposal",
    ),
    path(
        TASK + "proposals/<ref:pk>/file/",
        proposals.proposal_file,
        name="proposal_file",
    ),
    path(TASK + "seen/<slug:audience>/", previews.answer, name="seen_answer"),
    path(TASK + "history/", history.history, name="history"),
    path(TASK + "history/<slug:kind>/<ref:pk>/", history.versions, name="versions"),
    path(
        TASK + "history/<slug:kind>/<ref:pk>/<int:version>/restore/",
        history.restore_version,
        name="restore_version",
    ),
    path(STATE + "bin/", removed.removed, name="bin"),
    path(STATE + "bin/<slug:kind>/<ref:pk>/", removed.bring_back, name="bring_back"),
    path(TASK + "notes/", notes.notes, name="notes"),
    path(TASK + "notes/<ref:pk>/remove/", notes.remove_note, name="remove_note"),
    path(TASK + "notes/<ref:pk>/restore/", notes.restore_note, name="restore_note"),
    path(TASK + "take-over/", replaced.take_over, name="take_over"),
    path(TASK + "confirm/", assessments.confirm, name="confirm"),
    path(TASK + "measures/add/", partial(items.add, kind=MEASURE), name="add_measure"),
    path(
        TASK + "measures/<ref:pk>/", partial(items.change, kind=MEASURE), name="measure"
    ),
    path(
        TASK + "measures/<ref:pk>/remove/",
        partial(items.remove, kind=MEASURE),
        name="remove_measure",
    ),
    path(
        TASK + "measures/<ref:pk>/restore/",
        partial(items.restore, kind=MEASURE),
        name="restore_measure",
    ),
    path(
        TASK + "evidence/add/", partial(items.add, kind=EVIDENCE), name="add_evidence"
    ),
    path(
        TASK + "evidence/<ref:pk>/",
        partial(items.change, kind=EVIDENCE),
        name="evidence",
    ),
    path(
        TASK + "evidence/<ref:pk>/remove/",
        partial(items.remove, kind=EVIDENCE),
        name="remove_evidence",
    ),
    path(
        TASK + "evidence/<ref:pk>/restore/",
        partial(items.restore, kind=EVIDENCE),
        name="restore_evidence",
    ),
    path(STATE + "evidence/<ref:pk>/file/", files.evidence_file, name="evidence_file"),
    path(STATE + "evidence/upload/", files.upload, name="upload"),
    path(STATE + "questions/", questions.questions, name="questions"),
    path(STATE + "present/", presence.present, name="present"),
    path(STATE + "readers/", readers.readers, name="readers"),
    path(STATE + "audit/", readers.audit, name="audit"),
    path(STATE + "readers/end/", readers.end_readings, name="end_readings"),
    path(STATE + "audit/file/", readers.audit_file, name="audit_file"),
    path(STATE + "check/", submissions.check, name="check"),
    path(STATE + "second-person/", second_person.second_person, name="second_person"),
    path(
        STATE + "second-person/<ref:pk>/confirm/",
        second_person.confirm_prepared,
        name="confirm_prepared",
    ),
    path(
        STATE + "second-person/<ref:pk>/cancel/",
        second_person.cancel_prepared,
        name="cancel_prepared",
    ),
    path(STATE + "submissions/", submissions.submissions, name="submissions"),
    path(SUBMISSION, submissions.receipt, name="receipt"),
    path(SUBMISSION + "file/", submissions.receipt_file, name="receipt_file"),
    path(SUBMISSION + "recall/", submissions.recall, name="recall"),
    path(SUBMISSION + "withdraw/", submissions.withdraw, name="withdraw"),
    path(SUBMISSION + "visibility/", submissions.visibility, name="visibility"),
]
