"""The matrix of States and recommendations, and the tile map."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from recommendations.models import Recommendation
from tracking.filters.matrix import Group, Statuses, group_of
from tracking.models import EntityType, State

from .figures import by_group

TILE = 34


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

    def url_of(state: State) -> str:
        return reverse("public:state", args=[state.key]) + query

    return [
        group_of(key, label, rows, recommendations, statuses, url_of)
        for key, label, rows in members
    ]


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
