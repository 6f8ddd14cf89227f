"""What reading a file did to the database: how many rows, and what gave way."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field

from django.db import models

from .companion import Values


@dataclass(frozen=True)
class Replacement:
    """A value that gave way to another; without `field`, a row that went."""

    row: models.Model
    field: str = ""
    before: object = ""
    after: object = ""

    def __str__(self) -> str:
        key = " ".join(map(str, self.row.natural_key()))  # type: ignore[attr-defined]
        name = f"{self.row._meta.verbose_name} {key}"
        if not self.field:
            return f"{name} is removed: {self.row}"
        return f"{name}, {self.field}:\n  - {self.before}\n  + {self.after}"


@dataclass
class Counts:
    """How many rows were written, by what happened to them; and what gave way."""

    new: int = 0
    changed: int = 0
    removed: int = 0
    replaced: list[Replacement] = field(default_factory=list)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.new + other.new,
            self.changed + other.changed,
            self.removed + other.removed,
            self.replaced + other.replaced,
        )

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.removed} removed"

    def change(self, row: models.Model, values: Values) -> None:
        """Give the row these values, and save it where one of them is another."""
        changed = {
            name: getattr(row, name)
            for name, value in values.items()
            if getattr(row, name) != value
        }
        if not changed:
            return
        for name, before in changed.items():
            self.replaced.append(Replacement(row, name, before, values[name]))
            setattr(row, name, values[name])
        row.save(update_fields=list(changed))
        self.changed += 1

    def remove(self, rows: Iterable[models.Model]) -> None:
        for row in rows:
            self.replaced.append(Replacement(copy(row)))
            row.delete()
            self.removed += 1
