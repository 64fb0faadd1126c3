"""States, comments and the guide over HTTP: what comes back, and who is turned away with which sentence."""

import io

import numpy as np
import PIL.Image
import pytest
from rest_framework.test import APIClient

from annotator.models import Comment, GuideExample, Image
from annotator.services import comments, guides
from tests.annotator.conftest import edit_body, one_tile, post_bytes


def move(client, image, action: str, **more):
    return client.post(f"/api/images/{image.pk}/workflow/", {"action": action} | more, format="json")


def say(client, image, text: str = "A crack?", **more):
    return client.post(f"/api/images/{image.pk}/comments/", {"text": text} | more, format="json")


def jpeg(size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    PIL.Image.new("RGB", size, "#336699").save(file, "JPEG")
    return file.getvalue()


# ---------------------------------------------------------------- states


def test_the_workflow_says_what_is_who_has_it_and_what_one_may_do(image, annotator, viewer, client_of):
    answer = move(client_of(annotator), image, "claim").json()

    assert (answer["state"], answer["holder"]["name"], answer["is_idle"], answer["locked"]) == (
        "claimed", "anton", False, "",
    )  # fmt: skip
    assert answer["moves"] == ["release", "finish", "submit"]
    assert [(one["user"], one["action"], one["before"], one["after"]) for one in answer["changes"]] == [
        ("anton", "claim", "open", "claimed")
    ]
    assert client_of(viewer).get(f"/api/images/{image.pk}/workflow/").json()["moves"] == []


def test_a_second_claim_answers_409_with_who_has_it(image, annotator, owner, client_of):
    move(client_of(annotator), image, "claim")

    refused = move(client_of(owner), image, "claim")

    assert (refused.status_code, refused.json()["holder"]) == (409, "anton")
    assert refused.json()["problem"].startswith("anton has photo.jpg.")


@pytest.mark.parametrize("action", ["claim", "submit"])
def test_a_viewer_is_told_which_role_it_takes(image, viewer, client_of, action):
    refused = move(client_of(viewer), image, action)

    assert (refused.status_code, refused.json()["at"]) == (403, "role")
    assert "annotator" in refused.json()["problem"]


def test_strangers_learn_nothing_of_states_comments_and_guides(image, stranger, client_of):
    client = client_of(stranger)
    comment = comments.add(image, user=None, text="hidden")

    for path in ("workflow/", "comments/"):
        assert client.get(f"/api/images/{image.pk}/{path}").status_code == 404
    assert move(client, image, "claim").status_code == 404
    assert client.post(f"/api/images/{image.pk}/workflow/stay/").status_code == 404
    assert say(client, image).status_code == 404
    assert client.delete(f"/api/comments/{comment.pk}/").status_code == 404
    assert client.get(f"/api/projects/{image.project_id}/guide/").status_code == 404
    body = {"action": "submit", "images": [image.pk]}
    assert client.post(f"/api/projects/{image.project_id}/workflow/", body, format="json").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/api/images/1/workflow/"), ("post", "/api/images/1/comments/"), ("get", "/api/projects/1/guide/"),
     ("patch", "/api/comments/1/"), ("get", "/api/examples/1/picture.jpg")],
)  # fmt: skip
def test_nobody_gets_in_without_signing_in(db, method, path):
    assert getattr(APIClient(), method)(path).status_code == 403


def test_a_stroke_on_an_accepted_photo_answers_403_with_a_sentence(image, annotator, owner, client_of):
    for client, action in ((client_of(annotator), "submit"), (client_of(owner), "accept")):
        assert move(client, image, action).status_code == 200

    body = edit_body(("class", 0, 0, 0, one_tile()))
    refused = post_bytes(client_of(annotator), f"/api/images/{image.pk}/edits/", body)

    answer = refused.json()
    assert (refused.status_code, answer["at"], answer["state"]) == (403, "state", "accepted")
    assert answer["problem"] == "photo.jpg was accepted by olga. To paint on it again, have olga reopen or return it."
    assert client_of(annotator).get(f"/api/images/{image.pk}/workflow/").json()["locked"] == answer["problem"]


def test_a_sign_of_life_says_whether_the_photo_is_still_ours(image, annotator, owner, client_of):
    move(client_of(annotator), image, "claim")
    address = f"/api/images/{image.pk}/workflow/stay/"

    assert client_of(annotator).post(address).json() == {"is_mine": True}
    assert client_of(owner).post(address).json() == {"is_mine": False}


