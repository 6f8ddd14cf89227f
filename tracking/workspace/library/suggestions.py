"""What a page may propose to somebody who enters a measure; nothing is ticked."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from recommendations.models import Practice, Recommendation, Theme
from tracking.models import Cycle, Measure, State

MOST = 6
WORDS = 6
WORD = re.compile(r"[^\W\d_]{5,}")


def fitting(
    recommendations: QuerySet[Recommendation], ticked: Iterable[int], text: str
) -> list[int]:
    """Keys of recommendations that a measure may serve too, the best fit first.

    They share a theme with those ticked, or hold a word of `text`. A word that a
    third of them hold says nothing.
    """
    ticked = set(ticked)
    themes = Theme.objects.filter(recommendations__in=ticked)
    words = list(dict.fromkeys(WORD.findall(text.lower())))[:WORDS]
    rows: list[dict[str, Any]] = list(
        recommendations.annotate(
            shared=Count("themes", filter=Q(themes__in=themes), distinct=True),
            **{
                f"has{place}": Exists(
                    Recommendation.objects.search(word).filter(pk=OuterRef("pk"))
                )
                for place, word in enumerate(words)
            },
        ).values()  # type: ignore[arg-type]
    )
    telling = [
        f"has{place}"
        for place in range(len(words))
        if sum(row[f"has{place}"] for row in rows) * 3 <= max(len(rows), 3)
    ]
    scores = {
        row["id"]: row["shared"] + 2 * sum(row[name] for name in telling)
        for row in rows
        if row["id"] not in ticked
    }
    found = [key for key, score in scores.items() if score]
    return sorted(found, key=lambda key: -scores[key])[:MOST]


def told_by(state: State) -> QuerySet[Practice]:
    """Practices that the State's own speaker told the meeting that is followed up."""
    return Practice.objects.filter(
        state_iso3=state.iso3,
        paragraph__meeting__in=Cycle.meetings.through.objects.values("meeting"),
    ).select_related("paragraph__meeting")


def first_draft(practice: Practice, state: State) -> dict[str, Any]:
    """A measure begun from what was told, with its source; to be completed."""
    title = re.split(r"[;:.]", practice.summary, maxsplit=1)[0].strip()
    source = _(
        "Source: told by the speaker of %(state)s at the meeting of %(year)d, report, "
        "paragraph %(number)d."
    ) % {
        "state": state,
        "year": practice.paragraph.meeting.year,
        "number": practice.paragraph.number,
    }
    return {
        "title": title[: Measure._meta.get_field("title").max_length],
        "description": f"{practice.summary}\n\n{source}",
        "language": practice.editorial_language,
        "recommendations": list(practice.recommendations.all()),
    }
