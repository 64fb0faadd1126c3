"""How far the work on a photo is, what people say about it, and how a project is to be annotated."""

from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator import serializers
from annotator.models import Comment, GuideExample, Image, Project
from annotator.raster.box import Box
from annotator.services import access, comments, guides, workflow
from annotator.views.bodies import OctetStream, bytes_of
from studio.errors import Refused
from studio.sending import guarded
from studio.texts import say

MAX_PICTURE_BYTES = 16 * 1024**2


# ---------------------------------------------------------------- states


def state_of(image: Image, user) -> dict:
    return serializers.WorkflowSerializer(
        {
            "state": image.state,
            "holder": serializers.named(image.holder),
            "held_since": image.held_since,
            "is_idle": workflow.is_idle(image),
            "submitted_by": serializers.named(image.submitted_by),
            "locked": workflow.locked_sentence(image),
            "moves": workflow.moves_for(image, user),
            "changes": image.state_changes.select_related("user"),
        }
    ).data


class WorkflowView(APIView):
    @extend_schema(responses=serializers.WorkflowSerializer)
    def get(self, request: Request, image_id: int) -> Response:
        """How far the work on a photo is, who did what, and what this person may do next."""
        return Response(state_of(access.image_for(request.user, image_id), request.user))

    @extend_schema(request=serializers.MoveSerializer, responses=serializers.WorkflowSerializer)
    def post(self, request: Request, image_id: int) -> Response:
        """Claim, release, finish, submit, withdraw, accept, return or reopen."""
        image = access.image_for(request.user, image_id)
        body = serializers.as_data(serializers.MoveSerializer, request.data)
        at = body["at"] and tuple(body["at"])
        workflow.change_state(image, body["action"], user=request.user, text=body["text"], at=at)
        return Response(state_of(image, request.user))


class StayView(APIView):
    @extend_schema(request=None, responses=serializers.StaySerializer)
    def post(self, request: Request, image_id: int) -> Response:
        """A sign of life of who has the photo open, so that their claim does not go stale."""
        image = access.image_for(request.user, image_id)
        return Response({"is_mine": workflow.stay(image, request.user)})


class ProjectWorkflowView(APIView):
    @extend_schema(request=serializers.MovesSerializer, responses=serializers.MovedSerializer)
    def post(self, request: Request, project_id: int) -> Response:
        """The same move for several photos; those that cannot move are named with why."""
        project = access.project_for(request.user, project_id, "annotator")
        body = serializers.as_data(serializers.MovesSerializer, request.data)
        if body["action"] not in workflow.ACTIONS:
            raise Refused(f"action: expected one of {', '.join(workflow.ACTIONS)}", at="action")
        found = project.images.filter(pk__in=body["images"], deleted_at=None)
        images = list(found.select_related("photo", "holder", "submitted_by"))
        for image in images:
            image.project = project
        moved, refused = workflow.change_states(images, body["action"], user=request.user)
        return Response(
            {"moved": moved, "refused": [{"image": image, "problem": problem} for image, problem in refused]}
        )


# ---------------------------------------------------------------- comments


class CommentsView(APIView):
    @extend_schema(responses=serializers.CommentSerializer(many=True))
    def get(self, request: Request, image_id: int) -> Response:
        """What was said about a photo, oldest first, with its answers."""
        image = access.image_for(request.user, image_id)
        return Response(serializers.CommentSerializer(comments.threads(image), many=True).data)

    @extend_schema(request=serializers.NewCommentSerializer, responses={201: serializers.CommentSerializer})
    def post(self, request: Request, image_id: int) -> Response:
        """Say something, or answer; everybody who sees the photo may."""
        image = access.image_for(request.user, image_id)
        body = serializers.as_data(serializers.NewCommentSerializer, request.data)
        parent = None
        if body["parent"] is not None:
            parent = image.comments.filter(pk=body["parent"], deleted_at=None).first()
            if parent is None:
                raise Refused(say("parent: there is no such comment on this photo"), at="parent")
        at = body["at"] and tuple(body["at"])
        comment = comments.add(image, user=request.user, text=body["text"], at=at, parent=parent)
        return Response(thread(parent or comment), status=HTTPStatus.CREATED)


