"""Settings, from the environment.

What differs between machines comes from environment variables (or a file
`.env` beside this project) and is missed loudly. Production is the default;
`EVALUATION=1`, which `make setup` writes into `.env`, relaxes what a trial on
one's own machine cannot have: HTTPS, a secret key, a database server.
"""

from pathlib import Path

import django_stubs_ext
import environ
import pghistory
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

# What kind of installation this is -------------------------------------------

EVALUATION = env.bool("EVALUATION", default=False)
DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()


def _evaluation_key() -> str:
    """Secret key of this evaluation, made once and kept with its data."""
    path = VAR_DIR / "secret_key"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(get_random_secret_key())
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{VAR_DIR} cannot be written: {error.strerror}."
        ) from error


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise ImproperlyConfigured(sentence)


# Not as a default of `env.str`: it would take a key that begins with $ for a name.
SECRET_KEY = env.str("SECRET_KEY", default="") or (
    _evaluation_key() if EVALUATION else ""
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if EVALUATION else []
)
DATABASE_URL = env.str("DATABASE_URL", default="")
EMBEDDED_DATABASE = env.bool("EMBEDDED_DATABASE", default=EVALUATION)

if not EVALUATION:
    _require(not DEBUG, "DEBUG must be off in production.")
    _require(
        len(SECRET_KEY) >= 50 and len(set(SECRET_KEY)) >= 5,
        "Set SECRET_KEY to at least 50 random characters.",
    )
    _require(
        bool(ALLOWED_HOSTS) and "*" not in ALLOWED_HOSTS,
        "Set ALLOWED_HOSTS to the names under which this site is reached.",
    )
_require(
    bool(DATABASE_URL) or EMBEDDED_DATABASE,
    "Set DATABASE_URL, or EMBEDDED_DATABASE=1 to use the embedded PostgreSQL.",
)

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
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tracking.http.PrivacyMiddleware",
    # Last: what a commit starts may still leave a message.
    "tracking.http.ReaderMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "config.page"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracking.http.page",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database --------------------------------------------------------------------

# The site signs in as somebody who may not change tables; who may, and owns them, is
# named by OWNER_DATABASE_URL and needed by `migrate` alone.
OWNER_DATABASE_URL = env.str("OWNER_DATABASE_URL", default="")


def _login(url: str) -> dict[str, str]:
    """The parts of a database's address that tell who signs in to it."""
    found = env.db_url_config(url)
    return {key: str(found.get(key, "")) for key in ("USER", "PASSWORD")}


DATABASES = {
    "default": (
        env.db_url_config(DATABASE_URL)
        if DATABASE_URL
        else {"ENGINE": "config.embedded", "NAME": "suivi"}
    ),
}
_require(
    DATABASES["default"]["ENGINE"]
    in ("config.embedded", "django.db.backends.postgresql"),
    "DATABASE_URL must name a PostgreSQL database: postgres://user:password@host/name.",
)
if DATABASE_URL:
    DATABASES["default"] |= {
        "ENGINE": "config.postgresql",
        "OWNER": _login(OWNER_DATABASE_URL) if OWNER_DATABASE_URL else {},
    }
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"NAME": "test_suivi"},
}
if not EVALUATION:
    # Shared by all processes, so that attempts to sign in are counted once. The
    # table is made by `manage.py createcachetable`.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
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
    "allauth.account.auth_backends.AuthenticationBackend",
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
    "login": "tracking.accounts.forms.LoginForm",
    "reset_password": "tracking.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "tracking.accounts.forms.ResetPasswordKeyForm",
    "change_password": "tracking.accounts.forms.ChangePasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "tracking.accounts.tokens.PasswordTokens"  # noqa: S105
# Per network, and per account and network; the other limits are allauth's.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/h/ip,5/900s/key",
    "reset_password": "20/h/ip,3/h/key",
}
# How many proxies of ours stand before this process: attempts are counted by
# network, and the address they pass on is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if EVALUATION else "https"

SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "tracking.http.csrf_failure"

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
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
FILE_UPLOAD_PERMISSIONS = 0o600
EVIDENCE_FILE_MAX_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Mail ------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="suivi@localhost")
if EVALUATION:
    # Mails are files one can open, so that nothing leaves the machine.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    vars().update(env.email_url("EMAIL_URL", default="smtp+tls://localhost:587"))

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
    },
}
if not EVALUATION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"

# API -------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticatedOrReadOnly"
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Suivi",
    "DESCRIPTION": "What States publish on the recommendations of the Working Group "
    "on the Smuggling of Migrants.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# Logs ------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
