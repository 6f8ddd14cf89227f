"""Signing in through the OpenID Connect provider of an organization.

The provider says who somebody is; which account that opens, and whether a second
factor is asked for, is said here. It never makes an account.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import render

from tracking.models import User


class OIDCAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Open the account in office whose address the provider has verified.

        Nothing is remembered of the provider's own name for the person: the address
        decides each time, as a nomination does.
        """
        if sociallogin.state.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
            self._refuse(request)
        verified = [
            address.email.lower()
            for address in sociallogin.email_addresses
            if address.verified is True
        ]
        user = User.objects.in_office().filter(email__in=verified).first()
        if user is None or not user.has_usable_password():
            # Who has not accepted the invitation yet does that first.
            self._refuse(request)
        sociallogin.user = user

    def on_authentication_error(
        self, request: HttpRequest, *args: Any, **kw: Any
    ) -> None:
        self._refuse(request)

    def _refuse(self, request: HttpRequest) -> None:
        raise ImmediateHttpResponse(
            render(request, "account/oidc_refused.html", status=403)
        )
