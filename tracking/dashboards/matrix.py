"""States × recommendations, what was reported."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.models import Recommendation
from tracking.filters.matrix import Group, Statuses, group_of
from tracking.models import EntityType, RegionalGroup, State


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

    def url_of(state: State) -> str:
        return f"{reverse('dashboards:answers')}?state={state.key}{query}"

    return [
        group_of(f"group-{number}", label, rows, recommendations, statuses, url_of)
        for number, (label, rows) in enumerate(tables, start=1)
        if rows
    ]
