"""Writing, checking, previewing, running and keeping DTL queries."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from studio.serializers import JobSerializer
from training.serializers import dtl as shapes
from training.services import dtl, dtl_preview, queries


def body_of(serializer: type, request: Request) -> dict[str, Any]:
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return checked.validated_data


class DtlSchemaView(APIView):
    @extend_schema(responses=shapes.DtlSchemaSerializer)
    def get(self, request: Request) -> Response:
        """The layers there are, with forms for their settings, and templates."""
        return Response(dtl.schema())


class DtlCheckView(APIView):
    @extend_schema(request=shapes.QueryTextSerializer, responses=shapes.QueryCheckSerializer)
    def post(self, request: Request) -> Response:
        """Everything that is wrong with a query, its graph, and what its result will be like. Changes nothing."""
        return Response(dtl.check(body_of(shapes.QueryTextSerializer, request)["text"], request.user))


class DtlPreviewView(APIView):
    @extend_schema(request=shapes.NewDtlPreviewSerializer, responses=shapes.DtlPreviewSerializer)
    def post(self, request: Request) -> Response:
        """Some of the images a run with this seed makes. Changes nothing."""
        body = body_of(shapes.NewDtlPreviewSerializer, request)
        return Response(dtl_preview.preview(body["text"], request.user, seed=body["seed"], count=body["count"]))


class DtlRunView(APIView):
    @extend_schema(request=shapes.NewDtlRunSerializer, responses={201: JobSerializer})
    def post(self, request: Request) -> Response:
        """Make the result project, as a job."""
        body = body_of(shapes.NewDtlRunSerializer, request)
        job = dtl.start(body["text"], request.user, seed=body["seed"], lossless=body["lossless"])
        return Response(JobSerializer(job).data, status=status.HTTP_201_CREATED)


class QueriesView(APIView):
    @extend_schema(operation_id="queries_list", responses=shapes.SavedQuerySerializer(many=True))
    def get(self, request: Request) -> Response:
        """This user's saved queries, by name."""
        return Response(shapes.SavedQuerySerializer(queries.listed(request.user), many=True).data)

    @extend_schema(request=shapes.NewQuerySerializer, responses={201: shapes.SavedQuerySerializer})
    def post(self, request: Request) -> Response:
        query = queries.keep(request.user, **body_of(shapes.NewQuerySerializer, request))
        return Response(shapes.SavedQuerySerializer(query).data, status=status.HTTP_201_CREATED)


class QueryView(APIView):
    @extend_schema(request=shapes.QueryChangeSerializer, responses=shapes.SavedQuerySerializer)
    def patch(self, request: Request, query_id: int) -> Response:
        query = queries.query_for(request.user, query_id)
        queries.change(query, **body_of(shapes.QueryChangeSerializer, request))
        return Response(shapes.SavedQuerySerializer(query).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, query_id: int) -> Response:
        queries.query_for(request.user, query_id).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
