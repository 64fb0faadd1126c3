"""What the environment says, and what is said of it when it is wrong."""

import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from studio.settings import secret_key


def manage(folder, **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "login_link", "--help"],
        cwd=django_settings.BASE_DIR,
        env={"PATH": "/usr/bin:/bin", "CATENARY_DATA": str(folder), **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("port", ["http", "0", "-1", "99999", "²"])
def test_a_port_that_is_none_is_one_sentence(tmp_path, port):
    ended = manage(tmp_path, PORT=port)

    assert ended.returncode == 1
    assert ended.stderr == f"PORT: expected a whole number from 1 to 65535, found {port!r}\n"


def test_a_data_folder_that_cannot_be_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    ended = manage(tmp_path / "file")

    assert ended.stderr == f"CATENARY_DATA: {tmp_path}/file cannot be a folder for data: File exists\n"


def test_a_data_folder_with_spaces_below_here_is_fine(tmp_path):
    ended = manage(tmp_path / "my photos")

    assert ended.returncode == 0
    assert (tmp_path / "my photos" / "secret_key").exists()


def test_the_secret_key_stays_the_same_and_is_nobody_else_s(tmp_path):
    key = secret_key(tmp_path)

    assert len(key) > 60
    assert secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_an_empty_secret_key_which_a_full_disk_left_is_made_anew(tmp_path):
    (tmp_path / "secret_key").touch()

    assert len(secret_key(tmp_path)) > 60