class CommentView(APIView):
    @extend_schema(request=serializers.CommentChangeSerializer, responses=serializers.CommentSerializer)
    def patch(self, request: Request, comment_id: int) -> Response:
        """Say it in other words, settle it, or open it again."""
        comment = comments.comment_for(request.user, comment_id)
        body = serializers.as_data(serializers.CommentChangeSerializer, request.data)
        if "text" in body:
            comments.change(comment, body["text"], user=request.user)
        if "is_resolved" in body:
            comments.resolve(comment, body["is_resolved"], user=request.user)
        return Response(thread(comment.parent or comment))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, comment_id: int) -> Response:
        comments.delete(comments.comment_for(request.user, comment_id), user=request.user)
        return Response(status=HTTPStatus.NO_CONTENT)


def thread(comment: Comment) -> dict:
    """A comment with its answers as they are now."""
    found = next(one for one in comments.threads(comment.image) if one.pk == comment.pk)
    return serializers.CommentSerializer(found).data


# ---------------------------------------------------------------- the guide


def guide_of(project: Project) -> dict:
    guide = guides.guide_of(project)
    return serializers.GuideSerializer(
        {
            "text": guide.text,
            "version": guide.version,
            "changed_at": guide.changed_at,
            "changed_by": guide.changed_by,
            "examples": guides.examples_of(guide),
        }
    ).data


def example_for(user, example_id: int, needs: str = "viewer") -> GuideExample:
    """An example in the guide of a project of this user. Raises Http404, or NotAllowed when the role is too low."""
    example = GuideExample.objects.filter(pk=example_id).select_related("guide", "image").first()
    if example is None:
        raise Http404
    example.guide.project = access.project_for(user, example.guide.project_id, needs)
    return example


class GuideView(APIView):
    @extend_schema(responses=serializers.GuideSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        """How to annotate this project."""
        return Response(guide_of(access.project_for(request.user, project_id)))

    @extend_schema(request=serializers.GuideChangeSerializer, responses=serializers.GuideSerializer)
    def patch(self, request: Request, project_id: int) -> Response:
        """Replace its words."""
        project = access.project_for(request.user, project_id, "owner")
        body = serializers.as_data(serializers.GuideChangeSerializer, request.data)
        guides.write(project, body["text"], user=request.user)
        return Response(guide_of(project))


class ExamplesView(APIView):
    @extend_schema(request=serializers.NewExampleSerializer, responses={201: serializers.ExampleSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """A part of a photo as an example, kept as photo and mask are now."""
        project = access.project_for(request.user, project_id, "owner")
        body = serializers.as_data(serializers.NewExampleSerializer, request.data)
        image = project.images.filter(pk=body["image"], deleted_at=None).select_related("photo").first()
        if image is None:
            sentence = say("image: {project!r} has no photo {photo}", project=project.name, photo=body["image"])
            raise Refused(sentence, at="image")
        image.project = project
        example = guides.add_region(
            image,
            Box.of_list(body["box"]),
            user=request.user,
            verdict=body["verdict"],
            caption=body["caption"],
            shows_mask=body["shows_mask"],
        )
        return Response(serializers.ExampleSerializer(example).data, status=HTTPStatus.CREATED)


class PicturesView(APIView):
    parser_classes = [OctetStream]
    body_limit = MAX_PICTURE_BYTES

    @extend_schema(
        parameters=[
            OpenApiParameter("verdict", str, enum=guides.VERDICTS, required=True),
            OpenApiParameter("caption", str),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={201: serializers.ExampleSerializer},
    )
    def post(self, request: Request, project_id: int) -> Response:
        """A picture of one's own as an example: JPEG, PNG, TIFF, WebP or BMP of at most 16 MiB."""
        project = access.project_for(request.user, project_id, "owner")
        query = request.query_params
        example = guides.add_picture(
            project,
            bytes_of(request),
            user=request.user,
            verdict=query.get("verdict", ""),
            caption=query.get("caption", "").strip(),
        )
        return Response(serializers.ExampleSerializer(example).data, status=HTTPStatus.CREATED)


class ExampleView(APIView):
    @extend_schema(request=serializers.ExampleChangeSerializer, responses=serializers.ExampleSerializer)
    def patch(self, request: Request, example_id: int) -> Response:
        example = example_for(request.user, example_id, "owner")
        body = serializers.as_data(serializers.ExampleChangeSerializer, request.data)
        guides.change_example(example, user=request.user, **body)
        return Response(serializers.ExampleSerializer(example).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, example_id: int) -> Response:
        guides.remove_example(example_for(request.user, example_id, "owner"), user=request.user)
        return Response(status=HTTPStatus.NO_CONTENT)


class ExamplePictureView(APIView):
    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, example_id: int) -> HttpResponseBase:
        example = example_for(request.user, example_id)
        # An example's picture never changes: another one is another example.
        return guarded(HttpResponse(bytes(example.picture), content_type="image/jpeg"), is_immutable=True)
