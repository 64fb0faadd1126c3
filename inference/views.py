"""The inference part of the HTTP API: who may, what was sent, which service, what goes back."""

from http import HTTPStatus

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.raster.box import Box
from annotator.serializers import as_data
from annotator.services import access
from inference import serializers
from inference.models import PredictionRun
from inference.services import heat, plans, review, runs
from inference.tiling import settings as config_form
from studio.errors import Refused
from studio.texts import form_of
from studio.views import Page, page_of


class SchemaView(APIView):
    @extend_schema(responses=serializers.InferenceSchemaSerializer)
    def get(self, request: Request) -> Response:
        """The JSON schema of an inference config, and one to begin with."""
        return Response({"config": form_of(config_form.InferenceSettings), "template": config_form.TEMPLATE})


class CheckView(APIView):
    @extend_schema(request=serializers.InferenceCheckSerializer, responses=serializers.InferencePlanSerializer)
    def post(self, request: Request) -> Response:
        """What a prediction would do, and everything that stands against it. Changes nothing."""
        body = as_data(serializers.InferenceCheckSerializer, request.data)
        model = runs.model_for(request.user, body["model"]) if body["model"] else None
        project = access.project_for(request.user, body["project"]) if body["project"] else None
        return Response(serializers.InferencePlanSerializer(plans.plan(body["config"], model, project)).data)


def answer(run: PredictionRun, request: Request) -> dict:
    return serializers.PredictionRunSerializer(run, context={"seen": runs.seen_projects(request.user)}).data


class RunsView(APIView):
    @extend_schema(
        operation_id="inference_runs_list",
        parameters=[OpenApiParameter("page", int), OpenApiParameter("page_size", int)],
        responses=page_of(serializers.PredictionRunSerializer),
    )
    def get(self, request: Request) -> Response:
        """Predictions, newest first."""
        page = Page()
        rows = page.paginate_queryset(runs.visible_to(request.user), request)
        context = {"seen": runs.seen_projects(request.user)}
        return page.get_paginated_response(serializers.PredictionRunSerializer(rows, many=True, context=context).data)

    @extend_schema(request=serializers.NewPredictionSerializer, responses={201: serializers.PredictionRunSerializer})
    def post(self, request: Request) -> Response:
        """Start a prediction."""
        body = as_data(serializers.NewPredictionSerializer, request.data)
        model = runs.model_for(request.user, body["model"])
        project = access.project_for(request.user, body["project"], "annotator")
        run = runs.start(request.user, model, project, body["config"], body["result"])
        return Response(answer(run, request), status=HTTPStatus.CREATED)


class RunView(APIView):
    @extend_schema(responses=serializers.PredictionRunSerializer)
    def get(self, request: Request, run_id: int) -> Response:
        return Response(answer(runs.run_for(request.user, run_id), request))


class WindowsView(APIView):
    @extend_schema(responses=serializers.WindowsSerializer)
    def get(self, request: Request, image_id: int) -> Response:
        """The windows a predicted image was looked at through."""
        return Response({"boxes": runs.windows_of(access.image_for(request.user, image_id))})


class ProbabilitiesView(APIView):
    @extend_schema(responses=serializers.ProbabilitySerializer(many=True))
    def get(self, request: Request, image_id: int) -> Response:
        """How sure the network was, one for each predicted class; empty for an image that was not predicted."""
        found = access.image_for(request.user, image_id).probabilities.order_by("class_name")
        return Response(serializers.ProbabilitySerializer(found, many=True).data)


class ProbabilityTileView(APIView):
    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, probability_id: int, level: int, x: int, y: int) -> HttpResponse:
        """256x256 pixels of 8-bit grey, smaller at the right and bottom. Level 0 is the finest."""
        found = heat.probability_for(request.user, probability_id)
        response = HttpResponse(heat.tile_bytes(found, level, x, y), content_type="image/png")
        response["Cache-Control"] = "private, max-age=31536000, immutable"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class CounterpartsView(APIView):
    @extend_schema(responses=serializers.CounterpartSerializer(many=True))
    def get(self, request: Request, image_id: int) -> Response:
        """Other images that show the same photo."""
        image = access.image_for(request.user, image_id)
        found = review.counterparts(image, request.user)
        return Response(serializers.CounterpartSerializer(found, many=True).data)


class CompareView(APIView):
    @extend_schema(request=serializers.ComparisonSerializer, responses=serializers.AgreementSerializer)
    def post(self, request: Request, image_id: int) -> Response:
        """Agreement of a prediction with an annotation of the same photo. Changes nothing."""
        body = as_data(serializers.ComparisonSerializer, request.data)
        found = review.compare(
            access.image_for(request.user, image_id),
            access.image_for(request.user, body["with"]),
            body["classes"],
            probability_id=body["probability"],
            threshold=body["threshold"],
        )
        return Response(serializers.AgreementSerializer(found).data)


class AdoptView(APIView):
    @extend_schema(request=serializers.AdoptionSerializer, responses=serializers.AdoptedSerializer)
    def post(self, request: Request, image_id: int) -> Response:
        """Paint a prediction into an annotation of the same photo: an ordinary edit, to be undone like any other."""
        body = as_data(serializers.AdoptionSerializer, request.data)
        edit = review.adopt(
            access.image_for(request.user, image_id),
            access.image_for(request.user, body["into"], "annotator"),
            body["classes"],
            user=request.user,
            mode=body["mode"],
            box=box_of(body["box"]),
            probability_id=body["probability"],
            threshold=body["threshold"],
            uuid=body["uuid"],
        )
        return Response(serializers.AdoptedSerializer(edit).data)


def box_of(values: list[int] | None) -> Box | None:
    if values is None:
        return None
    try:
        return Box.of_list(values)
    except ValueError as error:
        raise Refused(f"box: {error}", at="box") from None