def test_several_photos_are_submitted_at_once_and_those_that_cannot_are_named(
    image, painted, project, annotator, owner, client_of
):
    move(client_of(owner), painted, "claim")
    body = {"action": "submit", "images": [image.pk, painted.pk]}

    answer = client_of(annotator).post(f"/api/projects/{project.pk}/workflow/", body, format="json").json()

    assert answer["moved"] == [image.pk]
    assert [(one["image"], "olga has painted.jpg" in one["problem"]) for one in answer["refused"]] == [
        (painted.pk, True)
    ]


def test_photos_of_another_project_are_not_moved_along(image, owner, client_of):
    other = client_of(owner).post("/api/projects/", {"name": "Other"}, format="json").json()["id"]

    body = {"action": "claim", "images": [image.pk]}
    answer = client_of(owner).post(f"/api/projects/{other}/workflow/", body, format="json").json()

    assert answer == {"moved": [], "refused": []}


def test_the_gallery_and_the_walk_follow_state_holder_and_open_comments(image, painted, annotator, client_of):
    client = client_of(annotator)
    move(client, painted, "claim")
    say(client, image)

    def names(query: str) -> list[str]:
        return [
            row["name"] for row in client.get(f"/api/projects/{image.project_id}/images/?{query}").json()["results"]
        ]

    assert names("state=open") == ["photo.jpg"]
    assert names("state=open,claimed") == ["painted.jpg", "photo.jpg"]
    assert names("held_by=me") == names(f"held_by={annotator.pk}") == ["painted.jpg"]
    assert names("comments=open") == ["photo.jpg"]
    walk = client.get(f"/api/images/{painted.pk}/neighbours/?state=claimed").json()
    assert walk == {"previous": None, "next": None, "position": 1, "count": 1}
    facets = client.get(f"/api/projects/{image.project_id}/facets/").json()
    assert {one["name"]: one["count"] for one in facets["states"] if one["count"]} == {"open": 1, "claimed": 1}
    assert facets["holders"] == [{"id": annotator.pk, "name": "anton", "count": 1}]
    assert facets["open_comments"] == 1
    card = client.get(f"/api/images/{painted.pk}/").json()
    assert (card["state"], card["holder"]["name"], card["is_idle"], card["open_comments"]) == (
        "claimed", "anton", False, 0,
    )  # fmt: skip


@pytest.mark.parametrize("query", ["state=finished", "held_by=anton", "comments=all"])
def test_a_filter_that_makes_no_sense_is_refused_with_what_would(project, viewer, client_of, query):
    answer = client_of(viewer).get(f"/api/projects/{project.pk}/images/?{query}")

    assert (answer.status_code, "expected" in answer.json()["problem"]) == (400, True)


# ---------------------------------------------------------------- comments


def test_a_comment_is_pinned_answered_settled_and_opened_again(image, annotator, viewer, client_of):
    asked = say(client_of(viewer), image, "Is this one?", at=[10.5, 20]).json()
    assert (asked["at"], asked["user"]["name"], asked["resolved_at"]) == ([10.5, 20.0], "vera", None)

    answered = say(client_of(annotator), image, "Yes.", parent=asked["id"]).json()
    assert [(one["user"]["name"], one["text"]) for one in answered["answers"]] == [("anton", "Yes.")]

    settled = client_of(annotator).patch(f"/api/comments/{asked['id']}/", {"is_resolved": True}, format="json").json()
    assert settled["resolved_by"] == "anton"
    again = say(client_of(viewer), image, "But why?", parent=asked["id"]).json()
    assert (again["resolved_at"], len(again["answers"])) == (None, 2)


def test_words_are_changed_by_who_wrote_them_only(image, annotator, owner, client_of):
    comment = say(client_of(annotator), image).json()["id"]

    refused = client_of(owner).patch(f"/api/comments/{comment}/", {"text": "I was here"}, format="json")
    assert (refused.status_code, refused.json()["problem"]) == (403, "Only who wrote a comment can change its words.")
    changed = client_of(annotator).patch(f"/api/comments/{comment}/", {"text": "A chip?"}, format="json").json()
    assert (changed["text"], changed["edited_at"] is not None) == ("A chip?", True)


