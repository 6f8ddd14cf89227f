"""States × recommendations as a table: markup built once per row.

A plain template loop over 5,000 cells takes thirty times longer.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from recommendations.models import Recommendation
from tracking.models import State, Status

# State → recommendation → status, by primary keys; what is missing has no information.
Statuses = Mapping[int, Mapping[int, Status]]
NONE: Mapping[int, Status] = {}


@dataclass(frozen=True)
class Group:
    """One table: its States in alphabetical order, with the markup of their rows.

    `answering` of its `states` have an answer at all.
    """

    key: str
    label: str
    states: int
    answering: int
    rows: SafeString
    size: str


def group_of(
    key: str,
    label: str,
    states: Collection[State],
    recommendations: Sequence[Recommendation],
    statuses: Statuses,
    url_of: Callable[[State], str],
) -> Group:
    """A table of these States, each of which leads to `url_of` it."""
    shown = {recommendation.pk for recommendation in recommendations}
    cells = _cells(recommendations)
    lines = []
    for state in states:
        own = statuses.get(state.pk, NONE)
        line = "".join(
            cell[own.get(recommendation.pk, Status.NO_INFORMATION)]
            for recommendation, cell in zip(recommendations, cells, strict=True)
        )
        lines.append(
            f'<tr><th scope="row"><a href="{escape(url_of(state))}">'
            f"{escape(state.name)}</a>{line}"
            f'<td class="tot">{len(own.keys() & shown)}</tr>'
        )
    return Group(
        key=key,
        label=label,
        states=len(states),
        answering=sum(bool(statuses.get(state.pk)) for state in states),
        # Everything in it is a constant of ours or escaped.
        rows=mark_safe("\n".join(lines)),  # noqa: S308
        size="big" if len(states) > 30 else "mid" if len(states) > 12 else "",
    )


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
