"""My models as JSON."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotator.serializers import NamedSerializer
from training.models import Checkpoint, NetworkModel
from training.serializers.runs import ScoresSerializer, TitledSerializer, TrainingScaleSerializer


class CheckpointOfSerializer(serializers.ModelSerializer):
    class Meta:
        model = Checkpoint
        fields = ["id", "number", "epoch", "is_best"]
        read_only_fields = fields


class CardClassSerializer(serializers.Serializer):
    title = serializers.CharField()
    color = serializers.CharField()
    shape = serializers.CharField()


class CardSizeSerializer(serializers.Serializer):
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class CardSerializer(serializers.Serializer):
    """What model.json says, as far as the pages show it; it says more."""

    network = serializers.CharField()
    classes = CardClassSerializer(many=True, help_text="In the order of the outputs; the first is the background.")
    class_title_to_idx = serializers.DictField(child=serializers.IntegerField())
    neutral = serializers.CharField(allow_null=True)
    input_size = CardSizeSerializer()
    scale = TrainingScaleSerializer()
    settings = serializers.DictField()
    scores = ScoresSerializer()
    epoch = serializers.FloatField()


@extend_schema_field(CardSerializer)
class CardField(serializers.JSONField):
    """All of it, as it was stored."""


class NetworkModelSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username", default=None, read_only=True, allow_null=True)
    card = CardField(read_only=True)
    run = TitledSerializer(allow_null=True)
    checkpoint = CheckpointOfSerializer(allow_null=True)
    project = NamedSerializer(source="run.project", default=None, read_only=True, allow_null=True)

    class Meta:
        model = NetworkModel
        fields = [
            "id", "title", "network", "created_at", "deleted_at", "user", "card", "size", "sha256", "run", "checkpoint",
            "project",
        ]  # fmt: skip
        read_only_fields = fields
