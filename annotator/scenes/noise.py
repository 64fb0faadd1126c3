"""Noise for clouds, ridges and fields, and the grain of what was enlarged."""

import cv2
import numpy as np


def fractal(rng: np.random.Generator, size: tuple[int, int], cells: int, octaves: int, stretch: float) -> np.ndarray:
    """float32 H×W about 0..1: noise of noises, each half as large and half as strong."""
    width, height = size
    total, weight = np.zeros((height, width), np.float32), 0.0
    for octave in range(octaves):
        across = max(2, round(cells * 2**octave))
        down = max(2, round(cells * stretch * 2**octave * height / width))
        if across > 2 * width:
            break
        grid = rng.random((min(down, 2 * height), across), np.float32)
        total += 0.55**octave * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
        weight += 0.55**octave
    return np.clip(0.5 + (total / weight - 0.5) * 1.7, 0, 1)


def roughen(rng: np.random.Generator, photo: np.ndarray, strength: np.ndarray) -> None:
    """Give enlarged pixels a grain of their own, as strong (0..255) as the map says. In place."""
    side = 1024
    grain = sum(
        cv2.resize(rng.normal(0, amount, (side // cell, side // cell)).astype(np.float32), (side, side))
        for cell, amount in ((1, 0.25), (2, 0.3), (4, 0.4), (8, 0.35), (32, 0.25))
    )
    grain = np.clip(128 + 90 * grain, 0, 255).astype(np.uint8)
    for top in range(0, len(photo), side):
        for left in range(0, photo.shape[1], side):
            part = photo[top : top + side, left : left + side]
            here = grain[: part.shape[0], : part.shape[1]]
            much = strength[top : top + side, left : left + side]
            # 128 + (grain - 128) * strength / 255, all in 8 bits
            lift = cv2.subtract(here, np.full_like(here, 128))
            drop = cv2.subtract(np.full_like(here, 128), here)
            part[:] = cv2.add(part, cv2.merge([cv2.multiply(lift, much, scale=1 / 255)] * 3))
            part[:] = cv2.subtract(part, cv2.merge([cv2.multiply(drop, much, scale=1 / 255)] * 3))
