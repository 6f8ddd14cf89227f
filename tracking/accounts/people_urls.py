"""People of a State, within its workspace."""

from django.urls import path

from tracking.accounts.views import people

app_name = "people"

urlpatterns = [
    path("<slug:iso3>/people/", people.people, name="people"),
    path("<slug:iso3>/people/invite/", people.invite, name="invite"),
    path("<slug:iso3>/people/<ref:pk>/end/", people.end, name="end"),
    path("<slug:iso3>/people/<ref:pk>/resend/", people.resend, name="resend"),
]
