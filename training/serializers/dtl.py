"""Queries, what is said about them, and their previews as JSON."""

from rest_framework import serializers

from training.models import SavedQuery


class DtlLayerSerializer(serializers.Serializer):
    action = serializers.CharField()
    title = serializers.CharField()
    help = serializers.CharField()
    schema = serializers.DictField(help_text="JSON schema of the settings.")
    outputs = serializers.ListField(child=serializers.CharField(), help_text="What each output means; empty: it saves.")


class DtlTemplateSerializer(serializers.Serializer):
    name = serializers.CharField()
    text = serializers.CharField()


class DtlSchemaSerializer(serializers.Serializer):
    layers = DtlLayerSerializer(many=True)
    templates = DtlTemplateSerializer(many=True)


class QueryTextSerializer(serializers.Serializer):
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)


class NewDtlPreviewSerializer(QueryTextSerializer):
    seed = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**53)
    count = serializers.IntegerField(required=False, default=12, min_value=1, max_value=12)


class NewDtlRunSerializer(QueryTextSerializer):
    seed = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**53)
    lossless = serializers.BooleanField(required=False, default=False)


class QueryComplaintSerializer(serializers.Serializer):
    layer = serializers.IntegerField(allow_null=True, help_text="From 1; null when it is about the whole query.")
    action = serializers.CharField()
    path = serializers.CharField()
    message = serializers.CharField()
    text = serializers.CharField(help_text="All of it as one line.")
    level = serializers.ChoiceField(["error", "info"])
    line = serializers.IntegerField(required=False)
    column = serializers.IntegerField(required=False)


class GraphNodeSerializer(serializers.Serializer):
    layer = serializers.IntegerField()
    action = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    src = serializers.ListField(child=serializers.CharField())
    dst = serializers.ListField(child=serializers.CharField())


class GraphEdgeSerializer(serializers.Serializer):
    from_layer = serializers.IntegerField()
    output = serializers.IntegerField()
    to_layer = serializers.IntegerField()
    name = serializers.CharField()


class GraphDiscardedSerializer(serializers.Serializer):
    layer = serializers.IntegerField()
    output = serializers.IntegerField()
    name = serializers.CharField()


class QueryGraphSerializer(serializers.Serializer):
    nodes = GraphNodeSerializer(many=True)
    edges = GraphEdgeSerializer(many=True)
    discarded = GraphDiscardedSerializer(many=True)


class QueryResultClassSerializer(serializers.Serializer):
    name = serializers.CharField()
    colour = serializers.CharField()


class QueryResultSerializer(serializers.Serializer):
    project = serializers.CharField()
    classes = QueryResultClassSerializer(many=True)
    tags = serializers.ListField(child=serializers.CharField())


class QueryFixSerializer(serializers.Serializer):
    text = serializers.CharField(help_text="The repaired query.")


class QueryNoteSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(["split_after_crop"])
    layer = serializers.IntegerField()
    text = serializers.CharField()
    fix = QueryFixSerializer()


class QueryCheckSerializer(serializers.Serializer):
    ok = serializers.BooleanField()
    complaints = QueryComplaintSerializer(many=True)
    graph = QueryGraphSerializer()
    result = QueryResultSerializer(allow_null=True)
    notes = QueryNoteSerializer(many=True)


class SampleSourceSerializer(serializers.Serializer):
    image = serializers.IntegerField()
    project = serializers.CharField()
    dataset = serializers.CharField()
    name = serializers.CharField()
    photo = serializers.CharField(help_text="SHA-256 of the photo that everything was cut from.")
    box = serializers.ListField(child=serializers.IntegerField(), help_text="left, top, right, bottom in the source")
    flips = serializers.ListField(child=serializers.CharField())
    copy = serializers.IntegerField(required=False)
    size = serializers.ListField(child=serializers.IntegerField(), required=False)
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PreviewSampleSerializer(serializers.Serializer):
    name = serializers.CharField()
    dataset = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    photo = serializers.CharField(help_text="data: URL of a JPEG")
    overlay = serializers.CharField(help_text="data: URL of a PNG")
    source = SampleSourceSerializer()
    objects = serializers.IntegerField()


class DtlPreviewSerializer(serializers.Serializer):
    samples = PreviewSampleSerializer(many=True)
    seen = serializers.IntegerField(help_text="Photos that were looked at.")
    kept = serializers.IntegerField(help_text="Images these photos gave.")
    photos = serializers.IntegerField(help_text="All photos the query takes in.")
    problem = serializers.CharField(required=False)


class SavedQuerySerializer(serializers.ModelSerializer):
    class Meta:
        model = SavedQuery
        fields = ["id", "name", "text", "created_at", "updated_at"]


class NewQuerySerializer(QueryTextSerializer):
    name = serializers.CharField(max_length=200)


class QueryChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200, required=False)
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, required=False)
