"""Addresses of the training app, below /api/."""

urlpatterns: list = []
