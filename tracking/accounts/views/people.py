"""The people of a State: who is named, whom the focal point invites and ends."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracking.accounts import invitations
from tracking.accounts.nominating import InvitationForm
from tracking.models import SPEAKERS, Nomination, NominationError, Role, State, Tally
from tracking.requests.http import UserRequest
from tracking.requests.security_log import Event, note

# Invitations that one focal point sends in a day.
LIMIT = (20, 24 * 3600)
ORDER = (*SPEAKERS, Role.CONTRIBUTOR, Role.VIEWER)


@require_safe
def people(request: UserRequest, iso3: str) -> HttpResponse:
    """Who works for the State here; what one may do with each, for focal points."""
    state = _state(request, iso3)
    named = Nomination.objects.readable_by(request.user).filter(state=state)
    rows = sorted(
        named.select_related("user"),
        key=lambda each: (ORDER.index(Role(each.role)), each.name),
    )
    editable = set(
        Nomination.objects.editable_by(request.user).values_list("pk", flat=True)
    )
    return render(
        request,
        "people/people.html",
        {
            "state": state,
            "people": [(each, each.pk in editable) for each in rows],
            "manages": request.user.may_submit,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: UserRequest, iso3: str) -> HttpResponse:
    """Name a contributor or a viewer, who receives a link to choose a password."""
    state = _managed_state(request, iso3)
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        try:
            nomination = Nomination.objects.propose(
                by=request.user, state=state, **form.cleaned_data
            )
        except (NominationError, IntegrityError, ValidationError) as error:
            said = str(error) if isinstance(error, NominationError) else _("Try again.")
            form.add_error("email", said)
        else:
            _note(request, "propose", nomination)
            return _send(request, nomination, iso3)
    return render(
        request,
        "people/invite.html",
        {"state": state, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: UserRequest, iso3: str, pk: int) -> HttpResponse:
    """End a nomination, after a page that says what ends with it."""
    state = _managed_state(request, iso3)
    nomination = _editable(request, state, pk)
    if request.method != "POST":
        context = {"state": state, "nomination": nomination}
        return render(request, "people/end.html", context)
    nomination.end(by=request.user)
    _note(request, "end", nomination)
    messages.success(
        request,
        _("%(name)s can no longer sign in. What they wrote stays.")
        % {"name": nomination.name},
    )
    return redirect("people:people", iso3)


@require_http_methods(["POST"])
def resend(request: UserRequest, iso3: str, pk: int) -> HttpResponse:
    """Send the invitation again."""
    nomination = _editable(request, _managed_state(request, iso3), pk)
    return _send(request, nomination, iso3)


def _send(request: UserRequest, nomination: Nomination, iso3: str) -> HttpResponse:
    if Tally.objects.come("invitation", str(request.user.pk), [LIMIT]):
        return render(request, "429.html", status=429)
    if nomination.user.has_usable_password():
        messages.success(
            request,
            _("%(name)s has an account and signs in with it.")
            % {"name": nomination.name},
        )
    else:
        invitations.invite(nomination.user)
        messages.success(
            request,
            _(
                "An invitation is on its way to %(email)s. Its link is valid for ten "
                "days."
            )
            % {"email": nomination.user.email},
        )
    return redirect("people:people", iso3)


def _note(request: UserRequest, act: str, nomination: Nomination) -> None:
    note(
        Event.NOMINATION,
        request,
        act=act,
        of="nomination",
        row=nomination.pk,
        account=nomination.user_id,
        of_role=nomination.role,
    )


def _state(request: UserRequest, iso3: str) -> State:
    states = State.objects.readable_by(request.user)
    state = get_object_or_404(states, iso3=iso3.upper())
    request.user.state = state  # the menu names the same State
    return state


def _managed_state(request: UserRequest, iso3: str) -> State:
    state = _state(request, iso3)
    if not request.user.may_submit:
        raise Http404
    return state


def _editable(request: UserRequest, state: State, pk: int) -> Nomination:
    rows = Nomination.objects.editable_by(request.user).filter(state=state)
    return get_object_or_404(rows.select_related("user"), pk=pk)
