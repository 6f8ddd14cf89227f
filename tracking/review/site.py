from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class SuiviAdminSite(AdminSite):
    """Where the secretariat reviews; its people sign in by the site's own door."""

    site_title = _("Suivi – secretariat")
    site_header = _("Suivi – secretariat")
    index_title = _("Review and reference data")
    site_url = None

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        return redirect_to_login(request.GET.get("next", request.path))
