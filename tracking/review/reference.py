"""Reference data: States and their treaty status, cycles, who took part."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import DateField, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.admin import ListAdmin
from recommendations.lists import listed
from tracking.models import Cycle, Participation, State, tell_of_closing
from tracking.review.cycles import CycleForm
from tracking.review.forms import TREATY_FIELDS, StateForm

# The browser's own calendar, in the reader's language and without a script.
NATIVE_DATES: dict[Any, Any] = {
    DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
}


@admin.register(State)
class StateAdmin(ListAdmin):
    """Names come from the list of the United Nations; only the treaty status moves."""

    form = StateForm
    list_display = (
        "name",
        "iso3",
        "regional_group",
        "protocol_status",
        "protocol_status_as_of",
    )
    list_filter = ("protocol_status", "regional_group", "entity_type")
    list_per_page = 250
    formfield_overrides = NATIVE_DATES
    search_fields = ("iso3",)
    search_help_text = _("Name in any language, or code")
    actions = None
    view_on_site = False
    readonly_fields = (
        "name",
        "iso3",
        "entity_type",
        "regional_group",
        "current_source",
        "current_as_of",
    )
    fieldsets = (
        (None, {"fields": ("name", "iso3", "entity_type", "regional_group")}),
        (
            _("Status under the Protocol"),
            {
                "description": _(
                    "The status, the action and the dates change only together with "
                    "the source that shows it and the date of that source."
                ),
                "fields": (
                    "current_source",
                    "current_as_of",
                    *TREATY_FIELDS,
                    "protocol_status_source",
                    "protocol_status_as_of",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[State]:
        return State.objects.in_order_of_names()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[State], search_term: str
    ) -> tuple[QuerySet[State], bool]:
        if not search_term.strip():
            return queryset, False
        called = [s.pk for s in State.objects.all() if s.is_called(search_term)]
        return queryset.filter(pk__in=called), False

    @admin.display(description=_("name"))
    def name(self, state: State) -> str:
        return state.name

    @admin.display(description=_("source of the present status"))
    def current_source(self, state: State) -> str:
        return state.protocol_status_source

    @admin.display(description=_("present status established on"))
    def current_as_of(self, state: State) -> str:
        return (
            date_format(state.protocol_status_as_of)
            if state.protocol_status_as_of
            else "–"
        )

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """History keeps what was, what is and the source, not only the fields."""
        return form.change_message() or super().construct_change_message(
            request, form, formsets, add
        )


@admin.register(Cycle)
class CycleAdmin(ListAdmin):
    form = CycleForm
    fields = (
        "code",
        "name",
        "opens_on",
        "closes_on",
        "is_over",
        "reference_meeting",
        "meetings",
        "effect_is_read",
    )
    list_display = (
        "name",
        "code",
        "opens_on",
        "closes_on",
        "standing",
        "reference_meeting",
    )
    formfield_overrides = NATIVE_DATES
    actions = None
    view_on_site = False

    def get_readonly_fields(
        self, request: HttpRequest, obj: Cycle | None = None
    ) -> tuple[str, ...]:
        """The code stands in addresses and receipts: once given, it stays."""
        return ("code",) if obj else ()

    @admin.display(description=_("standing"))
    def standing(self, cycle: Cycle) -> str:
        """Which cycle States report for now, and from when for another."""
        if cycle.opens_on > timezone.localdate():
            return gettext("The current one from %(date)s") % {
                "date": date_format(cycle.opens_on)
            }
        if cycle == Cycle.objects.current():
            return gettext("The current one")
        return gettext("Over")

    def save_model(
        self, request: HttpRequest, obj: Cycle, form: Any, change: bool
    ) -> None:
        """Save it; tell who submits of another closing date, and us of what follows."""
        super().save_model(request, obj, form, change)
        before = form.initial.get("closes_on")
        moved = change and before and "closes_on" in form.changed_data
        if moved and tell_of_closing(obj, before):
            messages.info(
                request, gettext("Focal points are told of the new closing date.")
            )
        if obj.opens_on > timezone.localdate() and "opens_on" in form.changed_data:
            messages.info(
                request,
                gettext(
                    "On %(date)s it becomes the current cycle by itself: focal points "
                    "are told, and States report for it from then on, no longer for "
                    "the one before, even if that was still waiting for some."
                )
                % {"date": date_format(obj.opens_on)},
            )


@admin.register(Participation)
class ParticipationAdmin(ListAdmin):
    """Who took part and spoke, as the report says; nobody changes a report."""

    list_display = ("name", "kind", "state", "represented_in", "spoke_in")
    list_filter = ("kind",)
    list_select_related = ("state",)
    list_per_page = 250
    search_fields = ("name",)
    fields = ("meeting", "name", "kind", "state", "represented_in", "spoke_in")
    actions = None
    view_on_site = False

    @admin.display(description=_("paragraphs that tell of a statement"))
    def spoke_in(self, participation: Participation) -> str:
        return listed(participation.statements_in)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Participation | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Participation | None = None
    ) -> bool:
        return False
