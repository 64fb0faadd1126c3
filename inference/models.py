"""Prediction runs and the probabilities they leave for review."""

from django.db import models

from annotator.models import Image, Project
from studio.models import Job
from training.models import NetworkModel


class PredictionRun(models.Model):
    """One prediction: which model looked at which project, and how."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="prediction")
    model = models.ForeignKey(NetworkModel, null=True, on_delete=models.SET_NULL, related_name="predictions")
    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="predictions")
    result = models.OneToOneField(Project, null=True, on_delete=models.SET_NULL, related_name="prediction")
    config = models.JSONField()  # as written by the user
    facts = models.JSONField(default=dict)  # device, precision, windows, seconds
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]


class Probability(models.Model):
    """How sure the network was of one class on one image: 0..255 per pixel of its own resolution, as PNG tiles."""

    run = models.ForeignKey(PredictionRun, on_delete=models.CASCADE, related_name="probabilities")
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="probabilities")  # of the result project
    class_name = models.CharField(max_length=200)  # with its suffix, as in the result project
    width = models.PositiveIntegerField()  # at network resolution
    height = models.PositiveIntegerField()
    levels = models.PositiveSmallIntegerField()
    folder = models.CharField(max_length=300)  # below the data folder: <level>/<x>_<y>.png

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "class_name"], name="one_probability_per_class")]
