from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from tracking.models import User
from tracking.security_log import Event, note

View = TypeVar("View", bound=Callable[..., Any])


LANGUAGE = "admin_language"


def _language_of(request: HttpRequest, user: User) -> str:
    """Language of the page the reader came from last, else that of the account.

    These addresses carry none, and to change language on the way would be rude.
    """
    came_from = translation.get_language_from_path(
        urlsplit(request.headers.get("Referer", "")).path
    )
    if came_from and came_from != request.session.get(LANGUAGE):
        request.session[LANGUAGE] = came_from
    return str(request.session.get(LANGUAGE, user.language))


def _note(request: HttpRequest, response: HttpResponse, kwargs: dict[str, Any]) -> None:
    """Note what was read here, and what was changed: a form sent leads elsewhere."""
    row = str(kwargs.get("object_id") or kwargs.get("pk") or "")
    row = row if row.isdecimal() else ""
    if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
        note(Event.CHANGED, request, row=row)
    elif request.method == "GET" and response.status_code == HTTPStatus.OK:
        note(Event.READ, request, row=row)


def _nothing(request: HttpRequest, **_names: Any) -> HttpResponse:
    raise Http404


class SuiviAdminSite(AdminSite):
    """Where the secretariat reviews; its people sign in by the site's own door.

    To anybody else who has signed in, the admin site does not exist.
    """

    site_title = _("Suivi – secretariat")
    site_header = _("Suivi – secretariat")
    index_title = _("Review and reference data")
    site_url = None
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_secretariat

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Refuse other people before anything else; speak the reader's language."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if isinstance(request.user, User):
                if not self.has_permission(request):
                    raise Http404
                # It stays on for the template, which is rendered after the view
                # has returned.
                translation.activate(_language_of(request, request.user))
            response = guarded(request, *args, **kwargs)
            if isinstance(request.user, User):
                _note(request, response, kwargs)
            return response

        return cast("View", inner)

    def get_urls(self) -> list[Any]:
        """Without Django's way from any row of any table to its page."""
        found = super().get_urls()
        for pattern in found:
            if getattr(pattern, "name", "") == "view_on_site":
                pattern.callback = self.admin_view(_nothing)
        return found

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No field of ours is filled in so; it would list rows by another table."""
        raise PermissionDenied

    @method_decorator(never_cache)
    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise Http404
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", "/admin/"))

    @method_decorator(never_cache)
    def logout(  # type: ignore[override] # Django's stub wants its own page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_logout")

    def password_change(  # type: ignore[override] # the same
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")
