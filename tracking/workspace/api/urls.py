from django.urls import path

from . import views

app_name = "own"
urlpatterns = [
    path("answers/", views.Answers.as_view(), name="answers"),
    path("answers/<recommendation:place>/", views.Answer.as_view(), name="answer"),
    path("measures/", views.Measures.as_view(), name="measures"),
    path("measures/<ref:pk>/", views.MeasureDetail.as_view(), name="measure"),
    path("evidence/", views.EvidenceList.as_view(), name="evidence_list"),
    path("evidence/<ref:pk>/", views.EvidenceDetail.as_view(), name="evidence"),
    path("submissions/", views.Submissions.as_view(), name="submissions"),
    path(
        "submissions/<slug:cycle>/<int:number>/",
        views.SubmissionDetail.as_view(),
        name="submission",
    ),
]
