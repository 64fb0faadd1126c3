"""Training runs as JSON."""

from __future__ import annotations

from rest_framework import serializers

from annotator.serializers import NamedSerializer
from studio.serializers import JobSerializer
from training.models import Checkpoint, TrainingRun
from training.services import runs
from training.unet.settings import NETWORKS

LEVELS = ["error", "warning", "info"]


class AskedSerializer(serializers.Serializer):
    """What to train: a project, a config and where to start from."""

    project = serializers.IntegerField()
    config = serializers.JSONField()
    network = serializers.ChoiceField(list(NETWORKS), default="unet_v2")
    start_from = serializers.ChoiceField(runs.STARTS, default=runs.IMAGENET)
    start_model = serializers.IntegerField(required=False, allow_null=True, default=None)
    title = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**53)


class TrainingComplaintSerializer(serializers.Serializer):
    path = serializers.CharField()
    message = serializers.CharField()
    level = serializers.ChoiceField(LEVELS)


class TrainingClassSerializer(serializers.Serializer):
    name = serializers.CharField()
    index = serializers.IntegerField()
    colour = serializers.CharField()


class TrainingScaleSerializer(serializers.Serializer):
    """Pixels of the network's input per pixel of the photo."""

    mean = serializers.FloatField()
    p5 = serializers.FloatField()
    p95 = serializers.FloatField()


class TrainingSummarySerializer(serializers.Serializer):
    train = serializers.IntegerField()
    val = serializers.IntegerField()
    classes = TrainingClassSerializer(many=True)
    neutral = serializers.CharField(allow_null=True)
    outputs = serializers.IntegerField()
    steps_per_epoch = serializers.IntegerField()
    steps = serializers.IntegerField()
    checkpoints = serializers.IntegerField()
    leak = serializers.IntegerField(help_text="Validation images whose source photo is trained on too.")
    scale = TrainingScaleSerializer()


class TrainingCheckSerializer(serializers.Serializer):
    ok = serializers.BooleanField()
    complaints = TrainingComplaintSerializer(many=True)
    summary = TrainingSummarySerializer(allow_null=True)


class TrainingChoiceSerializer(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    help = serializers.CharField()


class TrainingSchemaSerializer(serializers.Serializer):
    config = serializers.JSONField()
    template = serializers.JSONField()
    networks = TrainingChoiceSerializer(many=True)
    starts = TrainingChoiceSerializer(many=True)


class CheckpointSerializer(serializers.ModelSerializer):
    models = serializers.SerializerMethodField(help_text="Ids of the models made of it.")

    class Meta:
        model = Checkpoint
        fields = ["id", "number", "epoch", "metrics", "is_best", "size", "created_at", "swept_at", "models"]

    def get_models(self, checkpoint: Checkpoint) -> list[int]:
        return [model.pk for model in checkpoint.living_models]


class TitledSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()


class TrainingRunSerializer(serializers.ModelSerializer):
    """A run that `services.runs.complete` has seen."""

    job = JobSerializer()
    project = NamedSerializer(allow_null=True)
    start_model = TitledSerializer(allow_null=True)
    checkpoints = CheckpointSerializer(many=True)
    models = TitledSerializer(source="living_models", many=True)

    class Meta:
        model = TrainingRun
        fields = [
            "id", "job", "project", "title", "config", "network", "start_from", "start_model", "seed", "facts",
            "created_at", "checkpoints", "models",
        ]  # fmt: skip


class TitleSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=200)


class SweepSerializer(serializers.Serializer):
    keep = serializers.ListField(child=serializers.IntegerField(), default=list)


class SweptSerializer(serializers.Serializer):
    freed = serializers.IntegerField(help_text="Bytes.")
    run = TrainingRunSerializer()
