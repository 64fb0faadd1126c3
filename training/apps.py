"""The training app: from masks to a trained network."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from training import tasks  # noqa: F401
