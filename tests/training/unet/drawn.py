"""Small drawn samples: bright discs on noise, learnable in seconds."""

import numpy as np
import torch

from training.unet.cache import Cache, Source
from training.unet.net import UNetV2, build

WIDTH = 1 / 16  # of the network's channels: 4 to 32


def tiny(outputs: int = 2, seed: int = 0) -> UNetV2:
    return build("unet_v2", outputs, seed=seed, width=WIDTH)


def drawn(number: int, size: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """(photo H×W×3, mask H×W with 1 for the disc and 255 for a neutral strip)."""
    rng = np.random.default_rng(number)
    rows, columns = np.mgrid[:size, :size]
    x, y = rng.integers(size // 4, 3 * size // 4, 2)
    is_disc = (columns - x) ** 2 + (rows - y) ** 2 < (size / 6) ** 2
    photo = rng.integers(0, 90, (size, size, 3)) + 120 * is_disc[..., None]
    mask = is_disc.astype(np.uint8)
    mask[:2] = 255
    return photo.astype(np.uint8), mask


def filled(samples: int, size: int = 32, first: int = 0) -> Cache:
    cache = Cache(samples, (size, size), memory_bytes=1 << 30)
    sources = []
    for number in range(first, first + samples):
        photo, mask = drawn(number, size)
        sources.append(Source(f"{number}.png", lambda photo=photo: photo, mask))
    for _ in cache.fill(sources, threads=1):
        pass
    return cache


def one_thread() -> None:
    torch.set_num_threads(1)
