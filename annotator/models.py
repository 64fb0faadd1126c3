"""Projects, the photos in them, their masks as tiles, and every edit that ever changed a mask."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from studio.fields import SayingField
from studio.models import Job


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ProjectQuerySet":
        """Projects a user is a member of, whatever the role, the trash included."""
        return self.filter(memberships__user_id=user.pk)

    def alive(self) -> "ProjectQuerySet":
        return self.filter(deleted_at=None)


class Project(models.Model):
    """Photos with masks. What comes out of a DTL query or a prediction is a project too."""

    name = models.CharField(max_length=200)
    description = SayingField(blank=True)  # one that people write, or what a job says of the project it made
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Lineage: which job made it, from which project, and what else there is to say (query, model, seed, counts).
    made_by = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    source = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="results")
    lineage = models.JSONField(default=dict)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(deleted_at=None), name="one_living_project_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class LabelClass(models.Model):
    """What a pixel can be. `index` is the byte in the mask: 1..254, given once and never reused."""

    class Pattern(models.TextChoices):
        PLAIN = ""
        HATCH = "hatch"  # neutral is shown hatched
        BACK = "back"  # slanted the other way
        DOTS = "dots"
        LINES = "lines"
        BARS = "bars"
        CROSS = "cross"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="classes")
    index = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    colour = models.CharField(max_length=7)  # "#RRGGBB"
    key = models.CharField(max_length=1, blank=True)  # "1".."9", or "n" for neutral
    pattern = models.CharField(max_length=10, choices=Pattern.choices, blank=True)
    shape = models.CharField(max_length=20, default="bitmap")  # as it came from another tool, for export
    deleted_at = models.DateTimeField(null=True, blank=True)  # its pixels stay, unseen, and come back with it
    # Gone for good, its pixels erased: the row stays so that nobody else is given its index.
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["project", "index"], name="one_class_per_index"),
            models.UniqueConstraint(
                fields=["project", "name"], condition=Q(deleted_at=None), name="one_class_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a person may do in a project."""

    class Role(models.TextChoices):
        OWNER = "owner"  # everything
        ANNOTATOR = "annotator"  # paint, add photos, run jobs; not members, not delete
        VIEWER = "viewer"  # look

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_role_per_person")]


class Photo(models.Model):
    """Pixels, kept byte for byte as they came and named by their SHA-256. Shared by all projects that show them."""

    class Pyramid(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    sha256 = models.CharField(max_length=64, unique=True)
    width = models.PositiveIntegerField()  # upright, after EXIF orientation
    height = models.PositiveIntegerField()
    format = models.CharField(max_length=10)  # JPEG, PNG, TIFF, WebP, BMP
    orientation = models.PositiveSmallIntegerField(default=1)  # as in the file; 1 is upright
    size = models.PositiveBigIntegerField()  # bytes
    pyramid = models.CharField(max_length=10, choices=Pyramid.choices, default=Pyramid.WAITING)
    levels = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)


class WorkState(models.TextChoices):
    """How far the work on a photo is."""

    OPEN = "open"  # nobody has taken it
    CLAIMED = "claimed"  # its holder works on it
    DONE = "done"  # its holder has finished, and not handed it in yet
    SUBMITTED = "submitted"  # waits for an owner to look at it; nobody paints
    ACCEPTED = "accepted"  # an owner found it right; nobody paints
    RETURNED = "returned"  # an owner found something to do; its holder is who submitted it


class Image(models.Model):
    """A photo in a project, with its mask."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="images")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="images")
    dataset = models.CharField(max_length=300, default="ds")
    name = models.CharField(max_length=300)  # with its extension
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list)  # strings, or {"name", "value"}
    # Where a crop came from: {"image": id, "project", "dataset", "name", "box": [l, t, r, b], "flips", "copy": n}
    lineage = models.JSONField(default=dict)
    seq = models.PositiveIntegerField(default=0)  # of the last edit
    class_px = models.JSONField(default=dict)  # {"<class index>": pixels}, never zero
    painted_px = models.PositiveBigIntegerField(default=0)  # the sum of class_px
    object_count = models.PositiveIntegerField(default=0)
    counted_seq = models.PositiveIntegerField(default=0)  # the edit object_count was counted after
    is_annotated = models.BooleanField(default=False, db_index=True)  # has any painted pixel
    next_object = models.PositiveIntegerField(default=1)  # ids below were given to objects of the object plane
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Who works on it and what was decided about it: services/workflow.py changes these and nobody else does.
    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.OPEN, db_index=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    held_since = models.DateTimeField(null=True)
    held_seen_at = models.DateTimeField(null=True)  # when its holder last painted on it or had it open
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["dataset", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "dataset", "name"], condition=Q(deleted_at=None), name="one_image_per_name"
            )
        ]
        indexes = [models.Index(fields=["project", "deleted_at", "dataset", "name"], name="gallery_order")]

    def __str__(self) -> str:
        return f"{self.dataset}/{self.name}"


class Plane(models.TextChoices):
    CLASS = "class"  # uint8: 0 background, 1..254 the project's classes
    OBJECT = "object"  # uint16: 0 no object of its own, else the object's id; absent until the first object


class Tile(models.Model):
    """The present state of 256x256 pixels of a mask. Absent while nothing was ever painted there (version 0)."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="tiles")
    plane = models.CharField(max_length=10, choices=Plane.choices, default=Plane.CLASS)
    x = models.PositiveIntegerField()  # in tiles
    y = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    data = models.BinaryField()  # as raster.tile.encode makes it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "plane", "x", "y"], name="one_tile_per_place")]


