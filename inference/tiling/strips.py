"""The rows of a photo, read from top to bottom without holding the photo."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

WHOLE_PX = 150_000_000  # photos up to this size are decoded whole: 450 MB at most


class Rows(Protocol):
    """size: (width, height). read: rows top..bottom as uint8 RGB, (bottom - top)×width×3."""

    size: tuple[int, int]

    def read(self, top: int, bottom: int) -> np.ndarray: ...


@dataclass(frozen=True)
class ArrayRows:
    """Rows of a decoded photo."""

    pixels: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]

    def read(self, top: int, bottom: int) -> np.ndarray:
        return self.pixels[top:bottom]


class VipsRows:
    """Rows of a photo that does not fit memory, by libvips: upright, 8-bit RGB, alpha on white."""

    def __init__(self, path: Path):
        import pyvips

        image = pyvips.Image.new_from_file(str(path)).autorot()
        if image.hasalpha():
            image = image.flatten(background=[65535] * 3 if image.format == "ushort" else [255] * 3)
        self._image = image.colourspace("srgb").cast("uchar")
        self.size = (image.width, image.height)

    def read(self, top: int, bottom: int) -> np.ndarray:
        rows = self._image.crop(0, top, self.size[0], bottom - top)
        return np.frombuffer(rows.write_to_memory(), np.uint8).reshape(bottom - top, self.size[0], 3)


def open_rows(path: Path, size: tuple[int, int]) -> Rows:
    """The rows of a photo file of this (width, height): decoded whole where it fits, else region by region."""
    from annotator.raster import photo

    if size[0] * size[1] <= WHOLE_PX:
        return ArrayRows(photo.read(path))
    return VipsRows(path)


class Strip:
    """The rows a row of windows looks at. Rows it shares with the one before are not read again."""

    def __init__(self, rows: Rows):
        self._rows = rows
        self._top = 0
        self._pixels = np.empty((0, rows.size[0], 3), np.uint8)

    def read(self, top: int, bottom: int) -> np.ndarray:
        """Rows top..bottom; both never move up from one call to the next."""
        if isinstance(self._rows, ArrayRows):
            return self._rows.read(top, bottom)
        kept = self._pixels[top - self._top :]
        fresh = self._rows.read(top + len(kept), bottom)
        self._pixels = np.concatenate([kept, fresh]) if len(kept) else fresh
        self._top = top
        return self._pixels
