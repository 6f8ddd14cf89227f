from django.urls import path

from . import views

app_name = "dashboards"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("matrix/", views.matrix_page, name="matrix"),
    path("answers/", views.answers, name="answers"),
    path("needs/", views.needs, name="needs"),
    path("states/", views.states, name="states"),
    path("submissions/", views.submissions, name="submissions"),
    path("unreported/", views.unreported, name="unreported"),
]
