"""Hiding a publication, on the page of its submission: two persons, one reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.models import Hiding, HidingError, Stage, Submission, User
from tracking.requests import security_log
from tracking.requests.drafts import WordsForm, keep_loser
from tracking.requests.http import UserRequest
from tracking.requests.security_log import Event


class HidingForm(WordsForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason, which the State reads"),
        help_text=gettext_lazy(
            "Such as: names a person, endangers an investigation. Not because the "
            "answer displeases."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def hiding_of(submission: Submission, user: User) -> dict[str, Any]:
    """What the page of a submission says of hiding it."""
    if submission.stage not in (Stage.ACCEPTED, Stage.WITHDRAWN):
        return {"hidings": [], "may_hide": False}  # what was never published
    hidings = list(Hiding.objects.known_to(user, submission))
    now = next((hiding for hiding in hidings if hiding.lifted_at is None), None)
    counts = Submission.objects.counted().filter(pk=submission.pk)
    return {
        "hidings": hidings,
        "open_hiding": now,
        "may_confirm_hiding": now is not None and now.may_be_confirmed_by(user),
        "may_hide": user.may_review and now is None and counts.exists(),
        "may_lift": user.may_review and now is not None,
    }


def change_hiding(request: UserRequest, submission: Submission) -> HidingForm:
    """Do what was pressed; the form that is returned has errors if it was not done."""
    verb = request.POST.get("verb", "")
    form = HidingForm(request.POST if verb == "propose" else None)
    if verb == "propose" and not form.is_valid():
        return form
    try:
        with transaction.atomic():
            done = _do(verb, request, submission, form)
    except (HidingError, IntegrityError) as error:
        said = isinstance(error, HidingError) and str(error)
        messages.error(request, said or _("Somebody has proposed this already."))
        if verb == "propose":
            keep_loser(request, request.POST)
    else:
        messages.success(request, done)
        security_log.note(
            Event.CHANGED, request, verb=f"hiding_{verb}", submission=submission.pk
        )
    return form


def _do(
    verb: str, request: UserRequest, submission: Submission, form: HidingForm
) -> str:
    if verb == "propose":
        Hiding.objects.propose(
            submission, by=request.user, reason=form.cleaned_data["reason"]
        )
        return _("Proposed. A second person of the secretariat confirms.")
    # What was on the page, and nothing that somebody proposed since.
    row = Hiding.objects.open().filter(
        submission=submission, pk=number_in(request.POST.get("hiding", ""))
    )
    hiding = row.select_related("submission__state", "submission__cycle").first()
    if hiding is None or verb not in ("confirm", "lift"):
        raise HidingError(_("Somebody has ended this already."))
    if verb == "confirm":
        hiding.confirm(by=request.user)
        return _("Hidden: its State and the secretariat alone read it. It was told.")
    was_waiting = hiding.is_waiting
    hiding.lift(by=request.user)
    if was_waiting:
        return _("The proposal is taken back.")
    return _("Shown again to everybody whom the State lets read it. It was told.")


def number_in(text: str) -> int:
    """The number of a row that a form sends back; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
