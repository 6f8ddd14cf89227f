from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from tracking.models import Presence
from tracking.requests.http import UserRequest
from tracking.workspace.access import writing_state
from tracking.workspace.reading.presence import page_at, who_else


@require_POST
def present(request: UserRequest, iso3: str) -> HttpResponse:
    """Hear from a page that it is still open, or left; say who else has it open."""
    writing_state(request, iso3)
    page = page_at(request, request.POST.get("page", ""))
    if page is None:
        raise Http404
    if request.POST.get("left"):
        Presence.objects.filter(user=request.user, page=page).delete()
        return HttpResponse(status=204)
    return JsonResponse({"here": who_else(request, page)})
