"""When a row was saved since it was shown: put together, or asked; nothing is lost."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from recommendations.lists import listed
from tracking.requests.drafts import keep_loser, page_of
from tracking.requests.http import UserRequest
from tracking.workspace.forms.assessments import LATER, READY
from tracking.workspace.forms.merging import Merge, as_text, merge, pack, values_of
from tracking.workspace.forms.versions import VersionedForm


@dataclass(frozen=True)
class HiddenValue:
    name: str
    value: str


@dataclass(frozen=True)
class Together:
    """Two changes of one row that do not cross, as one form would send them."""

    data: QueryDict
    theirs: list[str]  # fields that were changed elsewhere
    by: list[str]  # who else changed them; nobody, if it was done in another window
    unread: bool  # it was ready, with words of another person in it by now

    def after(self, before: "Together") -> "Together":
        """Both this and what was put together before it."""
        return Together(
            self.data,
            list(dict.fromkeys([*before.theirs, *self.theirs])),
            sorted({*before.by, *self.by}),
            before.unread or self.unread,
        )

    def say(self, request: UserRequest) -> None:
        """Tell what was saved besides what the person sees on the page."""
        if not self.theirs:
            return
        what = {"fields": listed(self.theirs), "person": listed(self.by)}
        said = (
            _("Put together with what %(person)s saved meanwhile: %(fields)s.")
            if self.by
            else _("Put together with what you saved in another window: %(fields)s.")
        )
        messages.info(request, said % what)
        if self.unread:
            messages.warning(
                request,
                _("It is a draft again: read it whole, then say that it is ready."),
            )


def put_together(
    request: UserRequest,
    mine: VersionedForm[Any],
    theirs: VersionedForm[Any],
    before: Together | None = None,
) -> Together | None:
    """What was typed with what was saved since; None where a person has to choose.

    `mine` is valid; `theirs` is unbound, over the row as it now is. Nobody else's
    words become ready by it: who put them together has not read them. `before` was
    put together already, and lost the next race.
    """
    row = theirs.instance
    if getattr(row, "removed_at", None):
        return None  # to bring it back is a choice
    merged = merge(mine, theirs, mine.cleaned_data.get("shown", ""))
    if merged.clashes:
        return None
    others = others_since(request, mine, row)
    unread = bool(others and merged.theirs) and merged.values.get("ready") == [READY]
    if unread:
        merged.values["ready"] = [LATER]
    data = QueryDict(mutable=True)
    for name, values in merged.values.items():
        data.setlist(name, values)
    data["version"] = str(row.version)
    data["shown"] = pack(values_of(theirs))
    met = Together(data, merged.theirs, others, unread)
    return met.after(before) if before else met


def others_since(request: UserRequest, mine: VersionedForm[Any], row: Any) -> list[str]:
    """Who else has saved the row since it was shown; nobody, if only its reader did."""
    since = row.versions.filter(version__gt=mine.cleaned_data["version"])
    others = since.exclude(updated_by=request.user).select_related("updated_by")
    return sorted({str(version.updated_by) for version in others})


def conflict_page(
    request: UserRequest,
    mine: VersionedForm[Any],
    theirs: VersionedForm[Any],
    *,
    context: dict[str, Any],
    left: Collection[str] = (),
) -> HttpResponse:
    """Show what was typed beside what was saved since, field by field.

    What was typed is kept first, so that it is there even if this page is never
    seen. `mine` is valid; `theirs` is unbound, over the row as it now is. `left` are
    the fields for which the person has not chosen yet.
    """
    copy = keep_loser(request, cast(QueryDict, mine.data))
    shown = mine.cleaned_data.get("shown", "")
    # Shown again for want of a choice, the page still tells the same base.
    base = request.POST.get("base", "") if left else shown
    merged = merge(mine, theirs, "" if left else shown, base)
    if left:
        merged.clashes = [clash for clash in merged.clashes if clash.name in left]
    return render(
        request,
        "workspace/drafts/conflict.html",
        {
            **context,
            "merged": merged,
            "hidden": hidden_values(merged),
            "theirs": theirs.instance,
            "own": not others_since(request, mine, theirs.instance),
            "shown": pack(values_of(theirs)),
            "base": base,
            "copy": copy,
            "writing": page_of(request),
            "left": left,
        },
        status=409,
    )


def hidden_values(merged: Merge) -> list[HiddenValue]:
    return [
        HiddenValue(name, value)
        for name, values in merged.values.items()
        for value in values
    ]


def words_as_file(form: VersionedForm[Any], name: str) -> HttpResponse:
    """What was typed, as a text file, whether it can be saved or not."""
    return HttpResponse(
        as_text(form),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.txt"'},
    )
