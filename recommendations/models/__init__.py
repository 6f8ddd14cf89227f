"""What was adopted: a meeting, its report and its recommendations."""

from recommendations.vocabulary import (
    ActionType,
    Actor,
    AnswerType,
    CorrectionKind,
    Instrument,
    Modality,
    Reference,
    Safeguard,
    System,
)

from .meetings import (
    AgendaItem,
    Correction,
    Document,
    Heading,
    Meeting,
    Paragraph,
    Topic,
)
from .recommendations import (
    Practice,
    Question,
    Recommendation,
    RecommendationText,
    RecommendationTheme,
    Section,
)
from .themes import Article, Theme

__all__ = [
    "ActionType",
    "Actor",
    "AgendaItem",
    "AnswerType",
    "Article",
    "Correction",
    "CorrectionKind",
    "Document",
    "Heading",
    "Instrument",
    "Meeting",
    "Modality",
    "Paragraph",
    "Practice",
    "Question",
    "Recommendation",
    "RecommendationText",
    "RecommendationTheme",
    "Reference",
    "Safeguard",
    "Section",
    "System",
    "Theme",
    "Topic",
]
