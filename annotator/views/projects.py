"""Projects, their classes and their members."""

from types import SimpleNamespace

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator import serializers
from annotator.models import LabelClass, Project
from annotator.services import access, classes, members, projects
from annotator.views.bodies import Page
from studio.views import page_of


def answer(project: Project, user) -> dict:
    projects.with_summaries([project], user)
    return serializers.ProjectSerializer(project).data


class ProjectsView(APIView):
    @extend_schema(
        operation_id="projects_list",
        parameters=[
            OpenApiParameter("trash", str, enum=["1"]),
            OpenApiParameter("search", str),
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int),
        ],
        responses=page_of(serializers.ProjectSerializer),
    )
    def get(self, request: Request) -> Response:
        """Projects this user is a member of, newest first."""
        found = projects.listed(
            request.user,
            trash=request.query_params.get("trash") == "1",
            search=request.query_params.get("search", "").strip(),
        )
        page = Page()
        rows = projects.with_summaries(page.paginate_queryset(found, request), request.user)
        return page.get_paginated_response(serializers.ProjectSerializer(rows, many=True).data)

    @extend_schema(request=serializers.NewProjectSerializer, responses={201: serializers.ProjectSerializer})
    def post(self, request: Request) -> Response:
        """Make a project; a name that is taken gets a number."""
        body = serializers.as_data(serializers.NewProjectSerializer, request.data)
        project = projects.create_project(
            body["name"],
            user=request.user,
            description=body["description"],
            classes=[SimpleNamespace(**record) for record in body["classes"]],
        )
        return Response(answer(project, request.user), status=status.HTTP_201_CREATED)


class ProjectView(APIView):
    @extend_schema(responses=serializers.ProjectSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        return Response(answer(access.project_for(request.user, project_id), request.user))

    @extend_schema(request=serializers.ProjectChangeSerializer, responses=serializers.ProjectSerializer)
    def patch(self, request: Request, project_id: int) -> Response:
        project = access.project_for(request.user, project_id, "owner")
        projects.change_project(project, **serializers.as_data(serializers.ProjectChangeSerializer, request.data))
        return Response(answer(project, request.user))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int) -> Response:
        """Into the trash."""
        projects.delete_project(access.project_for(request.user, project_id, "owner"))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ProjectRestoreView(APIView):
    @extend_schema(request=None, responses=serializers.ProjectSerializer)
    def post(self, request: Request, project_id: int) -> Response:
        project = projects.restore_project(access.project_for(request.user, project_id, "owner", trashed=True))
        return Response(answer(project, request.user))


# ---------------------------------------------------------------- classes


def counted(labels: list[LabelClass], project: Project) -> list[dict]:
    images, pixels = classes.usage(project)
    for label in labels:
        label.image_count, label.px = images[label.index], pixels[label.index]
    return serializers.ClassSerializer(labels, many=True).data


class ClassesView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("trash", str, enum=["1"])], responses=serializers.ClassSerializer(many=True)
    )
    def get(self, request: Request, project_id: int) -> Response:
        project = access.project_for(request.user, project_id)
        is_trash = request.query_params.get("trash") == "1"
        labels = project.classes.filter(deleted_at__isnull=not is_trash, purged_at=None)
        return Response(counted(list(labels), project))

    @extend_schema(request=serializers.NewClassSerializer, responses={201: serializers.ClassSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access.project_for(request.user, project_id, "annotator")
        label = classes.add_class(project, **serializers.as_data(serializers.NewClassSerializer, request.data))
        return Response(counted([label], project)[0], status=status.HTTP_201_CREATED)


class ClassView(APIView):
    @extend_schema(request=serializers.ClassChangeSerializer, responses=serializers.ClassSerializer)
    def patch(self, request: Request, class_id: int) -> Response:
        label = access.class_for(request.user, class_id, "annotator")
        classes.change_class(label, **serializers.as_data(serializers.ClassChangeSerializer, request.data))
        return Response(counted([label], label.project)[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, class_id: int) -> Response:
        """Into the trash: its pixels stay, unseen, and come back with it."""
        classes.delete_class(access.class_for(request.user, class_id, "owner"))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ClassRestoreView(APIView):
    @extend_schema(request=None, responses=serializers.ClassSerializer)
    def post(self, request: Request, class_id: int) -> Response:
        label = classes.restore_class(access.class_for(request.user, class_id, "owner"))
        return Response(counted([label], label.project)[0])


# ---------------------------------------------------------------- members


class MembersView(APIView):
    @extend_schema(responses=serializers.MemberSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access.project_for(request.user, project_id)
        return Response(serializers.MemberSerializer(members.listed(project), many=True).data)

    @extend_schema(request=serializers.NewMemberSerializer, responses={201: serializers.MemberSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access.project_for(request.user, project_id, "owner")
        body = serializers.as_data(serializers.NewMemberSerializer, request.data)
        member = members.add_member(project, body["user"], body["role"])
        return Response(serializers.MemberSerializer(member).data, status=status.HTTP_201_CREATED)


class MemberView(APIView):
    @extend_schema(request=serializers.MemberChangeSerializer, responses=serializers.MemberSerializer)
    def patch(self, request: Request, member_id: int) -> Response:
        member = access.member_for(request.user, member_id)
        access.demand(member.project, "owner")
        body = serializers.as_data(serializers.MemberChangeSerializer, request.data)
        return Response(serializers.MemberSerializer(members.change_role(member, body["role"])).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, member_id: int) -> Response:
        """An owner removes anybody; everybody may leave."""
        member = access.member_for(request.user, member_id)
        if member.user_id != request.user.pk:
            access.demand(member.project, "owner")
        members.remove_member(member)
        return Response(status=status.HTTP_204_NO_CONTENT)
