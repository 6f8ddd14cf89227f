from django.urls import path

from . import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path(
        "recommendations/<recommendation:place>/",
        views.recommendation,
        name="recommendation",
    ),
    path("states/", views.states, name="states"),
    path("states/<slug:iso3>/", views.state, name="state"),
    path("states/<slug:iso3>/<recommendation:place>/", views.answer, name="answer"),
    path(
        "states/<slug:iso3>/evidence/<ref:pk>/",
        views.evidence_file,
        name="evidence_file",
    ),
    path("measures/", views.measures, name="measures"),
    path("data/", views.page, {"name": "data"}, name="data"),
    path("about/", views.page, {"name": "about"}, name="about"),
    path("method/", views.page, {"name": "method"}, name="method"),
    path("accessibility/", views.page, {"name": "accessibility"}, name="accessibility"),
    path("privacy/", views.page, {"name": "privacy"}, name="privacy"),
    path("help/", views.page, {"name": "help"}, name="help"),
    path("preferences/", views.preferences, name="preferences"),
]
