"""The page shown when two people changed the same row: nothing is lost."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from tracking.drafts import keep_loser, page_of
from tracking.http import UserRequest
from tracking.workspace.forms.versions import VersionedForm
from tracking.workspace.merging import Merge, as_text, merge, pack, values_of


@dataclass(frozen=True)
class HiddenValue:
    name: str
    value: str


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
        "workspace/conflict.html",
        {
            **context,
            "merged": merged,
            "hidden": hidden_values(merged),
            "theirs": theirs.instance,
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
