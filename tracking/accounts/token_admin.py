"""Tokens of States in the admin site: administrators see that they are, and revoke."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.lists import listed
from tracking.accounts.admin import Kept
from tracking.models import Token, User
from tracking.requests.security_log import Event, note


@admin.register(Token)
class TokenAdmin(Kept):
    """Made by States on their own pages; here they can only be closed."""

    fields = (
        "state", "label", "begins_with", "said_scopes", "made_by", "made_at",
        "expires_at", "last_used_at", "revoked_at", "revoked_by",
    )  # fmt: skip
    list_display = (
        "begins_with", "state", "label", "made_by", "expires_at", "last_used_at",
        "revoked_at",
    )  # fmt: skip
    list_select_related = ("state", "made_by")
    search_fields = ("prefix", "label", "state__name_en", "state__name_fr")
    search_help_text = gettext_lazy("First characters, purpose or State")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        if not isinstance(request.user, User):
            return Token.objects.none()
        return Token.objects.visible_to(request.user)

    @admin.display(description=gettext_lazy("begins with"), ordering="prefix")
    def begins_with(self, token: Token) -> str:
        return str(token)

    @admin.display(description=gettext_lazy("what it may do"))
    def said_scopes(self, token: Token) -> str:
        return listed(token.get_scopes_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def buttons(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        if row.revoked_at or not self.has_change_permission(request, row):
            return []
        return [("revoke", _("Revoke it: its machine is refused from now on"))]

    def act(self, request: Any, row: Any, verb: str) -> None:
        row.revoke(by=request.user)
        self.message_user(request, _("Revoked."), messages.SUCCESS)

    def note_act(self, request: HttpRequest, row: Any, verb: str) -> None:
        note(Event.TOKEN, request, act=verb, token=row.pk)

    def said(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {"explanation": ""}
