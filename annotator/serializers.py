"""Projects, photos, masks and imports as JSON."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotator.models import (
    Comment,
    Edit,
    GuideExample,
    Image,
    Import,
    LabelClass,
    Membership,
    Photo,
    Plane,
    Project,
    Snapshot,
    StateChange,
    Upload,
    WorkState,
)
from annotator.services import comments, guides, imports, photos, proposals, trash, workflow
from annotator.services.overlays import Palette
from studio.models import Job
from studio.serializers import ToldField

ROLES = Membership.Role.choices
FORMATS = ["auto", "supervisely", "png", "photos"]


@extend_schema_field(serializers.IntegerField(allow_null=True))
class DaysLeftField(serializers.ReadOnlyField):
    """Days until something in the trash goes for good; null for what is not in it."""

    def __init__(self, **options: Any):
        super().__init__(source="deleted_at", **options)

    def to_representation(self, value: datetime | None) -> int | None:
        return trash.days_left(value)


class ClassSerializer(serializers.ModelSerializer):
    days_left = DaysLeftField()
    image_count = serializers.IntegerField(
        read_only=True, allow_null=True, default=None, help_text="Images with pixels of it; null where not counted."
    )
    px = serializers.IntegerField(
        read_only=True, allow_null=True, default=None, help_text="Pixels of it; null where not counted."
    )

    class Meta:
        model = LabelClass
        fields = [
            "id", "index", "name", "colour", "key", "pattern", "shape", "deleted_at", "days_left", "image_count",
            "px",
        ]  # fmt: skip
        read_only_fields = fields


class NewClassSerializer(serializers.Serializer):
    """A class to add. What is left out is chosen."""

    name = serializers.CharField(max_length=200)
    colour = serializers.CharField(required=False, help_text="#RRGGBB")
    key = serializers.CharField(required=False, allow_blank=True, help_text='"1" to "9", or "n"')
    pattern = serializers.ChoiceField(LabelClass.Pattern.choices, required=False, allow_blank=True)


class ClassChangeSerializer(NewClassSerializer):
    name = serializers.CharField(max_length=200, required=False)


class NamedSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class MadeBySerializer(serializers.ModelSerializer):
    title = ToldField(read_only=True)

    class Meta:
        model = Job
        fields = ["id", "kind", "title"]
        read_only_fields = fields


@extend_schema_field(
    {
        "type": "object",
        "description": "What made it (`kind`), and more in the words of that: query, model, counts ...",
        "properties": {
            "kind": {"type": "string"},
            "run": {"type": "integer", "description": "The prediction that made it."},
            "show_windows": {"type": "boolean", "description": "Whether that prediction kept its windows to look at."},
        },
        "additionalProperties": {},
    }
)
class ProjectLineageField(serializers.JSONField):
    """Empty for a project that was made by hand."""


class ProjectSerializer(serializers.ModelSerializer):
    """A project that `projects.with_summaries` has seen."""

    description = ToldField(read_only=True)
    created_by = serializers.CharField(source="created_by.username", default=None, read_only=True, allow_null=True)
    role = serializers.ChoiceField(ROLES)
    image_count = serializers.IntegerField()
    annotated_count = serializers.IntegerField()
    class_count = serializers.SerializerMethodField()
    classes = ClassSerializer(source="living_classes", many=True)
    lineage = ProjectLineageField(read_only=True)
    days_left = DaysLeftField()
    made_by = MadeBySerializer(allow_null=True)
    source = serializers.SerializerMethodField()
    thumbnails = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = [
            "id", "name", "description", "created_at", "created_by", "deleted_at", "days_left", "role", "image_count",
            "annotated_count", "class_count", "classes", "lineage", "made_by", "source", "thumbnails",
        ]  # fmt: skip
        read_only_fields = fields

    def get_class_count(self, project: Project) -> int:
        return len(project.living_classes)

    @extend_schema_field(NamedSerializer(allow_null=True))
    def get_source(self, project: Project) -> dict | None:
        if project.source is None or not project.sees_source:
            return None
        return {"id": project.source.pk, "name": project.source.name}

    def get_thumbnails(self, project: Project) -> list[str]:
        return [thumbnail_url(image) for image in project.first_images]


class NewProjectSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, default="")
    classes = NewClassSerializer(many=True, required=False, default=list)


class ProjectChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(required=False, allow_blank=True)


class MemberSerializer(serializers.ModelSerializer):
    user = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ["id", "user", "role"]
        read_only_fields = fields

    @extend_schema_field(NamedSerializer)
    def get_user(self, membership: Membership) -> dict:
        return {"id": membership.user_id, "name": membership.user.username}


class NewMemberSerializer(serializers.Serializer):
    user = serializers.IntegerField(help_text="Id of a person of this studio.")
    role = serializers.ChoiceField(ROLES)


class MemberChangeSerializer(serializers.Serializer):
    role = serializers.ChoiceField(ROLES)


# ---------------------------------------------------------------- images


class PhotoSerializer(serializers.ModelSerializer):
    levels = serializers.SerializerMethodField()
    tile = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = ["sha256", "format", "size", "pyramid", "levels", "tile"]
        read_only_fields = fields

    def get_levels(self, photo: Photo) -> int:
        return photos.levels_of(photo)

    def get_tile(self, photo: Photo) -> int:
        return photos.TILE


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string"},
            {"type": "object", "properties": {"name": {"type": "string"}, "value": {}}, "required": ["name"]},
        ]
    }
)
class TagField(serializers.JSONField):
    """A name, or {"name", "value"}."""


class ImageSerializer(serializers.ModelSerializer):
    """An image that `images.with_objects` has seen. The context holds the project's palette."""

    project = serializers.IntegerField(source="project_id")
    tags = serializers.ListField(child=TagField())
    lineage = serializers.DictField(read_only=True, help_text="Which part of which image it is; empty for a photo.")
    class_px = serializers.DictField(child=serializers.IntegerField(), help_text="Pixels by class index.")
    has_objects = serializers.BooleanField(help_text="Whether objects have ids of their own (an object plane).")
    photo = PhotoSerializer()
    days_left = DaysLeftField()
    width = serializers.IntegerField(source="photo.width")
    height = serializers.IntegerField(source="photo.height")
    thumbnail = serializers.SerializerMethodField()
    overlay = serializers.SerializerMethodField(help_text="The mask, transparent; null while nothing is painted.")
    state = serializers.ChoiceField(WorkState.choices)
    holder = serializers.SerializerMethodField(help_text="Who has it.")
    is_idle = serializers.SerializerMethodField(help_text="Whether its holder has left it for long.")
    open_comments = serializers.IntegerField(help_text="Comments that nobody has resolved.")

    class Meta:
        model = Image
        fields = [
            "id", "project", "dataset", "name", "description", "width", "height", "tags", "lineage", "seq", "class_px",
            "object_count", "is_annotated", "has_objects", "created_at", "edited_at", "deleted_at", "days_left",
            "photo",
            "thumbnail", "overlay", "state", "holder", "is_idle", "open_comments",
        ]  # fmt: skip
        read_only_fields = fields

    def get_thumbnail(self, image: Image) -> str:
        return thumbnail_url(image)

    def get_overlay(self, image: Image) -> str | None:
        if not image.is_annotated:
            return None
        palette: Palette = self.context["palette"]
        return f"/api/images/{image.pk}/overlay.png?v={image.seq}.{palette.version}"

    @extend_schema_field(NamedSerializer(allow_null=True))
    def get_holder(self, image: Image) -> dict | None:
        return named(image.holder)

    def get_is_idle(self, image: Image) -> bool:
        return workflow.is_idle(image)