def test_comments_are_deleted_by_who_wrote_them_or_an_owner(image, annotator, owner, viewer, client_of):
    first, second = (say(client_of(annotator), image).json()["id"] for _ in range(2))

    assert client_of(viewer).delete(f"/api/comments/{first}/").status_code == 403
    assert client_of(annotator).delete(f"/api/comments/{first}/").status_code == 204
    assert client_of(owner).delete(f"/api/comments/{second}/").status_code == 204
    assert client_of(owner).get(f"/api/images/{image.pk}/comments/").json() == []


def test_a_deleted_question_keeps_its_place_until_its_last_answer_is_gone(image, annotator, owner, client_of):
    question = say(client_of(annotator), image, "secret", at=[1, 1]).json()["id"]
    answer = say(client_of(owner), image, "Mine.", parent=question).json()["answers"][0]["id"]

    client_of(annotator).delete(f"/api/comments/{question}/")

    (left,) = client_of(owner).get(f"/api/images/{image.pk}/comments/").json()
    assert (left["text"], left["is_deleted"], len(left["answers"])) == ("", True, 1)
    client_of(owner).delete(f"/api/comments/{answer}/")
    assert not Comment.objects.exists()


def test_a_viewer_settles_their_own_comment_and_no_other(image, viewer, annotator, client_of):
    own, other = (say(client_of(person), image).json()["id"] for person in (viewer, annotator))
    client = client_of(viewer)

    assert client.patch(f"/api/comments/{own}/", {"is_resolved": True}, format="json").status_code == 200
    assert client.patch(f"/api/comments/{other}/", {"is_resolved": True}, format="json").status_code == 403


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": "  "}, "blank"),
        ({"text": "x" * 4001}, "4000"),
        ({"text": "Here", "at": [601, 10]}, "at: 601, 10 lies beside the photo of 600x400"),
        ({"text": "Here", "at": [5]}, "2"),
        ({"text": "Here", "parent": 99}, "there is no such comment on this photo"),
    ],
)
def test_a_comment_that_is_not_right_is_refused_with_a_sentence(image, viewer, client_of, body, sentence):
    refused = client_of(viewer).post(f"/api/images/{image.pk}/comments/", body, format="json")

    assert refused.status_code == 400
    assert sentence in refused.json()["problem"]


def test_an_answer_cannot_be_answered_nor_one_on_another_photo(image, painted, viewer, client_of):
    question = say(client_of(viewer), image).json()["id"]
    answer = say(client_of(viewer), image, parent=question).json()["answers"][0]["id"]

    assert say(client_of(viewer), image, parent=answer).status_code == 400
    assert say(client_of(viewer), painted, parent=question).status_code == 400


def test_a_photo_holds_a_bounded_number_of_comments(image, viewer, client_of, monkeypatch):
    monkeypatch.setattr(comments, "MOST", 1)
    say(client_of(viewer), image)

    assert "no photo holds more" in say(client_of(viewer), image).json()["problem"]


# ---------------------------------------------------------------- the guide


def test_an_owner_writes_the_guide_and_everybody_reads_it(project, owner, annotator, viewer, client_of):
    address = f"/api/projects/{project.pk}/guide/"
    assert client_of(viewer).get(address).json()["version"] == 0

    refused = client_of(annotator).patch(address, {"text": "# Mine"}, format="json")
    assert refused.status_code == 403
    client_of(owner).patch(address, {"text": "# Discs\n\nPaint **each** disc.\n"}, format="json")

    guide = client_of(viewer).get(address).json()
    assert (guide["text"], guide["version"], guide["changed_by"]) == ("# Discs\n\nPaint **each** disc.\n", 1, "olga")


