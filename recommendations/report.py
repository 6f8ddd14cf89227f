"""The public names of the reading of reports."""

from .reading.problems import Doubt, Problem, Removed, ReportError
from .reading.report import read_report
from .reading.rows import (
    AgendaRow,
    Correction,
    DocumentRow,
    HeadingRow,
    MeetingFacts,
    ParagraphRow,
    ParticipantRow,
    RecommendationRow,
    Report,
    SectionRow,
    TopicRow,
)

__all__ = [
    "AgendaRow",
    "Correction",
    "DocumentRow",
    "Doubt",
    "HeadingRow",
    "MeetingFacts",
    "ParagraphRow",
    "ParticipantRow",
    "Problem",
    "RecommendationRow",
    "Removed",
    "Report",
    "ReportError",
    "SectionRow",
    "TopicRow",
    "read_report",
]
