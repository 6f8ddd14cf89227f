"""Accounts: made, changed and closed by an administrator, never deleted."""

import logging
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.accounts.forms import AccountForm
from tracking.accounts.invitations import invite
from tracking.models import State, User

logger = logging.getLogger(__name__)


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    form = AccountForm
    fields = ("name", "function", "email", "language", "role", "state", "is_active")
    list_display = ("name", "email", "role", "state", "is_active", "last_login")
    list_filter = ("role", "is_active")
    list_select_related = ("state",)
    search_fields = ("name", "email", "state__name_en", "state__name_fr")
    search_help_text = gettext_lazy("Name, e-mail address or State")
    ordering = ("name",)
    actions = ("send_link",)
    view_on_site = False

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """A new account is active."""
        return [name for name in self.fields if obj or name != "is_active"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Passwords are not asked for in an address, letter by letter."""
        allowed = super().lookup_allowed(lookup, value, request)
        return allowed and not lookup.startswith("password")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, *args, **kwargs)
        form.editor = request.user if isinstance(request.user, User) else None
        return form

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        kwargs["queryset"] = State.objects.in_order_of_names()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "state" and field is not None:
            for link in ("can_add_related", "can_change_related", "can_view_related"):
                setattr(field.widget, link, False)
        return field

    @admin.action(
        description=gettext_lazy("Send the link to choose a password again"),
        permissions=["change"],
    )
    def send_link(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        for user in accounts:
            if user.is_active:
                self._invite(user, request)
            else:
                self.message_user(
                    request,
                    _("%(name)s: this account is not active.") % {"name": user.name},
                    messages.WARNING,
                )

    def save_model(
        self, request: HttpRequest, user: User, form: Any, change: bool
    ) -> None:
        """Save; a new, reopened or readdressed account starts from a new password.

        So nobody comes in with what an earlier holder or an open browser knows.
        """
        changed = form.changed_data
        readdressed = change and "email" in changed
        reactivated = change and "is_active" in changed and user.is_active
        closed = change and not user.is_active
        if not change or readdressed or closed:
            user.set_unusable_password()
        super().save_model(request, user, form, change)
        if readdressed:
            EmailAddress.objects.filter(user=user).delete()
        wanted = "_invite" in request.POST
        if user.is_active and (not change or readdressed or reactivated or wanted):
            # Only an account that is really there gets a mail.
            transaction.on_commit(partial(self._invite, user, request))

    def _invite(self, user: User, request: HttpRequest) -> None:
        try:
            invite(user)
        except OSError:  # SMTP errors are among them
            logger.exception("The invitation of account %s was not sent", user.pk)
            self.message_user(
                request,
                _("The mail to %(email)s could not be sent. Send the link again later.")
                % {"email": user.email},
                messages.ERROR,
            )
        else:
            self.message_user(
                request,
                _("A link to choose a password was sent to %(email)s.")
                % {"email": user.email},
                messages.SUCCESS,
            )
