"""Looking at files that want to become images of a project, and taking them."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction

from annotator.formats import photos as photo_folders
from annotator.formats import png, supervisely
from annotator.formats.folders import visible
from annotator.formats.records import Finding, FormatError, ImageRecord, ObjectRecord, ProjectRecord
from annotator.formats.stack import Stacked, stack
from annotator.models import Import, Photo, Project, Upload
from annotator.raster import photo as raster_photo
from annotator.raster import regions
from annotator.services import archives, classes, images, imports, names, photos, projects, uploads
from studio import files
from studio.errors import Refused
from studio.jobs import Cancelled, Run
from studio.sayings import Saying
from studio.texts import kept

PREVIEW = 12
MOST_FINDINGS = 1000  # of a report; more help nobody

State = Import.State


@dataclass
class Report:
    """What a scan has to say, as it goes."""

    format: str
    images: int = 0
    new_photos: int = 0
    known_photos: int = 0
    skipped: int = 0
    refused: int = 0
    objects: Counter[str] = field(default_factory=Counter)
    classes: list[dict] = field(default_factory=list)
    covered_px: int = 0
    covered_objects: int = 0
    bytes: int = 0
    findings: list[Finding] = field(default_factory=list)
    preview: list[dict] = field(default_factory=list)

    def as_json(self) -> dict:
        order = {"error": 0, "warning": 1, "info": 2}
        listed = sorted(self.findings, key=lambda finding: order[finding.level])
        if len(listed) > MOST_FINDINGS:
            rest = Saying("{count} more findings are not listed.", count=len(listed) - MOST_FINDINGS)
            listed = [*listed[:MOST_FINDINGS], Finding("info", "", rest)]
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "objects": dict(self.objects),
            "findings": [kept({"level": one.level, "at": one.at, "text": one.text}) for one in listed],
            "can_commit": self.images > 0,
        }


# ---------------------------------------------------------------- looking


def scan(run: Run) -> dict:
    """Unpack, read, decode and count; nothing of it enters a project. The report is the import's."""
    found = Import.objects.select_related("project", "user").get(pk=run.settings["import"])
    if found.state != State.SCANNING:
        raise Refused(Saying("these files were given up; send them again"))
    try:
        folder = gather(found, run)
        report, plan = look(found, folder, run)
    except Exception as error:  # a worker that shuts down is no failure: another one begins again
        if was_taken_over(run, error):
            raise
        Import.objects.filter(pk=found.pk, state=State.SCANNING).update(state=State.FAILED)
        imports.remove_files(found)
        if isinstance(error, FormatError):
            raise Refused(str(error)) from error
        raise
    with files.writing(plan_of(found)) as temporary:
        temporary.write_text(json.dumps(plan))
    Import.objects.filter(pk=found.pk, state=State.SCANNING).update(state=State.READY, report=report.as_json())
    for one in report.findings[:50]:
        run.log(one.text, level=one.level)
    return {"import": found.pk, "images": report.images, "refused": report.refused}


def was_taken_over(run: Run, error: Exception) -> bool:
    """Whether this worker stopped because another one does the job now: then nothing may be cleaned up."""
    return isinstance(error, Cancelled) and not run.wants("cancel")


def plan_of(found: Import) -> Path:
    return imports.staging_of(found) / "plan.json"


def gather(found: Import, run: Run) -> Path:
    """The folder with the import's files; zips are unpacked, uploads take their places under their own names."""
    staging = imports.staging_of(found)
    shutil.rmtree(staging, ignore_errors=True)  # of an attempt that a crash ended
    staging.mkdir(parents=True)
    if "path" in found.source:
        path = Path(found.source["path"])
        if path.is_dir():
            return path
        if not path.is_file():
            raise Refused(Saying("{path} is not there", path=str(path)))
        items = [(path.name, path)]
    else:
        rows = Upload.objects.filter(user=found.user, pk__in=found.source["uploads"]).order_by("id")
        items = [(upload.name, uploads.path_of(upload)) for upload in rows]

    folder = staging / "files"
    folder.mkdir(exist_ok=True)
    taken: set[str] = set()
    for number, (name, path) in enumerate(items):
        run.progress(0.1 * number / len(items), doing=Saying("Unpacking {file}", file=name))
        if name.lower().endswith(".zip") and archives.is_zip(path):
            home = folder if len(items) == 1 else folder / names.free(Path(name).stem, taken)
            home.mkdir(parents=True, exist_ok=True)
            taken.add(home.name)
            archives.unpack(path, home, name=name, each=lambda done, total: run.check())
        else:
            settle(path, folder, name)
    return folder


def settle(path: Path, folder: Path, name: str) -> None:
    """Give an upload its place in the folder, without a copy where the disk allows."""
    parts = uploads.parts_of(name)
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        taken = {child.name for child in target.parent.iterdir()}
        target = target.with_name(names.free(target.stem, taken, target.suffix))
    try:
        os.link(path, target)
    except OSError:
        files.copy(path, target)


