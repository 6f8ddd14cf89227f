from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import ModelMultipleChoiceField, MultipleChoiceField
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, path, resolve
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tracking.models import UnsavedWork, User, Writing
from tracking.requests.drafts import page_of, settle
from tracking.requests.http import UserRequest, words_sent
from tracking.requests.security_log import Event, note

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


def _page_of_this_site(address: str) -> ResolverMatch | None:
    try:
        match = resolve(address)
    except Resolver404:
        return None
    return match if match.view_name.startswith("admin:tracking_") else None


class _Words:
    """A form of Django's own admin, which shows words again that were not saved."""

    def __init__(self, form: Any) -> None:
        self.form = form

    def resume(self, payload: dict[str, list[str]], _version: int | None) -> None:
        for name, field in self.form.fields.items():
            sent = payload.get(name, [])
            several = isinstance(field, MultipleChoiceField | ModelMultipleChoiceField)
            self.form.initial[name] = sent if several else "".join(sent[-1:])


def _keep_words(request: UserRequest, response: HttpResponse) -> None:
    """Let a form of Django's own admin keep its words, as all others do.

    Every page of a row passes here, so that none can forget it.
    """
    saved = response.status_code == HTTPStatus.FOUND and not hasattr(request, "refused")
    if request.method == "POST" and saved and "writing" in request.POST:
        settle(request)
    context = getattr(response, "context_data", None) or {}
    form = getattr(context.get("adminform"), "form", None)
    if form is not None and form.fields and request.user.may_review:
        context["writing"] = page_of(request, _Words(form))


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
                _keep_words(cast("UserRequest", request), response)
                _note(request, response, kwargs)
            return response

        return cast("View", inner)

    def get_urls(self) -> list[Any]:
        """With drafts; without Django's way from any row of any table to its page."""
        draft = path("draft/", self.admin_view(self.draft_view), name="draft")
        found = super().get_urls()
        for pattern in found:
            if getattr(pattern, "name", "") == "view_on_site":
                pattern.callback = self.admin_view(_nothing)
        return [draft, *found]

    @method_decorator(require_POST)
    def draft_view(self, request: UserRequest) -> JsonResponse:
        """Keep what is typed on another page of this site, which stays as it is.

        An address of its own: every other one here decides or changes something, and
        asks for more than that somebody has signed in.
        """
        writing = Writing.read(request.POST.get("writing", ""))
        match = _page_of_this_site(request.GET.get("of", ""))
        if writing is None or match is None:
            return JsonResponse({}, status=400)
        if not request.user.may_review:
            raise Http404
        if writing.user != request.user.pk:
            # On a shared computer somebody else has signed in since.
            return JsonResponse({}, status=409)
        draft = UnsavedWork.objects.keep(writing, words_sent(request, match=match))
        kept_at = timezone.localtime(draft.kept_at)
        return JsonResponse({"saved": f"{kept_at:%H:%M}", "sequence": draft.sequence})

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
