"""Training runs: asked for, estimated, watched, swept."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.serializers import as_data
from annotator.services import access
from studio import jobs
from studio.errors import Refused
from studio.serializers import JobSerializer
from studio.texts import form_of, say, told
from studio.views import Page, page_of
from training.models import NetworkModel
from training.serializers import runs as serializers
from training.serializers.models import NetworkModelSerializer
from training.services import models, runs
from training.unet.settings import NETWORKS, TrainSettings

PAGES = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


class TrainingSchemaView(APIView):
    @extend_schema(responses=serializers.TrainingSchemaSerializer)
    def get(self, request: Request) -> Response:
        """What the form is drawn from: the config's JSON schema, the tutorial's config, networks and starts."""
        networks = [
            {"name": one, "title": told(NETWORKS[one].title), "help": told(NETWORKS[one].help)}
            for one in runs.offered()
        ]
        starts = [
            {"name": name, "title": told(title), "help": told(text)} for name, (title, text) in runs.START_TEXTS.items()
        ]
        config = form_of(TrainSettings)
        return Response({"config": config, "template": runs.TEMPLATE, "networks": networks, "starts": starts})


class TrainingCheckView(APIView):
    @extend_schema(request=serializers.AskedSerializer, responses=serializers.TrainingCheckSerializer)
    def post(self, request: Request) -> Response:
        """Everything that can be said about a training before it starts."""
        checked = runs.check(asked_of(request, needs="viewer"))
        complaints = [{**vars(complaint), "message": told(complaint.message)} for complaint in checked.complaints]
        return Response({"ok": checked.ok, "complaints": complaints, "summary": checked.summary})


class TrainingEstimateView(APIView):
    @extend_schema(request=serializers.AskedSerializer, responses={201: JobSerializer})
    def post(self, request: Request) -> Response:
        """A job that times a step here; its result says how long the whole run would take."""
        job = runs.estimate(asked_of(request), request.user)
        jobs.enqueue(job)
        return Response(JobSerializer(job).data, status=status.HTTP_201_CREATED)


class TrainingRunsView(APIView):
    @extend_schema(
        operation_id="training_runs_list", parameters=PAGES, responses=page_of(serializers.TrainingRunSerializer)
    )
    def get(self, request: Request) -> Response:
        """Runs this user may see, newest first."""
        page = Page()
        rows = page.paginate_queryset(runs.listed(request.user).order_by("-id"), request)
        return page.get_paginated_response(serializers.TrainingRunSerializer(rows, many=True).data)

    @extend_schema(request=serializers.AskedSerializer, responses={201: serializers.TrainingRunSerializer})
    def post(self, request: Request) -> Response:
        """Start a training."""
        run = runs.start(asked_of(request), request.user)
        jobs.enqueue(run.job)
        return Response(answer(request, run.pk), status=status.HTTP_201_CREATED)


class TrainingRunView(APIView):
    @extend_schema(responses=serializers.TrainingRunSerializer)
    def get(self, request: Request, run_id: int) -> Response:
        return Response(answer(request, run_id))


class SweepView(APIView):
    @extend_schema(request=serializers.SweepSerializer, responses=serializers.SweptSerializer)
    def post(self, request: Request, run_id: int) -> Response:
        """Free the files of checkpoints that no model was made of, but for those to keep."""
        keep = as_data(serializers.SweepSerializer, request.data)["keep"]
        freed = runs.sweep(runs.run_for(request.user, run_id), keep, request.user)
        return Response({"freed": freed, "run": answer(request, run_id)})


class CheckpointModelView(APIView):
    @extend_schema(request=serializers.TitleSerializer, responses={201: NetworkModelSerializer})
    def post(self, request: Request, checkpoint_id: int) -> Response:
        """Make a model of a checkpoint; a title that is taken gets a number."""
        checkpoint = runs.checkpoint_for(request.user, checkpoint_id)
        runs.demand_role(checkpoint.run, request.user, ["annotator", "owner"])
        title = as_data(serializers.TitleSerializer, request.data)["title"]
        model = runs.model_of(checkpoint, title, request.user)
        model = models.model_for(request.user, model.pk)
        return Response(NetworkModelSerializer(model).data, status=status.HTTP_201_CREATED)


def answer(request: Request, run_id: int) -> dict:
    return serializers.TrainingRunSerializer(runs.run_for(request.user, run_id)).data


def asked_of(request: Request, needs: str = "annotator") -> runs.Asked:
    """The request's body with its project and model, both looked up as this user may."""
    body = as_data(serializers.AskedSerializer, request.data)
    project = access.project_for(request.user, body["project"], needs=needs)
    model = model_of(request, body["start_model"]) if body["start_from"] == runs.MODEL else None
    return runs.Asked(
        project=project,
        config=body["config"],
        network=body["network"],
        start_from=body["start_from"],
        start_model=model,
        title=body["title"],
        seed=body["seed"],
    )


def model_of(request: Request, model_id: int | None) -> NetworkModel | None:
    if model_id is None:
        return None
    try:
        return models.model_for(request.user, model_id)
    except Http404:
        sentence = say("start_model: there is no model {number} among those you may use", number=model_id)
        raise Refused(sentence, at="start_model") from None
