"""Training runs as JSON."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
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


class NetworkChoiceSerializer(serializers.Serializer):
    name = serializers.ChoiceField(list(NETWORKS))
    title = serializers.CharField()
    help = serializers.CharField()


class StartChoiceSerializer(serializers.Serializer):
    name = serializers.ChoiceField(runs.STARTS)
    title = serializers.CharField()
    help = serializers.CharField()


class TrainingSchemaSerializer(serializers.Serializer):
    config = serializers.DictField(help_text="JSON schema of a training config.")
    template = serializers.DictField(help_text="A config to begin with.")
    networks = NetworkChoiceSerializer(many=True)
    starts = StartChoiceSerializer(many=True)


class ScoresSerializer(serializers.Serializer):
    """Of a validation. Scores are of the foreground classes, 0..1."""

    loss = serializers.FloatField()
    accuracy = serializers.FloatField(help_text="Of all known pixels.")
    dice = serializers.FloatField()
    iou = serializers.FloatField()
    iou_by_class = serializers.DictField(
        child=serializers.FloatField(allow_null=True),
        required=False,
        help_text="Where there are several; null for a class that is neither there nor predicted.",
    )


@extend_schema_field(ScoresSerializer)
class ScoresField(serializers.JSONField):
    """As they were stored."""


class CheckpointSerializer(serializers.ModelSerializer):
    metrics = ScoresField(read_only=True)
    models = serializers.SerializerMethodField(help_text="Ids of the models made of it.")

    class Meta:
        model = Checkpoint
        fields = ["id", "number", "epoch", "metrics", "is_best", "size", "created_at", "swept_at", "models"]
        read_only_fields = fields

    def get_models(self, checkpoint: Checkpoint) -> list[int]:
        return [model.pk for model in checkpoint.living_models]


class TitledSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()


class TrainingRunSerializer(serializers.ModelSerializer):
    """A run that `services.runs.complete` has seen."""

    job = JobSerializer()
    project = NamedSerializer(allow_null=True)
    config = serializers.DictField(read_only=True, help_text="As it was sent.")
    start_from = serializers.ChoiceField(runs.STARTS)
    start_model = TitledSerializer(allow_null=True)
    facts = serializers.DictField(read_only=True, help_text="Device, precision, versions ...; empty until it begins.")
    checkpoints = CheckpointSerializer(many=True)
    models = TitledSerializer(source="living_models", many=True)

    class Meta:
        model = TrainingRun
        fields = [
            "id", "job", "project", "title", "config", "network", "start_from", "start_model", "seed", "facts",
            "created_at", "checkpoints", "models",
        ]  # fmt: skip
        read_only_fields = fields


class TitleSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=200)


class SweepSerializer(serializers.Serializer):
    keep = serializers.ListField(child=serializers.IntegerField(), default=list)


class SweptSerializer(serializers.Serializer):
    freed = serializers.IntegerField(help_text="Bytes.")
    run = TrainingRunSerializer()
