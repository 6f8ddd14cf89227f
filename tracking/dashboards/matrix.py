"""States × recommendations, what was reported: markup built once per row.

A plain template loop over 5,000 cells takes thirty times longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from recommendations.models import Recommendation
from tracking.models import EntityType, RegionalGroup, State, Status

Statuses = Mapping[int, Mapping[int, Status]]


@dataclass(frozen=True)
class Group:
    """One table: its States in alphabetical order, with the markup of their rows."""

    key: str
    label: str
    states: int
    reporting: int
    rows: SafeString
    size: str


def groups(
    states: Sequence[State],
    recommendations: Sequence[Recommendation],
    statuses: Statuses,
    query: str,
) -> list[Group]:
    """Parties by regional group, the European Union apart, then who contributes.

    `states` are in the order in which they are shown. `query` is added to the link
    of each State.
    """
    parties = [state for state in states if state.is_party]
    union = [state for state in parties if state.entity_type == EntityType.REIO]
    tables = [
        (
            str(group.label),
            [
                state
                for state in parties
                if state.regional_group == group and state not in union
            ],
        )
        for group in RegionalGroup
    ]
    tables.append((_("Regional organizations, not counted among the States"), union))
    tables.append(
        (
            _("Others (voluntary contributions)"),
            [state for state in states if not state.is_party and state.pk in statuses],
        )
    )
    cells = _cells(recommendations)
    return [
        Group(
            key=f"group-{number}",
            label=label,
            states=len(rows),
            reporting=sum(state.pk in statuses for state in rows),
            rows=_rows(rows, recommendations, statuses, cells, query),
            size="big" if len(rows) > 30 else "mid" if len(rows) > 12 else "",
        )
        for number, (label, rows) in enumerate(tables, start=1)
        if rows
    ]


def _cells(recommendations: Sequence[Recommendation]) -> list[dict[Status, str]]:
    """Markup of every possible cell: per recommendation, per status."""
    cells = []
    before = None
    for recommendation in recommendations:
        opens = before is not None and recommendation.section_id != before
        before = recommendation.section_id
        cells.append(
            {
                status: f'<td class="{status.css}{" sep" if opens else ""}">'
                f"{escape(status.label)}"
                for status in Status
            }
        )
    return cells


def _rows(
    states: Sequence[State],
    recommendations: Sequence[Recommendation],
    statuses: Statuses,
    cells: list[dict[Status, str]],
    query: str,
) -> SafeString:
    none: Mapping[int, Status] = {}
    lines = []
    for state in states:
        own = statuses.get(state.pk, none)
        line = "".join(
            cell[own.get(recommendation.pk, Status.NO_INFORMATION)]
            for recommendation, cell in zip(recommendations, cells, strict=True)
        )
        reported = sum(recommendation.pk in own for recommendation in recommendations)
        url = escape(f"{reverse('dashboards:answers')}?state={state.key}{query}")
        lines.append(
            f'<tr><th scope="row"><a href="{url}">{escape(state.name)}</a>{line}'
            f'<td class="tot">{reported}</tr>'
        )
    # Everything above is a constant of ours or escaped.
    return mark_safe("\n".join(lines))  # noqa: S308
