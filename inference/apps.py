"""The inference app: from a network to reviewed masks."""

from django.apps import AppConfig


class InferenceConfig(AppConfig):
    name = "inference"

    def ready(self) -> None:
        from inference import tasks  # noqa: F401
