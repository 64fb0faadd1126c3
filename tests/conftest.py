"""The cast of every test: owner, annotator, viewer and stranger; and a data folder that only one test sees."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings

# The real hash is slow on purpose; tests create people all the time.
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
    from django.utils import translation
    from rest_framework.test import APIClient

    def sign_in(user) -> APIClient:
        client = APIClient()
        client.force_login(user)
        return client

    yield sign_in
    translation.deactivate()  # the next test speaks English, whatever this one asked for
