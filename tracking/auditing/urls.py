from django.urls import path

from . import views

app_name = "auditing"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("readings/", views.readings, name="readings"),
    path("checks/", views.checks, name="checks"),
]
