"""Imports before any job is at work on them."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from annotator.models import Import
from annotator.services import imports


def test_what_nobody_decided_on_for_a_week_goes_though_the_new_import_is_refused(owner, data_folder):
    """Their files are gone from the disk by then, so their rows must not come back."""
    old = Import.objects.create(user=owner, state=Import.State.READY)
    Import.objects.update(created_at=timezone.now() - timedelta(days=8))
    imports.staging_of(old).mkdir(parents=True)

    with pytest.raises(Http404):
        imports.begin(owner, project_name="Line 7", upload_ids=[404])

    assert not Import.objects.exists()
    assert not imports.staging_of(old).exists()
