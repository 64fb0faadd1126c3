"""Writing a project in the form of another tool."""

import shutil
import zipfile
from pathlib import Path

from django.conf import settings

from annotator.formats import png, supervisely
from annotator.formats.records import FormatError, ProjectRecord
from annotator.models import Project
from annotator.services import exports
from studio import files
from studio.errors import Refused
from studio.jobs import Run
from studio.sayings import Saying

WRITERS = {"supervisely": supervisely.write, "png": png.write}
# Photos and PNG masks are packed already.
STORED = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}


def export(run: Run) -> dict:
    """Write all or nothing: into the folder asked for, or into a zip that can be downloaded."""
    project = Project.objects.get(pk=run.settings["project"])
    record = exports.record_of(project)
    format, folder = run.settings["format"], run.settings["folder"]
    if not record.images:
        raise Refused(Saying("{project!r} has no photos to export", project=project.name))
    if folder:
        write(record, format, Path(folder), run, share=1.0)
        return {"project": project.pk, "format": format, "images": len(record.images), "folder": folder}
    draft = settings.DATA / "exports" / f"{run.job.pk}.draft"
    shutil.rmtree(draft, ignore_errors=True)  # of an attempt that a crash ended
    try:
        write(record, format, draft, run, share=0.6)
        path = exports.place_of(run.job)
        with files.writing(path) as temporary:
            pack(draft, temporary, run, since=0.6)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {
        "project": project.pk,
        "format": format,
        "images": len(record.images),
        "size": path.stat().st_size,
        "name": f"{project.name}.zip",
    }


def write(record: ProjectRecord, format: str, folder: Path, run: Run, share: float) -> None:
    """The folder appears when it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.{run.job.pk}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        doing = Saying("Writing")
        WRITERS[format](record, draft, each=lambda done, total: run.progress(share * done / total, doing=doing))
        if folder.exists() and any(folder.iterdir()):
            sentence = Saying("{folder} is there already and not empty; export into a new folder", folder=str(folder))
            raise Refused(sentence)
        if folder.exists():
            folder.rmdir()
        draft.replace(folder)
    except FormatError as error:
        raise Refused(str(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def pack(folder: Path, path: Path, run: Run, since: float) -> None:
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    with zipfile.ZipFile(path, "w", compresslevel=6) as archive:
        for number, file in enumerate(found):
            run.progress(since + (1 - since) * number / len(found), doing=Saying("Packing"))
            method = zipfile.ZIP_STORED if file.suffix.lower() in STORED else zipfile.ZIP_DEFLATED
            archive.write(file, file.relative_to(folder), compress_type=method)
