"""Every address of the annotator, tried by somebody who lacks the right."""

import uuid

import pytest
from rest_framework.test import APIClient

from annotator.models import Import, Membership, Upload
from annotator.services import exports, snapshots
from studio.models import Job
from tests.annotator.conftest import edit_body, one_tile, post_bytes

# method, address, what the lowest role that may is
VIEWER = [
    ("get", "/api/projects/{project}/"),
    ("get", "/api/projects/{project}/classes/"),
    ("get", "/api/projects/{project}/members/"),
    ("get", "/api/projects/{project}/facets/"),
    ("get", "/api/projects/{project}/images/"),
    ("get", "/api/images/{image}/"),
    ("get", "/api/images/{image}/neighbours/"),
    ("get", "/api/images/{image}/photo/10/0_0.jpg"),
    ("get", "/api/images/{image}/thumbnail.jpg"),
    ("get", "/api/images/{image}/overlay.png"),
    ("get", "/api/images/{image}/original"),
    ("get", "/api/images/{image}/tiles/"),
    ("get", "/api/images/{image}/edits/"),
    ("get", "/api/images/{image}/people/"),
    ("get", "/api/images/{image}/stack/"),
    ("get", "/api/images/{image}/pixel/?x=120&y=120"),
    ("get", "/api/images/{image}/edits/1/tiles/"),
    ("get", "/api/images/{image}/snapshots/"),
    ("get", "/api/jobs/{export}/download/"),
]
ANNOTATOR = [
    ("post", "/api/projects/{project}/classes/", {"name": "tower"}),
    ("post", "/api/projects/{project}/export/", {"format": "png"}),
    ("patch", "/api/classes/{label}/", {"colour": "#000000"}),
    ("patch", "/api/images/{image}/", {"tags": ["train"]}),
    ("post", "/api/images/{image}/object-numbers/", {"count": 1}),
    ("post", "/api/images/{image}/edits/0/restore/", {"uuid": "4f5c2d53-0bb5-4d1c-9ff0-1e9be0c7e0b6"}),
    ("post", "/api/images/{image}/snapshots/", {"name": "before the review"}),
    ("patch", "/api/snapshots/{snapshot}/", {"name": "after the review"}),
]
OWNER = [
    ("patch", "/api/projects/{project}/", {"name": "mine"}),
    ("delete", "/api/projects/{project}/", None),
    ("post", "/api/projects/{project}/restore/", None),
    ("post", "/api/projects/{project}/members/", {"user": 1, "role": "viewer"}),
    ("patch", "/api/members/{member}/", {"role": "owner"}),
    ("delete", "/api/members/{member}/", None),
    ("delete", "/api/classes/{label}/", None),
    ("post", "/api/classes/{label}/restore/", None),
    ("delete", "/api/images/{image}/", None),
    ("post", "/api/images/{image}/restore/", None),
]
EVERYBODY = [("get", "/api/projects/"), ("post", "/api/sample/"), ("post", "/api/uploads/"), ("post", "/api/imports/")]


@pytest.fixture
def places(project, painted, owner):
    export = exports.begin(project, user=owner)
    path = exports.place_of(export)
    path.parent.mkdir()
    path.write_bytes(b"PK")
    Job.objects.filter(pk=export.pk).update(status=Job.Status.FINISHED)
    return {
        "project": project.pk,
        "image": painted.pk,
        "label": project.classes.get(index=1).pk,
        "member": Membership.objects.get(project=project, role="owner").pk,
        "export": export.pk,
        "snapshot": snapshots.take(painted, "as it came", user=owner).pk,
    }


def call(client: APIClient, method: str, address: str, places: dict, body: dict | None = None):
    return getattr(client, method)(address.format(**places), body, format="json")


def ids(cases):
    return [f"{case[0]} {case[1]}" for case in cases]


@pytest.mark.parametrize("case", VIEWER, ids=ids(VIEWER))
def test_a_viewer_may_look_and_a_stranger_learns_nothing(places, viewer, stranger, client_of, case):
    assert call(client_of(stranger), *case, places).status_code == 404
    assert call(client_of(viewer), *case, places).status_code == 200


@pytest.mark.parametrize("case", ANNOTATOR, ids=ids(ANNOTATOR))
def test_a_viewer_may_not_do_the_work_of_an_annotator(places, annotator, viewer, stranger, client_of, case):
    method, address, body = case

    assert call(client_of(stranger), method, address, places, body).status_code == 404
    refused = call(client_of(viewer), method, address, places, body)
    assert (refused.status_code, refused.json()["at"]) == (403, "role")
    assert call(client_of(annotator), method, address, places, body).status_code in (200, 201)


