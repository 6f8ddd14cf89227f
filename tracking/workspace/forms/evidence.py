from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from recommendations.lists import listed
from recommendations.models import Recommendation
from tracking.files.kinds import ACCEPTED, TYPES, choice
from tracking.files.names import isolated
from tracking.files.uploads import CleanFile, cleaned
from tracking.models import (
    Assessment,
    Classification,
    Evidence,
    EvidenceFile,
    FullError,
    Measure,
    State,
    User,
    Visibility,
    Writing,
)
from tracking.workspace.forms.fields import (
    AddressField,
    DateTextField,
    LineField,
)
from tracking.workspace.forms.items import ItemForm
from tracking.workspace.forms.merging import CARRIERS, Values
from tracking.workspace.forms.pending_files import sender_in, token_for, waiting_file

STRICTLY_CONFIDENTIAL = "strictly_confidential"


def _say_what_is_taken() -> str:
    return gettext(
        "%(types)s; at most %(limit)s. Save DOC, XLS and PPT as DOCX, XLSX, PPTX or "
        "PDF first, HEIC and TIF as JPG or PDF. Pictures are kept without what they "
        "tell of place and camera. A file is offered for download, never shown."
    ) % {
        "types": listed(ACCEPTED),
        "limit": filesizeformat(settings.EVIDENCE_FILE_MAX_BYTES),
    }


# Filled in when it is read: a lazy sentence filled in here would stay in one language.
_file_hint = lazy(_say_what_is_taken, str)


