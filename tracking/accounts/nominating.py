"""What is typed to name a person: by a focal point, by an administrator."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tracking.accounts.addresses import mail_address
from tracking.files.kinds import choice
from tracking.files.names import clean_name, extension_of
from tracking.files.uploads import CleanFile, cleaned
from tracking.models import (
    LANGUAGES,
    SECRETARIAT,
    FactorReset,
    Nomination,
    Role,
    State,
    User,
)

NOTE_BYTES = 10 * 1024 * 1024
# How the files begin that a scanner makes.
NOTE_TYPES = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
NOTE_CHOICE = choice(*NOTE_TYPES.values())


class InvitationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    function = forms.CharField(
        label=_("Function"),
        max_length=150,
        required=False,
        help_text=_(
            "As your administration writes it, such as: desk officer, Justice."
        ),
    )
    email = forms.EmailField(label=_("Professional e-mail address"), max_length=254)
    language = forms.ChoiceField(
        label=_("Language of the messages"), choices=LANGUAGES, initial="fr"
    )
    role = forms.ChoiceField(
        label=_("What may this person do?"),
        choices=[
            (
                Role.CONTRIBUTOR.value,
                _("Write proposals, which the focal point takes over"),
            ),
            (Role.VIEWER.value, _("Read only")),
        ],
        widget=forms.RadioSelect,
    )

    def clean_email(self) -> str:
        return mail_address(self.cleaned_data["email"])


class NominationForm(forms.ModelForm[Nomination]):
    """A proposal of an administrator, with the note verbale it follows."""

    # Why it could not be, found out when it was tried.
    refused = ""

    class Meta:
        model = Nomination
        fields = (
            "state",
            "role",
            "name",
            "function",
            "email",
            "language",
            "note_reference",
            "note_date",
            "note_file",
            "valid_from",
            "valid_until",
        )
        help_texts = {
            "state": _("For national roles only; the secretariat has none."),
            "role": _(
                "A focal point or alternate replaces the one in office. These and "
                "roles of the secretariat wait for another administrator."
            ),
            "valid_until": _("The last day, if the note names one."),
            "note_file": _(
                "PDF, JPEG or PNG, up to 10 MB. Print other documents to a PDF first."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "note_file" in self.fields:
            self.fields["note_file"].widget.attrs["accept"] = NOTE_CHOICE
        if "state" in self.fields:
            self.fields["state"].queryset = State.objects.in_order_of_names()  # type: ignore[attr-defined] # a choice of rows

    def clean_email(self) -> str:
        return mail_address(self.cleaned_data["email"])

    def clean_note_file(self) -> Any:
        file = self.cleaned_data["note_file"]
        if not isinstance(file, UploadedFile):
            return file
        if (file.size or 0) > NOTE_BYTES:
            raise forms.ValidationError(_("Choose a file of 10 MB at most."))
        if extension_of(clean_name(file.name or "")) not in NOTE_TYPES.values():
            raise forms.ValidationError(
                _(
                    "Choose a PDF, JPEG or PNG file. Print another document to a PDF "
                    "(«Print», then «Save as PDF») and choose that."
                )
            )
        return cleaned(file)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.refused:
            self.add_error(None, self.refused)
        scan = data.get("note_file")
        data["note_scan"] = scan.scan if isinstance(scan, CleanFile) else ""
        role, state = data.get("role"), data.get("state")
        if role in SECRETARIAT and state:
            self.add_error("state", _("Roles of the secretariat have no State."))
        elif role and role not in SECRETARIAT and not state:
            self.add_error("state", _("Choose the State of this person."))
        elif role and state and not data.get("note_reference"):
            self.add_error(
                "note_reference",
                _("Give the reference of the note verbale by which the State names."),
            )
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc] # where constraints are looked at
        if self.errors and self.files and "note_file" not in self.errors:
            # Browsers give no file back to a form.
            self.add_error("note_file", _("Choose the file again: it is not kept."))


def note_type(beginning: bytes) -> str | None:
    """Extension of a scan, by how the file begins; None if it is none."""
    found = (kind for mark, kind in NOTE_TYPES.items() if beginning.startswith(mark))
    return next(found, None)


class FactorResetForm(forms.ModelForm[FactorReset]):
    class Meta:
        model = FactorReset
        fields = ("user", "called_back")
        help_texts = {
            "called_back": _(
                "Name and telephone of the person at the mission, from the file and "
                "not from the message that asks."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            self.fields["user"].queryset = User.objects.in_office().order_by("name")  # type: ignore[attr-defined] # a choice of rows
