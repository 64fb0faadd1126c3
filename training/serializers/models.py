"""My models as JSON."""

from rest_framework import serializers

from annotator.serializers import NamedSerializer
from training.models import Checkpoint, NetworkModel
from training.serializers.runs import TitledSerializer


class CheckpointOfSerializer(serializers.ModelSerializer):
    class Meta:
        model = Checkpoint
        fields = ["id", "number", "epoch", "is_best"]


class NetworkModelSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username", default=None, allow_null=True)
    run = TitledSerializer(allow_null=True)
    checkpoint = CheckpointOfSerializer(allow_null=True)
    project = NamedSerializer(source="run.project", default=None, allow_null=True)

    class Meta:
        model = NetworkModel
        fields = [
            "id", "title", "network", "created_at", "deleted_at", "user", "card", "size", "sha256", "run", "checkpoint",
            "project",
        ]  # fmt: skip
