from django.urls import path

from . import views
from .tables import TABLES

app_name = "exports"
urlpatterns = [
    path("data/dictionary/", views.dictionary_page, name="dictionary_page"),
    path("data/dictionary.csv", views.dictionary, name="dictionary"),
    *(
        path(f"data/{name}.csv", views.export, {"name": name}, name=name)
        for name in TABLES
    ),
]
