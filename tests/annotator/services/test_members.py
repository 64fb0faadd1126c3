"""Members: a project never loses its last owner."""

import pytest

from annotator.models import Membership
from annotator.services import members
from studio.errors import Refused


def test_the_last_owner_can_neither_leave_nor_step_down(project, owner):
    last = Membership.objects.get(project=project, user=owner)

    with pytest.raises(Refused, match="needs an owner"):
        members.remove_member(last)
    with pytest.raises(Refused, match="needs an owner"):
        members.change_role(last, "viewer")


def test_with_a_second_owner_the_first_may_leave(project, owner, annotator):
    members.change_role(Membership.objects.get(project=project, user=annotator), "owner")

    members.remove_member(Membership.objects.get(project=project, user=owner))

    assert not project.memberships.filter(user=owner).exists()


def test_nobody_is_a_member_twice(project, viewer):
    with pytest.raises(Refused, match="vera is a member already"):
        members.add_member(project, viewer.pk, "owner")


def test_people_who_do_not_exist_cannot_be_added(project):
    with pytest.raises(Refused, match="no such person"):
        members.add_member(project, 99999, "viewer")


def test_an_owner_adds_somebody_who_then_sees_the_project(project, owner, stranger, client_of):
    body = {"user": stranger.pk, "role": "viewer"}

    made = client_of(owner).post(f"/api/projects/{project.pk}/members/", body, format="json").json()

    assert made["user"] == {"id": stranger.pk, "name": "sam"}
    assert client_of(stranger).get(f"/api/projects/{project.pk}/").json()["role"] == "viewer"
