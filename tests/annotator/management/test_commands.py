"""The commands: the same services in the foreground, JSON last, one sentence on failure."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from annotator.models import Project
from annotator.services import projects
from studio.console import remember_address
from studio.models import LoginLink

pytestmark = pytest.mark.django_db


def said(capsys, *args) -> dict:
    call_command(*args, "--json")
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_login_link_makes_the_first_administrator(capsys, data_folder, settings):
    settings.PORT = 8123

    answer = said(capsys, "login_link")

    admin = get_user_model().objects.get()
    assert (admin.username, admin.is_staff, admin.has_usable_password()) == ("admin", True, False)
    assert answer["link"].startswith("http://localhost:8123/login/")
    assert LoginLink.redeem(answer["link"].rpartition("/")[2]) == admin


def test_a_login_link_goes_to_the_port_the_studio_was_started_with(capsys, data_folder, settings):
    settings.PORT = 9123
    remember_address()
    settings.PORT = 8000

    assert said(capsys, "login_link")["link"].startswith("http://localhost:9123/login/")


def test_a_login_link_for_somebody(capsys, owner, viewer):
    call_command("login_link", "--user", "vera")

    assert LoginLink.redeem(capsys.readouterr().out.strip().rpartition("/")[2]) == viewer


def test_a_login_link_for_nobody_is_refused():
    with pytest.raises(CommandError, match="nobody here is called 'bob'"):
        call_command("login_link", "--user", "bob")


def test_photos_go_in_and_out(capsys, data_folder, draw_photo, tmp_path):
    draw_photo("a.jpg", folder=tmp_path / "survey")

    came = said(capsys, "import_project", str(tmp_path / "survey"), "--project", "survey")
    went = said(capsys, "export_project", "survey", str(tmp_path / "out"), "--format", "png")

    assert (came["name"], came["images"], came["format"]) == ("survey", 1, "photos")
    assert went == {"project": came["project"], "format": "png", "images": 1, "folder": str(tmp_path / "out")}
    assert (tmp_path / "out" / "ds" / "img" / "a.jpg").exists()


def test_importing_again_into_the_same_project_adds_what_is_new(capsys, data_folder, draw_photo, tmp_path):
    draw_photo("a.jpg", folder=tmp_path / "survey")
    said(capsys, "import_project", str(tmp_path / "survey"), "--project", "survey")
    draw_photo("b.jpg", folder=tmp_path / "survey")

    again = said(capsys, "import_project", str(tmp_path / "survey"), "--project", "survey")
    once_more = said(capsys, "import_project", str(tmp_path / "survey"), "--project", "survey")

    assert (again["images"], again["skipped"]) == (1, 1)
    assert (once_more["images"], once_more["skipped"]) == (0, 2)
    assert Project.objects.get().images.count() == 2


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["import_project", "/no/such/place", "--project", "x"], "/no/such/place is not there"),
        (["export_project", "nothing", "/tmp/x"], "no project called 'nothing'"),
        (["sample", "--size", "3"], "expected 64 to"),
    ],
)
def test_a_failure_is_one_sentence(args, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command(*args)


def test_a_folder_with_nothing_to_import_is_a_failure_that_leaves_nothing(data_folder, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("hello")

    with pytest.raises(CommandError, match=r"nothing to import: a\.txt"):
        call_command("import_project", str(tmp_path / "notes"), "--project", "x")

    assert not Project.objects.exists()
    assert not [path for path in data_folder.rglob("*") if path.is_file()]


def test_the_sample_in_small(capsys, data_folder):
    answer = said(capsys, "sample", "--size", "256", "--count", "1")

    assert (answer["name"], answer["images"]) == ("Sample: power lines", 1)


def test_a_project_in_the_trash_is_not_exported(data_folder, owner, tmp_path):
    projects.delete_project(projects.create_project("old", user=owner))

    with pytest.raises(CommandError, match="no project called 'old'"):
        call_command("export_project", "old", str(tmp_path / "out"))
