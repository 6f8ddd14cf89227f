from typing import Any, Self, TypeVar

from django import forms
from django.db import models, transaction
from django.utils.translation import get_language, pgettext_lazy

from recommendations.models import Recommendation
from tracking.models import Assessment, Evidence, Measure, User, ever_followed
from tracking.workspace.forms.fields import name_the_blank
from tracking.workspace.forms.versions import VersionedForm

Item = TypeVar("Item", Measure, Evidence)

# Codes of refusals of a file that are told by a status of their own.
STATUSES = {"room": 507, "busy": 503, "rate": 429}
# What a line of words is typed into, in whatever direction it runs.
ANY_DIRECTION = forms.TextInput(attrs={"dir": "auto"})


class ItemForm(VersionedForm[Item]):
    """A measure or evidence of a State's library, and what it serves."""

    def __init__(
        self,
        *args: Any,
        recommendations: models.QuerySet[Recommendation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommendations"].queryset = recommendations  # type: ignore[attr-defined]
        self.fields["visibility"].required = False
        name_the_blank(self.fields["kind"], pgettext_lazy("choice", "Choose one"))
        name_the_blank(self.fields["language"], pgettext_lazy("choice", "Not stated"))
        if not self.instance.language:
            self.initial["language"] = get_language()

    @classmethod
    def at(
        cls,
        answer: Assessment,
        row: Item,
        data: Any = None,
        files: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> Self:
        """Opened from one answer; a new row serves it, or what `initial` says."""
        row.state = answer.state  # fetched already
        return cls(
            data,
            files,
            instance=row,
            initial={}
            if row.pk
            else initial or {"recommendations": [answer.recommendation]},
            recommendations=ever_followed(),
        )

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or self.instance.visibility

    @property
    def status(self) -> int:
        """Code of the answer to a form with mistakes."""
        codes = {error.code for error in self.errors.as_data().get("upload", [])}
        found = (STATUSES[code] for code in codes if code in STATUSES)
        return next(found, 422)

    @property
    def is_dirty(self) -> bool:
        """Whether the page holds words that are not saved."""
        return self.is_bound

    def let_file_wait(self, by: User) -> None:
        """Keep a file that is sound although the form is not saved yet."""

    @transaction.atomic
    def save_item(self, *, by: User) -> Item:
        """Write the row and what it serves. Raises StaleError on a lost race.

        What a colleague removed meanwhile comes back.
        """
        self.instance.removed_at = None
        self.save_row(by)
        self.tie()
        return self.instance

    def tie(self) -> None:
        raise NotImplementedError
