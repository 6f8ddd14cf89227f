from django.urls import path

from . import views

app_name = "inbox"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("settings/", views.mails, name="mails"),
    path("<ref:pk>/", views.open_message, name="open"),
]
