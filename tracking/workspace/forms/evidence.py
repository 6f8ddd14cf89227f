from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation
from tracking.models import (
    Assessment,
    Classification,
    Evidence,
    EvidenceFile,
    Measure,
    State,
    User,
    Visibility,
)
from tracking.workspace.fields import (
    AddressField,
    DateTextField,
    LineField,
    name_the_blank,
)
from tracking.workspace.forms.versions import VersionedForm
from tracking.workspace.uploads import ACCEPTED, clean_name, content_type_of

STRICTLY_CONFIDENTIAL = "strictly_confidential"


def _say_what_is_taken() -> str:
    return gettext(
        "%(types)s; at most 20 MB. It is offered for download, never shown."
    ) % {"types": ACCEPTED}


# Filled in when it is read: a lazy sentence filled in here would stay in one language.
_file_hint = lazy(_say_what_is_taken, str)


def evidence_form(
    data: Any, files: Any, answer: Assessment, evidence: Evidence, measure: int = 0
) -> "EvidenceForm":
    """The form of evidence, opened from one answer; new, it backs it or `measure`."""
    initial: dict[str, Any] = {}
    if not evidence.pk:
        initial = (
            {"measures": [measure]}
            if measure
            else {"recommendations": [answer.recommendation_id]}
        )
    return EvidenceForm(
        data,
        files,
        instance=evidence,
        initial=initial,
        state=answer.state,
        recommendations=Recommendation.objects.filter(
            meeting=answer.recommendation.meeting_id
        ).order_by("number"),
    )


class EvidenceForm(VersionedForm[Evidence]):
    """One piece of evidence: a link, a reference or a file, and what it backs."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # told in our own words below
        max_length=1000,
        help_text=_file_hint(),
    )
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

    def __init__(
        self,
        *args: Any,
        state: State,
        recommendations: models.QuerySet[Recommendation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.state = state
        self.fields["recommendations"].queryset = recommendations  # type: ignore[attr-defined]
        self.fields["measures"].queryset = Measure.objects.present().filter(  # type: ignore[attr-defined]
            state=state
        )
        self.fields["visibility"].required = False
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
        name_the_blank(self.fields["kind"], pgettext_lazy("choice", "Choose one"))
        name_the_blank(self.fields["language"], pgettext_lazy("choice", "Not stated"))
        if not self.instance.language:
            self.initial["language"] = get_language()
        self.remember()

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or self.instance.visibility

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

    def clean_upload(self) -> UploadedFile[bytes] | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["upload"]
        if upload:
            self.content_type = content_type_of(upload)
        return upload

    def kept_file(self, by: User) -> EvidenceFile | None:
        """The file that was uploaded, stored; the one of the row where none was."""
        upload = self.cleaned_data["upload"]
        if not upload:
            return self.instance.file
        return EvidenceFile.keep(
            upload,
            state=self.state,
            by=by,
            name=clean_name(upload.name),
            content_type=self.content_type,
        )

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
                self.instance.file_id,
                # Its own mistake is told at the field.
                {"url", "reference", "upload"} & set(self.errors),
            ]
        ):
            self.add_error("url", _("Give a link, a reference or a file."))
        if not data.get("recommendations") and not data.get("measures"):
            self.add_error(
                "recommendations", _("Choose at least one answer or measure it backs.")
            )
        if self.errors and data.get("upload"):
            self.add_error(
                "upload",
                _("Choose the file again: browsers do not keep it from page to page."),
            )
        return data

    @transaction.atomic
    def save_evidence(self, *, by: User) -> Evidence:
        """Write the evidence and what it backs. Raises StaleError on a lost race.

        What a colleague removed meanwhile comes back.
        """
        self.instance.file = self.kept_file(by)
        self.instance.removed_at = None
        self.save_row(by)
        # A removed measure that comes back finds its evidence again.
        removed = self.instance.measures.exclude(removed_at=None)
        self.instance.measures.set([*self.cleaned_data["measures"], *removed])
        self.instance.assessments.set(
            Assessment.objects.filter(
                state=self.state,
                recommendation__in=self.cleaned_data["recommendations"],
            )
        )
        return self.instance
