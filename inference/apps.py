"""The inference app: from a network to reviewed masks."""

from django.apps import AppConfig


class InferenceConfig(AppConfig):
    name = "inference"

    def ready(self) -> None:
        from annotator.services import trash
        from inference import tasks  # noqa: F401
        from inference.services import heat

        trash.also_forget(heat.forget)
