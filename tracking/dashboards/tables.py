"""Figures as tables: each number with the address of the list behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recommendations.models import Recommendation, Section, Theme
from tracking.filters import UNSTATED, Reporter
from tracking.models import (
    AssistanceType,
    Position,
    Priority,
    RegionalGroup,
    Stage,
    Status,
)

from .figures import NOTHING, Assistance, Distribution, Standing, Tally

Asked = Mapping[str, str | Sequence[str]]


def address(name: str, *asked: Asked) -> str:
    """Address of a list with what is asked of it; what comes later wins."""
    merged = {key: value for each in asked for key, value in each.items() if value}
    return f"{reverse(f'dashboards:{name}')}?{urlencode(merged, doseq=True)}"


# Columns of a distribution ---------------------------------------------------


@dataclass(frozen=True)
class Heading:
    """A column: which values it counts together; a glyph where there is one."""

    label: str | Promise
    values: tuple[str, ...]
    css: str = ""


STATUSES = [
    *(
        Heading(status.label, (status,), status.css)
        for status in (
            Status.FULLY_IMPLEMENTED,
            Status.PARTIALLY_IMPLEMENTED,
            Status.IN_PROGRESS,
            Status.PLANNED,
            Status.NOT_STARTED,
            Status.CONSIDERED_NOT_PURSUED,
        )
    ),
    Heading(
        gettext_lazy("Not applicable or overtaken"),
        (Status.NOT_APPLICABLE, Status.OVERTAKEN),
        Status.NOT_APPLICABLE.css,
    ),
    Heading(Status.NO_INFORMATION.label, (NOTHING,), Status.NO_INFORMATION.css),
]
POSITIONS = [
    *(
        Heading(position.label, (position,))
        for position in (
            Position.ACCEPTED,
            Position.ACCEPTED_IN_PART,
            Position.UNDER_CONSIDERATION,
            Position.NOTED,
            Position.NOT_STATED,
        )
    ),
    Heading(Status.NO_INFORMATION.label, (NOTHING,)),
]


@dataclass(frozen=True)
class Cell:
    number: int
    url: str


@dataclass(frozen=True)
class Line:
    """One line of a table of answers; `subject` is a row of ours or a label."""

    subject: Any
    titled: bool
    url: str
    figure: Distribution
    cells: list[Cell]


@dataclass(frozen=True)
class Scope:
    """What is counted: which recommendations, how many States of which groups."""

    recommendations: Sequence[Recommendation]
    standing: Standing
    tally: Tally
    asked: Asked
    theme: str = ""
    show: str = "status"

    @property
    def headings(self) -> list[Heading]:
        return POSITIONS if self.show == "position" else STATUSES

    def line(
        self,
        subject: Any,
        keys: Iterable[int],
        narrows: Asked,
        *,
        reporter: str = Reporter.STATES_PARTIES,
        group: str | None = None,
    ) -> Line:
        figure = self.tally.distribution(
            set(keys),
            states=self.standing.number(reporter, group=group),
            reporter=reporter,
            group=group,
        )
        asked = [self.asked, {"reporter": reporter}, narrows]
        counts = figure.positions if self.show == "position" else figure.statuses
        cells = []
        for heading in self.headings:
            if heading.values == (NOTHING,):
                url = address("unreported", *asked)
            else:
                url = address("answers", *asked, {self.show: heading.values})
            cells.append(Cell(sum(counts[value] for value in heading.values), url))
        return Line(
            subject=subject,
            titled=hasattr(subject, "editorial_language"),
            url=address("answers", *asked),
            figure=figure,
            cells=cells,
        )

    def total(self) -> Line:
        return self.line(_("All recommendations"), self.keys, {})

    @property
    def meeting(self) -> str:
        """The one of which all is counted."""
        return self.recommendations[0].place.meeting

    @property
    def keys(self) -> set[int]:
        return {recommendation.pk for recommendation in self.recommendations}

    def by_section(self) -> list[Line]:
        sections: dict[Section, set[int]] = {}
        for recommendation in self.recommendations:
            sections.setdefault(recommendation.section, set()).add(recommendation.pk)
        return [
            self.line(section, keys, {"section": f"{self.meeting}/{section.letter}"})
            if section.letter
            else self.line(section, keys, {"meeting": self.meeting})
            for section, keys in sections.items()
        ]

    def by_theme(self) -> list[Line]:
        """A recommendation counts under each of its themes."""
        themes: dict[Theme, set[int]] = {}
        for recommendation in self.recommendations:
            for theme in recommendation.ordered_themes:
                if self.theme in ("", theme.code):
                    themes.setdefault(theme, set()).add(recommendation.pk)
        return [
            self.line(theme, keys, {"theme": theme.code})
            for theme, keys in sorted(themes.items(), key=lambda item: item[0].position)
        ]

    def by_recommendation(self) -> list[Line]:
        return [
            self.line(
                recommendation,
                [recommendation.pk],
                {"recommendation": recommendation.key},
            )
            for recommendation in self.recommendations
        ]

    def by_group(self) -> list[Line]:
        """Regional groups of States; the European Union after them, in no total."""
        lines = [
            self.line(group.label, self.keys, {"group": group.value}, group=group)
            for group in RegionalGroup
            if self.standing.number(Reporter.STATES_PARTIES, group=group)
        ]
        if self.standing.number(Reporter.ORGANIZATIONS):
            lines.append(
                self.line(
                    _("Regional organizations, not counted among the States"),
                    self.keys,
                    {},
                    reporter=Reporter.ORGANIZATIONS,
                )
            )
        return lines


# Submissions -----------------------------------------------------------------


@dataclass(frozen=True)
class StageLine:
    label: str | Promise
    number: int
    total: int
    cells: list[Cell]


REPORTERS = [
    (Reporter.STATES_PARTIES, pgettext_lazy("column", "States parties")),
    (Reporter.ORGANIZATIONS, pgettext_lazy("column", "Regional organizations")),
    (Reporter.OTHERS, pgettext_lazy("column", "Others")),
]


def by_stage(standing: Standing, asked: Asked) -> list[StageLine]:
    """Where stands what each sent last; those who sent nothing come last."""
    counts = {reporter: standing.by_stage(reporter) for reporter, _label in REPORTERS}
    total = standing.number(Reporter.STATES_PARTIES)
    return [
        StageLine(
            label=Stage(stage).label if stage else gettext_lazy("Nothing received"),
            number=counts[Reporter.STATES_PARTIES][stage],
            total=total,
            cells=[
                Cell(
                    counts[reporter][stage],
                    address(
                        "states",
                        asked,
                        {"reporter": reporter, "stage": stage or "none"},
                    ),
                )
                for reporter, _label in REPORTERS
            ],
        )
        for stage in counts[Reporter.STATES_PARTIES]
    ]


# Technical assistance --------------------------------------------------------


@dataclass(frozen=True)
class NeedLine:
    label: str | Promise
    states: Cell
    cells: list[Cell]


PRIORITIES = [
    *((priority, priority.label) for priority in Priority),
    (NOTHING, pgettext_lazy("priority", "Not specified")),
]


def by_kind(assistance: Assistance, asked: Asked) -> list[NeedLine]:
    """Requests per kind and priority."""
    lines = []
    for need in assistance.needs:
        narrows: list[Asked] = [
            asked,
            {
                "reporter": Reporter.STATES_PARTIES,
                "assistance": "needed",
                "assistance_type": need.kind or UNSTATED,
            },
        ]
        lines.append(
            NeedLine(
                label=(
                    AssistanceType(need.kind).label
                    if need.kind
                    else pgettext_lazy("kind of assistance", "Not specified")
                ),
                states=Cell(need.states, f"{address('needs', *narrows)}#states"),
                cells=[
                    Cell(need.requests, address("needs", *narrows)),
                    *(
                        Cell(
                            number,
                            address(
                                "needs", *narrows, {"priority": priority or UNSTATED}
                            ),
                        )
                        for priority, number in need.priorities.items()
                    ),
                ],
            )
        )
    return lines
