"""Another e-mail address: asked for once, confirmed at the old and at the new one."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracking.accounts.forms import EmailForm
from tracking.accounts.views.links import without_referrer
from tracking.models import EmailChange, NominationError, Tally
from tracking.requests.http import UserRequest

LIMIT = (5, 3600)  # by one person, in so many seconds
IN_SESSION = "confirm"
KEY = "email_change"


@require_http_methods(["GET", "HEAD", "POST"])
def email(request: UserRequest) -> HttpResponse:
    """Ask for another address: a link goes to the old one and to the new one."""
    form = EmailForm(request.POST or None, user=request.user)
    if form.is_valid():
        if Tally.objects.come("email", str(request.user.pk), [LIMIT]):
            return render(request, "429.html", status=429)
        change = EmailChange.objects.ask(request.user, form.cleaned_data["email"])
        for end, address in (("old", change.old), ("new", change.new)):
            get_adapter().send_mail(
                "account/email/email_change",
                address,
                {"user": change.user, "change": change, "end": end},
            )
        messages.success(
            request,
            _(
                "Two messages are on their way. The address changes once the link in "
                "each of them has been confirmed."
            ),
        )
        return redirect("account_index")
    return render(
        request,
        "account/email.html",
        {
            "form": form,
            "change": EmailChange.objects.waiting().filter(user=request.user).first(),
        },
        status=422 if form.errors else 200,
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, token: str) -> HttpResponseBase:
    """Confirm one end. The secret leaves the address before the page is shown."""
    if token != IN_SESSION:
        request.session[KEY] = token
        return without_referrer(redirect("account_confirm_email", IN_SESSION))
    found = EmailChange.objects.get_by_token(request.session.get(KEY, ""))
    if found is None:
        return render(request, "account/email_confirm.html", {"change": None})
    change, end = found
    if request.method != "POST":
        context = {"change": change, "end": end}
        return render(request, "account/email_confirm.html", context)
    del request.session[KEY]
    old = change.old
    try:
        done = change.confirm(end)
    except NominationError:
        return render(request, "account/email_confirm.html", {"change": None})
    if done:
        change.user.email = change.new
        for address in (old, change.new):
            get_adapter().send_mail(
                "account/email/email_changed",
                address,
                {"user": change.user, "change": change},
            )
        if request.user.is_authenticated:
            # All sessions have ended, this one too.
            request.session.flush()
    return render(
        request, "account/email_confirmed.html", {"change": change, "done": done}
    )
