"""Addresses: the language is the first segment of every page's."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.urls import (
    URLPattern,
    URLResolver,
    include,
    path,
    re_path,
    register_converter,
)
from django.views.generic import RedirectView

from config.addresses import RefConverter
from recommendations.converters import MeetingConverter, RecommendationConverter
from recommendations.models import FIRST_MEETING
from tracking.public.views import root
from tracking.requests.csp_reports import report

register_converter(RefConverter, "ref")
register_converter(MeetingConverter, "meeting")
register_converter(RecommendationConverter, "recommendation")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def moved(request: HttpRequest, before: str, number: str) -> HttpResponse:
    """Send on who has an address of the time when there was one meeting."""
    place = f"{before}{number}/"
    address = request.get_full_path().replace(
        place, f"{before}{FIRST_MEETING}/{number}/", 1
    )
    # A form that is on its way is sent on as a form.
    is_form = request.method not in ("GET", "HEAD")
    return HttpResponsePermanentRedirect(address, preserve_request=is_form)


def _part(prefix: str, module: str) -> list[URLResolver]:
    return [path(prefix, include(module))] if find_spec(module) else []


# Addresses without a meeting keep working for ever.
NUMBER = r"(?P<number>[0-9]{1,3})/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", root, name="root"),
    path("healthz", healthz, name="healthz"),
    path("csp-reports", report, name="csp_reports"),
    path("admin/", admin.site.urls),
    re_path(r"^(?P<before>api/v1/(?:own/answers|recommendations)/)" + NUMBER, moved),
    *_part("api/v1/own/", "tracking.workspace.api.urls"),
    *_part("api/v1/", "tracking.api.urls"),
]
urlpatterns += i18n_patterns(
    re_path(
        r"^(?P<before>recommendations/|(?:my|states)/[a-zA-Z]{3}/)" + NUMBER, moved
    ),
    path(
        "recommendations/meeting/",
        login_not_required(
            RedirectView.as_view(url=f"../{FIRST_MEETING}/", permanent=True)
        ),
    ),
    *_part("", "recommendations.urls"),
    *_part("", "tracking.public.urls"),
    *_part("", "tracking.exports.urls"),
    *_part("my/inbox/", "tracking.inbox.urls"),
    *_part("my/", "tracking.workspace.urls"),
    *_part("desk/", "tracking.dashboards.urls"),
    *_part("desk/audit/", "tracking.auditing.urls"),
    *_part("my/", "tracking.accounts.people_urls"),
    *_part("account/", "tracking.accounts.urls"),
)
