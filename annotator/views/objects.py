"""Objects of a mask."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers as drf
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.services import access, objects
from studio.errors import Refused


class ObjectNumbersView(APIView):
    @extend_schema(
        request=inline_serializer(
            "NumbersWanted", {"count": drf.IntegerField(min_value=1, max_value=objects.MOST_AT_ONCE)}
        ),
        responses=inline_serializer(
            "ObjectNumbers",
            {"ranges": drf.ListField(child=drf.ListField(child=drf.IntegerField(), min_length=2, max_length=2))},
        ),
    )
    def post(self, request: Request, image_id: int) -> Response:
        """Numbers for new objects that nobody else gets: [first, last] of each range."""
        image = access.image_for(request.user, image_id, "annotator")
        count = request.data.get("count")
        if not isinstance(count, int) or isinstance(count, bool):
            raise Refused(f"count: expected a whole number, found {str(count)[:40]!r}", at="count")
        return Response({"ranges": objects.reserve(image, count)})
