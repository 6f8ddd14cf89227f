"""Reading a working copy in an emergency: asked for, confirmed, read, ended."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.accounts.admin import Kept
from tracking.filters.published import QuestionAnswer, details, question_answer
from tracking.models import (
    Access,
    Assessment,
    EmergencyError,
    EmergencyReading,
    Evidence,
    Measure,
    State,
    User,
)
from tracking.models.accounts.reader import reading_in_emergency
from tracking.requests import security_log
from tracking.requests.http import UserRequest
from tracking.requests.security_log import Event


class EmergencyForm(forms.ModelForm[EmergencyReading]):
    # Why it could not be, found out when it was tried.
    refused = ""

    class Meta:
        model = EmergencyReading
        fields = ("state", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "state" in self.fields:
            self.fields["state"].queryset = State.objects.in_order_of_names()  # type: ignore[attr-defined] # a choice of rows

    def clean_reason(self) -> str:
        return str(self.cleaned_data["reason"]).strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.refused:
            self.add_error(None, self.refused)
        return data


@admin.register(EmergencyReading)
class EmergencyReadingAdmin(Kept):
    form = EmergencyForm
    adding = gettext_lazy(
        "Nobody of the secretariat reads what a State has not sent. If it cannot be "
        "avoided: give the reason; another administrator confirms; you then read the "
        "working copy of that State for one hour, and change nothing. The State is "
        "told at once, reads the reason, sees each opening, and can end it."
    )
    list_display = ("state", "asked_by", "asked_at", "confirmed_by", "standing")
    list_select_related = ("state", "asked_by", "confirmed_by")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return EmergencyForm.Meta.fields
        return (
            "state", "reason", "asked_by", "asked_at", "confirmed_by", "confirmed_at",
            "until", "ended_by", "ended_at",
        )  # fmt: skip

    def get_form(
        self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refused = getattr(request, "refused", "")
        return form

    def get_queryset(self, request: HttpRequest) -> QuerySet[EmergencyReading]:
        if not isinstance(request.user, User):
            return EmergencyReading.objects.none()
        rows = EmergencyReading.objects.visible_to(request.user)
        return rows.select_related("state", "asked_by", "confirmed_by", "ended_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is edited; who sees a row may end it, but for who only reads."""
        user = request.user
        may = isinstance(user, User) and user.may_review
        return may and super().has_view_permission(request, obj)

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, reading: EmergencyReading) -> str:
        if reading.is_waiting:
            return _("waits for another administrator")
        if reading.is_in_force:
            return _("open now")
        return _("ended") if reading.confirmed_at else _("not confirmed")

    def save_form(self, request: Any, form: Any, change: bool) -> Any:
        """Ask instead of saving: the model's verb writes the row."""
        super().save_form(request, form, change)  # writes nothing yet
        try:
            form.instance = EmergencyReading.objects.ask(
                form.cleaned_data["state"],
                by=request.user,
                reason=form.cleaned_data["reason"],
            )
        except EmergencyError as error:
            request.refused = str(error)
        else:
            _note(request, form.instance, "asked")
        return form.instance

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """`save_form` has done it."""

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
        self.message_user(
            request,
            _("Asked. The other administrators have been told; one of them confirms."),
            messages.SUCCESS,
        )
        return redirect("admin:tracking_emergencyreading_change", obj.pk)

    def buttons(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        user = request.user
        if not isinstance(user, User):
            return []
        if row.is_waiting:
            may = row.may_be_confirmed_by(user)
            confirm = [("confirm", _("Confirm: open it for one hour"))] if may else []
            return [*confirm, ("end", _("Refuse, or take it back"))]
        return [("end", _("End it now"))] if row.is_in_force else []

    def act(self, request: Any, row: Any, verb: str) -> None:
        if verb == "confirm":
            row.confirm(by=request.user)
            text = _("Open until %(moment)s UTC. The State has been told.")
            self.message_user(
                request,
                text % {"moment": f"{row.until:%H:%M}"},
                messages.SUCCESS,
            )
        else:
            row.end(by=request.user)
            self.message_user(request, _("Ended."), messages.SUCCESS)

    def note_act(self, request: HttpRequest, row: Any, verb: str) -> None:
        _note(request, row, "confirmed" if verb == "confirm" else "ended")

    def said(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        if row.is_waiting and row.asked_by_id == request.user.pk:
            return {
                "explanation": _(
                    "You asked for this: another administrator has to confirm it. "
                    "After a day it lapses."
                )
            }
        if row.is_in_force and row.asked_by_id == request.user.pk:
            return {
                "page_url": reverse(
                    "admin:tracking_emergencyreading_read", args=[row.pk]
                ),
                "page_words": _("Read the working copy (the State sees each opening)"),
            }
        return {}

    def get_urls(self) -> list[URLPattern]:
        read = path(
            "<ref:pk>/read/",
            self.admin_site.admin_view(self.read_view),
            name="tracking_emergencyreading_read",
        )
        return [read, *super().get_urls()]

    def read_view(self, request: UserRequest, pk: int) -> HttpResponse:
        """The working copy of one State, for who asked, within the hour."""
        usable = EmergencyReading.objects.usable_by(request.user)
        reading = get_object_or_404(usable.select_related("state", "asked_by"), pk=pk)
        Access.objects.read_in_emergency(reading)
        _note(request, reading, "read")
        with reading_in_emergency(reading):
            copy = working_copy(reading.state)
        return render(
            request,
            "admin/tracking/emergencyreading/read.html",
            {"reading": reading, "state": reading.state, "copy": copy},
        )


def _note(request: HttpRequest, reading: EmergencyReading, verb: str) -> None:
    security_log.note(
        Event.BREAK_GLASS, request, verb=verb, reading=reading.pk,
        of_state=reading.state_id,
    )  # fmt: skip


@dataclass(frozen=True)
class AnswerOpened:
    """One answer as its State has it now, without what is marked confidential."""

    answer: Assessment
    details: list[tuple[Any, str, str]]
    questions: list[QuestionAnswer]
    kept_back: int  # answers to confidential questions


@dataclass(frozen=True)
class CopyOpened:
    answers: list[AnswerOpened]
    measures: list[Measure]
    evidence: list[Evidence]


def working_copy(state: State) -> CopyOpened:
    """What an emergency opens, all of it fetched: afterwards the database is closed."""
    answers = (
        Assessment.objects.of(state)
        .select_related("recommendation")
        .prefetch_related("recommendation__questions")
        .order_by("recommendation__number")
    )
    measures = Measure.objects.present().filter(state=state)
    evidence = Evidence.objects.present().filter(state=state)
    return CopyOpened(
        [_opened(answer) for answer in answers if not answer.says_nothing],
        list(measures.prefetch_related("recommendations")),
        # The database shows no other; said here too, as everywhere.
        list(evidence.filter(classification="unclassified")),
    )


def _opened(answer: Assessment) -> AnswerOpened:
    given = [
        (question, value)
        for question in answer.recommendation.questions.all()
        if (value := answer.answers.get(question.code)) not in (None, "", [])
    ]
    return AnswerOpened(
        answer,
        details(answer),
        [question_answer(*each) for each in given if not each[0].confidential],
        sum(question.confidential for question, _value in given),
    )
