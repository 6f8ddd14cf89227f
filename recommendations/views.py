from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from .filters import RecommendationFilter
from .models import Heading, Meeting, Recommendation, Section


@login_not_required
def show_list(request: HttpRequest) -> HttpResponse:
    """Recommendations of all meetings, the latest first, or those asked for."""
    everything = Recommendation.objects.with_texts()
    asked = RecommendationFilter(request.GET, everything)
    found = asked.qs.order_by("-meeting__slug", "number")
    meetings = [
        MeetingTexts(meeting, _by_section(rows), _is_original(meeting))
        for meeting, rows in groupby(found, key=lambda row: row.meeting)
    ]
    context = {
        "filter": asked,
        "is_narrowed": any(request.GET.get(name) for name in asked.filters),
        "meetings": meetings,
        "found": len(found),
        "total": everything.count(),
    }
    return render(request, "recommendations/list.html", context)


@dataclass(frozen=True)
class MeetingTexts:
    """What one meeting adopted, by section."""

    meeting: Meeting
    sections: list[tuple[Section, list[Recommendation]]]
    is_original: bool

    @property
    def total(self) -> int:
        return sum(len(rows) for _section, rows in self.sections)


def _by_section(
    rows: Iterable[Recommendation],
) -> list[tuple[Section, list[Recommendation]]]:
    return [
        (section, list(members))
        for section, members in groupby(rows, key=lambda row: row.section)
    ]


@login_not_required
def show_meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """The meeting and the text of its report, as context of the recommendations."""
    headings = Heading.objects.prefetch_related("paragraphs")
    meeting = get_object_or_404(
        Meeting.objects.prefetch_related(
            "agenda_items",
            "documents",
            "topics__theme",
            "sections",
            Prefetch("headings", headings),
        ),
        slug=slug,
    )
    context = {"meeting": meeting, "is_original": _is_original(meeting)}
    return render(request, "recommendations/meeting.html", context)


def _is_original(meeting: Meeting) -> bool:
    """Whether the reader's language is the one of the report."""
    return get_language() == meeting.language
