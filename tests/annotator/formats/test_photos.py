from annotator.formats import photos
from tests.scenes import photo_file, small


def test_each_folder_of_photos_is_a_dataset(tmp_path):
    for name in ("a.jpg", "north/b.png", "south/img/c.jpg", "south/img/.hidden.jpg"):
        photo_file(tmp_path / name, small())

    project, findings = photos.read(tmp_path)

    assert findings == []
    assert [(image.dataset, image.name) for image in project.images] == [
        ("ds", "a.jpg"),
        ("north", "b.png"),
        ("south", "c.jpg"),
    ]
    assert project.images[0].width == 320
    assert list(project.images[0].objects()) == []


def test_what_is_no_photo_is_named(tmp_path):
    photo_file(tmp_path / "a.jpg", small())
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "fake.jpg").write_text("hello")

    project, findings = photos.read(tmp_path, max_pixels=1_000_000)

    assert len(project.images) == 1
    assert {finding.at for finding in findings} == {"notes.txt", "fake.jpg"}
    assert all(finding.level == "error" for finding in findings)


def test_a_photo_of_too_many_pixels_is_refused(tmp_path):
    photo_file(tmp_path / "a.jpg", small())

    project, findings = photos.read(tmp_path, max_pixels=1000)

    assert not project.images
    assert "81,920 pixels" in findings[0].text
