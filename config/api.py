"""Settings of the API; the same on every machine."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tracking.requests.token_auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticatedOrReadOnly"
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    # OPTIONS would describe what a reader may not ask for.
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
# How many requests in how many seconds: without a token from one network, with one
# token, and with tokens that open nothing from one network.
API_LIMITS = {
    "anonymous": [(60, 60), (2_000, 24 * 3600)],
    "token": [(600, 60), (50_000, 24 * 3600)],
    "refused": [(20, 3600)],
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Suivi",
    "DESCRIPTION": "What States publish on the recommendations of the Working Group "
    "on the Smuggling of Migrants.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "EvidenceKindEnum": "tracking.models.working_copy.values.EvidenceKind",
        "MeasureKindEnum": "tracking.models.working_copy.values.MeasureKind",
        "StageEnum": "tracking.models.working_copy.values.MeasureStage",
        "SubmissionStageEnum": "tracking.models.records.submissions.Stage",
        # Priorities have the same three values.
        "LevelEnum": "tracking.models.working_copy.values.Confidence",
    },
}