def named(person) -> dict | None:
    return None if person is None else {"id": person.pk, "name": person.username}


class ImageChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(required=False, allow_blank=True)
    tags = serializers.ListField(child=TagField(), required=False)


def thumbnail_url(image: Image) -> str:
    return f"/api/images/{image.pk}/thumbnail.jpg"


class FacetSerializer(serializers.Serializer):
    name = serializers.CharField()
    count = serializers.IntegerField()


class HolderFacetSerializer(FacetSerializer):
    id = serializers.IntegerField()


class ClassFacetSerializer(serializers.Serializer):
    index = serializers.IntegerField()
    name = serializers.CharField()
    colour = serializers.CharField()
    images = serializers.IntegerField()
    px = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    annotated = serializers.IntegerField()
    not_annotated = serializers.IntegerField()
    derived = serializers.IntegerField(help_text="Images that were cut from others.")
    open_comments = serializers.IntegerField(help_text="Images with comments that nobody has resolved.")
    states = FacetSerializer(many=True)
    holders = HolderFacetSerializer(many=True)
    datasets = FacetSerializer(many=True)
    tags = FacetSerializer(many=True)
    classes = ClassFacetSerializer(many=True)


class NeighboursSerializer(serializers.Serializer):
    previous = serializers.IntegerField(allow_null=True)
    next = serializers.IntegerField(allow_null=True)
    position = serializers.IntegerField(help_text="From 1; 0 when the filter leaves this image out.")
    count = serializers.IntegerField()


