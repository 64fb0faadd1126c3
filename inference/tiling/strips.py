"""The rows of a photo, read from top to bottom without holding the photo."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyvips

from annotator.raster import photo

WHOLE_PX = 150_000_000  # photos up to this size are decoded whole: 450 MB at most


class Rows(Protocol):
    """size: (width, height). read: rows top..bottom as uint8 RGB, (bottom - top)×width×3."""

    @property
    def size(self) -> tuple[int, int]: ...

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


class StreamedRows:
    """Rows of a photo that does not fit memory, decoded as they are asked for, from top to bottom."""

    def __init__(self, path: Path):
        image = photo.open_upright(path)
        # One region for all reads: each new pipeline would want to begin at the top again.
        self._region = pyvips.Region.new(image)
        self._size = (image.width, image.height)

    @property
    def size(self) -> tuple[int, int]:
        return self._size

    def read(self, top: int, bottom: int) -> np.ndarray:
        width, height = self.size[0], bottom - top
        return np.frombuffer(self._region.fetch(0, top, width, height), np.uint8).reshape(height, width, 3)


def open_rows(path: Path, size: tuple[int, int]) -> Rows:
    """The rows of a photo file of this (width, height): decoded whole where it fits, else as they are needed."""
    if size[0] * size[1] <= WHOLE_PX:
        return ArrayRows(photo.read(path))
    return StreamedRows(path)


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
