"""The past of a mask: its edits, snapshots, who painted a pixel, and going back."""

import struct
from http import HTTPStatus

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator import serializers
from annotator.models import Plane
from annotator.raster.box import Box
from annotator.services import access, history, past, snapshots
from annotator.views.bodies import whole_query
from annotator.views.masks import BINARY, answer
from studio.errors import Refused

FOR_EVER = "private, max-age=31536000, immutable"
PLANES = {Plane.CLASS: 0, Plane.OBJECT: 1}


class PeopleView(APIView):
    @extend_schema(responses=serializers.EditorSerializer(many=True))
    def get(self, request: Request, image_id: int) -> Response:
        """Who changed this mask, and how often."""
        image = access.image_for(request.user, image_id)
        return Response(serializers.EditorSerializer(history.people(image), many=True).data)


class EditTilesView(APIView):
    @extend_schema(responses=BINARY)
    def get(self, request: Request, image_id: int, seq: int) -> HttpResponse:
        """The tiles of an edit as they were before it and after it. Little-endian: u32 seq, u32 count, then for each
        tile u32 plane (0 class, 1 object), u32 x, u32 y, u32 length before, u32 length after and both states' bytes,
        as in the tiles of a mask. Classes and objects of a tile come together, though only one of them changed."""
        edit = history.edit_of(access.image_for(request.user, image_id), seq)
        rows = list(past.states_of_pairs(edit))
        parts = [struct.pack("<II", edit.seq, len(rows))]
        for plane, x, y, before, after in rows:
            parts += [struct.pack("<IIIII", PLANES[plane], x, y, len(before), len(after)), before, after]
        response = HttpResponse(b"".join(parts), content_type="application/octet-stream")
        response["Cache-Control"] = FOR_EVER  # edits are never changed
        return response


class UndoView(APIView):
    """Take back an edit, whoever made it: its pixels that nobody else has changed since become what they were."""

    @extend_schema(request=serializers.UndoSerializer, responses=serializers.EditAnswerSerializer)
    def post(self, request: Request, image_id: int, seq: int) -> Response:
        image = access.image_for(request.user, image_id, "annotator")
        return Response(answer(image, history.undo(image, seq, user=request.user, uuid=request.data.get("uuid"))))


class RestoreView(APIView):
    @extend_schema(request=serializers.RestoreSerializer, responses=serializers.EditAnswerSerializer)
    def post(self, request: Request, image_id: int, seq: int) -> Response:
        """Make the mask what it was after an edit (0: before the first), as a new edit: everything, a box of it, or
        only what one person changed since."""
        image = access.image_for(request.user, image_id, "annotator")
        body = serializers.as_data(serializers.RestoreSerializer, request.data)
        box = body["box"] and Box.of_list(body["box"])
        edit = history.restore(image, seq, user=request.user, uuid=body["uuid"], box=box, of=body["user"])
        return Response(answer(image, edit))


class StackView(APIView):
    @extend_schema(responses=serializers.StackSerializer)
    def get(self, request: Request, image_id: int) -> Response:
        """What this person can undo and redo on this photo, from whatever page or tab; the next one last."""
        image = access.image_for(request.user, image_id)
        return Response(serializers.StackSerializer(history.stack_of(image, request.user)).data)


class PixelView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("x", OpenApiTypes.INT, required=True),
            OpenApiParameter("y", OpenApiTypes.INT, required=True),
        ],
        responses=serializers.OriginSerializer,
    )
    def get(self, request: Request, image_id: int) -> Response:
        """Who made a pixel what it is, when, and with what."""
        image = access.image_for(request.user, image_id)
        x, y = whole_query(request, "x"), whole_query(request, "y")
        if x is None or y is None:
            raise Refused("pixel: expected x and y", at="x" if x is None else "y")
        return Response(serializers.OriginSerializer(history.origin_of(image, x, y)).data)


# ---------------------------------------------------------------- snapshots


class SnapshotsView(APIView):
    @extend_schema(responses=serializers.SnapshotSerializer(many=True))
    def get(self, request: Request, image_id: int) -> Response:
        image = access.image_for(request.user, image_id)
        return Response(serializers.SnapshotSerializer(snapshots.listed(image), many=True).data)

    @extend_schema(request=serializers.NewSnapshotSerializer, responses={201: serializers.SnapshotSerializer})
    def post(self, request: Request, image_id: int) -> Response:
        """Name how the mask was after an edit, or how it is now."""
        image = access.image_for(request.user, image_id, "annotator")
        body = serializers.as_data(serializers.NewSnapshotSerializer, request.data)
        snapshot = snapshots.take(image, body["name"], user=request.user, seq=body["seq"])
        return Response(serializers.SnapshotSerializer(snapshot).data, status=HTTPStatus.CREATED)


class SnapshotView(APIView):
    @extend_schema(request=serializers.SnapshotChangeSerializer, responses=serializers.SnapshotSerializer)
    def patch(self, request: Request, snapshot_id: int) -> Response:
        snapshot = access.snapshot_for(request.user, snapshot_id, "annotator")
        body = serializers.as_data(serializers.SnapshotChangeSerializer, request.data)
        return Response(serializers.SnapshotSerializer(snapshots.rename(snapshot, body["name"])).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, snapshot_id: int) -> Response:
        """Forget the name; the history stays."""
        snapshots.delete(access.snapshot_for(request.user, snapshot_id, "annotator"))
        return Response(status=HTTPStatus.NO_CONTENT)
