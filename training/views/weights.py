"""The ImageNet weights a training can start from."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.serializers import as_data
from annotator.services import uploads
from studio import jobs
from studio.serializers import JobSerializer
from training.serializers.weights import TakeWeightsSerializer, WeightsSerializer
from training.services import weights


class WeightsView(APIView):
    @extend_schema(responses=WeightsSerializer)
    def get(self, request: Request) -> Response:
        return Response({"imagenet": weights.imagenet()})

    @extend_schema(request=TakeWeightsSerializer, responses={201: JobSerializer})
    def post(self, request: Request) -> Response:
        """A job that takes the weights out of an uploaded file: torchvision's vgg16_bn, .pth or .safetensors."""
        upload = uploads.upload_for(request.user, as_data(TakeWeightsSerializer, request.data)["upload"])
        job = weights.take(request.user, upload)
        jobs.enqueue(job)
        return Response(JobSerializer(job).data, status=status.HTTP_201_CREATED)


class FetchWeightsView(APIView):
    @extend_schema(request=None, responses={201: JobSerializer})
    def post(self, request: Request) -> Response:
        """A job that downloads torchvision's weights and checks their sum."""
        job = weights.fetch(request.user)
        jobs.enqueue(job)
        return Response(JobSerializer(job).data, status=status.HTTP_201_CREATED)
