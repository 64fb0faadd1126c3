"""Addresses of the training app, below /api/."""

from django.urls import path

from training.views import dtl, models, runs, weights

dtl_patterns = [
    path("dtl/schema/", dtl.DtlSchemaView.as_view()),
    path("dtl/check/", dtl.DtlCheckView.as_view()),
    path("dtl/preview/", dtl.DtlPreviewView.as_view()),
    path("dtl/run/", dtl.DtlRunView.as_view()),
    path("queries/", dtl.QueriesView.as_view()),
    path("queries/<int:query_id>/", dtl.QueryView.as_view()),
]

unet_patterns = [
    path("training/schema/", runs.TrainingSchemaView.as_view()),
    path("training/check/", runs.TrainingCheckView.as_view()),
    path("training/estimate/", runs.TrainingEstimateView.as_view()),
    path("training/runs/", runs.TrainingRunsView.as_view()),
    path("training/runs/<int:run_id>/", runs.TrainingRunView.as_view()),
    path("training/runs/<int:run_id>/sweep/", runs.SweepView.as_view()),
    path("checkpoints/<int:checkpoint_id>/model/", runs.CheckpointModelView.as_view()),
    path("models/", models.ModelsView.as_view()),
    path("models/<int:model_id>/", models.ModelView.as_view()),
    path("models/<int:model_id>/restore/", models.ModelRestoreView.as_view()),
    path("models/<int:model_id>/download/", models.ModelDownloadView.as_view()),
    path("weights/", weights.WeightsView.as_view()),
    path("weights/fetch/", weights.FetchWeightsView.as_view()),
]

urlpatterns = [*dtl_patterns, *unet_patterns]
