from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import AllowAny
from rest_framework.routers import APIRootView, DefaultRouter

from . import views


class Root(APIRootView):
    """The lists there are."""

    permission_classes = [AllowAny]


class Router(DefaultRouter):
    APIRootView = Root
    include_format_suffixes = False


router = Router()
router.register("recommendations", views.RecommendationViewSet, "recommendation")
router.register("states", views.StateViewSet, "state")
router.register("cycles", views.CycleViewSet, "cycle")
router.register("answers", views.AnswerViewSet, "answer")
router.register("measures", views.MeasureViewSet, "measure")
router.register("evidence", views.EvidenceViewSet, "evidence")

app_name = "api"
urlpatterns = [
    path(
        "schema/",
        SpectacularJSONAPIView.as_view(permission_classes=[AllowAny]),
        name="schema",
    ),
    *router.urls,
    # With its slash only, so that an address without one is still redirected.
    re_path(r"^.*/$", login_not_required(views.not_found), name="not_found"),
]
