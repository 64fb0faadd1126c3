"""Masks proposed for a place in a photo. Nothing is kept: what a person accepts arrives as an edit."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator import serializers
from annotator.raster.box import Box
from annotator.raster.propose import Question, Scribble
from annotator.services import access, proposals
from studio.errors import Refused
from studio.models import Job


class ProposersView(APIView):
    @extend_schema(responses=serializers.ProposerSerializer(many=True))
    def get(self, request: Request, image_id: int) -> Response:
        """What can propose a mask on this photo, what is quickest first."""
        image = access.image_for(request.user, image_id, "annotator")
        return Response(serializers.ProposerSerializer(proposals.offers(request.user, image), many=True).data)


class ProposeView(APIView):
    @extend_schema(
        request=serializers.QuestionSerializer,
        responses={200: serializers.ProposalAnswerSerializer, 202: serializers.ProposalAnswerSerializer},
    )
    def post(self, request: Request, image_id: int) -> Response:
        """Have a mask proposed."""
        image = access.image_for(request.user, image_id, "annotator")
        body = serializers.as_data(serializers.QuestionSerializer, request.data)
        found = proposals.ask(request.user, image, body["method"], question_of(body))
        if isinstance(found, Job):
            return Response({"proposal": None, "job": found.pk}, status=status.HTTP_202_ACCEPTED)
        return Response({"proposal": found.as_json(), "job": None})


class ProposalView(APIView):
    @extend_schema(responses=serializers.ProposalSerializer)
    def get(self, request: Request, image_id: int, job_id: int) -> Response:
        """What a job proposed."""
        image = access.image_for(request.user, image_id, "annotator")
        job = Job.objects.filter(pk=job_id, user_id=request.user.pk, project_id=image.project_id).first()
        if job is None:
            raise Http404
        return Response(proposals.proposal_in(job))


def question_of(body: dict[str, Any]) -> Question:
    return Question(
        box=None if body["box"] is None else box_of(body["box"]),
        plus=tuple(map(scribble_of, body["plus"])),
        minus=tuple(map(scribble_of, body["minus"])),
    )


def box_of(edges: list[int]) -> Box:
    try:
        box = Box.of_list(edges)
    except ValueError as error:
        raise Refused(f"box: {error}", at="box") from None
    if box.is_empty:
        raise Refused(f"box: {edges} is empty: expected left < right and top < bottom", at="box")
    return box


def scribble_of(entry: dict[str, Any]) -> Scribble:
    return Scribble(tuple((x, y) for x, y in entry["points"]), entry["width"])
