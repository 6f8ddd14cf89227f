"""Where a State says that two persons are needed, and where the second one acts."""

from functools import partial

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import (
    ChangedError,
    FourEyes,
    NothingReadyError,
    Prepared,
    SecondPersonError,
    StageError,
    State,
    in_charge_of,
)
from tracking.models.audit.signing import sign_heads
from tracking.requests.http import UserRequest
from tracking.workspace.access import prepare, submittable_state
from tracking.workspace.forms.submissions import ConfirmationForm
from tracking.workspace.submitting.clearance import clearing_of
from tracking.workspace.submitting.views.submissions import check_page


def second_person(request: UserRequest, iso3: str) -> HttpResponse:
    """Whether one person is enough, what waits for the second; change the first."""
    state = submittable_state(request, iso3)
    chosen = FourEyes.objects.of(state)
    if request.method == "POST":
        _choose(request, state, chosen, request.POST.get("act", ""))
        return redirect("workspace:second_person", state.key)
    waiting = Prepared.objects.decidable_by(request.user).filter(state=state)
    people = list(in_charge_of(state))
    return render(
        request,
        "workspace/submitting/second_person.html",
        {
            "state": state,
            "chosen": chosen,
            "waiting": waiting.select_related(
                "cycle", "prepared_by", "widens__cycle", "widens__state"
            ).order_by("prepared_at"),
            "people": people,
            "alone": len(people) < 2,
        },
    )


def _choose(
    request: UserRequest, state: State, chosen: FourEyes | None, act: str
) -> None:
    if act == "begin":
        FourEyes.objects.begin(state, by=request.user)
        messages.success(
            request, _("From now on a second person confirms before anything is sent.")
        )
    elif chosen is None:
        messages.warning(request, _("One person is enough already."))
    elif act == "propose":
        chosen.propose_end(by=request.user)
        messages.success(
            request, _("Proposed. It holds once the other person confirms it.")
        )
    elif act == "keep":
        chosen.keep()
        messages.success(request, _("Two persons stay necessary."))
    elif act == "end":
        try:
            chosen.end(by=request.user)
        except SecondPersonError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("From now on one person is enough."))


@require_POST
def cancel_prepared(request: UserRequest, iso3: str, pk: int) -> HttpResponse:
    """Take back, or refuse, what was prepared; nothing has left."""
    state = submittable_state(request, iso3)
    prepared = _prepared(request, state, pk)
    if prepared.cancel(by=request.user):
        messages.success(request, _("Taken back. Nothing was sent or shown."))
    else:
        messages.warning(request, _("It was confirmed or taken back meanwhile."))
    return redirect("workspace:second_person", state.key)


@require_POST
def confirm_prepared(request: UserRequest, iso3: str, pk: int) -> HttpResponse:
    """Be the second person: what was prepared happens now."""
    state = submittable_state(request, iso3)
    prepared = _prepared(request, state, pk)
    if prepared.widens is None:
        return _send(request, state, prepared)
    try:
        prepared.widen(by=request.user)
    except SecondPersonError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Saved. It holds from now on, everywhere."))
    return redirect(
        "workspace:visibility",
        state.key,
        prepared.cycle.code,
        prepared.widens.number,
    )


def _prepared(request: UserRequest, state: State, pk: int) -> Prepared:
    """One that waits or has ended: who comes second is told so, not sent away."""
    rows = Prepared.objects.visible_to(request.user).select_related(
        "state", "cycle", "prepared_by", "widens"
    )
    return get_object_or_404(rows, state=state, pk=pk)


def _send(request: UserRequest, state: State, prepared: Prepared) -> HttpResponse:
    prepare(state)
    clearing = clearing_of(state, prepared.cycle)
    widened = len(clearing.widened) if prepared.consent else 0
    form = ConfirmationForm(request.POST, widened=widened)
    page = partial(check_page, request, state, prepared.cycle)
    if not form.is_valid():
        return page(clearing, None, confirmation=form, status=422)
    try:
        submission = prepared.send(by=request.user, read=form.cleaned_data["shown"])
    except ChangedError:
        problem = _(
            "The working copy is not what was prepared any more. Nothing was sent: "
            "look at what changed, below."
        )
    except SecondPersonError as error:
        problem = str(error)
    except NothingReadyError:
        problem = _("No answer is ready. Nothing was sent.")
    except (StageError, IntegrityError):
        problem = _(
            "A submission of this cycle is already with the secretariat. Nothing "
            "more was sent; your working copy is as it was."
        )
    else:
        transaction.on_commit(partial(sign_heads, [state.pk]), robust=True)
        messages.success(request, _("Confirmed and submitted. Keep this receipt."))
        return redirect(submission)
    return page(clearing_of(state, prepared.cycle), None, problem=problem, status=409)
