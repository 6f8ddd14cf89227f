from django.urls import path

from .views import (
    assessments,
    changes,
    evidence,
    handover,
    history,
    library,
    measures,
    notes,
    presence,
    proposals,
    questions,
    readers,
    removed,
    seen,
    submissions,
    tasks,
    team,
    unchanged,
    unsaved,
    uploads,
)

app_name = "workspace"

STATE = "<slug:iso3>/"
TASK = STATE + "<int:number>/"
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
    path(STATE + "seen/<slug:audience>/", seen.state, name="seen"),
    path(STATE + "proposals/", proposals.proposals, name="proposals"),
    path(STATE + "team/", team.team, name="team"),
    path(STATE + "team/<ref:pk>/take-back/", team.take_back, name="take_back"),
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
    path(TASK + "seen/<slug:audience>/", seen.answer, name="seen_answer"),
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
    path(TASK + "confirm/", assessments.confirm, name="confirm"),
    path(TASK + "measures/add/", measures.add_measure, name="add_measure"),
    path(TASK + "measures/<ref:pk>/", measures.measure, name="measure"),
    path(
        TASK + "measures/<ref:pk>/remove/",
        measures.remove_measure,
        name="remove_measure",
    ),
    path(
        TASK + "measures/<ref:pk>/restore/",
        measures.restore_measure,
        name="restore_measure",
    ),
    path(TASK + "evidence/add/", evidence.add_evidence, name="add_evidence"),
    path(TASK + "evidence/<ref:pk>/", evidence.evidence, name="evidence"),
    path(
        TASK + "evidence/<ref:pk>/remove/",
        evidence.remove_evidence,
        name="remove_evidence",
    ),
    path(
        TASK + "evidence/<ref:pk>/restore/",
        evidence.restore_evidence,
        name="restore_evidence",
    ),
    path(
        STATE + "evidence/<ref:pk>/file/", evidence.evidence_file, name="evidence_file"
    ),
    path(STATE + "evidence/upload/", uploads.upload, name="upload"),
    path(STATE + "questions/", questions.questions, name="questions"),
    path(STATE + "present/", presence.present, name="present"),
    path(STATE + "readers/", readers.readers, name="readers"),
    path(STATE + "audit/file/", readers.audit_file, name="audit_file"),
    path(STATE + "check/", submissions.check, name="check"),
    path(STATE + "submissions/", submissions.submissions, name="submissions"),
    path(SUBMISSION, submissions.receipt, name="receipt"),
    path(SUBMISSION + "file/", submissions.receipt_file, name="receipt_file"),
    path(SUBMISSION + "recall/", submissions.recall, name="recall"),
    path(SUBMISSION + "withdraw/", submissions.withdraw, name="withdraw"),
    path(SUBMISSION + "visibility/", submissions.visibility, name="visibility"),
]
