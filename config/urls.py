"""Addresses: the language is the first segment of every page's."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import (
    URLPattern,
    URLResolver,
    include,
    path,
    register_converter,
)

from config.addresses import RefConverter
from tracking.public.views import root
from tracking.requests.csp_reports import report

register_converter(RefConverter, "ref")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


def _part(prefix: str, module: str) -> list[URLResolver]:
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("", root, name="root"),
    path("healthz", healthz, name="healthz"),
    path("csp-reports", report, name="csp_reports"),
    path("admin/", admin.site.urls),
    *_part("api/v1/own/", "tracking.workspace.api.urls"),
    *_part("api/v1/", "tracking.api.urls"),
]
urlpatterns += i18n_patterns(
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