@pytest.mark.parametrize("case", OWNER, ids=ids(OWNER))
def test_an_annotator_may_not_do_the_work_of_an_owner(places, owner, annotator, stranger, client_of, case):
    method, address, body = case

    assert call(client_of(stranger), method, address, places, body).status_code == 404
    assert call(client_of(annotator), method, address, places, body).status_code == 403
    # 400 where an owner is told that a project needs one, or that a person is a member already.
    assert call(client_of(owner), method, address, places, body).status_code in (200, 201, 204, 400)


@pytest.mark.parametrize("case", [*VIEWER, *ANNOTATOR, *OWNER, *EVERYBODY])
def test_nobody_gets_in_without_signing_in(places, case):
    assert call(APIClient(), case[0], case[1], places).status_code == 403


def test_painting_takes_an_annotator(image, annotator, viewer, stranger, client_of):
    address = f"/api/images/{image.pk}/edits/"
    codes = {}
    for person in (stranger, viewer, annotator):
        body = edit_body(("class", 0, 0, 0, one_tile()))
        codes[person.username] = post_bytes(client_of(person), address, body).status_code

    assert codes == {"sam": 404, "vera": 403, "anton": 200}


def test_painting_in_pieces_takes_an_annotator(image, annotator, viewer, stranger, client_of):
    body = edit_body(("class", 0, 0, 0, one_tile()))
    address = f"/api/images/{image.pk}/edits/pieces/?parcel={uuid.uuid4()}&offset=0&size={len(body)}"

    people = (stranger, viewer, annotator)
    codes = {person.username: post_bytes(client_of(person), address, body).status_code for person in people}

    assert codes == {"sam": 404, "vera": 403, "anton": 200}


def test_importing_into_a_project_takes_an_annotator(project, viewer, stranger, annotator, client_of):
    codes = {}
    for person in (stranger, viewer, annotator):
        upload = Upload.objects.create(user=person, name="a.jpg", size=1, received=1, sha256="x" * 64)
        body = {"project": project.pk, "uploads": [upload.pk]}
        codes[person.username] = client_of(person).post("/api/imports/", body, format="json").status_code

    assert codes == {"sam": 404, "vera": 403, "anton": 201}


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_uploads_are_seen_by_who_made_them_only(owner, stranger, client_of, data_folder, method):
    upload = Upload.objects.create(user=owner, name="a.jpg", size=1)

    address = f"/api/uploads/{upload.pk}/?offset=0"
    answer = client_of(stranger).generic(method.upper(), address, b"x", "application/octet-stream")

    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "suffix"), [("get", ""), ("delete", ""), ("post", "commit/")])
def test_imports_are_seen_by_who_made_them_only(project, owner, annotator, client_of, method, suffix):
    found = Import.objects.create(user=owner, project=project)

    assert getattr(client_of(annotator), method)(f"/api/imports/{found.pk}/{suffix}").status_code == 404


def test_an_upload_of_somebody_else_cannot_be_imported(project, owner, stranger, client_of):
    upload = Upload.objects.create(user=owner, name="a.jpg", size=1, received=1, sha256="x" * 64)
    body = {"project_name": "mine", "uploads": [upload.pk]}

    assert client_of(stranger).post("/api/imports/", body, format="json").status_code == 404


def test_who_may_no_longer_annotate_may_not_take_an_earlier_import(project, annotator, client_of):
    report = {"can_commit": True, "images": 1}
    found = Import.objects.create(user=annotator, project=project, state="ready", report=report)
    Membership.objects.filter(user=annotator).update(role="viewer")

    assert client_of(annotator).post(f"/api/imports/{found.pk}/commit/").status_code == 403


def test_a_project_in_the_trash_is_gone_until_its_owner_restores_it(places, project, owner, client_of):
    client = client_of(owner)
    client.delete(f"/api/projects/{project.pk}/")

    for case in [*VIEWER[:-1], *ANNOTATOR]:
        assert call(client, case[0], case[1], places, *case[2:]).status_code == 404, case
    assert client.post(f"/api/projects/{project.pk}/restore/").status_code == 200


def test_everybody_sees_their_own_projects_only(project, stranger, client_of):
    client = client_of(stranger)
    mine = client.post("/api/projects/", {"name": "mine"}, format="json").json()

    assert [(row["id"], row["role"]) for row in client.get("/api/projects/").json()["results"]] == [
        (mine["id"], "owner")
    ]


def test_a_member_may_leave(project, viewer, client_of):
    membership = Membership.objects.get(project=project, user=viewer)

    assert client_of(viewer).delete(f"/api/members/{membership.pk}/").status_code == 204
    assert client_of(viewer).get(f"/api/projects/{project.pk}/").status_code == 404
