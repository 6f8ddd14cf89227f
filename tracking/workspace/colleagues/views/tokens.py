"""Tokens of the State: made, shown once, seen and revoked by who acts in its name."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import (
    BusyError,
    IdempotencyKey,
    State,
    Token,
    request_digest,
)
from tracking.requests.http import UserRequest
from tracking.requests.security_log import Event, note
from tracking.workspace.access import submittable_state
from tracking.workspace.forms.tokens import TokenForm

OLD_ONES = 50  # shown of those that open nothing any more


def tokens(request: UserRequest, iso3: str) -> HttpResponse:
    """Which machines of the State may come in; another one is let in here."""
    state = submittable_state(request, iso3)
    if request.method != "POST":
        return _page(request, state, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, state, form, status=422)
    made = _make(request, state, form)
    if made is None:
        messages.warning(
            request,
            _(
                "This token was made already, and its secret was shown. If you have "
                "not kept it, revoke the token and make another."
            ),
        )
        return redirect("workspace:tokens", state.key)
    token, secret = made
    # In the answer itself and nowhere else: no session and no message holds it.
    return _page(request, state, TokenForm(), made=token, secret=secret)


@transaction.atomic
def _make(
    request: UserRequest, state: State, form: TokenForm
) -> tuple[Token, str] | None:
    """Make a token and its secret; None where this page has made its own before."""
    path = request.path
    try:
        key = IdempotencyKey.objects.begin(
            form.cleaned_data["once"],
            request_digest("POST", path, []),
            user=request.user,
        )
    except BusyError:
        return None
    if key.is_answered:
        return None
    found = Token.objects.make(
        state,
        label=form.cleaned_data["label"],
        scopes=form.cleaned_data["scopes"],
        expires_at=form.expires_at,
        by=request.user,
    )
    key.finish(200)
    note(Event.TOKEN, request, act="make", token=found[0].pk)
    return found


def _page(
    request: UserRequest,
    state: State,
    form: TokenForm,
    *,
    status: int = 200,
    made: Token | None = None,
    secret: str = "",
) -> HttpResponse:
    rows = Token.objects.managed_by(request.user).select_related(
        "made_by", "revoked_by"
    )
    alive = list(rows.alive())
    old = rows.exclude(pk__in=[each.pk for each in alive])
    return render(
        request,
        "workspace/colleagues/tokens.html",
        {
            "state": state,
            "form": form,
            "tokens": alive,
            "old": old[:OLD_ONES],
            "made": made,
            "secret": secret,
        },
        status=status,
    )


@require_POST
def revoke_token(request: UserRequest, iso3: str, pk: int) -> HttpResponse:
    """Close a token at once and for good."""
    state = submittable_state(request, iso3)
    token = get_object_or_404(Token.objects.managed_by(request.user), pk=pk)
    token.revoke(by=request.user)
    note(Event.TOKEN, request, act="revoke", token=token.pk)
    messages.success(
        request,
        _("Revoked: %(label)s. Its machine is refused from now on.")
        % {"label": token.label},
    )
    return redirect("workspace:tokens", state.key)
