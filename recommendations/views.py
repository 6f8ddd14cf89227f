from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from .filters import RecommendationFilter
from .models import Heading, Meeting, Recommendation


@login_not_required
def show_list(request: HttpRequest) -> HttpResponse:
    """All recommendations, by section, or those that answer a question."""
    meeting = Meeting.objects.followed().first()
    everything = Recommendation.objects.followed()
    asked = RecommendationFilter(request.GET, everything.with_texts())
    found = list(asked.qs.order_by("number"))
    sections = [
        (section, list(members))
        for section, members in groupby(found, key=lambda row: row.section)
    ]
    context = {
        "filter": asked,
        "is_narrowed": any(request.GET.get(name) for name in asked.filters),
        "sections": sections,
        "found": len(found),
        "total": everything.count(),
        "meeting": meeting,
        "is_original": _is_original(meeting),
    }
    return render(request, "recommendations/list.html", context)


@login_not_required
def show_meeting(request: HttpRequest) -> HttpResponse:
    """The meeting and the text of its report, as context of the recommendations."""
    headings = Heading.objects.prefetch_related("paragraphs")
    meeting = get_object_or_404(
        Meeting.objects.followed().prefetch_related(
            "agenda_items",
            "documents",
            "topics__theme",
            "sections",
            Prefetch("headings", headings),
        )
    )
    context = {"meeting": meeting, "is_original": _is_original(meeting)}
    return render(request, "recommendations/meeting.html", context)


def _is_original(meeting: Meeting | None) -> bool:
    """Whether the reader's language is the one of the report."""
    return meeting is not None and get_language() == meeting.language
