from tracking.models.accesses import Access, AccessKind
from tracking.models.account_mails import AccountMail
from tracking.models.assessments import Assessment, AssessmentContent, StaleError
from tracking.models.assignments import Assignment, AssignmentError
from tracking.models.audit import (
    AuditEntry,
    Checkpoint,
    Fault,
    Salt,
)
from tracking.models.changes import (
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
from tracking.models.cycles import Cycle
from tracking.models.dates import PartialDateField, validate_partial_date
from tracking.models.digests import last_week, tell_of_the_week
from tracking.models.email_changes import EmailChange
from tracking.models.emergencies import EmergencyError, EmergencyReading
from tracking.models.factor_resets import FactorReset
from tracking.models.four_eyes import FourEyes, SecondPersonError, in_charge_of
from tracking.models.hidings import Hiding, HidingError
from tracking.models.history import (
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
from tracking.models.idempotency import (
    BusyError,
    IdempotencyKey,
    OtherRequestError,
    request_digest,
)
from tracking.models.jobs import Job
from tracking.models.links import LinkCheck, LinkStatus
from tracking.models.measures import (
    Evidence,
    EvidenceContent,
    EvidenceFile,
    FullError,
    Measure,
    MeasureContent,
    Scan,
)
from tracking.models.messages import (
    ALWAYS,
    TOLD,
    Mailing,
    Message,
    MessageKind,
    name_people,
)
from tracking.models.nominations import Nomination, NominationError
from tracking.models.notes import Note
from tracking.models.participations import Participation, ParticipationKind
from tracking.models.prepared import Prepared
from tracking.models.presences import Presence
from tracking.models.previewing import Preview, preview, reads
from tracking.models.proposals import Outcome, Proposal
from tracking.models.records import (
    RecordQuerySet,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedEvidenceAssessment,
    SubmittedEvidenceMeasure,
    SubmittedMeasure,
    SubmittedMeasureAssessment,
    VisibilityChange,
    show_to,
)
from tracking.models.reminding import announce, remind, reminder_due
from tracking.models.rules import Missing, Support, missing, statuses_for
from tracking.models.sessions import Session
from tracking.models.signins import SignIn
from tracking.models.states import (
    EntityType,
    ProtocolStatus,
    RegionalGroup,
    State,
)
from tracking.models.submissions import (
    NEXT_STAGES,
    OPEN_STAGES,
    ReviewQuestion,
    Stage,
    StageChange,
    StageError,
    Submission,
)
from tracking.models.submitting import (
    NothingReadyError,
    canonical,
    digest_of,
    document,
    submit,
)
from tracking.models.tallies import Tally
from tracking.models.tasks import Task, TaskStage, shared_tasks_of, task_of, tasks_of
from tracking.models.tokens import Scope, Token
from tracking.models.unsaved import UnsavedKind, UnsavedWork, Words, Writing
from tracking.models.users import AUDITS, LANGUAGES, SECRETARIAT, Role, User
from tracking.models.values import (
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
)
from tracking.models.verifications import Verification

__all__ = [
    "ALWAYS",
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
    "Role",
    "Salt",
    "Scan",
    "Scope",
    "SecondPersonError",
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
    "last_week",
    "measure_changes",
    "measure_pairs",
    "missing",
    "name_people",
    "preview",
    "reads",
    "remind",
    "reminder_due",
    "request_digest",
    "return_to",
    "served",
    "shared_tasks_of",
    "show_to",
    "statuses_for",
    "submit",
    "task_of",
    "tasks_of",
    "tell_of_the_week",
    "validate_partial_date",
    "versions_of",
]  # fmt: skip
