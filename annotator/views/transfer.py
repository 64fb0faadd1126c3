"""Files in and out: uploads, imports, exports, and the sample project."""

from django.http import Http404, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator import serializers
from annotator.services import access, exports, imports, samples, uploads
from annotator.views.bodies import OctetStream, bytes_of
from studio.errors import Refused
from studio.models import Job
from studio.sending import send_file
from studio.serializers import JobSerializer


class UploadsView(APIView):
    @extend_schema(
        request=serializers.NewUploadSerializer,
        responses={200: serializers.UploadSerializer, 201: serializers.UploadSerializer},
    )
    def post(self, request: Request) -> Response:
        """Announce a file. When this person began to send the same file before, that upload goes on."""
        body = serializers.as_data(serializers.NewUploadSerializer, request.data)
        upload = uploads.begin(request.user, body["name"], body["size"], body["fingerprint"])
        code = status.HTTP_200_OK if upload.received else status.HTTP_201_CREATED
        return Response(serializers.UploadSerializer(upload).data, status=code)


class UploadView(APIView):
    parser_classes = [OctetStream]
    body_limit = uploads.CHUNK_BYTES

    @extend_schema(responses=serializers.UploadSerializer)
    def get(self, request: Request, upload_id: int) -> Response:
        return Response(serializers.UploadSerializer(uploads.upload_for(request.user, upload_id)).data)

    @extend_schema(
        parameters=[OpenApiParameter("offset", int, required=True)],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: serializers.UploadSerializer, 409: serializers.UploadConflictSerializer},
    )
    def patch(self, request: Request, upload_id: int) -> Response:
        """Send the next chunk, at most 16 MiB."""
        upload = uploads.upload_for(request.user, upload_id)
        offset = request.query_params.get("offset", "")
        if not offset.isdecimal():
            raise Refused(f"offset: expected where the chunk begins, in bytes, found {offset!r}", at="offset")
        upload = uploads.append(upload, int(offset), bytes_of(request))
        return Response(serializers.UploadSerializer(upload).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, upload_id: int) -> Response:
        uploads.discard(uploads.upload_for(request.user, upload_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ImportsView(APIView):
    @extend_schema(request=serializers.NewImportSerializer, responses={201: serializers.ImportSerializer})
    def post(self, request: Request) -> Response:
        """Have uploaded files looked at. Nothing enters a project before the import is committed."""
        body = serializers.as_data(serializers.NewImportSerializer, request.data)
        project = None
        if body["project"] is not None:
            project = access.project_for(request.user, body["project"], "annotator")
        found = imports.begin(
            request.user,
            project=project,
            project_name=body["project_name"],
            format=body["format"],
            upload_ids=body["uploads"],
        )
        return Response(serializers.ImportSerializer(found).data, status=status.HTTP_201_CREATED)


class ImportView(APIView):
    @extend_schema(responses=serializers.ImportSerializer)
    def get(self, request: Request, import_id: int) -> Response:
        """Its state, and once it was looked at, the report."""
        return Response(serializers.ImportSerializer(imports.import_for(request.user, import_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, import_id: int) -> Response:
        """Forget it and its files."""
        imports.discard(imports.import_for(request.user, import_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ImportCommitView(APIView):
    @extend_schema(request=None, responses=serializers.ImportSerializer)
    def post(self, request: Request, import_id: int) -> Response:
        """Take what the report says: all of it or nothing."""
        found = imports.import_for(request.user, import_id)
        if found.project_id is not None:
            access.project_for(request.user, found.project_id, "annotator")
        imports.commit(found)
        return Response(serializers.ImportSerializer(found).data)


class ExportView(APIView):
    @extend_schema(request=serializers.ExportSerializer, responses={201: JobSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Have a zip made. When the job has finished it waits at /api/jobs/<id>/download/."""
        project = access.project_for(request.user, project_id, "annotator")
        body = serializers.as_data(serializers.ExportSerializer, request.data)
        job = exports.begin(project, user=request.user, format=body["format"])
        return Response(JobSerializer(job).data, status=status.HTTP_201_CREATED)


class DownloadView(APIView):
    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, job_id: int) -> HttpResponseBase:
        """The zip that an export made."""
        job = Job.objects.visible_to(request.user).filter(pk=job_id).first()
        if job is None:
            raise Http404
        # Who started the job may have left the project since.
        access.project_for(request.user, job.project_id)
        path = exports.zip_of(job)
        return send_file(request, path, "application/zip", name=job.result.get("name", "export.zip"))


class SampleView(APIView):
    @extend_schema(request=serializers.SampleSerializer, responses={201: JobSerializer})
    def post(self, request: Request) -> Response:
        """Draw the sample project."""
        body = serializers.as_data(serializers.SampleSerializer, request.data)
        job = samples.begin(user=request.user, **body)
        return Response(JobSerializer(job).data, status=status.HTTP_201_CREATED)
