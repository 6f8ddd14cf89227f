"""Lists of the admin site: asked by their own filters, and by nothing else."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import (
    DisallowedModelAdminLookup,
    DisallowedModelAdminToField,
)
from django.contrib.admin.utils import get_fields_from_path
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _


class ListAdmin(admin.ModelAdmin[Any]):
    """A list that an address can ask for what its filters offer.

    Django lets an address ask for any column, and any column of what is related: a
    row or none then tells a password or a session's key, letter by letter.
    """

    def lookup_names(self, request: HttpRequest) -> Iterator[str]:
        """Names in an address that this list answers: those its filters make."""
        for each in self.get_list_filter(request):
            if isinstance(each, type):
                yield str(each.parameter_name)  # type: ignore[attr-defined] # a SimpleListFilter
                continue
            field: Any = get_fields_from_path(self.model, str(each))[-1]
            key = f"__{field.target_field.name}" if field.is_relation else ""
            yield from (str(each), f"{each}{key}__exact")
            if field.null or field.many_to_many:
                yield f"{each}__isnull"

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        # No text holds that character, and PostgreSQL would fail over it.
        return "\0" not in str(value) and lookup in self.lookup_names(request)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Rows are named by their key alone."""
        return to_field == self.opts.pk.name

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except (DisallowedModelAdminLookup, DisallowedModelAdminToField):
            context = {
                **self.admin_site.each_context(request),
                "title": _("This list does not answer that"),
            }
            return TemplateResponse(
                request, "admin/not_asked.html", context, status=400
            )

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The page itself; Django's address for it would open any row of any table."""
        if obj is None or not self.view_on_site or callable(self.view_on_site):
            return None
        page = getattr(obj, "get_absolute_url", None)
        return page() if page else None