# ---------------------------------------------------------------- masks


class TileVersionSerializer(serializers.Serializer):
    plane = serializers.ChoiceField(Plane.choices)
    x = serializers.IntegerField()
    y = serializers.IntegerField()
    version = serializers.IntegerField()


class EditAnswerSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    versions = TileVersionSerializer(many=True)
    is_repeated = serializers.BooleanField(
        help_text="It had been saved before, maybe on other tiles than it was now sent for."
    )
    class_px = serializers.DictField(child=serializers.IntegerField())
    object_count = serializers.IntegerField(
        allow_null=True, help_text="null where so much is painted that it is counted when somebody asks for it."
    )
    is_annotated = serializers.BooleanField()


class PieceSerializer(serializers.Serializer):
    received = serializers.IntegerField(help_text="Bytes of the edit's body that are here.")


class MovedTileSerializer(TileVersionSerializer):
    data = serializers.CharField(help_text="base64")


class EditConflictSerializer(serializers.Serializer):
    problem = serializers.CharField()
    at = serializers.CharField()
    seq = serializers.IntegerField()
    tiles = MovedTileSerializer(many=True)


class EditSourceSerializer(serializers.Serializer):
    model = serializers.CharField()
    run = serializers.IntegerField(allow_null=True)
    project = serializers.IntegerField(allow_null=True)


class EditSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username", default=None, read_only=True, allow_null=True)
    box = serializers.ListField(child=serializers.IntegerField())
    tiles = serializers.IntegerField(source="tile_count")

    user_id = serializers.IntegerField(allow_null=True, read_only=True)
    details = serializers.DictField(help_text="The tool's settings; what an undo `undoes`, what a restore `restores`.")
    taken_back_by = serializers.IntegerField(allow_null=True, help_text="Seq of the undo this edit lies under.")
    source = EditSourceSerializer(allow_null=True, help_text="The network that painted it.")

    class Meta:
        model = Edit
        fields = [
            "seq", "uuid", "user", "user_id", "tool", "box", "details", "created_at", "tiles", "taken_back_by",
            "source",
        ]  # fmt: skip
        read_only_fields = fields


class EditPageSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text="Edits of this photo, whoever made them.")
    next = serializers.IntegerField(allow_null=True, help_text="`before` of the next page; null at the end.")
    results = EditSerializer(many=True)


class EditorSerializer(serializers.Serializer):
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    edits = serializers.IntegerField()


class UndoSerializer(serializers.Serializer):
    uuid = serializers.UUIDField()


class RestoreSerializer(serializers.Serializer):
    uuid = serializers.UUIDField()
    box = serializers.ListField(
        child=serializers.IntegerField(), min_length=4, max_length=4, required=False, allow_null=True, default=None,
        help_text="Only this part of the photo: left, top, right, bottom.",
    )  # fmt: skip
    user = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Only what this person changed since."
    )