class EvidenceForm(ItemForm[Evidence]):
    """One piece of evidence: a link, a reference or a file, and what it backs."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # told in our own words below
        max_length=1000,
        help_text=_file_hint(),
        widget=forms.FileInput(attrs={"accept": choice(*TYPES)}),
    )
    waiting = forms.CharField(required=False, widget=forms.HiddenInput)
    # Why the file that was chosen last was refused, as its sender was told.
    refused = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    leave_out = forms.BooleanField(label=_("Do not add it after all"), required=False)
    classification = forms.ChoiceField(
        label=_("Classification by your State"),
        choices=[
            *Classification.choices,
            (STRICTLY_CONFIDENTIAL, _("Strictly confidential")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    recommendations = forms.ModelMultipleChoiceField(
        label=_("Which answers does it back?"),
        queryset=Recommendation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Evidence
        fields = [
            "title",
            "kind",
            "url",
            "reference",
            "authority",
            "dated_on",
            "valid_until",
            "language",
            "visibility",
            "measures",
        ]
        field_classes = {
            **dict.fromkeys(["title", "reference", "authority"], LineField),
            "dated_on": DateTextField,
            "valid_until": DateTextField,
            "url": AddressField,
        }
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "reference": forms.TextInput(attrs={"dir": "auto"}),
            "authority": forms.TextInput(attrs={"dir": "auto"}),
            "url": forms.URLInput(attrs={"dir": "ltr"}),
            "visibility": forms.RadioSelect,
            "measures": forms.CheckboxSelectMultiple,
        }
        labels = {
            "url": _("Link"),
            "reference": _("Written reference"),
            "dated_on": _("Date of the document"),
            "valid_until": _("Valid until"),
            "language": _("Language of the document"),
            "visibility": _("Who may read this evidence?"),
            "measures": _("Which measures does it back?"),
        }
        help_texts = {
            "title": _("As the document is called."),
            "url": _("The address of a public page; the best evidence."),
            "reference": _("Law, article, page: where it can be found."),
            "dated_on": _(
                "A year, a month or a day: 2026, 2026-02 or 2026-02-14. Fully "
                "implemented needs evidence with a date."
            ),
            "valid_until": _(
                "Only for what ends: a plan, an agreement, a certificate. You are told "
                "when it expires within the cycle."
            ),
        }
        error_messages = {
            "title": {"required": _("Give the evidence a title.")},
            "kind": {"required": _("Choose what kind of evidence it is.")},
            "url": {
                "invalid": _("Write a whole address, such as https://example.org/law.")
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = self.instance.state
        # A file sent before, found sound, and not saved because of something else.
        self.waiting_file: EvidenceFile | None = None
        self.fields["measures"].queryset = Measure.objects.present().filter(  # type: ignore[attr-defined]
            state=self.state
        )
        if self.instance.pk:
            self.initial["recommendations"] = [
                answer.recommendation_id for answer in self.instance.assessments.all()
            ]
            self.initial["measures"] = [
                measure
                for measure in self.instance.measures.all()
                if measure.removed_at is None
            ]
        self.initial["classification"] = self.instance.classification
        self.remember()

    def clean_classification(self) -> str:
        chosen = self.cleaned_data["classification"] or self.instance.classification
        if chosen == STRICTLY_CONFIDENTIAL:
            raise ValidationError(
                _(
                    "Strictly confidential material is not taken here. Say in the text "
                    "of the answer what can be said, and use other channels for the "
                    "document itself."
                ),
                code="strictly_confidential",
            )
        return str(chosen)

    def resume(self, payload: Values, version: int | None) -> None:
        super().resume(payload, version)
        token = "".join(payload.get("waiting", [])[-1:])
        # Only its sender is ever shown these words, and so only he has the token.
        self.waiting_file = waiting_file(token, self.state, sender_in(token))
        self.initial["waiting"] = token if self.waiting_file else ""

    def clean_upload(self) -> CleanFile | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["upload"]
        return cleaned(upload) if upload else None

    def clean_waiting(self) -> str:
        token: str = self.cleaned_data["waiting"]
        writing = Writing.read(self.data.get("writing", ""))
        if token and writing and not self.data.get("leave_out"):
            self.waiting_file = waiting_file(token, self.state, writing.user)
        return token if self.waiting_file else ""

    def clean_refused(self) -> str:
        """Why a file was refused, unless another one has come since."""
        if self.cleaned_data.get("upload") or self.waiting_file:
            return ""
        return str(self.cleaned_data["refused"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.instance.classification = data.get(
            "classification", self.instance.classification
        )
        if (
            data.get("classification") == Classification.CONFIDENTIAL
            and data.get("visibility") == Visibility.PUBLIC
        ):
            self.add_error(
                "visibility", _("Confidential evidence cannot be shown to everyone.")
            )
        if not any(
            [
                data.get("url"),
                data.get("reference"),
                data.get("upload"),
                self.waiting_file,
                self.instance.file_id,
                # Its own mistake is told at the field.
                {"url", "reference", "upload"} & set(self.errors),
            ]
        ):
            if data.get("refused"):
                self.add_error("upload", data["refused"])
            else:
                self.add_error("url", _("Give a link, a reference or a file."))
        if not data.get("recommendations") and not data.get("measures"):
            self.add_error(
                "recommendations", _("Choose at least one answer or measure it backs.")
            )
        self._clean_room(data)
        return data

    def _clean_room(self, data: dict[str, Any]) -> None:
        """Look whether there is still room: in the State, and at each answer."""
        upload: CleanFile | None = data.get("upload")
        if upload:
            taken = EvidenceFile.objects.bytes_of(self.state)
            left = settings.STATE_FILES_MAX_BYTES - taken
            if (upload.size or 0) > left:
                self.refuse_file(FullError(max(0, left)))
        if upload or self.waiting_file or self.instance.file_id:
            self._clean_number(data)

    def _clean_number(self, data: dict[str, Any]) -> None:
        # Not locked: one more, for two who save at once, does no harm.
        most = settings.EVIDENCE_FILES_MAX
        others = Evidence.objects.present().filter(state=self.state, file__isnull=False)
        if self.instance.pk:
            others = others.exclude(pk=self.instance.pk)
        for field, backed in (
            ("recommendations", "assessments__recommendation"),
            ("measures", "measures"),
        ):
            chosen = {row.pk for row in data.get(field) or []}
            if self.instance.file_id:
                # Where its file counts already, it may stay.
                chosen -= {getattr(row, "pk", row) for row in self.initial[field]}
            full = (
                others.filter(**{f"{backed}__in": chosen})
                .values(backed)
                .annotate(number=models.Count("pk"))
                .filter(number__gte=most)
            )
            if full.exists():
                self.add_error(field, refusal_of_number())

    def refuse_file(self, error: FullError) -> None:
        """Say how much room is left for files of the State."""
        self.add_error("upload", refusal_of_room(error))

    def kept_file(self, by: User) -> EvidenceFile | None:
        """The file that was sent, stored; the one of the row where none was.

        Raises FullError where the State has no room for it.
        """
        upload: CleanFile | None = self.cleaned_data.get("upload")
        if upload:
            return keep(upload, self.state, by)
        return self.waiting_file or self.instance.file

    def let_file_wait(self, by: User) -> None:
        """Keep a file that is sound although the form is not saved yet.

        Why another one was refused is kept too: the page forgets which it was.
        """
        upload: CleanFile | None = self.cleaned_data.get("upload")
        if upload:
            try:
                self.waiting_file = keep(upload, self.state, by)
            except FullError as error:
                self.refuse_file(error)
        data = cast(QueryDict, self.data).copy()
        refusals = [*self.errors.get("upload", []), self.cleaned_data.get("refused")]
        data["refused"] = ""
        if self.waiting_file:
            data["waiting"] = token_for(self.waiting_file, by)
        elif refusals[0]:
            data["refused"] = str(refusals[0])
        self.data = data

    @property
    def is_dirty(self) -> bool:
        """Whether anything was typed or chosen, besides a file, and not saved."""
        return bool(self.errors and {*self.changed_data} - {*CARRIERS})

    @property
    def waiting_name(self) -> str:
        """Name of the file that waits, for the middle of a sentence."""
        return isolated(self.waiting_file.name) if self.waiting_file else ""

    @property
    def limit(self) -> int:
        """Bytes that a file may have."""
        return int(settings.EVIDENCE_FILE_MAX_BYTES)

    def save_row(self, by: User) -> None:
        """Also raises FullError, where the State has no room for the file."""
        self.instance.file = self.kept_file(by)
        super().save_row(by)

    def tie(self) -> None:
        # A removed measure that comes back finds its evidence again.
        removed = self.instance.measures.exclude(removed_at=None)
        self.instance.measures.set([*self.cleaned_data["measures"], *removed])
        self.instance.assessments.set(
            Assessment.objects.of(self.state).filter(
                recommendation__in=self.cleaned_data["recommendations"]
            )
        )


def keep(upload: CleanFile, state: State, by: User) -> EvidenceFile:
    """Store a file found sound. Raises FullError where the State has no room."""
    return EvidenceFile.keep(
        upload,
        state=state,
        by=by,
        name=upload.name or "",
        content_type=upload.content_type or "",
        scan=upload.scan,
    )


def files_of(answer: Assessment) -> int:
    """How many files back an answer."""
    return answer.evidence.present().filter(file__isnull=False).count()


def refusal_of_number() -> str:
    most = settings.EVIDENCE_FILES_MAX
    sentence = ngettext(
        "One of these has %(number)s file already, which is the most. Give a link, or "
        "remove a file there first.",
        "One of these has %(number)s files already, which is the most. Give a link, or "
        "remove a file there first.",
        most,
    )
    return sentence % {"number": most}


def refusal_of_room(error: FullError) -> ValidationError:
    return ValidationError(
        _(
            "Your State has %(left)s left for files, of %(most)s. Give a link, or "
            "remove a file that is no longer needed."
        ),
        params={
            "left": filesizeformat(error.left),
            "most": filesizeformat(settings.STATE_FILES_MAX_BYTES),
        },
        code="full",
    )
