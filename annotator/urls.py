"""Addresses of the annotator app, below /api/."""

urlpatterns: list = []
