"""Settings, from the environment.

What differs between machines comes from environment variables (or a file
`.env` beside this project) and is missed loudly. Production is the default;
`EVALUATION=1`, which `make setup` writes into `.env`, relaxes what a trial on
one's own machine cannot have: HTTPS, a secret key, a database server.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django_stubs_ext
import pghistory
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from config.api import (  # noqa: F401 - read by name
    API_LIMITS,
    REST_FRAMEWORK,
    SPECTACULAR_SETTINGS,
)
from config.environment import Environment, read_file
from config.logs import logging_to
from config.production import refusals

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
read_file(BASE_DIR / ".env")
env = Environment()

# What kind of installation this is -------------------------------------------

EVALUATION = env.flag("EVALUATION")
DEBUG = env.flag("DEBUG")
VAR_DIR = Path(env.text("VAR_DIR") or BASE_DIR / "var").resolve()


def _evaluation_key() -> str:
    """Secret key of this evaluation, made once and kept with its data."""
    path = VAR_DIR / "secret_key"
    try:
        if not path.exists() or not path.stat().st_size:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(get_random_string(50))
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{VAR_DIR} cannot be written: {error.strerror}."
        ) from error


SECRET_KEY = env.text("SECRET_KEY") or (_evaluation_key() if EVALUATION else "")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Makes the numbers of rows into addresses that others cite: kept for ever, while the
# key above may change.
ADDRESS_KEY = env.text("ADDRESS_KEY") or (SECRET_KEY if EVALUATION else "")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if EVALUATION else []
)
# Where this site is reached: links in mails never come from what a browser says.
BASE_URL = env.text(
    "BASE_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}" if EVALUATION else ""
).rstrip("/")
# How many proxies of ours stand before this process: what they pass on is believed.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", default=0)
DATABASE_URL = env.text("DATABASE_URL")
EMBEDDED_DATABASE = env.flag("EMBEDDED_DATABASE", default=EVALUATION)
# The audit chains are signed with a key that the database never sees, and their heads
# written to a list beside it; on another machine, if AUDIT_DIR is mounted from there.
AUDIT_DIR = env.text("AUDIT_DIR") or str(VAR_DIR / "audit")
AUDIT_KEY_FILE = env.text("AUDIT_KEY_FILE") or (
    str(VAR_DIR / "audit" / "key.pem") if EVALUATION else ""
)

if not (DATABASE_URL or EMBEDDED_DATABASE):
    raise ImproperlyConfigured(
        "Set DATABASE_URL, or EMBEDDED_DATABASE=1 to use the embedded PostgreSQL."
    )
if not EVALUATION and (wrong := refusals(env)):
    raise ImproperlyConfigured("\n".join(wrong))

# Applications ----------------------------------------------------------------

INSTALLED_APPS = [
    "tracking.review.apps.SuiviAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "recommendations",
    "tracking",
]

MIDDLEWARE = [
    "config.guards.GuardMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compressing.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tracking.requests.http.PrivacyMiddleware",
    "tracking.accounts.guard.GuardMiddleware",
    "tracking.requests.token_auth.MachineMiddleware",
    # What a commit starts may still leave a message.
    "tracking.requests.http.ReaderMiddleware",
    # Inside its transaction.
    "tracking.requests.http.MethodMiddleware",
    "tracking.requests.duplicate_forms.OnceMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "tracking.requests.template_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracking.requests.http.page",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database --------------------------------------------------------------------

# The site signs in as somebody who may not change tables; who may, and owns them, is
# named by OWNER_DATABASE_URL and needed by `migrate` alone.
OWNER_DATABASE_URL = env.text("OWNER_DATABASE_URL")

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL") | {"ENGINE": "config.postgresql"}
    if DATABASE_URL
    else {"ENGINE": "config.embedded", "NAME": "suivi"}
}
if DATABASE_URL:
    owner = env.database("OWNER_DATABASE_URL") if OWNER_DATABASE_URL else {}
    DATABASES["default"]["OWNER"] = {
        part: str(owner[part]) for part in ("USER", "PASSWORD") if part in owner
    }
DATABASES["default"] |= {
    # No statement of a command runs longer; config.wsgi gives a page less.
    "OPTIONS": {
        **DATABASES["default"].get("OPTIONS", {}),
        "options": "-c statement_timeout=60s",
    },
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"NAME": "test_suivi"},
}
# Shared by all processes, so that attempts to sign in are counted once. A migration
# makes the table. Its limit is high: what is crowded out would be counted anew.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Versions are told apart by the moment, not by the transaction; what they name is
# found by the row they belong to, so that no other index slows a save.
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

# People and sessions ---------------------------------------------------------

AUTH_USER_MODEL = "tracking.User"
AUTHENTICATION_BACKENDS = [
    "tracking.accounts.backends.NominationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "tracking.accounts.passwords.MaximumLengthValidator"},
    {"NAME": "tracking.accounts.passwords.ContextValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
LOGOUT_REDIRECT_URL = "public:home"
PASSWORD_RESET_TIMEOUT = 10 * 24 * 3600  # an invitation link is valid ten days

ACCOUNT_ADAPTER = "tracking.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "reauthenticate": "tracking.accounts.forms.ReauthenticateForm",
    "login": "tracking.accounts.forms.LoginForm",
    "reset_password": "tracking.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "tracking.accounts.forms.ResetPasswordKeyForm",
    "change_password": "tracking.accounts.forms.ChangePasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "tracking.accounts.tokens.PasswordTokens"  # noqa: S105
# Who is not signed in is counted by `tracking.accounts.attempts`: a network alone never
# is a reason to refuse. None of allauth's own limits counts networks.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reset_password": None,
    "reset_password_from_key": None,
    "reauthenticate": "10/h/user",
    "change_password": "5/h/user",
}
MFA_RATE_LIMITS = {"webauthn_login": None}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if EVALUATION else "https"
# How long a sign-in, or a confirmation that it is still the same person, is fresh.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60

# A second factor is obligatory for the secretariat, and before somebody submits in
# the name of a State. A trial does without: a newcomer has no authenticator at hand.
MFA_REQUIRED = env.flag("MFA_REQUIRED", default=not EVALUATION)
MFA_ADAPTER = "tracking.accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EVALUATION
MFA_TOTP_ISSUER = "Suivi"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    name: f"tracking.accounts.forms.{form}"
    for name, form in {
        "authenticate": "AuthenticateForm",
        "reauthenticate": "ReauthenticateFactorForm",
        "activate_totp": "ActivateTOTPForm",
        "add_webauthn": "AddPasskeyForm",
        "edit_webauthn": "EditPasskeyForm",
    }.items()
}

# Signing in through the OpenID Connect provider of an organization: an extra, which
# opens accounts that exist. Needs the packages of `pip install suivi[oidc]`.
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL")
OIDC_NAME = env.text("OIDC_NAME", "OpenID Connect")
if OIDC_SERVER_URL:
    INSTALLED_APPS += [
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
    SOCIALACCOUNT_ADAPTER = "tracking.accounts.oidc.OIDCAdapter"
    SOCIALACCOUNT_STORE_TOKENS = False
    SOCIALACCOUNT_LOGIN_ON_GET = False
    SOCIALACCOUNT_AUTO_SIGNUP = False
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": OIDC_NAME,
                    "client_id": env.text("OIDC_CLIENT_ID"),
                    "secret": env.text("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_SERVER_URL},
                }
            ],
        }
    }

SESSION_ENGINE = "tracking.requests.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "tracking.requests.http.csrf_failure"

# Languages -------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
]
# Django knows scripts of Chinese, the United Nations one language.
LANG_INFO["zh"] = {**LANG_INFO["zh-hans"], "code": "zh"}
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Europe/Vienna"
USE_TZ = True

# Files -----------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"
# Before they are examined, files wait here.
QUARANTINE_ROOT = VAR_DIR / "quarantine"
FILE_UPLOAD_HANDLERS = ["tracking.files.quarantine.QuarantineHandler"]


def storage_of(environment: Mapping[str, str]) -> dict[str, Any]:
    """Where files are kept: in a bucket if one is named, else on this disk.

    They leave through the site alone; no address of the bucket is ever told.
    """
    if not environment.get("S3_BUCKET"):
        return {"BACKEND": "tracking.files.storage.DurableStorage"}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": environment["S3_BUCKET"],
            "endpoint_url": environment.get("S3_ENDPOINT_URL") or None,
            "region_name": environment.get("S3_REGION") or None,
            "access_key": environment.get("S3_ACCESS_KEY") or None,
            "secret_key": environment.get("S3_SECRET_KEY") or None,
            "default_acl": None,  # what the bucket says, which is private
            "querystring_auth": True,
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }


STORAGES = {
    "default": storage_of(os.environ),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
FILE_UPLOAD_PERMISSIONS = 0o600
EVIDENCE_FILE_MAX_BYTES = 25 * 1024 * 1024
EVIDENCE_FILES_MAX = 50  # that back one answer, or one measure
UPLOADS_PER_HOUR = 100  # files that one person may send, taken or not
STATE_FILES_MAX_BYTES = 2 * 1024**3
# Share of the disk that stays free; 5 GB are enough on a large one.
FREE_DISK_FLOOR = env.share("FREE_DISK_FLOOR", default=0.1)
# A virus scanner, if there is one: unix:/path or host:port. What it did not call
# clean is then given to nobody.
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS")
CLAMD_SECONDS = 10
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Mail ------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "suivi@localhost")
if EVALUATION:
    # Mails are files one can open, so that nothing leaves the machine.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    vars().update(env.mail("EMAIL_URL"))
    EMAIL_TIMEOUT = 30  # seconds; a silent server must not hold up the others' mails

# What a browser gets ---------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        # The older word for those browsers that do not know the newer one yet; those
        # that know it no longer heed the older, and report by HTTPS alone.
        "report-uri": "/csp-reports",
        **({} if EVALUATION else {"report-to": "csp"}),
    },
}
if not EVALUATION:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"

# Alarms ----------------------------------------------------------------------

# More than this by one account of the secretariat within so many minutes is told to
# administrators and auditors. Nothing is stopped.
ALARM_MINUTES = env.number("ALARM_MINUTES", default=10, least=1)
ALARM_READINGS = env.number("ALARM_READINGS", default=30, least=1)
ALARM_STATES = env.number("ALARM_STATES", default=5, least=1)
ALARM_EXPORTS = env.number("ALARM_EXPORTS", default=5, least=1)

# Logs ------------------------------------------------------------------------

# One JSON line per event at the doors (`requests.security_log`): into this file, or
# else beside the other logs. They hold network addresses: keep them for 90 days.
SECURITY_LOG_FILE = env.text("SECURITY_LOG_FILE")
LOGGING = logging_to(SECURITY_LOG_FILE)
