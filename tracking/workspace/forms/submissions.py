from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tracking.models import VISIBILITY_ORDER, Visibility, is_wider
from tracking.models.records.records import Record
from tracking.workspace.forms.fields import WordsField

CONSENTS, REFUSES = "yes", "no"


def widening_field() -> forms.BooleanField:
    return forms.BooleanField(required=False)


def ask_to_widen(form: forms.Form, widened: int) -> None:
    """Ask for the tick where something would be shown to more readers than today."""
    if not widened:
        del form.fields["widening"]
        return
    form.fields["widening"].label = ngettext(
        "Show %(number)d item listed above to more readers than today.",
        "Show %(number)d items listed above to more readers than today.",
        widened,
    ) % {"number": widened}


def check_widening(form: forms.Form) -> None:
    """Miss the tick, unless it was given, or nothing asks for it."""
    if "widening" in form.fields and not form.cleaned_data.get("widening"):
        sentence = _(
            "Tick the box if more readers are to see these items again. If not, open "
            "them and choose fewer readers. Nothing was sent."
        )
        form.add_error("widening", ValidationError(sentence, code="required"))


class SubmissionForm(forms.Form):
    """What the focal point confirms before anything leaves the State.

    `wider` says whether anything is for others than the secretariat: then the
    consent is asked, explicitly, with nothing chosen beforehand. `widened` is how many
    items more would read than do today: with consent, that takes a tick of its own.
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
    widening = widening_field()
    note = WordsField(
        label=_("To the person who confirms"),
        help_text=_("Stays inside your State."),
        required=False,
        limit=500,
        rows=2,
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        wider: bool,
        widened: int = 0,
        by_two: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not wider:
            del self.fields["consent"]
        if not by_two:
            del self.fields["note"]
        ask_to_widen(self, widened)

    @property
    def consents(self) -> bool:
        return bool(self.cleaned_data.get("consent") == CONSENTS)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.consents:
            check_widening(self)
        return self.cleaned_data


class ConfirmationForm(forms.Form):
    """What the second person confirms; the consent was said by the first.

    `widened` is how many items more would read than do today, with that consent.
    """

    use_required_attribute = False

    reminder = forms.BooleanField(
        label=_("I have read everything on this page, and it may be sent."),
        error_messages={"required": _("Read the page, then tick the box.")},
    )
    widening = widening_field()
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, widened: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_to_widen(self, widened)

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_widening(self)
        return self.cleaned_data


class WithdrawalForm(forms.Form):
    use_required_attribute = False

    reason = WordsField(
        label=_("Why is it withdrawn?"),
        help_text=_("The secretariat reads the reason. Nobody else does."),
        error_messages={"required": _("Give the reason for the withdrawal.")},
    )


class VisibilityForm(forms.Form):
    """Who may read each of these records from now on.

    Narrowing takes effect at once, and asks whether what comes next is narrowed too;
    widening takes a fresh consent.
    """

    use_required_attribute = False

    follows = forms.ChoiceField(
        label=_("Where you narrow: does the working copy follow?"),
        help_text=_(
            "If it does not, your next submission asks to show the same items to more "
            "readers again."
        ),
        choices=[
            (CONSENTS, _("Yes, and what was sent and awaits a decision too")),
            (REFUSES, _("No, the working copy keeps its own setting")),
        ],
        widget=forms.RadioSelect,
        initial=CONSENTS,
        required=False,
    )
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
        return [
            (record, wanted)
            for record, wanted in self.changes()
            if is_wider(wanted, record.shown_to)
        ]

    @property
    def what_comes_next_follows(self) -> bool:
        return self.cleaned_data.get("follows") != REFUSES

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
