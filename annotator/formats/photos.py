"""A folder of photos without masks: each folder with photos in it is a dataset."""

from pathlib import Path

from annotator.formats.folders import dataset_name, folders, is_photo, no_photo, visible
from annotator.formats.records import Finding, ImageRecord, ProjectRecord
from annotator.raster import photo


def read(folder: Path, *, max_pixels: int | None = None) -> tuple[ProjectRecord, list[Finding]]:
    """Every photo below the folder, and a finding for every file that is none."""
    images: list[ImageRecord] = []
    findings: list[Finding] = []
    for place in folders(folder):
        for file in filter(Path.is_file, visible(place)):
            at = str(file.relative_to(folder))
            if not is_photo(file):
                findings.append(no_photo(at))
                continue
            try:
                info = photo.header(file, max_pixels)
            except photo.PhotoRefused as error:
                findings.append(Finding("error", at, str(error)))
                continue
            images.append(ImageRecord(dataset_name(folder, place), file.name, file, info.width, info.height))
    return ProjectRecord([], images), findings
