"""Accounts and what they live by, in the admin site, for administrators.

Nothing here is edited: people are proposed and confirmed, nominations end. Only
what was misspelt in a name or a function is corrected on the account itself.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from config.admin import ListAdmin
from recommendations.lists import listed
from tracking.accounts.invitations import invite, tell_the_state
from tracking.accounts.nominating import NominationForm, note_type
from tracking.accounts.personal import erase
from tracking.files.downloads import StoredFile, deliver
from tracking.models import AccountMail, Message, Nomination, NominationError, User
from tracking.requests.security_log import Event, note

CROSSED = gettext_noop(
    "Somebody else decided about the same person or role at this moment. Look again."
)


def _invite(request: HttpRequest, user: User) -> None:
    invite(user)
    text = _("A link to choose a password is on its way to %(email)s.")
    messages.success(request, text % {"email": user.email})


class Kept(ListAdmin):
    """Rows that are never deleted, and changed by verbs only: a button each."""

    view_on_site = False
    change_form_template = "admin/tracking/kept/change_form.html"
    adding: Any = ""
    # Verbs that are used from a second page only, and what it says.
    asked_twice: dict[str, Any] = {}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """A choice, without the pencils that lead elsewhere."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.is_relation:
            for link in ("can_add_related", "can_change_related", "can_view_related"):
                setattr(field.widget, link, False)
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def buttons(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """Verbs that this reader may use now: name and words."""
        raise NotImplementedError

    def act(self, request: HttpRequest, row: Any, verb: str) -> None:
        """Use one. Raises NominationError."""
        raise NotImplementedError

    def note_act(self, request: HttpRequest, row: Any, verb: str) -> None:
        """Write into the security log which verb was used."""
        note(
            Event.NOMINATION,
            request,
            act=verb,
            of=self.opts.model_name or "",
            row=row.pk,
            account=row.user_id,
            of_role=row.role if isinstance(row, Nomination) else "",
        )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        extra = {
            **(extra_context or {}),
            "explanation": self.adding,
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
        }
        return super().add_view(request, form_url, extra)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            return super().change_view(request, object_id, form_url, extra_context)
        may = self.has_change_permission(request, row)
        if request.method == "POST" and not may:
            raise PermissionDenied
        buttons = self.buttons(request, row) if may else []
        sure = request.GET.get("sure", "")
        if request.method == "POST":
            verb = request.POST.get("verb", "")
            if verb in self.asked_twice and verb != sure:
                return redirect(f"{request.path}?{urlencode({'sure': verb})}")
            try:
                if verb not in dict(buttons):
                    raise NominationError(_("This can no longer be done."))
                self.act(request, row, verb)
            except NominationError as error:
                self.message_user(request, str(error), messages.ERROR)
            except IntegrityError:
                self.message_user(request, _(CROSSED), messages.ERROR)
            else:
                self.note_act(request, row, verb)
                self.log_change(request, row, verb)
            return redirect(request.path)
        extra = {**(extra_context or {}), "buttons": buttons, **self.said(request, row)}
        if sure in dict(buttons):
            extra["buttons"] = [each for each in buttons if each[0] == sure]
            extra["explanation"] = self.asked_twice.get(sure, "")
            extra["is_asked"] = True
        return super().change_view(request, object_id, form_url, extra)

    def said(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What else the page of one row says."""
        return {}


@admin.register(Nomination)
class NominationAdmin(Kept):
    form = NominationForm
    adding = gettext_lazy(
        "Focal points, alternates and the secretariat need two administrators: who "
        "proposes cannot confirm. The person then receives a mail with a link to "
        "choose a password; nobody else ever knows it."
    )
    asked_twice = {
        "end": gettext_lazy(
            "Really? Account and sessions end at once, wherever the person is signed "
            "in. To name them again takes a new nomination."
        )
    }
    list_display = ("name", "role", "state", "standing", "valid_from", "valid_until")
    list_filter = ("role",)
    list_select_related = ("state",)
    search_fields = ("name", "email", "state__name_en", "state__name_fr")
    search_help_text = gettext_lazy("Name, e-mail address or State")
    actions = None

    SAID = (
        "state", "role", "name", "function", "email", "language", "note_reference",
        "note_date", "valid_from", "valid_until",
    )  # fmt: skip
    DONE = (
        "proposed_by", "proposed_at", "confirmed_by", "confirmed_at", "ended_by",
        "ended_at", "replaced_by",
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return NominationForm.Meta.fields
        return (*self.SAID, *self.DONE)

    def get_form(
        self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refused = getattr(request, "refused", "")
        return form

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, nomination: Nomination) -> str:
        if nomination.is_waiting:
            return _("waits for another administrator")
        if nomination.ended_at is not None:
            return _("ended") if nomination.confirmed_at else _("withdrawn")
        if nomination.user.has_usable_password():
            return _("in office")
        return _("invited")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Nomination]:
        user = request.user
        if not isinstance(user, User):
            return Nomination.objects.none()
        return Nomination.objects.readable_by(user).select_related("user", "state")

    def save_form(self, request: Any, form: Any, change: bool) -> Any:
        """Propose instead of saving: the model's verb writes the row."""
        super().save_form(request, form, change)  # writes nothing yet
        try:
            with transaction.atomic():
                nomination = Nomination.objects.propose(
                    by=request.user, **form.cleaned_data
                )
        except NominationError as error:
            request.refused = str(error)
            return form.instance
        except IntegrityError:
            request.refused = _(CROSSED)
            return form.instance
        form.instance = nomination
        return nomination

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """`save_form` has done it; whoever need not wait is invited."""
        if hasattr(request, "refused"):
            return
        note(
            Event.NOMINATION,
            request,
            act="propose",
            of="nomination",
            row=obj.pk,
            account=obj.user_id,
            of_role=obj.role,
        )
        if obj.is_named:
            _invite(request, obj.user)
        else:
            tell_the_state(obj, "nomination_proposed")

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        if hasattr(request, "refused"):
            return None
        return super().log_addition(request, obj, message)

    def response_add(
        self, request: Any, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        if hasattr(request, "refused"):
            # The form once more, with what was typed and why it could not be.
            return self.changeform_view(request, None)
        if obj.is_waiting:
            text = _(
                "Proposed. It waits for another administrator; until then %(name)s "
                "cannot sign in."
            )
            self.message_user(request, text % {"name": obj.name}, messages.SUCCESS)
        return redirect("admin:tracking_nomination_change", obj.pk)

    def buttons(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        user = request.user
        if not isinstance(user, User):
            return []
        if row.is_waiting:
            may = row.may_be_confirmed_by(user)
            confirm = [("confirm", _("Confirm"))] if may else []
            return [*confirm, ("end", _("Withdraw the proposal"))]
        if row.is_named:
            resend = [("resend", _("Send the link to choose a password"))]
            own = row.user_id == user.pk
            return [*resend, *([] if own else [("end", _("End the nomination"))])]
        return []

    def act(self, request: Any, row: Any, verb: str) -> None:
        if verb == "confirm":
            row.confirm(by=request.user)
            tell_the_state(row, "nomination_confirmed")
            if not row.user.has_usable_password():
                _invite(request, row.user)
            self.message_user(request, _("Confirmed."), messages.SUCCESS)
        elif verb == "resend":
            _invite(request, row.user)
        else:
            row.end(by=request.user)
            self.message_user(
                request,
                _("Ended. Account and sessions ended with it."),
                messages.SUCCESS,
            )

    def said(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        own = row.is_waiting and row.proposed_by_id == request.user.pk
        note = reverse("admin:tracking_nomination_note", args=[row.pk])
        return {
            "explanation": _(
                "You proposed this: another administrator has to confirm it."
            )
            if own
            else "",
            "file_url": note if row.note_file else "",
        }

    def get_urls(self) -> list[URLPattern]:
        note = path(
            "<ref:pk>/note/",
            self.admin_site.admin_view(self.note_view),
            name="tracking_nomination_note",
        )
        return [note, *super().get_urls()]

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
        """The scan of a note verbale, as a file to save."""
        if not self.has_view_permission(request):
            raise Http404
        nomination = get_object_or_404(self.get_queryset(request), pk=pk)
        if not nomination.note_file:
            raise Http404
        try:
            with nomination.note_file.open() as file:
                extension = note_type(file.read(16)) or "bin"
        except FileNotFoundError as error:
            raise Http404 from error
        scan = StoredFile(
            f"note-verbale-{pk}.{extension}",
            nomination.note_file,
            nomination.note_scan,
            nomination.note_is_available,
        )
        return deliver(request, scan, draft=True)


UNREACHABLE = Exists(
    AccountMail.objects.failed().filter(to=OuterRef("email"))
) | Exists(Message.objects.given_up().filter(user=OuterRef("pk")))


class UnreachableFilter(admin.SimpleListFilter):
    title = gettext_lazy("mail")
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("lost", _("Could not be delivered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> Any:
        return queryset.filter(UNREACHABLE) if self.value() else queryset


@admin.register(User)
class UserAdmin(ListAdmin):
    """Accounts: made, closed and given a role by nominations, never here."""

    fields = (
        "name", "function", "language", "email", "role", "state", "is_active",
        "factors", "last_login",
    )  # fmt: skip
    readonly_fields = ("email", "role", "state", "is_active", "factors", "last_login")
    list_display = (
        "name", "email", "role", "state", "is_active", "last_login", "mail",
    )  # fmt: skip
    list_filter = ("role", "is_active", UnreachableFilter)
    list_select_related = ("state",)
    search_fields = ("name", "email", "state__name_en", "state__name_fr")
    search_help_text = gettext_lazy("Name, e-mail address or State")
    ordering = ("name",)
    actions = ("send_link", "forget")
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows: QuerySet[User] = super().get_queryset(request)
        return rows.annotate(unreachable=UNREACHABLE)

    @admin.display(description=gettext_lazy("mail"))
    def mail(self, user: Any) -> str:
        """A flag where mails to this address were given up lately."""
        return _("⚠ could not be delivered") if user.unreachable else ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Refuse before looking: Django would tell which accounts there are."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    @admin.display(description=gettext_lazy("second factors"))
    def factors(self, user: User) -> str:
        """How many of which kind; nothing that would help to use one."""
        rows = Authenticator.objects.filter(user=user).values_list("type", flat=True)
        kinds = list(rows)
        said = [
            f"{label}: {kinds.count(kind)}"
            for kind, label in Authenticator.Type.choices
            if kind in kinds
        ]
        return listed(said) or _("none")

    @admin.action(
        description=gettext_lazy("Send the link to choose a password again"),
        permissions=["change"],
    )
    def send_link(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        for user in accounts:
            if user.is_in_office:
                _invite(request, user)
            else:
                self.message_user(
                    request,
                    _("%(name)s: no nomination is in force.") % {"name": user.name},
                    messages.WARNING,
                )

    @admin.action(
        description=gettext_lazy("Erase name and address (nomination ended)"),
        permissions=["change"],
    )
    def forget(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        for user in accounts:
            name = user.name
            try:
                erase(user)
            except ValueError:
                text = _("%(name)s: end the nomination first. Nothing was erased.")
                self.message_user(request, text % {"name": name}, messages.WARNING)
            else:
                self.message_user(
                    request,
                    _("Erased. The history now says “%(name)s”.") % {"name": user.name},
                    messages.SUCCESS,
                )
