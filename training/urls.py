"""Addresses of the training app, below /api/."""

from django.urls import path

from training.views import dtl

dtl_patterns = [
    path("dtl/schema/", dtl.DtlSchemaView.as_view()),
    path("dtl/check/", dtl.DtlCheckView.as_view()),
    path("dtl/preview/", dtl.DtlPreviewView.as_view()),
    path("dtl/run/", dtl.DtlRunView.as_view()),
    path("queries/", dtl.QueriesView.as_view()),
    path("queries/<int:query_id>/", dtl.QueryView.as_view()),
]

urlpatterns = dtl_patterns
