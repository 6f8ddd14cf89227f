"""What a report says, as plain values."""

import datetime
import re
from dataclasses import dataclass, field

from recommendations.vocabulary import Modality

from .problems import Doubt, Problem, Removed

# The working groups of the Conference, by what their names hold in each language.
BODY = "som"
BODIES = {
    "tip": r"trafficking in persons|traite des personnes|trata de personas|"
    r"торговл\w+ людьми|الاتجار بالأشخاص|贩运人口",
    "firearms": r"firearms|armes à feu|armas de fuego|огнестрельн|الأسلحة النارية|枪支",
    "coop": r"international cooperation|coopération internationale|"
    r"cooperación internacional|международному сотрудничеству|التعاون الدولي|国际合作",
    "ta": r"technical assistance|assistance technique|asistencia técnica|"
    r"технической помощи|المساعدة التقنية|技术援助",
}


@dataclass(frozen=True)
class Correction:
    line: int
    before: str
    after: str
    kind: str
    paragraph_number: int | None = None
    recommendation_number: int | None = None
    heading_mark: str = ""


@dataclass(frozen=True)
class MeetingFacts:
    """What is told of the meeting; None, or nothing, where the report is silent."""

    ordinal: int | None = None
    body: str = ""
    place: str = ""
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    sittings: int | None = None
    chair: str = ""
    chair_state_name: str = ""
    symbol: str = ""

    @property
    def code(self) -> str:
        """The same in every language of the report; "" while it is not known."""
        if self.starts_on is None or self.ordinal is None:
            return ""
        body = "" if self.body_code == BODY else f"{self.body_code}-"
        return f"{self.year}-{body}meeting-{self.ordinal}"

    @property
    def year(self) -> int:
        """Of its first day; 0 while that is not known."""
        return self.starts_on.year if self.starts_on else 0

    @property
    def body_code(self) -> str:
        """Which body met, by its name in six languages; ours where it is another."""
        for code, names in BODIES.items():
            if re.search(names, self.body, re.IGNORECASE):
                return code
        return BODY


@dataclass(frozen=True)
class HeadingRow:
    position: int
    level: int
    mark: str
    title: str
    line: int


@dataclass(frozen=True)
class ParagraphRow:
    number: int
    heading: int  # position of its heading
    text: str
    line: int


@dataclass(frozen=True)
class SectionRow:
    letter: str  # A, B, C in every language
    title: str
    line: int
    mark: str = ""  # as printed


@dataclass(frozen=True)
class RecommendationRow:
    number: int
    section: str
    text: str
    modality: Modality
    wording: str
    line: int
    page: int = 0
    title: str = ""
    mark: str = ""  # as printed: «Recommendation 3», «12», «(a)»

    @property
    def stops_short(self) -> bool:
        """Whether the source ends it without a full stop."""
        return not self.text.endswith((".", "!", "?", ";", "。", "；", "؛", "؟"))


@dataclass(frozen=True)
class AgendaRow:
    number: int
    title: str
    parts: list[str]


@dataclass(frozen=True)
class DocumentRow:
    letter: str
    title: str
    symbols: list[str]


@dataclass(frozen=True)
class TopicRow:
    letter: str
    text: str


@dataclass
class ParticipantRow:
    name: str
    kind: str  # party, signatory, non_party, entity, organization
    represented_in: int  # paragraph
    line: int
    statements_in: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    language: str
    sha256: str
    layout: str  # headed, numbered, lettered
    meeting: MeetingFacts
    headings: list[HeadingRow]
    paragraphs: list[ParagraphRow]
    sections: list[SectionRow]
    recommendations: list[RecommendationRow]
    agenda: list[AgendaRow]
    documents: list[DocumentRow]
    topics: list[TopicRow]
    participants: list[ParticipantRow]
    corrections: list[Correction]
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if doubt.accepted is None]
