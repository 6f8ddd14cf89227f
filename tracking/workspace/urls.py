from django.urls import path

from .views import (
    assessments,
    changes,
    evidence,
    history,
    library,
    measures,
    questions,
    removed,
    submissions,
    tasks,
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
    path("unsaved/<int:pk>/file/", unsaved.unsaved_file, name="unsaved_file"),
    path("unsaved/<int:pk>/discard/", unsaved.discard, name="discard"),
    path(STATE, tasks.tasks, name="tasks"),
    path(STATE + "measures/", library.measures, name="measures"),
    path(STATE + "evidence/", library.evidence, name="evidence_library"),
    path(STATE + "next/", tasks.go_on, name="next"),
    path(STATE + "changes/", changes.changes, name="changes"),
    path(STATE + "unchanged/", unchanged.unchanged, name="unchanged"),
    path(TASK, assessments.assessment, name="assessment"),
    path(TASK + "history/", history.history, name="history"),
    path(TASK + "history/<slug:kind>/<int:pk>/", history.versions, name="versions"),
    path(
        TASK + "history/<slug:kind>/<int:pk>/<int:version>/restore/",
        history.restore_version,
        name="restore_version",
    ),
    path(STATE + "bin/", removed.removed, name="bin"),
    path(STATE + "bin/<slug:kind>/<int:pk>/", removed.bring_back, name="bring_back"),
    path(TASK + "confirm/", assessments.confirm, name="confirm"),
    path(TASK + "measures/add/", measures.add_measure, name="add_measure"),
    path(TASK + "measures/<int:pk>/", measures.measure, name="measure"),
    path(
        TASK + "measures/<int:pk>/remove/",
        measures.remove_measure,
        name="remove_measure",
    ),
    path(
        TASK + "measures/<int:pk>/restore/",
        measures.restore_measure,
        name="restore_measure",
    ),
    path(TASK + "evidence/add/", evidence.add_evidence, name="add_evidence"),
    path(TASK + "evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path(
        TASK + "evidence/<int:pk>/remove/",
        evidence.remove_evidence,
        name="remove_evidence",
    ),
    path(
        TASK + "evidence/<int:pk>/restore/",
        evidence.restore_evidence,
        name="restore_evidence",
    ),
    path(
        STATE + "evidence/<int:pk>/file/", evidence.evidence_file, name="evidence_file"
    ),
    path(STATE + "evidence/upload/", uploads.upload, name="upload"),
    path(STATE + "questions/", questions.questions, name="questions"),
    path(STATE + "questions/<int:pk>/", questions.reply, name="reply"),
    path(STATE + "check/", submissions.check, name="check"),
    path(STATE + "submissions/", submissions.submissions, name="submissions"),
    path(SUBMISSION, submissions.receipt, name="receipt"),
    path(SUBMISSION + "file/", submissions.receipt_file, name="receipt_file"),
    path(SUBMISSION + "recall/", submissions.recall, name="recall"),
    path(SUBMISSION + "withdraw/", submissions.withdraw, name="withdraw"),
    path(SUBMISSION + "visibility/", submissions.visibility, name="visibility"),
]