class StepSerializer(serializers.ModelSerializer):
    class Meta:
        model = Edit
        fields = ["seq", "uuid", "tool", "created_at"]
        read_only_fields = fields


class StackSerializer(serializers.Serializer):
    done = StepSerializer(many=True)
    undone = StepSerializer(many=True)


class OriginEditSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username", default=None, read_only=True, allow_null=True)
    source = EditSourceSerializer(allow_null=True)

    class Meta:
        model = Edit
        fields = ["seq", "user", "tool", "created_at", "source"]
        read_only_fields = fields


class OriginSerializer(serializers.Serializer):
    """Where a pixel comes from."""

    class_index = serializers.IntegerField()
    object_id = serializers.IntegerField()
    kind = serializers.ChoiceField(["painted", "erased", "never"])
    edit = OriginEditSerializer(allow_null=True)
    brought_back_by = OriginEditSerializer(
        allow_null=True, help_text="The undo, redo or restore that made it so again."
    )


class SnapshotSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Snapshot
        fields = ["id", "seq", "name", "user", "created_at"]
        read_only_fields = fields


class NewSnapshotSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    seq = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="After which edit; as it is now where left out."
    )


class SnapshotChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200)


# ---------------------------------------------------------------- states, comments and the guide


class StateChangeSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username", default=None, read_only=True, allow_null=True)
    action = serializers.ChoiceField(workflow.ACTIONS)
    comment = serializers.IntegerField(source="comment_id", allow_null=True)

    class Meta:
        model = StateChange
        fields = ["id", "user", "action", "before", "after", "text", "comment", "created_at"]
        read_only_fields = fields


class WorkflowSerializer(serializers.Serializer):
    """How far the work on a photo is, and what this person may do next."""

    state = serializers.ChoiceField(WorkState.choices)
    holder = NamedSerializer(allow_null=True)
    held_since = serializers.DateTimeField(allow_null=True)
    is_idle = serializers.BooleanField(help_text="Whether its holder has left it for long: others may take it over.")
    submitted_by = NamedSerializer(allow_null=True)
    locked = serializers.CharField(help_text="Why nobody may paint now, and who can change that; empty otherwise.")
    moves = serializers.ListField(child=serializers.ChoiceField(workflow.ACTIONS))
    changes = StateChangeSerializer(many=True)


class MoveSerializer(serializers.Serializer):
    action = serializers.CharField(max_length=40, help_text=", ".join(workflow.ACTIONS))
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=comments.LONGEST)
    at = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, required=False, allow_null=True, default=None,
        help_text="[x, y] in photo pixels: where the comment is pinned; null for one about the whole photo.",
    )  # fmt: skip


class MovesSerializer(serializers.Serializer):
    """The same move for several photos."""

    action = serializers.CharField(max_length=40)
    images = serializers.ListField(child=serializers.IntegerField(), allow_empty=False, max_length=500)


class NotMovedSerializer(serializers.Serializer):
    image = serializers.IntegerField()
    problem = serializers.CharField()


class MovedSerializer(serializers.Serializer):
    moved = serializers.ListField(child=serializers.IntegerField())
    refused = NotMovedSerializer(many=True)


class StaySerializer(serializers.Serializer):
    is_mine = serializers.BooleanField()


class AnswerSerializer(serializers.ModelSerializer):
    user = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = ["id", "user", "text", "created_at", "edited_at"]
        read_only_fields = fields

    @extend_schema_field(NamedSerializer(allow_null=True))
    def get_user(self, comment: Comment) -> dict | None:
        return named(comment.user)


