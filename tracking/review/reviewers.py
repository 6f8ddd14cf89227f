"""Who reviews what: taken, handed over, one or several at once."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracking.models import ReviewTurn, StageError, Submission, User, reviewers
from tracking.requests.http import UserRequest

NOBODY = "–"


class Colleague(forms.ModelChoiceField[User]):
    """Somebody who may review."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            User.objects.none(), label=gettext_lazy("Colleague"), **options
        )

    def __deepcopy__(self, memo: Any) -> "Colleague":
        copy: Colleague = super().__deepcopy__(memo)
        copy.queryset = reviewers()
        return copy


class TurnForm(forms.Form):
    """Who is to review it; `was` says whom the page named when it was opened."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    reviewer = Colleague(widget=forms.Select(attrs={"class": "in"}))


class TurnActionForm(ActionForm):
    """For several in the queue: the action, and for a handing over the colleague."""

    reviewer = Colleague(required=False, empty_label="–")


class ReviewerFilter(admin.SimpleListFilter):
    """What I review, what nobody does, what a colleague does."""

    title = gettext_lazy("reviewer")
    parameter_name = "reviewer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("me", _("Mine")),
            ("nobody", _("Nobody’s")),
            *((str(user.pk), user.name) for user in reviewers()),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Submission]
    ) -> QuerySet[Submission]:
        value = self.value()
        if value == "me":
            return queryset.filter(Q(reviewer_key=request.user.pk))
        if value == "nobody":
            return queryset.filter(Q(reviewer_key=None))
        known = value and value in dict(self.lookup_choices)
        return queryset.filter(Q(reviewer_key=value)) if known else queryset


def change_reviewer(request: UserRequest, submission: Submission) -> None:
    """Take it or hand it over, as was pressed, and say what came of it."""
    form = TurnForm(request.POST)
    now = str(submission.reviewer_key or "")  # type: ignore[attr-defined] # annotated
    if "hand" in request.POST and not form.is_valid():
        messages.error(request, _("Choose a colleague."))
        return
    if request.POST.get("was", "") != now:
        messages.warning(
            request, _("Meanwhile it went to somebody else: look who reviews it now.")
        )
        return
    to = form.cleaned_data["reviewer"] if "hand" in request.POST else request.user
    try:
        ReviewTurn.objects.give(submission, to=to, by=request.user)
    except StageError:
        messages.warning(request, _("A decision has been taken meanwhile."))
        return
    messages.success(
        request,
        _("You review this submission now.")
        if to == request.user
        else _("%(name)s reviews this submission now, and was told.")
        % {"name": to.name},
    )


def give_several(
    request: UserRequest, submissions: QuerySet[Submission], to: User
) -> None:
    """Let one person review all that are chosen and wait; the others stay."""
    given = left = 0
    for submission in submissions.select_related("state", "cycle"):
        try:
            given += ReviewTurn.objects.give(submission, to=to, by=request.user)
        except StageError:
            left += 1
    messages.success(
        request,
        ngettext(
            "%(number)s submission has another reviewer now: %(name)s.",
            "%(number)s submissions have another reviewer now: %(name)s.",
            given,
        )
        % {"number": given, "name": to.name},
    )
    if left:
        messages.warning(
            request,
            ngettext(
                "%(number)s of those chosen is decided already.",
                "%(number)s of those chosen are decided already.",
                left,
            )
            % {"number": left},
        )
