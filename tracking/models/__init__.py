from tracking.models.accounts.account_mails import AccountMail
from tracking.models.accounts.email_changes import EmailChange
from tracking.models.accounts.emergencies import EmergencyError, EmergencyReading
from tracking.models.accounts.factor_resets import FactorReset
from tracking.models.accounts.idempotency import (
    BusyError,
    IdempotencyKey,
    OtherRequestError,
    request_digest,
)
from tracking.models.accounts.nominations import Nomination, NominationError
from tracking.models.accounts.tokens import Scope, Token
from tracking.models.audit.accesses import Access, AccessKind
from tracking.models.audit.entries import AuditEntry, Checkpoint, Fault, Salt
from tracking.models.audit.verifications import Verification
from tracking.models.database.jobs import Job
from tracking.models.database.scans import Scan
from tracking.models.database.tallies import Tally
from tracking.models.messages.messages import (
    ALWAYS,
    TOLD,
    Mailing,
    Message,
    MessageKind,
    name_people,
)
from tracking.models.people.participations import Participation, ParticipationKind
from tracking.models.people.sessions import Session
from tracking.models.people.signins import SignIn
from tracking.models.people.states import (
    EntityType,
    ProtocolStatus,
    RegionalGroup,
    State,
)
from tracking.models.people.users import AUDITS, LANGUAGES, SECRETARIAT, Role, User
from tracking.models.records.changes import (
    AnswerChanges,
    Change,
    WorkingCopy,
    answer_changes,
    differences,
    evidence_changes,
    evidence_pairs,
    measure_changes,
    measure_pairs,
    served,
)
from tracking.models.records.four_eyes import FourEyes, SecondPersonError, in_charge_of
from tracking.models.records.hidings import Hiding, HidingError
from tracking.models.records.outcomes import SentStage
from tracking.models.records.prepared import Prepared
from tracking.models.records.preview import Preview, preview, reads
from tracking.models.records.records import (
    RecordQuerySet,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedEvidenceAssessment,
    SubmittedEvidenceMeasure,
    SubmittedMeasure,
    SubmittedMeasureAssessment,
    VisibilityChange,
    narrow_what_follows,
    show_to,
    where_asked,
)
from tracking.models.records.reviewers import ReviewTurn, reviewers, with_reviewer
from tracking.models.records.selection import ChangedError, Selection, ready_in, select
from tracking.models.records.submissions import (
    NEXT_STAGES,
    OPEN_STAGES,
    ReviewQuestion,
    Stage,
    StageChange,
    StageError,
    Submission,
)
from tracking.models.records.submitting import (
    NothingReadyError,
    canonical,
    digest_of,
    document,
    submit,
)
from tracking.models.records.tasks import (
    Task,
    TaskStage,
    shared_tasks_of,
    task_of,
    tasks_of,
)
from tracking.models.reminders.digests import last_week, tell_of_the_week
from tracking.models.reminders.reminding import (
    announce,
    remind,
    remind_of_replies,
    reminder_due,
    tell_of_closing,
)
from tracking.models.working_copy.assessments import (
    Assessment,
    AssessmentContent,
    StaleError,
)
from tracking.models.working_copy.assignments import Assignment, AssignmentError
from tracking.models.working_copy.cycles import Cycle
from tracking.models.working_copy.dates import PartialDateField, validate_partial_date
from tracking.models.working_copy.history import (
    CONTENT,
    AssessmentVersion,
    EvidenceAssessmentEvent,
    EvidenceMeasureEvent,
    EvidenceVersion,
    MeasureRecommendationEvent,
    MeasureVersion,
    Version,
    return_to,
    versions_of,
)
from tracking.models.working_copy.links import LinkCheck, LinkStatus
from tracking.models.working_copy.measures import (
    Evidence,
    EvidenceContent,
    EvidenceFile,
    FullError,
    Measure,
    MeasureContent,
)
from tracking.models.working_copy.notes import Note
from tracking.models.working_copy.presences import Presence
from tracking.models.working_copy.proposals import Outcome, Proposal
from tracking.models.working_copy.rules import (
    ASKED_UNDER,
    Missing,
    Support,
    is_asked,
    missing,
    statuses_for,
)
from tracking.models.working_copy.unsaved import (
    UnsavedKind,
    UnsavedWork,
    Words,
    Writing,
)
from tracking.models.working_copy.values import (
    VISIBILITY_ORDER,
    AssistanceNeed,
    AssistanceType,
    Classification,
    Confidence,
    EvidenceKind,
    MeasureKind,
    MeasureStage,
    Position,
    Priority,
    Status,
    Visibility,
    is_wider,
)

