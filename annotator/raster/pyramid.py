"""A photo cut into JPEG tiles at every zoom, for the viewer.

<folder>/<level>/<x>_<y>.jpg, numbered as in Deep Zoom: level 0 is one pixel, each next one twice as large, the last
one the photo itself; no overlap. <folder>/thumbnail.jpg is at most 384 pixels on its longer side.
"""

import math
import shutil
import uuid
from pathlib import Path

import cv2
import numpy as np
import pyvips

from annotator.raster import photo
from annotator.raster.box import Box

THUMBNAIL_PX = 384

# OpenCV needs about 4 bytes a pixel, all at once; libvips a few rows. Equally quick, so the limit is about memory.
MOST_PX_IN_MEMORY = 120_000_000


def build(
    source: Path | str | np.ndarray,
    folder: Path | str,
    tile: int = 512,
    quality: int = 90,
    most_px_in_memory: int = MOST_PX_IN_MEMORY,
) -> int:
    """Write the whole pyramid; an unfinished one is never seen under its name.

    source:  a photo's path, or H×W×3 uint8 RGB upright.
    returns: the number of levels.

    Raises PhotoRefused when the photo cannot be read, OSError when the disk is full.
    """
    folder = Path(folder)
    draft = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:8]}.part")
    draft.mkdir(parents=True)
    try:
        levels = write_levels(source, draft, tile, quality, most_px_in_memory)
        if folder.exists():
            shutil.rmtree(folder)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return levels


def level_count(width: int, height: int) -> int:
    """1 for a single pixel, one more for each doubling of the longer side."""
    return math.ceil(math.log2(max(width, height))) + 1


def level_size(width: int, height: int, level: int) -> tuple[int, int]:
    """(width, height) of a level of a photo of this size."""
    divisor = 1 << (level_count(width, height) - 1 - level)
    return -(-width // divisor), -(-height // divisor)


def read_part(folder: Path, size: tuple[int, int], part: Box, step: int, tile: int = 512) -> np.ndarray:
    """A part of the photo as h×w×3 uint8 RGB, one pixel for each block of step×step that the part touches.

    size: (width, height) of the photo. part: inside it. step: a power of two, at most the photo's longer side.

    Raises FileNotFoundError when a tile is missing.
    """
    level = level_count(*size) - 1 - (step.bit_length() - 1)
    seen = Box(part.left // step, part.top // step, -(-part.right // step), -(-part.bottom // step))
    pixels = np.zeros((seen.height, seen.width, 3), np.uint8)
    for y in range(seen.top // tile, (seen.bottom - 1) // tile + 1):
        for x in range(seen.left // tile, (seen.right - 1) // tile + 1):
            path = folder / str(level) / f"{x}_{y}.jpg"
            found = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
            if found is None:
                raise FileNotFoundError(path)
            here = Box.of_size(found.shape[1], found.shape[0]).shifted(x * tile, y * tile)
            both = here & seen
            pixels[both.shifted(-seen.left, -seen.top).slices] = found[both.shifted(-here.left, -here.top).slices]
    return pixels


def write_levels(source: Path | str | np.ndarray, folder: Path, tile: int, quality: int, most_px: int) -> int:
    if isinstance(source, np.ndarray):
        return write_from_memory(source, folder, tile, quality)
    info = photo.header(source)
    if info.width * info.height <= most_px:
        return write_from_memory(photo.read(source), folder, tile, quality)
    return write_from_file(Path(source), info, folder, tile, quality)


def write_from_memory(pixels: np.ndarray, folder: Path, tile: int, quality: int) -> int:
    height, width = pixels.shape[:2]
    write_jpeg(folder / "thumbnail.jpg", photo.reduced(halved_near(pixels, THUMBNAIL_PX), THUMBNAIL_PX), 85)
    levels = level_count(width, height)
    for level in reversed(range(levels)):
        size = level_size(width, height, level)
        if size != (pixels.shape[1], pixels.shape[0]):
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        place = folder / str(level)
        place.mkdir()
        for top in range(0, size[1], tile):
            for left in range(0, size[0], tile):
                name = f"{left // tile}_{top // tile}.jpg"
                write_jpeg(place / name, pixels[top : top + tile, left : left + tile], quality)
    return levels


def write_from_file(path: Path, info: photo.PhotoInfo, folder: Path, tile: int, quality: int) -> int:
    """libvips reads the photo once, from top to bottom, and keeps a few rows of each level."""
    try:
        photo.open_upright(path).dzsave(
            str(folder / "levels"),
            layout="dz",
            suffix=f".jpg[Q={quality}]",
            tile_size=tile,
            overlap=0,
            depth="onepixel",
        )
    except pyvips.Error as error:
        raise photo.cut_short(path, error) from error
    for level in (folder / "levels_files").iterdir():
        if level.is_dir():
            level.replace(folder / level.name)
    shutil.rmtree(folder / "levels_files")
    (folder / "levels.dzi").unlink()
    write_jpeg(folder / "thumbnail.jpg", photo.read_reduced(path, THUMBNAIL_PX), 85)
    return level_count(info.width, info.height)


def halved_near(pixels: np.ndarray, at_most_px: int) -> np.ndarray:
    """A first quick reduction to twice the wanted size: area averaging from there costs nothing."""
    step = max(pixels.shape[:2]) // (at_most_px * 2)
    if step < 2:
        return pixels
    height, width = pixels.shape[:2]
    size = max(1, width // step), max(1, height // step)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def write_jpeg(path: Path, pixels: np.ndarray, quality: int) -> None:
    _, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    path.write_bytes(data.tobytes())
