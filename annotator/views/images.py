"""The images of a project, and the pixels of their photos."""

from django.http import Http404, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator import serializers
from annotator.models import Image, WorkState
from annotator.services import access, images, overlays, photos
from annotator.views.bodies import Page
from studio.errors import Refused
from studio.sending import send_file, send_small
from studio.views import page_of

FILTERS = [
    OpenApiParameter("dataset", str),
    OpenApiParameter("tag", str),
    OpenApiParameter("class", int, description="Class index: images with pixels of it."),
    OpenApiParameter("annotated", str, enum=["yes", "no"]),
    OpenApiParameter("state", str, description=f"Of {', '.join(WorkState.values)}; several with commas between."),
    OpenApiParameter("held_by", str, description="Id of a person, or me: photos in their hands."),
    OpenApiParameter("comments", str, enum=["open"], description="Photos with comments that nobody has resolved."),
    OpenApiParameter("search", str, description="Part of the name."),
    OpenApiParameter("sort", str, enum=list(images.SORTS)),
    OpenApiParameter("trash", str, enum=["1"]),
]
JPEG = {(200, "image/jpeg"): OpenApiTypes.BINARY}


def filter_of(request: Request) -> images.Filter:
    """The gallery's filter in the address. Raises Refused for values that are none of those offered."""
    query = request.query_params
    index, annotated, sort = query.get("class", ""), query.get("annotated", ""), query.get("sort") or "name"
    if index and not index.isdecimal():
        raise Refused(f"class: expected a class index, found {index!r}", at="class")
    if annotated not in ("", "yes", "no"):
        raise Refused(f"annotated: expected yes or no, found {annotated!r}", at="annotated")
    if sort not in images.SORTS:
        raise Refused(f"sort: expected one of {', '.join(images.SORTS)}, found {sort!r}", at="sort")
    states = tuple(filter(None, query.get("state", "").split(",")))
    if unknown := set(states) - set(WorkState.values):
        raise Refused(f"state: expected some of {', '.join(WorkState.values)}, found {min(unknown)!r}", at="state")
    held_by = query.get("held_by", "")
    if held_by and held_by != "me" and not held_by.isdecimal():
        raise Refused(f"held_by: expected the id of a person or me, found {held_by!r}", at="held_by")
    talk = query.get("comments", "")
    if talk not in ("", "open"):
        raise Refused(f"comments: expected open, found {talk!r}", at="comments")
    return images.Filter(
        dataset=query.get("dataset", ""),
        tag=query.get("tag", ""),
        class_index=int(index) if index else None,
        is_annotated={"": None, "yes": True, "no": False}[annotated],
        states=states,
        holder_id=request.user.pk if held_by == "me" else int(held_by) if held_by else None,
        has_open_comments=talk == "open",
        search=query.get("search", "").strip(),
        sort=sort,
        trash=query.get("trash") == "1",
    )


def answer(image: Image) -> dict:
    images.with_objects([image])
    return serializers.ImageSerializer(image, context={"palette": overlays.palette_of(image.project)}).data


class FacetsView(APIView):
    @extend_schema(responses=serializers.FacetsSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        """What the gallery can be filtered by."""
        return Response(images.facets(access.project_for(request.user, project_id)))


class ImagesView(APIView):
    @extend_schema(
        parameters=[*FILTERS, OpenApiParameter("page", int), OpenApiParameter("page_size", int)],
        responses=page_of(serializers.ImageSerializer),
    )
    def get(self, request: Request, project_id: int) -> Response:
        """The gallery of a project."""
        project = access.project_for(request.user, project_id)
        page = Page()
        rows = images.with_objects(page.paginate_queryset(images.listed(project, filter_of(request)), request))
        context = {"palette": overlays.palette_of(project)}
        return page.get_paginated_response(serializers.ImageSerializer(rows, many=True, context=context).data)


class ImageView(APIView):
    @extend_schema(responses=serializers.ImageSerializer)
    def get(self, request: Request, image_id: int) -> Response:
        return Response(answer(access.image_for(request.user, image_id)))

    @extend_schema(request=serializers.ImageChangeSerializer, responses=serializers.ImageSerializer)
    def patch(self, request: Request, image_id: int) -> Response:
        image = access.image_for(request.user, image_id, "annotator")
        images.change_image(image, **serializers.as_data(serializers.ImageChangeSerializer, request.data))
        return Response(answer(image))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, image_id: int) -> Response:
        """Into the trash."""
        images.delete_image(access.image_for(request.user, image_id, "owner"))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ImageRestoreView(APIView):
    @extend_schema(request=None, responses=serializers.ImageSerializer)
    def post(self, request: Request, image_id: int) -> Response:
        image = access.image_for(request.user, image_id, "owner", trashed=True)
        return Response(answer(images.restore_image(image)))


class NeighboursView(APIView):
    @extend_schema(parameters=FILTERS, responses=serializers.NeighboursSerializer)
    def get(self, request: Request, image_id: int) -> Response:
        """The images before and after this one in the gallery as it is filtered."""
        return Response(images.neighbours(access.image_for(request.user, image_id), filter_of(request)))


# ---------------------------------------------------------------- pixels


class PhotoTileView(APIView):
    @extend_schema(responses=JPEG)
    def get(self, request: Request, image_id: int, level: int, x: int, y: int) -> HttpResponseBase:
        """A tile of the photo. Level 0 is one pixel, the last the photo itself."""
        image = access.image_for(request.user, image_id, trashed=True)
        path = photos.ensure_pyramid(image.photo) / str(level) / f"{x}_{y}.jpg"
        if not path.exists():
            raise Http404
        return send_small(path, "image/jpeg", is_immutable=True)


class ThumbnailView(APIView):
    @extend_schema(responses=JPEG)
    def get(self, request: Request, image_id: int) -> HttpResponseBase:
        image = access.image_for(request.user, image_id, trashed=True)
        return send_small(photos.thumbnail_of(image.photo), "image/jpeg", is_immutable=True)


class OverlayView(APIView):
    @extend_schema(parameters=[OpenApiParameter("v", str)], responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, image_id: int) -> HttpResponseBase:
        """The mask at the size of the thumbnail, transparent where nothing is painted."""
        image = access.image_for(request.user, image_id, trashed=True)
        path = overlays.overlay_of(image)
        # Only the version asked for may be kept: an address without one, or with an old one, shows what is now.
        return send_small(path, "image/png", is_immutable=request.query_params.get("v") == path.stem)


class OriginalView(APIView):
    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, image_id: int) -> HttpResponseBase:
        """The photo's file, byte for byte as it came."""
        image = access.image_for(request.user, image_id)
        content_type = photos.CONTENT_TYPES[image.photo.format]
        return send_file(request, photos.path_of(image.photo), content_type, name=image.name)
