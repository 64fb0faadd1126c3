"""Predictions, their windows, heat and agreement as JSON."""

from rest_framework import serializers

from annotator.models import Image, LabelClass, Project
from annotator.serializers import NamedSerializer
from inference.models import PredictionRun, Probability
from inference.services import review
from inference.tiling.heat import TILE
from studio.serializers import JobSerializer
from studio.texts import told
from training.serializers.runs import LEVELS, TitledSerializer

JSON_OR_TEXT = "The config as an object, or its JSON text."


class InferenceSchemaSerializer(serializers.Serializer):
    config = serializers.DictField(help_text="JSON schema of an inference config.")
    template = serializers.DictField(help_text="A config to begin with.")


class InferenceComplaintSerializer(serializers.Serializer):
    path = serializers.CharField()
    message = serializers.CharField()
    level = serializers.ChoiceField(LEVELS)


class ScaleSerializer(serializers.Serializer):
    mean = serializers.FloatField()
    p5 = serializers.FloatField()
    p95 = serializers.FloatField()


class ResultClassSerializer(serializers.Serializer):
    index = serializers.IntegerField()
    name = serializers.CharField()
    colour = serializers.CharField()
    is_predicted = serializers.BooleanField()


class InferenceCheckSerializer(serializers.Serializer):
    model = serializers.IntegerField(required=False, allow_null=True, default=None)
    project = serializers.IntegerField(required=False, allow_null=True, default=None)
    config = serializers.JSONField(help_text=JSON_OR_TEXT)


class InferenceSummarySerializer(serializers.Serializer):
    images = serializers.IntegerField()
    windows = serializers.IntegerField()
    scale_train = ScaleSerializer(allow_null=True, help_text="px of the network per px of the photo, in training.")
    scale_inference = ScaleSerializer(allow_null=True, help_text="The same with this config, over all photos.")
    suggested_window = serializers.IntegerField(allow_null=True, help_text="Window side that matches the training.")
    result_classes = ResultClassSerializer(source="classes", many=True)


class InferencePlanSerializer(serializers.Serializer):
    ok = serializers.BooleanField(source="is_ready")
    complaints = serializers.SerializerMethodField()
    summary = InferenceSummarySerializer(source="*")

    def get_complaints(self, plan) -> InferenceComplaintSerializer(many=True):  # type: ignore[valid-type]
        return [{"path": one.path, "message": told(one.message), "level": "error"} for one in plan.complaints]


class NewPredictionSerializer(serializers.Serializer):
    model = serializers.IntegerField()
    project = serializers.IntegerField()
    config = serializers.JSONField(help_text=JSON_OR_TEXT)
    result = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class PredictedClassSerializer(serializers.Serializer):
    index = serializers.IntegerField()
    name = serializers.CharField()
    colour = serializers.CharField()


class PredictionRunSerializer(serializers.ModelSerializer):
    """The context holds the `seen` projects: only of those is anything told."""

    job = JobSerializer()
    model = TitledSerializer(allow_null=True)
    project = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField(help_text="null until the work begins, and while it is in the trash.")
    facts = serializers.DictField(read_only=True, help_text="Device, precision, windows ...; empty until it begins.")
    classes = serializers.SerializerMethodField()

    class Meta:
        model = PredictionRun
        fields = ["id", "job", "model", "project", "result", "config", "facts", "classes", "created_at"]
        read_only_fields = fields

    def get_project(self, run: PredictionRun) -> NamedSerializer(allow_null=True):  # type: ignore[valid-type]
        return self._named(run.project)

    def get_result(self, run: PredictionRun) -> NamedSerializer(allow_null=True):  # type: ignore[valid-type]
        return self._named(run.result)

    def _named(self, project: Project | None) -> dict | None:
        if project is None or project.pk not in self.context["seen"]:
            return None
        return {"id": project.pk, "name": project.name}

    def get_classes(self, run: PredictionRun) -> PredictedClassSerializer(many=True):  # type: ignore[valid-type]
        return run.facts.get("classes", [])


class WindowsSerializer(serializers.Serializer):
    boxes = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class ProbabilitySerializer(serializers.ModelSerializer):
    tile = serializers.SerializerMethodField()

    class Meta:
        model = Probability
        fields = ["id", "class_name", "width", "height", "levels", "tile"]
        read_only_fields = fields

    def get_tile(self, _: Probability) -> int:
        return TILE


class CounterpartClassSerializer(serializers.Serializer):
    index = serializers.IntegerField()
    name = serializers.CharField()
    colour = serializers.CharField()
    pattern = serializers.ChoiceField(LabelClass.Pattern.choices)
    is_neutral = serializers.BooleanField()


class CounterpartSerializer(serializers.Serializer):
    image = serializers.IntegerField(source="pk")
    dataset = serializers.CharField()
    name = serializers.CharField()
    project = NamedSerializer()
    is_annotated = serializers.BooleanField()
    is_prediction = serializers.SerializerMethodField()
    classes = serializers.SerializerMethodField()

    def get_is_prediction(self, image: Image) -> bool:
        return image.project.lineage.get("kind") == "predict"

    def get_classes(self, image: Image) -> CounterpartClassSerializer(many=True):  # type: ignore[valid-type]
        return [
            {
                "index": label.index,
                "name": label.name,
                "colour": label.colour,
                "pattern": label.pattern,
                "is_neutral": review.is_neutral(label),
            }
            for label in review.living_classes(image).values()
        ]


class AgainstSerializer(serializers.Serializer):
    """Which classes are meant, and optionally a threshold in a probability instead of the predicted mask."""

    classes = serializers.DictField(child=serializers.CharField(), help_text="Predicted name -> annotated name.")
    threshold = serializers.IntegerField(required=False, allow_null=True, default=None)
    probability = serializers.IntegerField(required=False, allow_null=True, default=None)


class ComparisonSerializer(AgainstSerializer):
    def get_fields(self) -> dict:
        # "with" is a word of Python, so it cannot be an attribute.
        return super().get_fields() | {"with": serializers.IntegerField(help_text="The annotated image.")}


class AgreementSerializer(serializers.Serializer):
    iou = serializers.FloatField(allow_null=True)
    dice = serializers.FloatField(allow_null=True)
    precision = serializers.FloatField(allow_null=True)
    recall = serializers.FloatField(allow_null=True)
    tp = serializers.IntegerField()
    fp = serializers.IntegerField()
    fn = serializers.IntegerField()
    ignored = serializers.IntegerField(help_text="Neutral pixels, left out.")


class AdoptionSerializer(AgainstSerializer):
    into = serializers.IntegerField(help_text="The image to paint into.")
    mode = serializers.ChoiceField([review.REPLACE, review.ONLY_BACKGROUND], default=review.REPLACE)
    box = serializers.ListField(child=serializers.IntegerField(), required=False, allow_null=True, default=None)
    uuid = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="Makes repeating harmless.")


class AdoptedSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    uuid = serializers.UUIDField()
    tool = serializers.CharField()
    box = serializers.ListField(child=serializers.IntegerField())
    image = serializers.IntegerField(source="image_id")
    tiles = serializers.SerializerMethodField()

    def get_tiles(self, edit) -> int:
        return edit.tiles.count()