class Edit(models.Model):
    """One stroke, import, adoption or undo: what changed on an image, who did it, with what. Append-only."""

    uuid = models.UUIDField(unique=True)  # made by the client, so that sending it twice is harmless
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="edits")
    seq = models.PositiveIntegerField()  # 1, 2, ... on its image
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    tool = models.CharField(max_length=40)
    box = models.JSONField()  # [left, top, right, bottom] in photo pixels
    details = models.JSONField(default=dict)  # the stroke's settings, or where adopted pixels came from
    created_at = models.DateTimeField(auto_now_add=True)

    is_repeated = False  # of what is being saved: it had been before

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["image", "seq"], name="one_edit_per_seq")]
        indexes = [models.Index(fields=["image", "user", "seq"], name="edits_of_a_person")]


class EditTile(models.Model):
    """A tile as an edit left it. The tile before is the row whose new_version is this one's old_version."""

    edit = models.ForeignKey(Edit, on_delete=models.CASCADE, related_name="tiles")
    # As in `edit`, so that a tile's past is one walk along an index.
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="past_tiles", db_index=False)
    seq = models.PositiveIntegerField()
    plane = models.CharField(max_length=10, choices=Plane.choices)
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    old_version = models.PositiveIntegerField()
    new_version = models.PositiveIntegerField()
    data = models.BinaryField()
    # Around the pixels it changed, in pixels of the tile: what lies outside need not be unpacked to be known the same.
    left = models.PositiveSmallIntegerField(default=0)
    top = models.PositiveSmallIntegerField(default=0)
    right = models.PositiveSmallIntegerField(default=256)
    bottom = models.PositiveSmallIntegerField(default=256)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "plane", "x", "y", "seq"], name="one_tile_state_per_edit")
        ]


class Snapshot(models.Model):
    """A name for how a mask was after an edit. History is append-only, so the name keeps every tile of that moment."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="snapshots")
    seq = models.PositiveIntegerField()  # of the last edit it holds; 0 before the first
    name = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-seq", "-id"]
        constraints = [models.UniqueConstraint(fields=["image", "name"], name="one_snapshot_per_name")]


class Comment(models.Model):
    """Something said about a photo, at a place of it or about all of it; or the answer to that."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    x = models.FloatField(null=True)  # photo pixels; null where it is about the whole photo
    y = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)  # kept without its text where others have answered it
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["image", "parent", "resolved_at"], name="open_comments")]


class StateChange(models.Model):
    """A photo went from one state to another. Append-only."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="state_changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=10)
    before = models.CharField(max_length=10, choices=WorkState.choices)
    after = models.CharField(max_length=10, choices=WorkState.choices)
    text = models.TextField(blank=True)  # as it was said then, whatever becomes of the comment
    comment = models.ForeignKey(Comment, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]


class Guide(models.Model):
    """How to annotate this project, in its owner's words."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="guide")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)  # of text and examples together
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class GuideExample(models.Model):
    """A picture in a guide, as the photo and its mask were when it was chosen."""

    class Verdict(models.TextChoices):
        GOOD = "good"
        BAD = "bad"

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="examples")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    caption = models.CharField(max_length=300, blank=True)
    place = models.PositiveSmallIntegerField(default=0)  # its turn in the guide
    # Which part of which photo it shows; none for a picture that was uploaded.
    image = models.ForeignKey(Image, null=True, on_delete=models.SET_NULL, related_name="+")
    box = models.JSONField(null=True)  # [left, top, right, bottom] in photo pixels
    shows_mask = models.BooleanField(default=False)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # JPEG of at most services.guides.LONGEST_PX: so small that it may come and go with its row.
    picture = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["place", "id"]


class Upload(models.Model):
    """A file on its way in, in chunks that resume. It lives in the data folder until an import takes it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=1000)  # path as the browser gave it: data, never a file name of ours
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # once complete
    fingerprint = models.CharField(max_length=200, blank=True)  # the browser's, to find an unfinished upload again
    created_at = models.DateTimeField(auto_now_add=True)

    @property
    def is_complete(self) -> bool:
        return bool(self.sha256)


class Import(models.Model):
    """Files to become images of a project: first looked at and reported, then taken all or none."""

    class State(models.TextChoices):
        SCANNING = "scanning"
        READY = "ready"
        IMPORTING = "importing"
        DONE = "done"
        FAILED = "failed"

    UNDECIDED = (State.SCANNING, State.READY, State.IMPORTING)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    # None: a new project, called project_name.
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="imports")
    project_name = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=20, default="auto")
    source = models.JSONField(default=dict)  # {"uploads": [ids]} or {"path": "..."} from the command line
    state = models.CharField(max_length=12, choices=State.choices, default=State.SCANNING)
    report = models.JSONField(default=dict)
    scan = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
