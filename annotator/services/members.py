"""Who is in a project, and as what."""

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from annotator.models import Membership, Project
from studio.errors import Refused
from studio.texts import say

Role = Membership.Role


def listed(project: Project) -> QuerySet[Membership]:
    return project.memberships.select_related("user").order_by("user__username")


def add_member(project: Project, user_id: int, role: str) -> Membership:
    """Raises Refused when there is no such person, or when they are a member already."""
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Refused(say("user: there is no such person in this studio"), at="user")
    try:
        with transaction.atomic():
            return Membership.objects.create(project=project, user=user, role=role)
    except IntegrityError:
        sentence = say("user: {name} is a member already; change the role instead", name=user.username)
        raise Refused(sentence, at="user") from None


@transaction.atomic
def change_role(member: Membership, role: str) -> Membership:
    """Raises Refused when the project would be left without an owner."""
    if role != Role.OWNER:
        _keep_an_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove_member(member: Membership) -> None:
    """Raises Refused when the project would be left without an owner."""
    _keep_an_owner(member)
    member.delete()


def _keep_an_owner(member: Membership) -> None:
    # The lock makes two owners who leave at the same moment do it one after the other.
    Project.objects.select_for_update().get(pk=member.project_id)
    others = Membership.objects.filter(project_id=member.project_id, role=Role.OWNER).exclude(pk=member.pk)
    if member.role == Role.OWNER and not others.exists():
        raise Refused(say("role: a project needs an owner; make somebody else one first"), at="role")
