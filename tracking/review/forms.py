import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.models import Recommendation
from tracking.models import State
from tracking.requests.drafts import WordsForm

TREATY_FIELDS = (
    "protocol_status",
    "protocol_action",
    "protocol_date",
    "signature_date",
)


class StateForm(forms.ModelForm[State]):
    """A treaty status changes only with its source, typed anew, and its date."""

    class Meta:
        model = State
        fields = (*TREATY_FIELDS, "protocol_status_source", "protocol_status_as_of")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Those shown read-only to a reviewer have no field here.
        if "protocol_status_source" not in self.fields:
            return
        source = self.fields["protocol_status_source"]
        source.label, source.required = _("New source"), False
        source.help_text = _(
            "Where the status is to be read: depositary notification, address of the "
            "treaty collection."
        )
        self.fields["protocol_status_as_of"].label = _("Date of the new source")
        # Empty on purpose: the source of before proves nothing about a change.
        self.initial["protocol_status_source"] = ""
        self.initial["protocol_status_as_of"] = None

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        source = (data.get("protocol_status_source") or "").strip()
        as_of: datetime.date | None = data.get("protocol_status_as_of")
        changed = any(name in self.changed_data for name in TREATY_FIELDS)
        if changed or source or as_of:
            if not source:
                self.add_error(
                    "protocol_status_source",
                    _("Give the source that shows this status."),
                )
            if not as_of and "protocol_status_as_of" not in self.errors:
                self.add_error(
                    "protocol_status_as_of", _("Give the date of that source.")
                )
        else:
            data["protocol_status_source"] = self.instance.protocol_status_source
            data["protocol_status_as_of"] = self.instance.protocol_status_as_of
        if as_of and as_of > timezone.localdate():
            self.add_error("protocol_status_as_of", _("This date lies in the future."))
        return data

    def change_message(self) -> str:
        """What was, what is now and the source, for the history of the State."""
        if not self.has_changed():
            return ""
        lines = [
            _("%(field)s: %(before)s → %(after)s.")
            % {
                "field": self.fields[name].label,
                "before": self._in_words(name, self.initial.get(name)),
                "after": self._in_words(name, self.cleaned_data[name]),
            }
            for name in TREATY_FIELDS
            if name in self.changed_data
        ]
        lines.append(
            _("Source: %(source)s (%(date)s).")
            % {
                "source": self.cleaned_data["protocol_status_source"],
                "date": self.cleaned_data["protocol_status_as_of"],
            }
        )
        return " ".join(lines)

    def _in_words(self, name: str, value: Any) -> Any:
        choices: dict[Any, Any] = dict(getattr(self.fields[name], "choices", ()))
        return choices.get(value, value) or "–"


ACCEPT, RETURN = "accept", "return"
TEXT_MAX_LENGTH = 4000
TWO_WEEKS = datetime.timedelta(days=14)


class DecisionForm(WordsForm):
    """What the secretariat decides on a submission; nothing is preselected.

    One question may be asked on each recommendation. The fields stand beside the
    answers, all over the page, and belong to the form `decision` by their attribute.
    """

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect(attrs={"form": "decision"}),
        choices=[
            (ACCEPT, gettext_lazy("Accept")),
            (RETURN, gettext_lazy("Return with questions")),
        ],
        error_messages={"required": gettext_lazy("Choose a decision.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the State"),
        required=False,
        max_length=TEXT_MAX_LENGTH,
        widget=forms.Textarea(attrs={"form": "decision", "rows": 3}),
    )

    due_on = forms.DateField(
        label=gettext_lazy("Reply wanted by"),
        required=False,
        widget=forms.DateInput(
            format="%Y-%m-%d",
            attrs={"form": "decision", "type": "date", "dir": "ltr", "class": "in"},
        ),
    )

    def __init__(
        self, *args: Any, recommendations: list[Recommendation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()
        self.fields["due_on"].help_text = _(
            "A wish, for a return only: nothing closes on that day. In two weeks it is "
            "%(date)s."
        ) % {"date": date_format(today + TWO_WEEKS)}
        self.recommendations = {f"question_{r.pk}": r for r in recommendations}
        for name, recommendation in self.recommendations.items():
            self.fields[name] = forms.CharField(
                label=_("Question to the State on recommendation %(number)s")
                % {"number": recommendation.number},
                required=False,
                max_length=TEXT_MAX_LENGTH,
                widget=forms.Textarea(attrs={"form": "decision", "rows": 3}),
            )

    @property
    def hints(self) -> dict[str, str]:
        """What each decision brings about."""
        return {
            ACCEPT: _("What the State made public appears at once."),
            RETURN: _("The State completes its answers and submits again."),
        }

    def field_for(self, recommendation: Recommendation) -> forms.BoundField:
        return self[f"question_{recommendation.pk}"]

    @property
    def questions(self) -> dict[Recommendation, str]:
        """The questions typed, by recommendation."""
        return {
            recommendation: text
            for name, recommendation in self.recommendations.items()
            if (text := (self[name].value() or "").strip())
        }

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Every text typed, with its label, to give it back."""
        names = ["note", "due_on", *self.recommendations]
        return [
            (str(self[name].label), text)
            for name in names
            if (text := (self[name].value() or "").strip())
        ]

    def clean_due_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["due_on"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(
                _("This date has passed. Give today or a later day, or none.")
            )
        return day

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        decision = data.get("decision")
        if decision == ACCEPT and data.get("due_on"):
            self.add_error(
                "due_on",
                _("Nothing is asked when a submission is accepted: empty this date."),
            )
        if decision == RETURN and not self.questions:
            self.add_error(
                "decision",
                _(
                    "Write at least one question beside an answer: the State must know "
                    "what to complete."
                ),
            )
        if decision == ACCEPT and self.questions:
            self.add_error(
                "decision",
                _(
                    "Questions go with a return. Choose to return the submission, or "
                    "empty the questions; a remark may stand in the note."
                ),
            )
        return data