class CommentSerializer(AnswerSerializer):
    """A comment that `comments.threads` has seen."""

    at = serializers.SerializerMethodField(help_text="[x, y] in photo pixels; null where it is about the photo.")
    is_deleted = serializers.SerializerMethodField(help_text="Its words are gone, but others have answered them.")
    resolved_by = serializers.CharField(source="resolved_by.username", default=None, read_only=True, allow_null=True)
    answers = AnswerSerializer(many=True)

    class Meta:
        model = Comment
        fields = [
            "id", "user", "text", "at", "created_at", "edited_at", "is_deleted", "resolved_at", "resolved_by",
            "answers",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.FloatField(), allow_null=True))
    def get_at(self, comment: Comment) -> list[float] | None:
        return None if comment.x is None else [comment.x, comment.y]

    def get_is_deleted(self, comment: Comment) -> bool:
        return comment.deleted_at is not None


class NewCommentSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=comments.LONGEST)
    at = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, required=False, allow_null=True, default=None
    )
    parent = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="What it answers.")


class CommentChangeSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=comments.LONGEST, required=False)
    is_resolved = serializers.BooleanField(required=False)


class ExampleSerializer(serializers.ModelSerializer):
    box = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    image = serializers.IntegerField(source="image_id", allow_null=True)
    image_name = serializers.CharField(source="image.name", default=None, allow_null=True)
    picture = serializers.SerializerMethodField()

    class Meta:
        model = GuideExample
        fields = ["id", "verdict", "caption", "image", "image_name", "box", "shows_mask", "width", "height", "picture"]
        read_only_fields = fields

    def get_picture(self, example: GuideExample) -> str:
        return f"/api/examples/{example.pk}/picture.jpg"


class GuideSerializer(serializers.Serializer):
    text = serializers.CharField()
    version = serializers.IntegerField(help_text="Grows with every change; 0 where nobody has written one.")
    changed_at = serializers.DateTimeField(allow_null=True)
    changed_by = serializers.CharField(source="changed_by.username", default=None, allow_null=True)
    examples = ExampleSerializer(many=True)


class GuideChangeSerializer(serializers.Serializer):
    text = serializers.CharField(allow_blank=True, max_length=guides.LONGEST_TEXT, trim_whitespace=False)


class NewExampleSerializer(serializers.Serializer):
    """A part of a photo of the project."""

    image = serializers.IntegerField()
    box = serializers.ListField(child=serializers.IntegerField(), min_length=4, max_length=4)
    shows_mask = serializers.BooleanField(default=True)
    verdict = serializers.ChoiceField(GuideExample.Verdict.choices)
    caption = serializers.CharField(required=False, allow_blank=True, default="", max_length=guides.LONGEST_CAPTION)


class ExampleChangeSerializer(serializers.Serializer):
    verdict = serializers.ChoiceField(GuideExample.Verdict.choices, required=False)
    caption = serializers.CharField(required=False, allow_blank=True, max_length=guides.LONGEST_CAPTION)
    place = serializers.IntegerField(required=False, min_value=0, help_text="Its turn among the examples, from 0.")


# ---------------------------------------------------------------- uploads and imports


class NewUploadSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=1000, help_text="File name, or its path inside a dropped folder.")
    size = serializers.IntegerField(min_value=0, help_text="bytes")
    fingerprint = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class UploadSerializer(serializers.ModelSerializer):
    is_complete = serializers.BooleanField()

    class Meta:
        model = Upload
        fields = ["id", "name", "size", "received", "sha256", "is_complete", "created_at"]
        read_only_fields = fields


class UploadConflictSerializer(serializers.Serializer):
    problem = serializers.CharField()
    at = serializers.CharField()
    received = serializers.IntegerField(help_text="Bytes that are here: go on from there.")


class NewImportSerializer(serializers.Serializer):
    project = serializers.IntegerField(required=False, allow_null=True, default=None)
    project_name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    format = serializers.ChoiceField(FORMATS, default="auto")
    uploads = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)


class FindingSerializer(serializers.Serializer):
    level = serializers.ChoiceField(["error", "warning", "info"])
    at = serializers.CharField()
    text = serializers.CharField()


class ReportClassSerializer(serializers.Serializer):
    name = serializers.CharField()
    colour = serializers.CharField()
    is_new = serializers.BooleanField()


class PreviewSerializer(serializers.Serializer):
    dataset = serializers.CharField()
    name = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    objects = serializers.IntegerField()


