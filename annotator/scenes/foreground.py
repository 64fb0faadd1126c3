"""What comes before the line: birds, and a branch too near to be sharp."""

import cv2
import numpy as np

from annotator.raster.box import Box
from annotator.scenes.canvas import Canvas
from annotator.scenes.colours import GREENS
from annotator.scenes.pixels import SUBPIXEL, fixed
from annotator.scenes.view import View


def draw_foreground(rng: np.random.Generator, canvas: Canvas, view: View) -> None:
    """Birds now and then, and rarely a branch too near to be sharp."""
    px = view.px * view.grow**0.6
    if rng.random() < 0.3:
        for _ in range(int(rng.integers(1, 6))):
            at = rng.uniform(0.05, 0.95, 2) * np.array(view.camera.size) * np.array([1, 0.5])
            wing = rng.uniform(18, 60) * px
            lift = rng.uniform(-0.2, 0.6) * wing
            for side in (-1, 1):
                canvas.line(at, at + np.array([side * wing, -lift]), max(1.0, wing * 0.2), (38, 38, 42))
            canvas.ball(at, wing * 0.28, (46, 46, 50), 0.6, view.light)
    if rng.random() < 0.16:
        draw_branch(rng, canvas, px)


def draw_branch(rng: np.random.Generator, canvas: Canvas, px: float) -> None:
    """Out-of-focus leaves that reach in from a corner and cover what is behind them."""
    width, height = canvas.width, canvas.height
    scale = 8 if min(width, height) > 1600 else 2
    size = width // scale + 1, height // scale + 1
    leaves = np.zeros((size[1], size[0], 4), np.float32)
    corner = np.array([rng.integers(2), rng.integers(2)])
    root = corner * np.array(size)
    inward = (1 - 2 * corner) * np.array([1.0, rng.uniform(0.3, 1.0)])
    reach = rng.uniform(0.18, 0.32) * min(size)
    for _ in range(70):
        at = root + inward * reach * rng.random(2) ** 0.8 * rng.uniform(0.2, 1.2)
        green = np.array(GREENS[rng.integers(len(GREENS))]) * rng.uniform(0.5, 1.1)
        axes = fixed(1 + rng.uniform(16, 42) * px / scale * np.array([1, rng.uniform(0.3, 0.6)]))
        turn = rng.uniform(0, 360)
        cv2.ellipse(leaves, fixed(at), axes, turn, 0, 360, (*green, 1), -1, cv2.LINE_AA, SUBPIXEL)
    leaves = cv2.GaussianBlur(leaves, (0, 0), 14 * px / scale + 0.6)
    box = Box(0, 0, width, height)
    full = cv2.resize(leaves[..., 3], (width, height), interpolation=cv2.INTER_LINEAR)
    canvas.cover(box, (full > 0.5).astype(np.uint8))
    rows, columns = np.flatnonzero(full.max(axis=1) > 0.01), np.flatnonzero(full.max(axis=0) > 0.01)
    if len(rows) and len(columns):
        part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        colours = cv2.resize(leaves[..., :3], (width, height), interpolation=cv2.INTER_LINEAR)[part]
        covered = canvas.photo[part] * (1 - full[part][..., None]) + colours
        canvas.photo[part] = np.clip(covered, 0, 255).astype(np.uint8)
