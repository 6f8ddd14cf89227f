"""One's own account: how one signs in, where one is signed in, what is kept."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tracking.accounts.factors import end_other_sessions
from tracking.accounts.personal import document_of
from tracking.models import EmailChange, Session
from tracking.models.people.sessions import stored_key
from tracking.requests.http import UserRequest
from tracking.requests.security_log import Event, note


@require_safe
def account(request: UserRequest) -> HttpResponse:
    """Everything about one's account, each with the page that changes it."""
    user = request.user
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return render(
        request,
        "account/index.html",
        {
            "nomination": user.nominations.in_force().first(),
            "sessions": Session.objects.alive().of(user),
            "current": stored_key(request.session.session_key or ""),
            "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
            "has_app": Authenticator.Type.TOTP in kinds,
            "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
            "factor_required": settings.MFA_REQUIRED
            and (user.is_secretariat or user.may_submit),
            "trial_without_factor": not settings.MFA_REQUIRED,
            "change": EmailChange.objects.waiting().filter(user=user).first(),
        },
    )


@require_POST
def end_sessions(request: UserRequest) -> HttpResponse:
    """End one of one's other sessions, or all of them."""
    others = Session.objects.of(request.user).but(request.session.session_key)
    name = request.POST.get("session", "")
    if name:
        chosen = [each.pk for each in others if each.name == name]
        others.filter(pk__in=chosen).end()
        number = len(chosen)
        note(Event.SESSIONS_ENDED, request, number=number)
    else:
        number = others.alive().count()
        end_other_sessions(request, request.user)
    messages.success(
        request,
        ngettext(
            "%(number)d session was ended.", "%(number)d sessions were ended.", number
        )
        % {"number": number},
    )
    return redirect("account_index")


@require_safe
def data(request: UserRequest) -> HttpResponse:
    """What is kept about the person, on a page."""
    return render(request, "account/data.html", {"document": document_of(request.user)})


@require_POST
def data_file(request: UserRequest) -> HttpResponse:
    """The same as a file, for machines and for one's own archive."""
    response = JsonResponse(
        document_of(request.user),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
    response["Content-Disposition"] = 'attachment; filename="suivi-my-data.json"'
    return response
