"""Giving recommendations to colleagues: the form, and who has what."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models import Recommendation, in_order
from tracking.models import (
    SPEAKERS,
    Assessment,
    Assignment,
    Role,
    State,
    User,
    followed,
)
from tracking.requests.http import UserRequest
from tracking.workspace.forms.fields import WordsField

NOTE_LIMIT = 500


def writers_of(state: State) -> QuerySet[User]:
    """Colleagues to whom a recommendation can be given."""
    roles = (Role.CONTRIBUTOR, *SPEAKERS)
    return state.users.filter(is_active=True, role__in=roles).order_by("name")


class AssignmentForm(forms.Form):
    """One or several recommendations, for one colleague, by one date."""

    use_required_attribute = False

    to = forms.ModelChoiceField(
        label=pgettext_lazy("recommendations", "Give to"),
        queryset=User.objects.none(),
        empty_label=pgettext_lazy("choice", "Choose one"),
        error_messages={"required": _("Choose a colleague.")},
    )
    due_on = forms.DateField(
        label=_("Wanted by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = WordsField(label=_("Note"), required=False, limit=NOTE_LIMIT, rows=2)
    recommendations = forms.ModelMultipleChoiceField(
        label=_("Recommendations"),
        queryset=Recommendation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one recommendation.")},
    )

    def __init__(self, data: Any = None, *, state: State, **kwargs: Any) -> None:
        super().__init__(data, auto_id="assign_%s", **kwargs)
        self.fields["to"].queryset = writers_of(state)  # type: ignore[attr-defined]
        self.fields["recommendations"].queryset = (  # type: ignore[attr-defined]
            followed().filter(assessments__state=state)
        )

    def clean_due_on(self) -> datetime.date | None:
        due_on: datetime.date | None = self.cleaned_data["due_on"]
        if due_on is not None and due_on < timezone.localdate():
            raise ValidationError(_("Choose today or a later date."))
        return due_on

    def assign(self, state: State, *, by: User) -> list[Assignment]:
        """Give each recommendation. Raises AssignmentError for somebody else's."""
        answers = (
            Assessment.objects.of(state)
            .filter(recommendation__in=self.cleaned_data["recommendations"])
            .select_related("state")
        )
        return [
            Assignment.objects.assign(
                answer,
                to=self.cleaned_data["to"],
                by=by,
                due_on=self.cleaned_data["due_on"],
                note=self.cleaned_data["note"],
            )
            for answer in answers.order_by(*in_order())
        ]


def given_here(request: UserRequest, answer: Assessment) -> dict[str, Any]:
    """Who was given one recommendation, and the form to give it, for its page."""
    given = list(answer.assignments.open().select_related("to", "by"))
    context: dict[str, Any] = {
        "given": given,
        "given_to_me": next((row for row in given if row.to == request.user), None),
    }
    if request.user.may_write:
        context["assign_form"] = AssignmentForm(state=answer.state)
    return context