__all__ = [
    "ALWAYS",
    "ASKED_UNDER",
    "AUDITS",
    "CONTENT",
    "LANGUAGES",
    "NEXT_STAGES",
    "OPEN_STAGES",
    "SECRETARIAT",
    "TOLD",
    "VISIBILITY_ORDER",
    "Access",
    "AccessKind",
    "AccountMail",
    "AnswerChanges",
    "Assessment",
    "AssessmentContent",
    "AssessmentVersion",
    "Assignment",
    "AssignmentError",
    "AssistanceNeed",
    "AssistanceType",
    "AuditEntry",
    "BusyError",
    "Change",
    "ChangedError",
    "Checkpoint",
    "Classification",
    "Confidence",
    "Cycle",
    "EmailChange",
    "EmergencyError",
    "EmergencyReading",
    "EntityType",
    "Evidence",
    "EvidenceAssessmentEvent",
    "EvidenceContent",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceMeasureEvent",
    "EvidenceVersion",
    "FactorReset",
    "Fault",
    "FourEyes",
    "FullError",
    "Hiding",
    "HidingError",
    "IdempotencyKey",
    "Job",
    "LinkCheck",
    "LinkStatus",
    "Mailing",
    "Measure",
    "MeasureContent",
    "MeasureKind",
    "MeasureRecommendationEvent",
    "MeasureStage",
    "MeasureVersion",
    "Message",
    "MessageKind",
    "Missing",
    "Nomination",
    "NominationError",
    "Note",
    "NothingReadyError",
    "OtherRequestError",
    "Outcome",
    "PartialDateField",
    "Participation",
    "ParticipationKind",
    "Position",
    "Prepared",
    "Presence",
    "Preview",
    "Priority",
    "Proposal",
    "ProtocolStatus",
    "RecordQuerySet",
    "RegionalGroup",
    "ReviewQuestion",
    "ReviewTurn",
    "Role",
    "Salt",
    "Scan",
    "Scope",
    "SecondPersonError",
    "Selection",
    "SentStage",
    "Session",
    "SignIn",
    "Stage",
    "StageChange",
    "StageError",
    "StaleError",
    "State",
    "Status",
    "Submission",
    "SubmittedAssessment",
    "SubmittedEvidence",
    "SubmittedEvidenceAssessment",
    "SubmittedEvidenceMeasure",
    "SubmittedMeasure",
    "SubmittedMeasureAssessment",
    "Support",
    "Tally",
    "Task",
    "TaskStage",
    "Token",
    "UnsavedKind",
    "UnsavedWork",
    "User",
    "Verification",
    "Version",
    "Visibility",
    "VisibilityChange",
    "Words",
    "WorkingCopy",
    "Writing",
    "announce",
    "answer_changes",
    "canonical",
    "differences",
    "digest_of",
    "document",
    "evidence_changes",
    "evidence_pairs",
    "in_charge_of",
    "is_asked",
    "is_wider",
    "last_week",
    "measure_changes",
    "measure_pairs",
    "missing",
    "name_people",
    "narrow_what_follows",
    "preview",
    "reads",
    "ready_in",
    "remind",
    "remind_of_replies",
    "reminder_due",
    "request_digest",
    "return_to",
    "reviewers",
    "select",
    "served",
    "shared_tasks_of",
    "show_to",
    "statuses_for",
    "submit",
    "task_of",
    "tasks_of",
    "tell_of_closing",
    "tell_of_the_week",
    "validate_partial_date",
    "versions_of",
    "where_asked",
    "with_reviewer",
]  # fmt: skip
