"""Cutting photos into tiles, ahead of the first person who looks at them."""

from annotator.models import Photo
from annotator.services import photos
from studio.errors import Refused
from studio.jobs import Run
from studio.sayings import Saying


def build(run: Run) -> dict:
    """A photo that fails does not keep the others waiting; it is named in the log."""
    ids = run.settings["photos"]
    built = failed = 0
    for number, photo in enumerate(Photo.objects.filter(pk__in=ids).order_by("id")):
        run.progress(number, len(ids), doing=Saying("{done} of {count} photos", done=number, count=len(ids)))
        try:
            photos.ensure_pyramid(photo)
            built += 1
        except Refused as refusal:
            failed += 1
            run.log(refusal.problem, level="error")
    return {"built": built, "failed": failed}
