from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tracking.models import VISIBILITY_ORDER, Visibility
from tracking.models.records import Record
from tracking.workspace.fields import WordsField

CONSENTS, REFUSES = "yes", "no"


class SubmissionForm(forms.Form):
    """What the focal point confirms before anything leaves the State.

    `wider` says whether anything is for others than the secretariat: then the
    consent is asked, explicitly, with nothing chosen beforehand.
    """

    use_required_attribute = False

    reminder = forms.BooleanField(
        label=_("I have checked that none of this is in what is submitted."),
        error_messages={
            "required": _(
                "Check the texts and files against the list, then tick the box."
            )
        },
    )
    consent = forms.ChoiceField(
        label=_("Does your State consent to publication as shown on this page?"),
        choices=[
            (CONSENTS, _("Yes, each item is shown to those it names")),
            (REFUSES, _("No, only the secretariat reads this submission")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether your State consents.")},
    )
    note = WordsField(
        label=_("To the person who confirms"),
        help_text=_("Stays inside your State."),
        required=False,
        limit=500,
        rows=2,
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, wider: bool, by_two: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not wider:
            del self.fields["consent"]
        if not by_two:
            del self.fields["note"]

    @property
    def consents(self) -> bool:
        return bool(self.cleaned_data.get("consent") == CONSENTS)


class ConfirmationForm(forms.Form):
    """What the second person confirms; the consent was said by the first."""

    use_required_attribute = False

    reminder = forms.BooleanField(
        label=_("I have read everything on this page, and it may be sent."),
        error_messages={"required": _("Read the page, then tick the box.")},
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)


class WithdrawalForm(forms.Form):
    use_required_attribute = False

    reason = WordsField(
        label=_("Why is it withdrawn?"),
        help_text=_("The secretariat reads the reason. Nobody else does."),
        error_messages={"required": _("Give the reason for the withdrawal.")},
    )


class VisibilityForm(forms.Form):
    """Who may read each of these records from now on.

    Narrowing takes effect at once; widening takes a fresh consent.
    """

    use_required_attribute = False

    consent = forms.BooleanField(
        label=_("Your State consents to each wider publication chosen above."),
        required=False,
    )

    def __init__(self, *args: Any, records: dict[str, Record], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.records: dict[str, Any] = dict(records)
        for name, record in self.records.items():
            choices = [
                (value, value.label)
                for value in VISIBILITY_ORDER
                if value != Visibility.PUBLIC
                or getattr(record, "classification", "unclassified") == "unclassified"
            ]
            self.fields[name] = forms.ChoiceField(
                label=str(record),
                choices=choices,
                initial=record.shown_to,
                required=False,
                widget=forms.Select(attrs={"class": "in"}),
            )

    def changes(self) -> list[tuple[Any, Visibility]]:
        """Records that are to be read by others than now."""
        return [
            (record, Visibility(wanted))
            for name, record in self.records.items()
            if (wanted := self.cleaned_data.get(name)) and wanted != record.shown_to
        ]

    @property
    def wider(self) -> list[tuple[Any, Visibility]]:
        """Those that are to be read by more than now."""
        order = [str(value) for value in VISIBILITY_ORDER]
        return [
            (record, wanted)
            for record, wanted in self.changes()
            if order.index(wanted) > order.index(record.shown_to)
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.wider and not self.cleaned_data.get("consent"):
            self.add_error(
                "consent",
                ValidationError(
                    _(
                        "Tick the box: showing something to more readers takes the "
                        "consent of your State. Nothing has been changed yet."
                    ),
                    code="consent",
                ),
            )
        return self.cleaned_data