class ReportSerializer(serializers.Serializer):
    """What was found, what will be imported, and what is refused and why."""

    format = serializers.CharField()
    images = serializers.IntegerField()
    new_photos = serializers.IntegerField()
    known_photos = serializers.IntegerField(help_text="Files this studio has already: kept once.")
    skipped = serializers.IntegerField(help_text="Images the project has already.")
    refused = serializers.IntegerField()
    objects = serializers.DictField(child=serializers.IntegerField(), help_text="Objects by class.")
    classes = ReportClassSerializer(many=True)
    covered_px = serializers.IntegerField(help_text="Pixels of objects that lie under later ones.")
    covered_objects = serializers.IntegerField(help_text="Objects of which nothing is left to see.")
    bytes = serializers.IntegerField()
    findings = FindingSerializer(many=True)
    can_commit = serializers.BooleanField()
    preview = PreviewSerializer(many=True)


class ImportSerializer(serializers.ModelSerializer):
    project = serializers.IntegerField(source="project_id", allow_null=True)
    format = serializers.ChoiceField(FORMATS, read_only=True)
    report = serializers.SerializerMethodField()
    scan = serializers.IntegerField(source="scan_id", allow_null=True)
    job = serializers.IntegerField(source="job_id", allow_null=True)

    class Meta:
        model = Import
        fields = ["id", "state", "format", "report", "project", "project_name", "scan", "job", "created_at"]
        read_only_fields = fields

    @extend_schema_field(ReportSerializer(allow_null=True))
    def get_report(self, found: Import) -> dict | None:
        return imports.told_report(found.report) if found.report else None


class ExportSerializer(serializers.Serializer):
    format = serializers.ChoiceField(["supervisely", "png"], default="supervisely")


class SampleSerializer(serializers.Serializer):
    """All optional: the sample is 22 photos of 5000x5000."""

    size = serializers.IntegerField(required=False)
    count = serializers.IntegerField(required=False)


class ScribbleSerializer(serializers.Serializer):
    """A stroke of the pen in pixels of the photo."""

    points = serializers.ListField(
        child=serializers.ListField(
            child=serializers.FloatField(min_value=-1e6, max_value=1e6), min_length=2, max_length=2
        ),
        min_length=1,
        max_length=proposals.MAX_PLACES,
        help_text="[[x, y], ...]",
    )
    width = serializers.FloatField(min_value=0.5, max_value=4000)


class QuestionSerializer(serializers.Serializer):
    """What a mask is wanted for: what just fits the box, with all of `plus` and nothing of `minus`. Without a box,
    what hangs together with `plus` and looks like it."""

    box = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, default=None, help_text="[left, top, right, bottom]"
    )
    plus = ScribbleSerializer(many=True, required=False, default=list)
    minus = ScribbleSerializer(many=True, required=False, default=list)
    method = serializers.CharField(default=proposals.GRABCUT, max_length=80, help_text="A proposer's name.")


class ProposerSerializer(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    is_job = serializers.BooleanField(help_text="Whether its answer is a job to wait for.")


class ProposalSerializer(serializers.Serializer):
    box = serializers.ListField(child=serializers.IntegerField(), help_text="Where its pixels lie in the photo.")
    step = serializers.IntegerField(help_text="A pixel is a block of step x step of the photo, from the box's corner.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    pixels = serializers.CharField(help_text="Base64 of raw deflate of one byte a pixel, 0 or 1, row by row.")
    method = serializers.CharField()
    seconds = serializers.FloatField()


class ProposalAnswerSerializer(serializers.Serializer):
    """The answer, or the job that will have it at /api/images/<id>/proposals/<job>/."""

    proposal = ProposalSerializer(allow_null=True)
    job = serializers.IntegerField(allow_null=True)


def as_data(serializer: type[serializers.Serializer], body: Any) -> dict:
    """A request's body as the serializer understands it. Raises DRF's ValidationError."""
    checked = serializer(data=body)
    checked.is_valid(raise_exception=True)
    return checked.validated_data
