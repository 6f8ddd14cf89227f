"""What links in mails lead to. GET shows a page with a button, POST consumes."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import url_str_to_user_pk
from allauth.account.views import INTERNAL_RESET_SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from tracking.accounts.attempts import TooOftenError, ask_for_link
from tracking.accounts.forms import ResetPasswordForm
from tracking.accounts.invitations import invite
from tracking.models import User
from tracking.requests.security_log import network_of

IN_SESSION = "set-password"


def without_referrer(response: HttpResponseBase) -> HttpResponseBase:
    """No other page learns the address, which carries a secret.

    Not for pages with a form: browsers would then not say where it comes from.
    """
    response["Referrer-Policy"] = "no-referrer"
    return response


@method_decorator(login_not_required, name="dispatch")
class ResetView(allauth_views.PasswordResetView):
    """allauth's page, with our limits."""

    def form_valid(self, form: ResetPasswordForm) -> HttpResponse:
        try:
            ask_for_link(self.request, form.cleaned_data["email"])
        except TooOftenError:
            return render(self.request, "429.html", status=429)
        response: HttpResponse = super().form_valid(form)
        return response


reset_password = ResetView.as_view()


@method_decorator(login_not_required, name="dispatch")
class ChoosePasswordView(allauth_views.PasswordResetFromKeyView):
    """allauth's page, which first takes the key out of the address, good or bad."""

    def dispatch(
        self, request: HttpRequest, uidb36: str, key: str, **kwargs: Any
    ) -> HttpResponseBase:
        if key == IN_SESSION:
            return super().dispatch(request, uidb36, key, **kwargs)  # type: ignore[no-any-return]
        request.session[INTERNAL_RESET_SESSION_KEY] = key
        return without_referrer(
            redirect("account_reset_password_from_key", uidb36, IN_SESSION)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if context.get("token_fail"):
            context["too_old"] = self._invited() is not None
        elif self.reset_user is not None:
            context["invited"] = not self.reset_user.has_usable_password()
        return context

    def _invited(self) -> User | None:
        return invited_by(self.request, self.kwargs["uidb36"])


choose_password = ChoosePasswordView.as_view()


def invited_by(request: HttpRequest, uidb36: str) -> User | None:
    """Whose invitation the session holds, if it was genuine and is only too old."""
    try:
        pk = url_str_to_user_pk(uidb36)
    except ValueError:
        return None
    user = User.objects.in_office().filter(pk=pk).first()
    key = request.session.get(INTERNAL_RESET_SESSION_KEY, "")
    tokens = PASSWORD_RESET_TOKEN_GENERATOR()
    if user is None or user.has_usable_password() or not tokens.is_genuine(user, key):
        return None
    return user


@login_not_required
@require_POST
def invite_again(request: HttpRequest, uidb36: str) -> HttpResponse:
    """Send a new invitation to somebody whose link is too old: one click.

    The answer is the same whether there was such an invitation or not.
    """
    user = invited_by(request, uidb36)
    try:
        # Only who holds the link uses up its mails.
        whose = "invitation" if user else network_of(request)
        ask_for_link(request, f"{whose} {uidb36}")
    except TooOftenError:
        return render(request, "429.html", status=429)
    if user is not None:
        invite(user)
    return redirect("account_reset_password_done")


@method_decorator(login_not_required, name="dispatch")
class LogoutView(allauth_views.LogoutView):
    """Leaves nothing in the browser of a shared computer."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


logout = LogoutView.as_view()
