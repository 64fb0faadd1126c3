"""Starting weights as JSON."""

from rest_framework import serializers


class WeightsOfSerializer(serializers.Serializer):
    present = serializers.BooleanField()
    source = serializers.CharField(help_text="The address, or the name of the uploaded file.")
    sha256 = serializers.CharField(help_text="Of the file they came from.")
    size = serializers.IntegerField(help_text="Bytes of the encoder's part, which is what is kept.")


class WeightsSerializer(serializers.Serializer):
    imagenet = WeightsOfSerializer()


class TakeWeightsSerializer(serializers.Serializer):
    upload = serializers.IntegerField()
