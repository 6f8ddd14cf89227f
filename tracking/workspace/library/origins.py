"""Where a person came from, to lead back there once a measure or evidence is saved."""

from django.urls import reverse

from tracking.models import Assessment
from tracking.requests.http import UserRequest
from tracking.workspace.library.kinds import Kind

LIBRARY = "library"


def origin_of(request: UserRequest) -> str:
    """A name that we know, or nothing: never an address that somebody sends."""
    sent = request.POST if request.method == "POST" else request.GET
    return LIBRARY if sent.get("from") == LIBRARY else ""


def list_at(answer: Assessment, kind: Kind) -> str:
    return f"{answer.get_absolute_url()}#{kind.at_answer}"


def way_back(
    request: UserRequest, answer: Assessment, kind: Kind, pk: int | None = None
) -> str:
    """The library it was opened from, or else the list at the answer."""
    if not origin_of(request):
        return list_at(answer, kind)
    library = reverse(kind.library, args=[answer.state.key])
    return f"{library}#{kind.name}-{pk}" if pk else library


def way_to_proposals(request: UserRequest, answer: Assessment, kind: Kind) -> str:
    """The library it was opened from, or else what is proposed at the answer."""
    if origin_of(request):
        return way_back(request, answer, kind)
    return f"{answer.get_absolute_url()}#proposals"
