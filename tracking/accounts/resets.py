"""Second factors that were lost: two administrators take them off, a day later."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.accounts.admin import Kept
from tracking.accounts.nominating import FactorResetForm
from tracking.models import (
    SPEAKERS,
    FactorReset,
    User,
)
from tracking.requests.security_log import Event, note


@admin.register(FactorReset)
class FactorResetAdmin(Kept):
    form = FactorResetForm
    adding = gettext_lazy(
        "For somebody who lost passkey, app and codes. Call the mission back on the "
        "number on file first. Another administrator confirms, one day later at the "
        "earliest; the person and those who submit for the State are told now."
    )
    list_display = ("user", "asked_by", "asked_at", "confirmed_by", "confirmed_at")
    list_select_related = ("user", "asked_by", "confirmed_by")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return FactorResetForm.Meta.fields
        return (
            "user", "called_back", "asked_by", "asked_at", "confirmed_by",
            "confirmed_at", "cancelled_at",
        )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """To whom may not see them, none is there."""
        rows = super().get_queryset(request)
        return rows if self.has_view_permission(request) else rows.none()

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.asked_by = request.user
        super().save_model(request, obj, form, change)
        note(
            Event.NOMINATION,
            request,
            act="propose",
            of="factorreset",
            row=obj.pk,
            account=obj.user_id,
        )
        for person in _those_who_must_know(obj.user):
            get_adapter().send_mail(
                "account/email/reset_asked",
                person.email,
                {"user": person, "about": obj.user, "from": obj.possible_from},
            )

    def buttons(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        if not row.is_waiting:
            return []
        mine = request.user.pk in (row.asked_by_id, row.user_id)
        confirm = [] if mine else [("confirm", _("Confirm: take the factors away"))]
        return [*confirm, ("cancel", _("Cancel"))]

    def act(self, request: Any, row: Any, verb: str) -> None:
        if verb == "cancel":
            row.cancel()
            return
        row.confirm(by=request.user)
        for person in _those_who_must_know(row.user):
            get_adapter().send_mail(
                "account/email/reset_done",
                person.email,
                {"user": person, "about": row.user},
            )

    def said(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        if not row.is_waiting:
            return {}
        return {
            "explanation": _(
                "Another administrator can confirm from %(moment)s on. The person and "
                "those who submit for the State have been told."
            )
            % {"moment": f"{row.possible_from:%Y-%m-%d %H:%M} UTC"}
        }


def _those_who_must_know(user: User) -> list[User]:
    """The person, and whoever submits for the same State."""
    speakers = models.Q(state=user.state_id, role__in=SPEAKERS)
    asked = models.Q(pk=user.pk)
    return list(
        User.objects.in_office().filter(asked | speakers if user.state_id else asked)
    )


# Nothing reached them since a mail was given up: perhaps somebody else is in office.
