"""The studio app: jobs, signing in, and the wiring of the other three."""

from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "studio"

    def ready(self) -> None:
        # The worker finds the tasks of every app through this one.
        from studio import celery  # noqa: F401
