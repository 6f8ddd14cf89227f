"""The form of a cycle: its days, and the meetings on which States report in it."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recommendations.models import Meeting, Recommendation
from tracking.models import (
    Cycle,
    ProtocolStatus,
    State,
    SubmittedAssessment,
)


class CycleForm(forms.ModelForm[Cycle]):
    """One cycle is open at a time; dates that would cross another are explained."""

    class Meta:
        model = Cycle
        fields = (
            "code",
            "name",
            "opens_on",
            "closes_on",
            "reference_meeting",
            "meetings",
        )
        widgets: ClassVar[dict[str, Any]] = {"meetings": forms.CheckboxSelectMultiple}

    is_over = forms.BooleanField(
        label=gettext_lazy("It is over: it closed on a day that has passed"),
        required=False,
    )
    effect_is_read = forms.BooleanField(
        label=gettext_lazy("I have read what another choice of meetings changes"),
        required=False,
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field: Any = self.fields.get("meetings")
        if field is None:
            return  # somebody reads, and changes nothing
        field.queryset = Meeting.objects.order_by("-slug")
        field.label_from_instance = _label
        before = Cycle.objects.order_by("-opens_on").first()
        if not self.instance.pk and before:
            # What was followed up goes on, until somebody says otherwise.
            self.initial.setdefault("meetings", list(before.meetings.all()))

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        self._refuse_to_end_unasked(data)
        if "meetings" in data and "meetings" in self.changed_data:
            self._show_effect(set(data["meetings"]), bool(data.get("effect_is_read")))
        opens, closes = data.get("opens_on"), data.get("closes_on")
        moved = {"opens_on", "closes_on"} & set(self.changed_data)
        if not (opens and closes and moved) or closes <= opens:
            return data
        other = (
            Cycle.objects.exclude(pk=self.instance.pk)
            .filter(opens_on__lte=closes, closes_on__gte=opens)
            .order_by("opens_on")
            .first()
        )
        if other is not None:
            self.add_error(
                "opens_on" if other.opens_on <= opens else "closes_on",
                _(
                    "States report for %(cycle)s from %(opens)s to %(closes)s, and for "
                    "one cycle at a time. Choose days before or after these, or first "
                    "change the dates of %(cycle)s."
                )
                % {
                    "cycle": other,
                    "opens": date_format(other.opens_on),
                    "closes": date_format(other.closes_on),
                },
            )
        return data

    def _refuse_to_end_unasked(self, data: dict[str, Any]) -> None:
        """A mistyped date would close the cycle for every State, and tell them so."""
        closes, today = data.get("closes_on"), timezone.localdate()
        ends = closes and closes < today and "closes_on" in self.changed_data
        if ends and self.instance.pk and not data.get("is_over"):
            self.add_error(
                "closes_on",
                _(
                    "This day has passed: the cycle would be closed for every State. "
                    "Choose today or later, or say below that it is over."
                ),
            )

    def _show_effect(self, after: set[Meeting], is_read: bool) -> None:
        """Another choice of meetings is explained before it is saved."""
        cycle = self.instance
        before = {
            Meeting.objects.get(pk=_key(each)) for each in self.initial["meetings"]
        }
        if cycle.pk and cycle.is_late:
            self.add_error(
                "meetings",
                _(
                    "This cycle is over, and its figures do not change any more. Name "
                    "the meeting in the next cycle."
                ),
            )
            return
        sent = SubmittedAssessment.objects.filter(
            submission__cycle=cycle.pk, recommendation__meeting__in=before - after
        )
        if cycle.pk and sent.exists():
            self.add_error(
                "meetings",
                _(
                    "States have submitted answers on what this takes out. Leave the "
                    "meeting in this cycle, and leave it out of the next."
                ),
            )
        elif not is_read:
            self.add_error("meetings", ValidationError(effect(before, after)))


def _key(each: Any) -> int:
    return int(getattr(each, "pk", each))


def _label(meeting: Meeting) -> str:
    count = meeting.recommendations.count()
    sentence = ngettext(
        "%(meeting)s: %(count)d recommendation",
        "%(meeting)s: %(count)d recommendations",
        count,
    )
    return sentence % {"meeting": meeting.title, "count": count}


def effect(before: set[Meeting], after: set[Meeting]) -> list[str]:
    """What States and figures have of another choice of meetings, in sentences."""
    asked = [
        Recommendation.objects.filter(meeting__in=each).count()
        for each in (before, after)
    ]
    parties = State.objects.filter(protocol_status=ProtocolStatus.PARTY).count()
    said = [
        _("Every State is asked about %(after)d recommendations instead of %(before)d.")
        % {"before": asked[0], "after": asked[1]}
    ]
    for meeting in sorted(after - before, key=str):
        count = meeting.recommendations.count()
        said.append(
            _(
                "%(meeting)s has figures of its own: %(parties)d parties × %(count)d "
                "recommendations. Those of other meetings stay as they are."
            )
            % {"meeting": meeting.title, "parties": parties, "count": count}
        )
    # How many have begun, the secretariat does not learn.
    said += [
        _(
            "%(meeting)s leaves the tasks of all States. What they have written on it "
            "is kept, and is not sent."
        )
        % {"meeting": meeting.title}
        for meeting in sorted(before - after, key=str)
    ]
    said.append(_("Tick below that you have read this, and save once more."))
    return said
