"""The matrix of States and recommendations, and the tile map: markup built once.

A plain template loop over 5,000 cells takes thirty times longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from recommendations.models import Recommendation
from tracking.models import EntityType, State, Status

from .figures import Statuses, by_group

TILE = 34


@dataclass(frozen=True)
class Group:
    """Parties of one regional group, with the markup of their rows."""

    key: str
    label: str
    states: int
    publishing: int
    rows: SafeString
    size: str


def coverage(published: int, total: int) -> str:
    """Class of the green ramp: how many of the recommendations are answered."""
    if not published:
        return "k0"
    if published >= total:
        return "k4"
    return f"k{1 + min(2, (published - 1) * 3 // max(total - 1, 1))}"


def groups(
    parties: Sequence[State],
    recommendations: Sequence[Recommendation],
    statuses: Statuses,
    query: str = "",
) -> list[Group]:
    """One group per table, States first; the European Union stands apart.

    `query` is added to the link of each State.
    """
    cells = _cells(recommendations)
    union = [party for party in parties if party.entity_type == EntityType.REIO]
    members = [
        (f"group-{number}", str(group.label), rows)
        for number, (group, rows) in enumerate(
            by_group(party for party in parties if party not in union), start=1
        )
    ]
    if union:
        members.append(
            ("group-union", _("Regional economic integration organization"), union)
        )
    return [
        Group(
            key=key,
            label=label,
            states=len(rows),
            publishing=sum(bool(statuses.get(state.pk)) for state in rows),
            rows=_rows(rows, recommendations, statuses, cells, query),
            size="big" if len(rows) > 30 else "mid" if len(rows) > 12 else "",
        )
        for key, label, rows in members
    ]


def _cells(
    recommendations: Sequence[Recommendation],
) -> list[dict[Status, str]]:
    """Markup of every possible cell: per recommendation, per status."""
    cells = []
    section = None
    for recommendation in recommendations:
        first = section is not None and recommendation.section_id != section
        section = recommendation.section_id
        cells.append(
            {
                status: f'<td class="{status.css}{" sep" if first else ""}">'
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
        url = escape(reverse("public:state", args=[state.key]) + query)
        lines.append(
            f'<tr><th scope="row"><a href="{url}">{escape(state.name)}</a>{line}'
            f'<td class="tot">{len(own)}</tr>'
        )
    # Everything above is a constant of ours or escaped.
    return mark_safe("\n".join(lines))  # noqa: S308


def tile_map(
    states: Sequence[State], statuses: Statuses, recommendations: int
) -> SafeString:
    """Equal tiles, no borders: how many answers each party has published.

    Decoration for the eye; the matrix beside it holds the same and the links.
    """
    tiles = []
    placed = [state for state in states if state.tile_row is not None]
    for state in placed:
        published = len(statuses.get(state.pk, {}))
        css = coverage(published, recommendations) if state.is_party else "kx"
        number = (str(published) if published else "–") if state.is_party else ""
        x = ((state.tile_col or 1) - 1) * TILE
        y = ((state.tile_row or 1) - 1) * TILE
        rect = f'<use href="#t" x="{x}" y="{y}"/>' if state.is_party else ""
        tiles.append(
            f'<g class="{css}">{rect}<text x="{x + 17}" y="{y + 15}">'
            f'{escape(state.iso3)}</text><text class="v" x="{x + 17}" y="{y + 27}">'
            f"{number}</text></g>"
        )
    width = max((state.tile_col or 0 for state in placed), default=0) * TILE
    height = max((state.tile_row or 0 for state in placed), default=0) * TILE
    return mark_safe(  # noqa: S308 - numbers, constants and escaped codes
        f'<svg class="tiles" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<defs><rect id="t" class="tt" width="{TILE}" height="{TILE}" rx="4"/></defs>'
        f"{''.join(tiles)}</svg>"
    )
