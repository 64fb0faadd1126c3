"""Saved queries, training runs with their checkpoints, and the models made of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotator.models import Project
from studio.models import Job


class SavedQuery(models.Model):
    """A DTL query kept under a name."""

    name = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="queries")
    text = models.TextField()  # the JSON as the user wrote it, comments of layout included
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_query_per_name")]


class TrainingRun(models.Model):
    """One training: what was asked, what it ran on. Its loss chart is a function of its job's events."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="training")
    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="trainings")
    title = models.CharField(max_length=200)
    config = models.JSONField()  # as written by the user
    network = models.CharField(max_length=40)  # unet_v2 or unet_v2_quarter
    start_from = models.CharField(max_length=20)  # imagenet, random or model
    start_model = models.ForeignKey("NetworkModel", null=True, on_delete=models.SET_NULL, related_name="continued")
    seed = models.PositiveBigIntegerField(default=0)
    # What the run found out: classes and their indices, counts, device, precision, versions. See jobs.train.
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]


class Checkpoint(models.Model):
    """The network after a validation: weights as safetensors beside a JSON that explains them."""

    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="checkpoints")
    number = models.PositiveIntegerField()  # 1, 2, ... as validations happen
    epoch = models.FloatField()
    metrics = models.JSONField(default=dict)  # of the validation: loss, accuracy, dice, iou
    is_best = models.BooleanField(default=False)  # lowest validation loss of its run so far
    folder = models.CharField(max_length=300)  # below the data folder
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    swept_at = models.DateTimeField(null=True)  # its files are gone

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_checkpoint_per_number")]


class NetworkModelQuerySet(models.QuerySet):
    def visible_to(self, user) -> "NetworkModelQuerySet":
        """A user's own models, and those trained on projects the user is a member of."""
        return self.filter(Q(user_id=user.pk) | Q(run__project__memberships__user_id=user.pk)).distinct()


class NetworkModel(models.Model):
    """A trained network under a title: one line of My models."""

    title = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="models")
    run = models.ForeignKey(TrainingRun, null=True, on_delete=models.SET_NULL, related_name="models")
    checkpoint = models.ForeignKey(Checkpoint, null=True, on_delete=models.SET_NULL, related_name="models")
    folder = models.CharField(max_length=300)  # below the data folder: weights.safetensors and model.json
    network = models.CharField(max_length=40)
    card = models.JSONField(default=dict)  # what model.json says: settings, classes, class_title_to_idx, scale, scores
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = NetworkModelQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
