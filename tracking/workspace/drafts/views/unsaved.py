import datetime
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tracking.models import UnsavedWork
from tracking.models.working_copy.unsaved import KEPT_FOR, numbers
from tracking.requests.http import UserRequest, wants_json
from tracking.workspace.drafts.unsaved import text_of, title_of


@dataclass(frozen=True)
class Waiting:
    """One line of the list: words that wait, and where they belong."""

    work: UnsavedWork
    title: str
    beginning: str


def unsaved(request: UserRequest) -> HttpResponse:
    """What a person wrote that is in no answer, measure or evidence yet."""
    return render(
        request,
        "workspace/drafts/unsaved.html",
        {
            "waiting": [
                Waiting(work, title_of(work), text_of(work))
                for work in UnsavedWork.objects.of(request.user)
            ],
            "days": KEPT_FOR.days,
        },
    )


def _own(request: UserRequest, pk: int) -> UnsavedWork:
    return get_object_or_404(UnsavedWork.objects.of(request.user), pk=pk)


def unsaved_file(request: UserRequest, pk: int) -> HttpResponse:
    """Hand a person's own words over as a text."""
    work = _own(request, pk)
    return HttpResponse(
        text_of(work),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="unsaved-{pk}.txt"'},
    )


@require_POST
def discard(request: UserRequest, pk: int) -> HttpResponse:
    """Throw a person's own unsaved words away, for good: one text, or `all` named."""
    work = _own(request, pk)
    address = reverse(work.view, kwargs=work.arguments)
    others = UnsavedWork.objects.of(request.user).filter(
        pk__in=numbers(request.POST.getlist("all"))
    )
    count = 1 + others.exclude(pk=pk).delete()[0]
    work.delete()
    said = ngettext(
        "The unsaved text was discarded.",
        "%(number)s unsaved texts were discarded.",
        count,
    )
    messages.success(request, said % {"number": count})
    return redirect(
        reverse("workspace:unsaved") if request.POST.get("list") else address
    )


@require_POST
def stay(request: UserRequest) -> HttpResponse:
    """Let the time of rest, after which a session ends, begin anew."""
    request.session.prolong()  # type: ignore[attr-defined] # of tracking.requests.sessions
    seconds = request.session.seconds_left()  # type: ignore[attr-defined] # the same
    if wants_json(request):
        return JsonResponse({"seconds": seconds})
    ends_at = timezone.localtime() + datetime.timedelta(seconds=seconds)
    messages.success(
        request,
        _("You stay signed in until %(time)s.") % {"time": f"{ends_at:%H:%M}"},
    )
    address = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        address = reverse("workspace:home")
    return redirect(address)
