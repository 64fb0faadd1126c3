"""Kinds of job whose work the tests write themselves."""

import pytest

from studio import kinds
from studio.models import Job


@pytest.fixture
def job_of(owner, monkeypatch):
    """`job_of(work, **options)`: a queued job of a kind whose work is this function."""

    def make(work, **options) -> Job:
        kind = kinds.Kind("test", "tests.nowhere.work", **options)
        monkeypatch.setitem(kinds.KINDS, "test", kind)
        monkeypatch.setattr(kinds.Kind, "resolve", lambda self: work)
        return Job.objects.create(kind="test", title="A test", user=owner)

    return make
