"""What the columns of the audit chain are called, for its readers."""

from functools import cache

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Columns whose fields need no name on a form.
UNNAMED: dict[str, Promise] = {
    "after": _("after"),
    "arguments": _("where it belongs"),
    "article": _("article"),
    "asked_at": _("when it was asked"),
    "asked_by": _("who asked"),
    "assessment": _("answer"),
    "at": _("when it was done"),
    "before": _("before"),
    "begun_at": _("when it was begun"),
    "begun_by": _("who began it"),
    "by": _("who did it"),
    "closed_at": _("when it was decided on"),
    "closed_by": _("who decided on it"),
    "confirmed": _("confirmed by a second person"),
    "confirmed_at": _("when it was confirmed"),
    "confirmed_by": _("who confirmed it"),
    "consent": _("consent to publication"),
    "content": _("content of the file"),
    "content_type": _("type of the file"),
    "created_at": _("when it was made"),
    "cycle": _("cycle"),
    "data": _("content of the factor"),
    "digest": _("digest"),
    "ended_at": _("when it ended"),
    "ended_by": _("who ended it"),
    "ending_proposed_at": _("when its end was proposed"),
    "ending_proposed_by": _("who proposed its end"),
    "evidence": _("evidence"),
    "file": _("file"),
    "filters": _("filters that were set"),
    "heading": _("heading"),
    "hidden": _("hidden from readers"),
    "id": _("number of the row"),
    "kind": _("kind"),
    "last_used_at": _("when it was used last"),
    "lifted_at": _("when it was lifted"),
    "lifted_by": _("who lifted it"),
    "measure": _("measure"),
    "meeting": _("meeting"),
    "name": _("name"),
    "note": _("note"),
    "note_scan": _("scan of the note verbale"),
    "outcome": _("what was decided"),
    "paragraph": _("paragraph"),
    "payload": _("words proposed"),
    "practice": _("practice"),
    "prepared_at": _("when it was prepared"),
    "prepared_by": _("who prepared it"),
    "proposed_at": _("when it was proposed"),
    "proposed_by": _("who proposed it"),
    "ready": _("found ready by its author"),
    "ready_for": _("cycle for which it is ready"),
    "recommendation": _("recommendation"),
    "removed_at": _("when it was removed"),
    "replied_at": _("when the reply was written"),
    "replied_by": _("who replied"),
    "reviewer": _("reviewer"),
    "role": _("role"),
    "rows": _("number of rows"),
    "scan": _("outcome of the scan for viruses"),
    "scanned_at": _("when it was scanned"),
    "sha256": _("SHA-256 of the file"),
    "size": _("size of the file"),
    "state": pgettext_lazy("country", "State"),
    "states": _("States"),
    "submission": _("submission"),
    "taken": _("what was taken over"),
    "theme": _("theme"),
    "tile_col": _("place in the tile grid"),
    "tile_row": _("place in the tile grid"),
    "to": _("what it became"),
    "type": _("kind"),
    "updated_by": _("who changed it last"),
    "uploaded_at": _("when it was sent"),
    "uploaded_by": _("who sent it"),
    "user": _("account"),
    "version": _("version"),
    "view": _("kind of page"),
    "widens": _("what is shown to more readers"),
}


@cache
def _names_of(table: str) -> dict[str, str | Promise]:
    """Names of the columns of one table, by column."""
    found: dict[str, str | Promise] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table != table:
            continue
        for field in model._meta.local_fields:
            name: str | Promise = field.verbose_name
            if not isinstance(name, Promise):
                name = UNNAMED.get(field.name, name)
            found[str(field.column)] = found[field.name] = name
    return found


def column_name(table: str, column: str) -> str:
    """What a column of a table is called, in the reader's language."""
    return str(_names_of(table).get(column, column))