def test_a_region_of_a_photo_is_kept_as_it_was_when_it_was_chosen(project, painted, owner, viewer, client_of):
    body = {"image": painted.pk, "box": [90, 90, 190, 150], "verdict": "good", "caption": "Both discs"}
    address = f"/api/projects/{project.pk}/guide/examples/"
    masked = client_of(owner).post(address, body, format="json").json()
    plain = client_of(owner).post(address, body | {"shows_mask": False, "verdict": "bad"}, format="json").json()
    before = client_of(viewer).get(masked["picture"])

    Image.objects.filter(pk=painted.pk).update(deleted_at="2026-01-01T00:00Z")

    after = client_of(viewer).get(masked["picture"])
    assert before.content == after.content
    assert (after["Content-Type"], after["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    pixels, without = (
        np.asarray(PIL.Image.open(io.BytesIO(client_of(viewer).get(one["picture"]).content))).astype(int)
        for one in (masked, plain)
    )
    assert pixels.shape == (60, 100, 3)
    differs = np.abs(pixels - without).max(axis=2) > 24
    assert differs[20:40, 20:80].mean() > 0.9, "the mask lies over the discs"
    assert not differs[:2].any(), "and nowhere else"
    assert (masked["image_name"], masked["width"], masked["height"]) == ("painted.jpg", 100, 60)


def test_a_large_region_is_made_small_and_keeps_its_thin_mask(project, owner, draw_photo):
    from annotator.services import images, photos

    classes = np.zeros((1500, 2400), np.uint8)
    classes[700:703] = 1
    photo = photos.store_photo(draw_photo("large.png", size=(2400, 1500)))
    image = images.add_image(project, photo, "ds", "large.png", classes=classes, user=owner)
    whole = guides.Box.of_size(2400, 1500)

    with_mask, without = (guides.region(image, whole, shows).astype(int) for shows in (True, False))

    assert with_mask.shape == (600, 960, 3)
    assert np.abs(with_mask - without).max(axis=(1, 2))[279:282].max() > 20


def test_a_picture_of_ones_own_is_decoded_and_written_anew(project, owner, annotator, client_of):
    address = f"/api/projects/{project.pk}/guide/pictures/?verdict=bad&caption=Blurred"
    body = jpeg() + b"<script>alert(1)</script>"

    assert post_bytes(client_of(annotator), address, body).status_code == 403
    made = post_bytes(client_of(owner), address, body).json()

    picture = client_of(owner).get(made["picture"]).content
    assert (made["verdict"], made["caption"], made["image"]) == ("bad", "Blurred", None)
    assert b"script" not in picture
    assert PIL.Image.open(io.BytesIO(picture)).size == (40, 30)


@pytest.mark.parametrize("body", [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff cut"])
def test_what_is_no_picture_is_refused(project, owner, client_of, body):
    answer = post_bytes(client_of(owner), f"/api/projects/{project.pk}/guide/pictures/?verdict=good", body)

    assert (answer.status_code, answer.json()["at"]) == (400, "picture")
    assert not GuideExample.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"box": [600, 0, 700, 50]}, "expected at least 8x8 pixels of the photo of 600x400"),
        ({"verdict": "fine"}, "fine"),
        ({"caption": "x" * 301}, "300"),
        ({"image": 10_000}, "has no photo 10000"),
    ],
)
def test_an_example_that_is_not_right_is_refused(project, painted, owner, client_of, change, sentence):
    body = {"image": painted.pk, "box": [0, 0, 50, 50], "verdict": "good"} | change

    answer = client_of(owner).post(f"/api/projects/{project.pk}/guide/examples/", body, format="json")

    assert (answer.status_code, sentence in answer.json()["problem"]) == (400, True), answer.json()


def test_examples_are_reordered_changed_and_removed_by_owners(project, owner, annotator, client_of):
    client = client_of(owner)
    first, second, third = (
        guides.add_picture(project, jpeg(), user=owner, verdict="good", caption=name).pk for name in "abc"
    )

    assert client_of(annotator).patch(f"/api/examples/{first}/", {"place": 2}, format="json").status_code == 403
    client.patch(f"/api/examples/{third}/", {"place": 0, "verdict": "bad"}, format="json")
    client.delete(f"/api/examples/{first}/")

    shown = client.get(f"/api/projects/{project.pk}/guide/").json()
    assert [(one["id"], one["verdict"]) for one in shown["examples"]] == [(third, "bad"), (second, "good")]
    assert shown["version"] == 5


def test_a_guide_shows_a_bounded_number_of_pictures(project, owner, client_of, monkeypatch):
    monkeypatch.setattr(guides, "MOST_EXAMPLES", 1)
    address = f"/api/projects/{project.pk}/guide/pictures/?verdict=good"
    post_bytes(client_of(owner), address, jpeg())

    assert "1 pictures at most" in post_bytes(client_of(owner), address, jpeg()).json()["problem"]
