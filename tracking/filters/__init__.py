"""What one may ask of a list: one FilterSet per list, for page, file and API alike.

Values in the query string are those of the data: codes, numbers, ISO 3166 codes.
A filter narrows what it is given and never shows more: rights are in the QuerySet.
"""

from .audit import AccessFilter, AuditFilter, ChainFilter
from .base import (
    NAME_LANGUAGES,
    PARTIES,
    UNSTATED,
    Asked,
    ListFilter,
    Reporter,
    articles,
    by_state_name,
    narrowed,
    reporter_is,
    themes,
)
from .records import (
    EvidenceFilter,
    FigureFilter,
    MeasureFilter,
    NeedFilter,
    RecordFilter,
)
from .states import (
    RecommendationFilter,
    ReportingFilter,
    StateFilter,
    SubmissionFilter,
    UnreportedFilter,
    last_submission,
)

__all__ = [
    "NAME_LANGUAGES",
    "PARTIES",
    "UNSTATED",
    "AccessFilter",
    "Asked",
    "AuditFilter",
    "ChainFilter",
    "EvidenceFilter",
    "FigureFilter",
    "ListFilter",
    "MeasureFilter",
    "NeedFilter",
    "RecommendationFilter",
    "RecordFilter",
    "Reporter",
    "ReportingFilter",
    "StateFilter",
    "SubmissionFilter",
    "UnreportedFilter",
    "articles",
    "by_state_name",
    "last_submission",
    "narrowed",
    "reporter_is",
    "themes",
]