def read(folder: Path, format: str, each: Callable[[int, int], None]) -> tuple[str, ProjectRecord, list[Finding]]:
    """(format, records, findings) of a folder; "auto" looks what it is."""
    if format == "auto":
        format = guessed(folder)
    limit = settings.MAX_PIXELS
    if format == "supervisely":
        return format, *supervisely.read(folder, max_pixels=limit, each=each)
    if format == "png":
        return format, *png.read(unwrapped(folder), max_pixels=limit, each=each)
    return format, *photo_folders.read(folder, max_pixels=limit)


def guessed(folder: Path) -> str:
    """Label maps and old Supervisely projects both have a classes.json; a meta.json is Supervisely's alone."""
    has_meta = any((place / "meta.json").is_file() for place in (folder, *visible(folder)))
    if not has_meta and png.is_project(folder):
        return "png"
    return "supervisely" if supervisely.is_project(folder) else "photos"


def unwrapped(folder: Path) -> Path:
    """The only folder inside, where a zip packed the whole folder of label maps and not what is in it."""
    inside = visible(folder)
    return inside[0] if len(inside) == 1 and (inside[0] / "classes.json").is_file() else folder


def look(found: Import, folder: Path, run: Run) -> tuple[Report, list[dict]]:
    """The report, and for each image that will be taken what was learnt about it."""
    reading = Saying("Reading annotations")
    format, project, findings = read(
        folder, found.format, lambda done, total: run.progress(0.1 + 0.3 * done / total, doing=reading)
    )
    report = Report(format, findings=list(findings))
    label_names = set()
    if found.project is not None:
        label_names = set(found.project.classes.filter(deleted_at=None).values_list("name", flat=True))
    report.classes = [
        {"name": record.name, "colour": record.colour, "is_new": record.name not in label_names}
        for record in project.classes
    ]
    index_of = {record.name: index for index, record in enumerate(project.classes, start=1)}
    there = living_names(found.project)
    plan: list[dict] = []
    digests: set[str] = set()
    for number, record in enumerate(project.images):
        run.progress(0.4 + 0.6 * number / len(project.images), doing=Saying("Checking {photo}", photo=record.name))
        at = f"{record.dataset}/{record.name}"
        try:
            info = raster_photo.probe(record.path, settings.MAX_PIXELS)
            counts: Counter[str] = Counter()
            stacked = stack(counted(record.objects(), counts), index_of, (info.width, info.height))
        except ValueError as error:  # PhotoRefused is one
            report.findings.append(Finding("error", at, Saying("{at}: {what}", at=at, what=str(error))))
            continue
        sha256 = files.sha256_of(record.path)
        name = free_place(there, record, sha256, report)
        if name is None:
            continue
        there.setdefault(record.dataset, {})[name] = sha256
        is_known = sha256 in digests or Photo.objects.filter(sha256=sha256).exists()
        digests.add(sha256)
        report.images += 1
        report.known_photos += is_known
        report.new_photos += not is_known
        report.bytes += 0 if is_known else info.bytes
        report.objects.update(counts)
        report.covered_px += stacked.covered_px
        report.covered_objects += stacked.covered_objects
        if len(report.preview) < PREVIEW:
            preview = {"dataset": record.dataset, "name": name, "width": info.width, "height": info.height}
            report.preview.append(preview | {"objects": sum(counts.values())})
        plan.append({"from": [record.dataset, record.name], "name": name, "sha256": sha256, "info": vars(info)})
    report.refused = len({finding.at for finding in report.findings if finding.level == "error"})
    if report.covered_px:
        text = Saying(
            "{pixels:,} pixels of {objects} objects lie under later objects: "
            "a pixel has one class, and the later object keeps it.",
            pixels=report.covered_px,
            objects=report.covered_objects,
        )
        report.findings.append(Finding("warning", "", text))
    if not report.images and not report.skipped and not report.refused:
        report.findings.append(Finding("error", "", Saying("There are no photos in it.")))
    return report, plan


def counted(objects: Iterable[ObjectRecord], counts: Counter[str]) -> Iterator[ObjectRecord]:
    """The same objects, counted by class as they pass."""
    for one in objects:
        counts[one.class_name] += 1
        yield one


def living_names(project: Project | None) -> dict[str, dict[str, str]]:
    """Dataset -> image name -> sha256 of what a project holds."""
    there: dict[str, dict[str, str]] = {}
    if project is not None:
        rows = project.images.filter(deleted_at=None).values_list("dataset", "name", "photo__sha256")
        for dataset, name, sha256 in rows:
            there.setdefault(dataset, {})[name] = sha256
    return there


