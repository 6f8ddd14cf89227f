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

from .keys import (
    FIRST_MEETING,
    MEETING,
    RecommendationKey,
    in_order,
    sorted_keys,
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
from .practices import Practice
from .recommendations import (
    Question,
    Recommendation,
    RecommendationQuerySet,
    RecommendationText,
    RecommendationTheme,
    Relation,
    Section,
)
from .themes import Article, Theme

__all__ = [
    "FIRST_MEETING",
    "MEETING",
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
    "RecommendationKey",
    "RecommendationQuerySet",
    "RecommendationText",
    "RecommendationTheme",
    "Reference",
    "Relation",
    "Safeguard",
    "Section",
    "System",
    "Theme",
    "Topic",
    "in_order",
    "sorted_keys",
]
