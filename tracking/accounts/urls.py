"""Signing in and one's own account: those routes of django-allauth that we use.

Accounts come from nominations: neither registration nor the management of several
addresses has a route. The names are allauth's, which it reverses itself; ours have
the same beginning.
"""

from allauth.account import views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as app_views
from allauth.mfa.webauthn import views as passkey_views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path, re_path

from tracking.accounts.views import account, emails, links

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.account, name="account_index"),
    path("login/", views.login, name="account_login"),
    path("logout/", links.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", links.reset_password, name="account_reset_password"),
    path(
        "password/reset/done/",
        views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        links.choose_password,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("invitation/<slug:uidb36>/", links.invite_again, name="account_invite_again"),
    path("email/", emails.email, name="account_email"),
    path("email/<str:token>/", emails.confirm_email, name="account_confirm_email"),
    path("sessions/end/", account.end_sessions, name="account_end_sessions"),
    path("data/", account.data, name="account_data"),
    path("data/file/", account.data_file, name="account_data_file"),
    # Second factors.
    path("factors/", factor_views.index, name="mfa_index"),
    path("factors/sign-in/", factor_views.authenticate, name="mfa_authenticate"),
    path("factors/confirm/", factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("factors/app/", app_views.activate_totp, name="mfa_activate_totp"),
    path("factors/app/remove/", app_views.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "factors/codes/", code_views.view_recovery_codes, name="mfa_view_recovery_codes"
    ),
    path(
        "factors/codes/new/",
        code_views.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("factors/passkeys/", passkey_views.list_webauthn, name="mfa_list_webauthn"),
    path("factors/passkeys/add/", passkey_views.add_webauthn, name="mfa_add_webauthn"),
    path(
        "factors/passkeys/sign-in/",
        login_not_required(passkey_views.login_webauthn),
        name="mfa_login_webauthn",
    ),
    path(
        "factors/passkeys/confirm/",
        passkey_views.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "factors/passkeys/<ref:pk>/",
        passkey_views.edit_webauthn,
        name="mfa_edit_webauthn",
    ),
    path(
        "factors/passkeys/<ref:pk>/remove/",
        passkey_views.remove_webauthn,
        name="mfa_remove_webauthn",
    ),
]

if settings.OIDC_SERVER_URL:
    from allauth.socialaccount.providers.openid_connect import views as oidc_views

    urlpatterns += [
        path(
            "<slug:provider_id>/login/", oidc_views.login, name="openid_connect_login"
        ),
        path(
            "<slug:provider_id>/login/callback/",
            oidc_views.callback,
            name="openid_connect_callback",
        ),
    ]