def free_place(there: dict[str, dict[str, str]], record: ImageRecord, sha256: str, report: Report) -> str | None:
    """The name an image will have; None when the very same photo is there under its name already."""
    here = there.get(record.dataset, {})
    if record.name not in here:
        return record.name
    at = f"{record.dataset}/{record.name}"
    if here[record.name] == sha256:
        report.skipped += 1
        text = Saying("{at} is in the project already, the same photo: skipped.", at=at)
        report.findings.append(Finding("info", at, text))
        return None
    path = Path(record.name)
    name = names.free(path.stem, here, path.suffix, longest=300)
    text = Saying("{at} is the name of another photo of the project: this one becomes {name}.", at=at, name=name)
    report.findings.append(Finding("warning", at, text))
    return name


# ---------------------------------------------------------------- taking


def take(run: Run) -> dict:
    """Copy the photos into the store, then add all rows in one transaction. When anything fails, nothing remains."""
    found = Import.objects.select_related("project", "user").get(pk=run.settings["import"])
    if found.state == State.DONE:  # a crash came between the last row and the end of the job
        return {"project": found.project_id, "images": found.report["images"]}
    if found.state != State.IMPORTING:
        raise Refused(Saying("this import was given up; send the files again"))
    plan = {tuple(entry["from"]): entry for entry in json.loads(plan_of(found).read_text())}
    folder = Path(found.source["path"]) if "path" in found.source else imports.staging_of(found) / "files"
    if folder.is_file():
        folder = imports.staging_of(found) / "files"
    fresh: list[str] = []
    try:
        _, record, _ = read(folder, found.report["format"], lambda done, total: run.check())
        prepared = prepare(record, plan, fresh, run)
        run.progress(0.95, doing=Saying("Adding to the project"))
        project = add(found, record, prepared, run)
    except Exception as error:  # a worker that shuts down is no failure: another one begins again
        if was_taken_over(run, error):
            raise
        photos.forget_unused(fresh)
        # What fails would fail again; what was cancelled may be tried again.
        was_cancelled = isinstance(error, Cancelled)
        state = State.READY if was_cancelled else State.FAILED
        Import.objects.filter(pk=found.pk, state=State.IMPORTING).update(state=state)
        if not was_cancelled:
            imports.remove_files(found)
        raise
    imports.remove_files(found)
    photos.queue_pyramids([one.image.photo_id for one in prepared], user=found.user, project=project)
    return {"project": project.pk, "images": len(prepared)}


def prepare(
    record: ProjectRecord, plan: dict[tuple[str, str], dict], fresh: list[str], run: Run
) -> list[images.Prepared]:
    """Every slow thing, before the transaction: files into the store (`fresh` names them), masks into tiles."""
    index_of = {entry.name: index for index, entry in enumerate(record.classes, start=1)}
    prepared = []
    wanted = [image for image in record.images if (image.dataset, image.name) in plan]
    for number, image in enumerate(wanted):
        run.progress(0.95 * number / len(wanted), doing=Saying("Taking {photo}", photo=image.name))
        entry = plan[image.dataset, image.name]
        info = raster_photo.PhotoInfo(**entry["info"])
        if not photos.place(entry["sha256"], info.format).exists():
            fresh.append(entry["sha256"])
        photos.store_file(image.path, entry["sha256"], info)
        stacked = stack(image.objects(), index_of, (info.width, info.height))
        prepared.append(
            images.prepare(
                None,
                photos.row_of(entry["sha256"], info),
                image.dataset,
                entry["name"],
                tags=images.checked_tags(list(image.tags)),
                description=image.description,
                classes=stacked.classes,
                objects=objects_worth_keeping(stacked),
            )
        )
    if len(prepared) < len(plan):
        gone = len(plan) - len(prepared)
        raise Refused(Saying("{gone} of the {all} photos are gone since they were looked at", gone=gone, all=len(plan)))
    return prepared


def objects_worth_keeping(stacked: Stacked):
    """The object plane, or None where the connected components say the same."""
    return stacked.objects if regions.needs_plane(stacked.classes, stacked.objects) else None


def add(found: Import, record: ProjectRecord, prepared: list[images.Prepared], run: Run) -> Project:
    with transaction.atomic():
        project = found.project
        if project is None:
            lineage = {"imported": {"format": found.report["format"], "images": len(prepared)}}
            project = projects.create_project(
                found.project_name, user=found.user, made_by=run.job, lineage=lineage, classes=()
            )
        labels = classes.ensure_classes(project, record.classes)
        renumber = {index: labels[entry.name].index for index, entry in enumerate(record.classes, start=1)}
        rows: dict[str, Photo] = {}
        for one in prepared:
            assert photos.path_of(one.image.photo).exists(), "the file comes before the row"
            one.image.project = project
            one.image.photo = rows.setdefault(one.image.photo.sha256, photos.saved(one.image.photo))
            images.renumber(one, renumber)
        images.add_all(prepared, user=found.user, tool="import")
        Import.objects.filter(pk=found.pk).update(state=State.DONE, project=project)
        run.job.project_id = project.pk
        run.job.save(update_fields=["project_id"])
    return project
