from django.urls import path

from . import views

app_name = "recommendations"
urlpatterns = [
    path("recommendations/", views.show_list, name="list"),
    path("recommendations/<meeting:slug>/", views.show_meeting, name="meeting"),
]
