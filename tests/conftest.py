"""A data folder of its own for every test run, and the cast: owner, annotator, viewer and stranger."""

import os
import shutil
import tempfile
from pathlib import Path

# Before Django reads its settings: tests never touch the data of a studio that is in use.
_data = Path(tempfile.mkdtemp(prefix="catenary-test-"))
os.environ["CATENARY_DATA"] = str(_data)
os.environ.pop("DATABASE_URL", None)
os.environ.pop("REDIS_URL", None)

import pytest  # noqa: E402


def pytest_unconfigure(config) -> None:
    shutil.rmtree(_data, ignore_errors=True)


@pytest.fixture
def data_folder(settings, tmp_path) -> Path:
    """An empty data folder that only this test sees."""
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    return settings.DATA


def _person(name: str, **more):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_user(username=name, password="correct horse", **more)


@pytest.fixture
def owner(db):
    return _person("olga", is_staff=True)


@pytest.fixture
def annotator(db):
    return _person("anton")


@pytest.fixture
def viewer(db):
    return _person("vera")


@pytest.fixture
def stranger(db):
    return _person("sam")


@pytest.fixture
def client_of():
    """`client_of(user)`: an API client that is signed in as that person."""
    from rest_framework.test import APIClient

    def sign_in(user) -> APIClient:
        client = APIClient()
        client.force_login(user)
        return client

    return sign_in
