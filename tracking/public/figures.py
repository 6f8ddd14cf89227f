"""How reporting stands, from what everybody may read.

What a State shows to the parties or to the secretariat counts here as no
information, whoever looks: a published figure is the same for every reader.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import QueryDict

from recommendations.models import Recommendation, Section
from tracking.filters import PARTIES, EvidenceFilter, MeasureFilter, reporter_is
from tracking.filters.matrix import Statuses
from tracking.models import (
    Cycle,
    EntityType,
    RegionalGroup,
    State,
    Status,
    SubmittedAssessment,
)

# A distribution over fewer answers would tell more of single States than of a group.
SMALLEST_GROUP = 5


@dataclass(frozen=True)
class Overview:
    """How many parties, answers, measures and evidence are published.

    Parties are States and regional organizations, which are no States.
    """

    parties: int
    organizations: int
    publishing: int
    answers: int
    possible: int
    evidence: int
    measures: int

    @property
    def states(self) -> int:
        return self.parties - self.organizations


@dataclass(frozen=True)
class SectionCounts:
    """Number of answers per status in one section, no information included."""

    section: Section
    first: int
    last: int
    counts: Mapping[Status, int]
    total: int

    @property
    def numbers(self) -> str:
        """Numbers of its recommendations: 2–11."""
        if self.first == self.last:
            return str(self.first)
        return f"{self.first}–{self.last}"


@dataclass(frozen=True)
class GroupCounts:
    """Number of parties of a regional group per status, for one recommendation."""

    group: RegionalGroup
    parties: int
    published: int
    counts: Mapping[Status, int] | None  # None: too few to show


def read_statuses(
    cycle: Cycle | None, recommendations: Sequence[Recommendation]
) -> dict[int, dict[int, Status]]:
    """Published statuses of a cycle, of these recommendations."""
    found: dict[int, dict[int, Status]] = {}
    rows = (
        SubmittedAssessment.objects.public()
        .filter(submission__cycle=cycle, recommendation__in=recommendations)
        .order_by()
        .values_list("submission__state", "recommendation", "status")
    )
    for state, key, status in rows:
        found.setdefault(state, {})[key] = Status(status)
    return found


def overview(
    cycle: Cycle | None,
    statuses: Statuses,
    parties: Sequence[State],
    recommendations: Sequence[Recommendation],
    meeting: str = "",
) -> Overview:
    """`meeting` names the one of several of which measures and evidence count."""
    published = [len(statuses.get(party.pk, {})) for party in parties]
    # The same condition as in the list of measures behind the figure.
    of_parties = Q(submission__cycle=cycle) & reporter_is(
        PARTIES, "submission__state__"
    )
    return Overview(
        parties=len(parties),
        organizations=sum(party.entity_type == EntityType.REIO for party in parties),
        publishing=sum(number > 0 for number in published),
        answers=sum(published),
        possible=len(parties) * len(recommendations),
        evidence=_count_items(EvidenceFilter, of_parties, meeting),
        measures=_count_items(MeasureFilter, of_parties, meeting),
    )


def _count_items(
    kind: type[MeasureFilter | EvidenceFilter], condition: Q, meeting: str
) -> int:
    """Public measures or evidence, as the list behind the figure finds them."""
    rows: QuerySet[Any] = kind.Meta.model.objects.public().filter(condition)
    asked = QueryDict(f"meeting={meeting}") if meeting else QueryDict()
    return kind(asked, rows, user=AnonymousUser()).qs.count()


def _count(
    statuses: Statuses,
    states: Iterable[State],
    recommendations: Iterable[Recommendation],
) -> dict[Status, int]:
    """Number of answers per status, in the order of Status, zeros included."""
    keys = [recommendation.pk for recommendation in recommendations]
    counter = Counter(
        statuses.get(state.pk, {}).get(key, Status.NO_INFORMATION)
        for state in states
        for key in keys
    )
    return {status: counter[status] for status in Status}


def count_by_section(
    statuses: Statuses,
    parties: Sequence[State],
    recommendations: Sequence[Recommendation],
) -> list[SectionCounts]:
    """One row per section, in the order of the report."""
    sections: dict[Section, list[Recommendation]] = {}
    for recommendation in recommendations:
        sections.setdefault(recommendation.section, []).append(recommendation)
    return [
        SectionCounts(
            section=section,
            first=rows[0].number,
            last=rows[-1].number,
            counts=_count(statuses, parties, rows),
            total=len(parties) * len(rows),
        )
        for section, rows in sections.items()
    ]


def count_all(
    statuses: Statuses,
    parties: Sequence[State],
    recommendations: Sequence[Recommendation],
) -> dict[Status, int]:
    return _count(statuses, parties, recommendations)


def count_by_group(
    statuses: Statuses, parties: Sequence[State], recommendation: Recommendation
) -> list[GroupCounts]:
    """One row per regional group of parties; the European Union is in none."""
    rows = []
    for group, members in by_group(parties):
        if group == RegionalGroup.NONE:
            continue
        published = sum(
            recommendation.pk in statuses.get(party.pk, {}) for party in members
        )
        shown = published >= SMALLEST_GROUP or published == len(members)
        rows.append(
            GroupCounts(
                group=group,
                parties=len(members),
                published=published,
                counts=_count(statuses, members, [recommendation]) if shown else None,
            )
        )
    return rows


def by_group(states: Iterable[State]) -> list[tuple[RegionalGroup, list[State]]]:
    """States under their regional group, groups without a State left out."""
    found: dict[str, list[State]] = {}
    for state in states:
        found.setdefault(state.regional_group, []).append(state)
    return [(group, found[group]) for group in RegionalGroup if group in found]


def states_by_status(
    statuses: Statuses, parties: Sequence[State], recommendation: Recommendation
) -> list[tuple[Status, list[State]]]:
    """Parties under the status they published, in the order of `parties`."""
    found: dict[Status, list[State]] = {}
    for party in parties:
        status = statuses.get(party.pk, {}).get(recommendation.pk)
        if status:
            found.setdefault(status, []).append(party)
    return [(status, found[status]) for status in Status if status in found]
