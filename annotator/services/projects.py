"""Making, finding, renaming, deleting and restoring projects."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from annotator.models import Image, LabelClass, Membership, Project
from annotator.services import classes as class_service
from annotator.services import names
from studio.errors import Refused
from studio.models import Job
from studio.texts import say, told

THUMBNAILS = 4


def create_project(
    name: str,
    *,
    user,
    description: str = "",
    classes: Iterable = (),
    made_by: Job | None = None,
    source: Project | None = None,
    lineage: dict | None = None,
    members_like: Project | None = None,
) -> Project:
    """Add a project; when the name is taken it becomes name_2, name_3 ...

    classes:      records with a name and, where known, colour, shape, key and pattern; they get the indexes 1, 2, ...
    members_like: a project whose members become members of this one, in the same roles.
    """
    name = names.checked(name, "name")
    with transaction.atomic():
        project = _create_with_free_name(
            name, created_by=user, description=description, made_by=made_by, source=source, lineage=lineage or {}
        )
        Membership.objects.create(project=project, user=user, role=Membership.Role.OWNER)
        if members_like is not None:
            others = members_like.memberships.exclude(user=user)
            Membership.objects.bulk_create(Membership(project=project, user_id=m.user_id, role=m.role) for m in others)
        class_service.add_classes(project, classes)
    project.role = Membership.Role.OWNER
    return project


def _create_with_free_name(name: str, **fields) -> Project:
    taken = set(Project.objects.alive().filter(name__startswith=name[:190]).values_list("name", flat=True))
    for candidate in names.candidates(name):
        if candidate in taken:
            continue
        try:
            with transaction.atomic():
                return Project.objects.create(name=candidate, **fields)
        except IntegrityError:
            continue  # somebody took it since we looked
    raise AssertionError("candidates never end")


def change_project(project: Project, *, name: str | None = None, description: str | None = None) -> Project:
    """Rename or describe. Raises Refused when another living project has the name."""
    if name is not None:
        project.name = names.checked(name, "name")
    # A Saying that comes back as it was read stays one.
    if description is not None and description != told(project.description):
        project.description = description  # type: ignore[assignment]  # a column takes what it holds
    try:
        with transaction.atomic():
            project.save(update_fields=["name", "description"])
    except IntegrityError:
        raise Refused(say("name: another project is called {name!r}", name=project.name), at="name") from None
    return project


def delete_project(project: Project) -> None:
    """Into the trash: nobody sees it, nothing is lost, its name is free."""
    Project.objects.filter(pk=project.pk, deleted_at=None).update(deleted_at=timezone.now())


@transaction.atomic
def restore_project(project: Project) -> Project:
    """Out of the trash again; under name_2, name_3 ... when its name was taken meanwhile."""
    if project.deleted_at is not None:
        taken = set(Project.objects.alive().filter(name__startswith=project.name[:190]).values_list("name", flat=True))
        project.name, project.deleted_at = names.free(project.name, taken), None
        project.save(update_fields=["name", "deleted_at"])
    return project


def by_name(user, name: str) -> Project | None:
    """The living project of this name among those the user is a member of."""
    return Project.objects.visible_to(user).alive().filter(name=name).first()


# ---------------------------------------------------------------- lists


def listed(user, *, trash: bool = False, search: str = "") -> QuerySet[Project]:
    """Projects of a user, newest first, with the user's `role` in each."""
    found = Project.objects.filter(memberships__user_id=user.pk).annotate(role=F("memberships__role"))
    found = found.exclude(deleted_at=None) if trash else found.filter(deleted_at=None)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(description__icontains=search))
    return found.select_related("made_by", "source", "created_by").order_by("-id")


def with_summaries(projects: Iterable[Project], user) -> list[Project]:
    """The same projects with what a card of them shows, in a handful of queries however many there are:
    living_classes, image_count, annotated_count, first_images (at most four, with photos) and sees_source.
    """
    projects = list(projects)
    by_id = {project.pk: project for project in projects}
    for project in projects:
        project.living_classes, project.first_images = [], []
        project.image_count = project.annotated_count = 0
    for label in LabelClass.objects.filter(project_id__in=by_id, deleted_at=None):
        by_id[label.project_id].living_classes.append(label)
    images = Image.objects.filter(project_id__in=by_id, deleted_at=None)
    counts = images.order_by().values("project_id").annotate(n=Count("id"), painted=Count("id", Q(is_annotated=True)))
    for row in counts:
        project = by_id[row["project_id"]]
        project.image_count, project.annotated_count = row["n"], row["painted"]
    place = Window(RowNumber(), partition_by=F("project_id"), order_by=[F("dataset"), F("name")])
    for image in images.order_by("project_id", "dataset", "name").annotate(place=place).filter(place__lte=THUMBNAILS):
        by_id[image.project_id].first_images.append(image)
    sources = {project.source_id for project in projects if project.source_id}
    seen = set(Project.objects.visible_to(user).filter(pk__in=sources).values_list("pk", flat=True))
    for project in projects:
        project.sees_source = project.source_id in seen
    return projects
