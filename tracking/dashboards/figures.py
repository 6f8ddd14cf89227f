"""How reporting stands: one query per figure, over records only.

Percentages are of States parties. The European Union is shown with them and not
counted among the States; what others contribute is listed apart.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Q, QuerySet, Subquery, Value, When

from tracking.filters import Reporter, last_submission, reporter_is
from tracking.models import (
    AssistanceNeed,
    AssistanceType,
    Cycle,
    Position,
    Priority,
    Stage,
    State,
    Status,
    SubmittedAssessment,
    Visibility,
)
from tracking.models.records.opened import notice

NOTHING = ""  # no submission, no answer, not specified
# A documented end, reached or not pursued: answered, which is not implemented.
CONCLUDED = (
    Status.FULLY_IMPLEMENTED,
    Status.CONSIDERED_NOT_PURSUED,
    Status.OVERTAKEN,
)


def who_reports(prefix: str = "") -> Case:
    return Case(
        *(
            When(reporter_is(reporter, prefix), then=Value(reporter))
            for reporter in Reporter.values
        ),
        output_field=CharField(),
    )


def share(part: int, whole: int) -> float | None:
    """From 0 to 1; None of nothing."""
    return part / whole if whole else None


# Submissions -----------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Number of States per (reporter, regional group, stage of what came last)."""

    counts: Mapping[tuple[str, str, str], int]

    def number(
        self,
        reporter: str,
        *,
        group: str | None = None,
        stages: Collection[str] | None = None,
    ) -> int:
        return sum(
            number
            for (who, where, stage), number in self.counts.items()
            if who == reporter
            and group in (None, where)
            and (stages is None or stage in stages)
        )

    def by_stage(self, reporter: str) -> dict[str, int]:
        """Number per stage in the order of Stage, then of those that sent nothing."""
        stages = [stage for stage in Stage if stage != Stage.RECALLED]
        return {
            stage: self.number(reporter, stages=[stage]) for stage in [*stages, NOTHING]
        }

    def sent(self, reporter: str) -> int:
        return self.number(reporter, stages=list(Stage))


def count_by_stage(states: QuerySet[State], cycle: Cycle | None) -> Standing:
    """Where stands what each of `states` sent last; recalled ones are not received."""
    rows = (
        states.order_by()
        .annotate(
            who=who_reports(),
            stage=Subquery(last_submission(cycle).values("stage")[:1]),
        )
        .values_list("who", "regional_group", "stage")
        .annotate(number=Count("pk"))
    )
    return Standing(
        {(who, group, stage or NOTHING): number for who, group, stage, number in rows}
    )


# Answers ---------------------------------------------------------------------


@dataclass(frozen=True)
class Distribution:
    """Answers per status and per position, all values there, zeros included.

    `asked` is how many answers were possible; those not given are under "".
    """

    statuses: Mapping[str, int]
    positions: Mapping[str, int]
    asked: int

    @property
    def unreported(self) -> int:
        return self.statuses[Status.NO_INFORMATION]

    @property
    def reported(self) -> int:
        return self.asked - self.unreported

    @property
    def denominator(self) -> int:
        """What percentages are of: not applicable leaves every denominator."""
        return self.asked - self.statuses[Status.NOT_APPLICABLE]

    @property
    def implemented(self) -> float | None:
        return share(self.statuses[Status.FULLY_IMPLEMENTED], self.denominator)

    @property
    def concluded(self) -> float | None:
        return share(sum(self.statuses[end] for end in CONCLUDED), self.denominator)


@dataclass(frozen=True)
class Tally:
    """Number of answers per (recommendation, reporter, group, status, position)."""

    counts: Mapping[tuple[int, str, str, str, str], int]

    def distribution(
        self,
        recommendations: Collection[int],
        *,
        states: int,
        reporter: str = Reporter.STATES_PARTIES,
        group: str | None = None,
    ) -> Distribution:
        """Of the answers that `states` could give to `recommendations` (keys)."""
        statuses: Counter[str] = Counter()
        positions: Counter[str] = Counter()
        for (key, who, where, status, position), number in self.counts.items():
            if who == reporter and group in (None, where) and key in recommendations:
                statuses[status] += number
                positions[position] += number
        asked = states * len(recommendations)
        silent = asked - statuses.total()
        return Distribution(
            statuses={
                status.value: statuses[status] if status else silent
                for status in Status
            },
            positions={
                **{position.value: positions[position] for position in Position},
                NOTHING: silent,
            },
            asked=asked,
        )


def count_answers(records: QuerySet[SubmittedAssessment]) -> Tally:
    """One count of the records, from which every table is cut."""
    rows = (
        records.order_by()
        .annotate(who=who_reports("submission__state__"))
        .values_list(
            "recommendation",
            "who",
            "submission__state__regional_group",
            "status",
            "position",
        )
        .annotate(number=Count("pk"))
    )
    return Tally({tuple(key): number for *key, number in rows})


# Technical assistance --------------------------------------------------------


@dataclass(frozen=True)
class Need:
    """One kind of assistance: how many ask for it, and how often per priority."""

    kind: str
    states: int
    requests: int
    priorities: Mapping[str, int]


@dataclass(frozen=True)
class Assistance:
    """What States parties ask for and offer; one request is one answer."""

    states: int
    requests: int
    offering: int
    needs: list[Need]


def count_needs(records: QuerySet[SubmittedAssessment]) -> Assistance:
    """Requests per kind; one that names several kinds counts under each."""
    rows = (
        records.filter(reporter_is(Reporter.STATES_PARTIES, "submission__state__"))
        .filter(Q(assistance_need=AssistanceNeed.NEEDED) | ~Q(assistance_offer=""))
        .order_by()
        .values_list(
            "submission__state",
            "assistance_need",
            "assistance_types",
            "assistance_priority",
            "assistance_offer",
        )
    )
    asking: set[int] = set()
    offering: set[int] = set()
    by_kind: dict[str, list[tuple[int, str]]] = {}
    requests = 0
    for state, need, kinds, priority, offer in rows:
        if offer:
            offering.add(state)
        if need == AssistanceNeed.NEEDED:
            asking.add(state)
            requests += 1
            for kind in kinds or [NOTHING]:
                by_kind.setdefault(kind, []).append((state, priority))
    return Assistance(
        states=len(asking),
        requests=requests,
        offering=len(offering),
        needs=[
            _need(kind, by_kind.get(kind, ()))
            for kind in [*AssistanceType.values, NOTHING]
            if kind or kind in by_kind
        ],
    )


def _need(kind: str, requests: Iterable[tuple[int, str]]) -> Need:
    requests = list(requests)
    priorities = Counter(priority for _state, priority in requests)
    return Need(
        kind=kind,
        states=len({state for state, _priority in requests}),
        requests=len(requests),
        priorities={value: priorities[value] for value in [*Priority.values, NOTHING]},
    )


# The matrix ------------------------------------------------------------------


def read_statuses(
    records: QuerySet[SubmittedAssessment],
) -> dict[int, dict[int, Status]]:
    """What was reported: State → recommendation → status, by primary key."""
    found: dict[int, dict[int, Status]] = {}
    rows = records.order_by().values_list(
        "submission__state",
        "recommendation",
        "status",
        "shown_to",
        "submission__hidden",
    )
    closed = set()
    for state, recommendation, status, shown_to, hidden in rows:
        found.setdefault(state, {})[recommendation] = Status(status)
        if hidden or shown_to != Visibility.PUBLIC:
            closed.add(state)
    notice(closed)
    return found
