"""Who may do what: every view asks here first."""

from django.http import Http404
from django.utils.translation import pgettext_lazy

from annotator.models import Image, LabelClass, Membership, Project, Snapshot
from studio.errors import NotAllowed
from studio.texts import say

Role = Membership.Role
RANK = {Role.VIEWER: 0, Role.ANNOTATOR: 1, Role.OWNER: 2}
ROLE_WORDS = {
    Role.VIEWER: pgettext_lazy("role in a project", "viewer"),
    Role.ANNOTATOR: pgettext_lazy("role in a project", "annotator"),
    Role.OWNER: pgettext_lazy("role in a project", "owner"),
}


def project_for(user, project_id: int, needs: str = Role.VIEWER, *, trashed: bool = False) -> Project:
    """A project this user may use in this way; its `role` says what the user is in it.

    needs:   "viewer", "annotator" or "owner".
    trashed: whether a project in the trash counts too.

    Raises Http404 when the user is no member, so that strangers learn nothing, and NotAllowed when the role is too low.
    """
    found = Membership.objects.filter(user_id=user.pk, project_id=project_id)
    if not trashed:
        found = found.filter(project__deleted_at=None)
    membership = found.select_related("project", "project__made_by", "project__source").first()
    if membership is None:
        raise Http404
    project = membership.project
    project.role = membership.role
    demand(project, needs)
    return project


def demand(project: Project, needs: str) -> None:
    """Raises NotAllowed when the role in a project that `project_for` gave is too low."""
    if RANK[project.role] < RANK[needs]:
        sentence = say(
            "This takes an {needs} of {project!r}; you are its {role}.",
            needs=ROLE_WORDS[needs],
            project=project.name,
            role=ROLE_WORDS[project.role],
        )
        raise NotAllowed(sentence, at="role")


def image_for(user, image_id: int, needs: str = Role.VIEWER, *, trashed: bool = False) -> Image:
    """An image of a project this user may use in this way, with its photo; `image.project.role` is set.

    Raises as `project_for`.
    """
    found = Image.objects.filter(pk=image_id, project__deleted_at=None, project__memberships__user_id=user.pk)
    if not trashed:
        found = found.filter(deleted_at=None)
    image = found.select_related("photo", "project", "holder", "submitted_by").first()
    if image is None:
        raise Http404
    image.project = project_for(user, image.project_id, needs)
    return image


def seq_for(user, image_id: int) -> int | None:
    """The number of the last edit of an image this user may see; None when there is no such image."""
    found = Image.objects.filter(pk=image_id, deleted_at=None, project__deleted_at=None)
    return found.filter(project__memberships__user_id=user.pk).values_list("seq", flat=True).first()


def class_for(user, class_id: int, needs: str = Role.VIEWER) -> LabelClass:
    """A class, living or in the trash. Raises as `project_for`."""
    label = LabelClass.objects.filter(pk=class_id, project__memberships__user_id=user.pk).first()
    if label is None:
        raise Http404
    label.project = project_for(user, label.project_id, needs)
    return label


def snapshot_for(user, snapshot_id: int, needs: str = Role.VIEWER) -> Snapshot:
    """A snapshot of a living photo. Raises as `project_for`."""
    snapshot = Snapshot.objects.filter(pk=snapshot_id).select_related("user").first()
    if snapshot is None:
        raise Http404
    snapshot.image = image_for(user, snapshot.image_id, needs)
    return snapshot


def member_for(user, membership_id: int) -> Membership:
    """Somebody's membership in a project of this user. Raises Http404."""
    membership = Membership.objects.filter(pk=membership_id).select_related("user").first()
    if membership is None:
        raise Http404
    membership.project = project_for(user, membership.project_id)
    return membership
