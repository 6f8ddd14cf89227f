from django.urls import path

from . import views
from .tables import TABLES

app_name = "exports"
# What the name of an address has after the name of its table.
ENDINGS = {"csv": "", "xlsx": "_xlsx"}
urlpatterns = [
    path("data/dictionary/", views.dictionary_page, name="dictionary_page"),
    *(
        path(
            f"data/dictionary.{ending}",
            views.dictionary,
            {"ending": ending},
            name=f"dictionary{suffix}",
        )
        for ending, suffix in ENDINGS.items()
    ),
    *(
        path(
            f"data/{name}.{ending}",
            views.export,
            {"name": name, "ending": ending},
            name=f"{name}{suffix}",
        )
        for name in TABLES
        for ending, suffix in ENDINGS.items()
    ),
]
