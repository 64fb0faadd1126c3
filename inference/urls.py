"""Addresses of the inference app, below /api/."""

urlpatterns: list = []
