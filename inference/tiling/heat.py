"""How sure a network was, as a pyramid of small grey PNG tiles: written while rows come in, read back by the box.

<folder>/<level>/<x>_<y>.png, 256x256 and smaller at the right and bottom border. Level 0 is the canvas of the
prediction, each next level half of it. Tiles that are zero everywhere are not written.
"""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from annotator.raster.box import Box
from inference.tiling.stitch import interpolated

TILE = 256
FASTEST = [cv2.IMWRITE_PNG_COMPRESSION, 1]


def level_sizes(width: int, height: int) -> list[tuple[int, int]]:
    """(width, height) of every level, the finest first, down to the first that is a single tile."""
    sizes = [(width, height)]
    while max(sizes[-1]) > TILE:
        width, height = sizes[-1]
        sizes.append(((width + 1) // 2, (height + 1) // 2))
    return sizes


def tile_size(size: tuple[int, int], x: int, y: int) -> tuple[int, int] | None:
    """(width, height) of a tile of a level of this size; None when there is no such tile."""
    width, height = size[0] - x * TILE, size[1] - y * TILE
    if x < 0 or y < 0 or width <= 0 or height <= 0:
        return None
    return min(width, TILE), min(height, TILE)


def zero_tile(size: tuple[int, int]) -> bytes:
    """The PNG of a tile that was not written because nothing is in it."""
    return _png(np.zeros(size[::-1], np.uint8))


class HeatWriter:
    """Takes the rows of one class from top to bottom and writes every level as it goes, in bounded memory."""

    def __init__(self, folder: Path, size: tuple[int, int]):
        self._sizes = level_sizes(*size)
        self._folders = [folder / str(level) for level in range(len(self._sizes))]
        self._pending: list[list[np.ndarray]] = [[] for _ in self._sizes]
        self._written = [0] * len(self._sizes)  # rows of tiles
        for level in self._folders:
            level.mkdir(parents=True, exist_ok=True)

    @property
    def levels(self) -> int:
        return len(self._sizes)

    def add(self, rows: np.ndarray) -> None:
        """rows: n×width uint8."""
        self._add(0, rows)

    def finish(self) -> None:
        """Write what does not fill a tile. Raises ValueError when rows are missing."""
        for level in range(self.levels):
            left = self._pending[level]
            if left:
                self._write(level, np.concatenate(left))
        expected = -(-self._sizes[0][1] // TILE)
        if self._written[0] != expected:
            raise ValueError(f"{self._written[0]} of {expected} rows of tiles came in")

    def _add(self, level: int, rows: np.ndarray) -> None:
        pending = self._pending[level]
        pending.append(rows)
        if sum(map(len, pending)) < TILE:
            return
        together = np.concatenate(pending)
        while len(together) >= TILE:
            self._write(level, together[:TILE])
            together = together[TILE:]
        self._pending[level] = [together.copy()] if len(together) else []

    def _write(self, level: int, rows: np.ndarray) -> None:
        y = self._written[level]
        for x in range(-(-rows.shape[1] // TILE)):
            part = rows[:, x * TILE : (x + 1) * TILE]
            if part.any():
                (self._folders[level] / f"{x}_{y}.png").write_bytes(_png(part))
        self._written[level] += 1
        if level + 1 < self.levels:
            self._add(level + 1, halved(rows))


class Heat:
    """Reads probabilities back at the photo's resolution.

    folder: as HeatWriter left it. size: (width, height) of level 0. photo: (width, height) of the photo it spans.
    """

    def __init__(self, folder: Path, size: tuple[int, int], photo: tuple[int, int]):
        self._folder, self._size, self._photo = folder / "0", size, photo
        self._tile = lru_cache(maxsize=64)(self._read_tile)

    def read(self, box: Box) -> np.ndarray:
        """H×W uint8 of a box of photo pixels, linearly upsampled."""
        rows = _canvas_at(box.top, box.bottom, self._size[1], self._photo[1])
        columns = _canvas_at(box.left, box.right, self._size[0], self._photo[0])
        top, left = int(rows[0]), int(columns[0])
        part = self._canvas(Box(left, top, int(np.ceil(columns[-1])) + 1, int(np.ceil(rows[-1])) + 1))
        if not part.any():
            return np.zeros((box.height, box.width), np.uint8)
        return np.rint(interpolated(part.astype(np.float32), rows - top, columns - left)).astype(np.uint8)

    def _canvas(self, box: Box) -> np.ndarray:
        out = np.zeros((box.height, box.width), np.uint8)
        for x, y in box.tiles():
            tile = self._tile(x, y)
            if tile is not None:
                here = Box(x * TILE, y * TILE, x * TILE + tile.shape[1], y * TILE + tile.shape[0])
                shared = box & here
                there = shared.shifted(-here.left, -here.top)
                out[shared.shifted(-box.left, -box.top).slices] = tile[there.slices]
        return out

    def _read_tile(self, x: int, y: int) -> np.ndarray | None:
        path = self._folder / f"{x}_{y}.png"
        return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) if path.exists() else None


def halved(rows: np.ndarray) -> np.ndarray:
    """Mean of each 2x2 pixels; a last odd row or column counts twice."""
    height, width = rows.shape
    even = np.pad(rows, ((0, height % 2), (0, width % 2)), mode="edge").astype(np.uint16)
    return ((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2] + 2) // 4).astype(np.uint8)


def _canvas_at(first: int, last: int, canvas: int, photo: int) -> np.ndarray:
    return np.clip((np.arange(first, last) + 0.5) * canvas / photo - 0.5, 0, canvas - 1)


def _png(values: np.ndarray) -> bytes:
    done, data = cv2.imencode(".png", values, FASTEST)
    assert done, "a grey array is always a PNG"
    return data.tobytes()
