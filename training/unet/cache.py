"""Samples, prepared once: every photo decoded, stretched and kept as bytes, on the device where they fit."""

from __future__ import annotations

import hashlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from annotator.raster.plane import SparsePlane
from annotator.raster.tile import TILE
from studio.sayings import Saying

DEVICE_SHARE = 0.4  # of the device's free memory that samples may take; the rest is for activations


class TooManyCorrupted(ValueError):
    """More photos than allowed could not be read."""


@dataclass(frozen=True)
class Source:
    """A photo to be, and its mask already at input size.

    name:  to speak of it.
    photo: reads H×W×3 uint8; called once, on another thread. May raise OSError or ValueError.
    mask:  h×w uint8 at input size, class numbers and 255 for neutral.
    """

    name: str
    photo: Callable[[], np.ndarray]
    mask: np.ndarray


@dataclass(frozen=True)
class Prepared:
    """One more sample is ready; problem says why it was left out instead."""

    done: int
    total: int
    problem: str = ""


class Cache:
    """n samples as bytes: images [n, H, W, 3] and masks [n, H, W].

    They live on the device where they fit a share of its free memory, else in memory, else in a file that is gone
    when the cache is.
    """

    def __init__(self, samples: int, size: tuple[int, int], *, memory_bytes: int, folder: Path | None = None):
        """size: (width, height). memory_bytes: beyond this the samples are kept in a file below `folder`."""
        width, height = size
        self.size = size
        self._images: np.ndarray
        self._masks: np.ndarray
        if samples * width * height * 4 > memory_bytes:
            # Nameless, and open as long as the arrays are: gone with the process, however that ends.
            file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
            file.truncate(samples * width * height * 4)
            self._images = np.memmap(file, np.uint8, "r+", 0, (samples, height, width, 3))
            self._masks = np.memmap(file, np.uint8, "r+", self._images.nbytes, (samples, height, width))
        else:
            self._images = np.zeros((samples, height, width, 3), np.uint8)
            self._masks = np.zeros((samples, height, width), np.uint8)
        self.images, self.masks = torch.from_numpy(self._images), torch.from_numpy(self._masks)

    def __len__(self) -> int:
        return len(self.images)

    def fill(self, sources: Iterable[Source], *, threads: int, allow_corrupted: int = 0) -> Iterator[Prepared]:
        """Read every source once, in order, a few at a time. Yields after each.

        An unreadable photo is left out, so the cache may end up shorter.

        Raises TooManyCorrupted naming the photo that was one too many.
        """
        total, kept, corrupted = len(self), 0, 0
        waiting: deque[tuple[Source, Future[np.ndarray]]] = deque()
        sources = iter(sources)
        with ThreadPoolExecutor(threads, "prepare") as pool:
            try:
                for done in range(1, total + 1):
                    while len(waiting) < 2 * threads and (source := next(sources, None)) is not None:
                        waiting.append((source, pool.submit(self._photo, source)))
                    source, photo = waiting.popleft()
                    try:
                        self._images[kept] = photo.result()
                    except (OSError, ValueError) as error:
                        corrupted += 1
                        name, why = source.name, str(error)
                        if corrupted > allow_corrupted:
                            raise TooManyCorrupted(
                                Saying(
                                    "{photo} cannot be read ({why}); {count} such photos are allowed",
                                    photo=name,
                                    why=why,
                                    count=allow_corrupted,
                                )
                            ) from error
                        yield Prepared(
                            done, total, Saying("{photo} cannot be read ({why}) and is left out", photo=name, why=why)
                        )
                        continue
                    self._masks[kept] = source.mask
                    kept += 1
                    yield Prepared(done, total)
            finally:
                for _, photo in waiting:
                    photo.cancel()
        self._images, self._masks = self._images[:kept], self._masks[:kept]
        self.images, self.masks = torch.from_numpy(self._images), torch.from_numpy(self._masks)

    def _photo(self, source: Source) -> np.ndarray:
        return stretch(source.photo(), self.size)

    def to(self, device: torch.device) -> Cache:
        """Move to the device where that leaves it room to work; returns self."""
        if device.type == "cuda" and self.images.device != device:
            free, _ = torch.cuda.mem_get_info(device)
            if self.images.nbytes + self.masks.nbytes < DEVICE_SHARE * free:
                self.images, self.masks = self.images.to(device), self.masks.to(device)
        return self

    def batch(self, indices: Tensor, device: torch.device) -> tuple[Tensor, Tensor]:
        """Images k×H×W×3 and masks k×H×W of these samples, bytes, on the device."""
        here = indices.to(self.images.device)
        images, masks = self.images.index_select(0, here), self.masks.index_select(0, here)
        return images.to(device, non_blocking=True), masks.to(device, non_blocking=True)

    def digest(self) -> str:
        """SHA-256 of all pixels and masks: what exactly was trained on."""
        sha = hashlib.sha256(repr((len(self), self.size)).encode())
        for image, mask in zip(self._images, self._masks, strict=True):
            sha.update(image)
            sha.update(mask)
        return sha.hexdigest()


def order(samples: int, seed: int, epoch: int) -> Tensor:
    """The order of an epoch: a function of seed and epoch alone, so that a resumed run continues it."""
    # The generator's seed is 64 bits; a large odd factor keeps (seed, epoch) pairs apart.
    return torch.randperm(samples, generator=torch.Generator().manual_seed((seed * 1_000_003 + epoch) % 2**63))


def stretch(photo: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A photo at input size (width, height), its proportions given up.

    Averaged over the area where it shrinks, as prediction does: picking single pixels would turn wires into dots.
    """
    height, width = photo.shape[:2]
    if (width, height) == size:
        return photo
    shrinks = size[0] <= width and size[1] <= height
    return cv2.resize(photo, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def shrink_mask(plane: SparsePlane, width: int, height: int, size: tuple[int, int]) -> np.ndarray:
    """A mask at input size (width, height): of each pixel the one in the middle, read straight from the tiles.

    width, height: of the photo. Nothing of the photo's size is made, however large it is.
    """
    columns = ((np.arange(size[0]) + 0.5) * (width / size[0])).astype(np.int64)
    rows = ((np.arange(size[1]) + 0.5) * (height / size[1])).astype(np.int64)
    out = np.zeros((size[1], size[0]), np.uint8)
    for (x, y), tile in plane.tiles():
        left, right = np.searchsorted(columns, (x * TILE, (x + 1) * TILE))
        top, bottom = np.searchsorted(rows, (y * TILE, (y + 1) * TILE))
        picked = np.ix_(rows[top:bottom] - y * TILE, columns[left:right] - x * TILE)
        out[top:bottom, left:right] = tile[picked]
    return out
