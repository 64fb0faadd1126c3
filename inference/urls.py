"""Addresses of the inference app, below /api/."""

from django.urls import path

from inference import views

urlpatterns = [
    path("inference/schema/", views.SchemaView.as_view()),
    path("inference/check/", views.CheckView.as_view()),
    path("inference/runs/", views.RunsView.as_view()),
    path("inference/runs/<int:run_id>/", views.RunView.as_view()),
    path("images/<int:image_id>/windows/", views.WindowsView.as_view()),
    path("images/<int:image_id>/probabilities/", views.ProbabilitiesView.as_view()),
    path("images/<int:image_id>/counterparts/", views.CounterpartsView.as_view()),
    path("images/<int:image_id>/compare/", views.CompareView.as_view()),
    path("images/<int:image_id>/adopt/", views.AdoptView.as_view()),
    path("probabilities/<int:probability_id>/<int:level>/<int:x>_<int:y>.png", views.ProbabilityTileView.as_view()),
]
