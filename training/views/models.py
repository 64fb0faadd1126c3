"""My models: listed, renamed, downloaded, thrown away and taken back."""

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.serializers import as_data
from studio.sending import send_file
from studio.views import Page, page_of
from training.serializers.models import NetworkModelSerializer
from training.serializers.runs import TitleSerializer
from training.services import models


class ModelsView(APIView):
    @extend_schema(
        operation_id="models_list",
        parameters=[
            OpenApiParameter("trash", str, enum=["1"]),
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int),
        ],
        responses=page_of(NetworkModelSerializer),
    )
    def get(self, request: Request) -> Response:
        """Models this user may use, newest first."""
        page = Page()
        found = models.listed(request.user, trash=request.query_params.get("trash") == "1")
        rows = page.paginate_queryset(found, request)
        return page.get_paginated_response(NetworkModelSerializer(rows, many=True).data)


class ModelView(APIView):
    @extend_schema(responses=NetworkModelSerializer)
    def get(self, request: Request, model_id: int) -> Response:
        return Response(NetworkModelSerializer(models.model_for(request.user, model_id)).data)

    @extend_schema(request=TitleSerializer, responses=NetworkModelSerializer)
    def patch(self, request: Request, model_id: int) -> Response:
        """Rename; a title that is taken gets a number."""
        title = as_data(TitleSerializer, request.data)["title"]
        model = models.rename(models.model_for(request.user, model_id), title, request.user)
        return Response(NetworkModelSerializer(model).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, model_id: int) -> Response:
        """Into the trash."""
        models.delete(models.model_for(request.user, model_id), request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ModelRestoreView(APIView):
    @extend_schema(request=None, responses=NetworkModelSerializer)
    def post(self, request: Request, model_id: int) -> Response:
        model = models.restore(models.model_for(request.user, model_id, trash=True), request.user)
        return Response(NetworkModelSerializer(model).data)


class ModelDownloadView(APIView):
    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, model_id: int) -> HttpResponseBase:
        """weights.safetensors and model.json in a zip."""
        model = models.model_for(request.user, model_id)
        return send_file(request, models.archive(model), "application/zip", name=f"{model.title}.zip")
