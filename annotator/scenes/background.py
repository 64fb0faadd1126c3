"""What lies behind the line: sky above the horizon, hills on it, fields below."""

import math

import cv2
import numpy as np

from annotator.scenes.colours import GREENS
from annotator.scenes.ground import draw_ground
from annotator.scenes.noise import fractal, roughen
from annotator.scenes.view import View

# The background is drawn at this many pixels and enlarged: far things are soft, and 25 megapixels take time.
BACKGROUND_PX = 1700


def draw_background(rng: np.random.Generator, view: View) -> np.ndarray:
    """H×W×3 uint8: sky above the horizon, hills on it, fields below."""
    width, height = view.camera.size
    share = min(1.0, BACKGROUND_PX / max(width, height))
    size = max(8, round(width * share)), max(8, round(height * share))
    horizon = view.camera.horizon() * size[1] / height
    # Clouds are softer still.
    half = max(8, size[0] // 2), max(8, size[1] // 2)
    small = cv2.resize(draw_sky(rng, view, half, horizon * half[1] / size[1]), size, interpolation=cv2.INTER_LINEAR)
    strength = np.full(size[::-1], 4, np.uint8)
    if horizon < size[1]:
        ground, clear = draw_ground(rng, view, size, horizon)
        is_ground = np.arange(size[1]) > horizon
        small = np.where(is_ground[:, None, None], ground, small)
        strength[is_ground] = (4 + 54 * clear[is_ground, None]).astype(np.uint8)
        if horizon > -0.2 * size[1]:
            draw_hills(rng, view, small, strength, horizon)
    photo = cv2.resize(np.clip(small, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    roughen(rng, photo, cv2.resize(strength, (width, height), interpolation=cv2.INTER_LINEAR))
    return photo


def draw_sky(rng: np.random.Generator, view: View, size: tuple[int, int], horizon: float) -> np.ndarray:
    """float32 H×W×3: a gradient and clouds."""
    width, height = size
    blue, grey = np.array([62, 118, 190]), np.array([150, 160, 172])
    overcast = rng.random() ** 1.5
    zenith = blue + (grey - blue) * overcast
    low = np.array(view.haze) * rng.uniform(0.97, 1.06)
    rows = np.clip((min(horizon, 1.3 * height) - np.arange(height)) / (1.1 * height), 0, 1) ** 1.1
    gradient = (low + (zenith - low) * rows[:, None]).astype(np.float32)
    sky = np.repeat(gradient[:, None], width, axis=1)
    if rng.random() < 0.8:
        noise = fractal(rng, (width, height), cells=3, octaves=6, stretch=2.2)
        edge, soft, strong = rng.uniform(0.42, 0.62), rng.uniform(0.12, 0.3), rng.uniform(0.5, 0.95)
        cloud = np.clip((noise - edge) / soft, 0, 1) * strong
        # Lit where they swell toward the sun.
        relief = cv2.warpAffine(
            noise,
            np.array([[1, 0, view.light * width / 90], [0, 1, height / 60]], np.float32),
            (width, height),
            borderMode=cv2.BORDER_REFLECT_101,
        )
        white = np.clip(236 + 210 * (relief - noise), 188, 255)
        sky += (white[..., None] - sky) * cloud[..., None]
    if view.is_backlit:
        x = (0.5 + 0.4 * view.light) * width
        columns, lines = np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]
        away = np.hypot(columns - x, lines - 0.2 * height) / width
        sky += (255 - sky) * (0.75 * np.exp(-((away / 0.35) ** 2)))[..., None].astype(np.float32)
    return sky


def draw_hills(rng: np.random.Generator, view: View, small: np.ndarray, strength: np.ndarray, horizon: float) -> None:
    """Ridges and a line of trees over the horizon, the nearer the darker."""
    height, width = small.shape[:2]
    columns = np.arange(width)
    for tall, clear, rough in ((0.09, 0.2, 0.3), (0.055, 0.4, 0.5), (0.022, 0.62, 2.5)):
        if rng.random() < 0.25:
            continue
        cells = 4 if rough < 1 else 26
        ridge = fractal(rng, (width, 8), cells=cells, octaves=6, stretch=1)[4]
        top = horizon - tall * height * (0.25 + 1.3 * ridge) - 1
        colour = np.array(GREENS[rng.integers(len(GREENS))]) * rng.uniform(0.6, 0.85)
        tone = np.array(view.haze) * (1 - clear) + colour * clear
        first = max(0, math.floor(top.min()))
        last = min(height, math.ceil(horizon) + 1)
        if first >= last:
            continue
        rows = np.arange(first, last)[:, None]
        # Their feet stand in the haze.
        foot = np.clip((horizon - rows) / (0.45 * tall * height), 0.12, 1)
        share = (np.clip(rows - top[columns][None, :], 0, 1) * foot * (rows <= horizon + 1))[..., None]
        part = small[first:last]
        part += (tone - part) * share
        strength[first:last] = np.where(share[..., 0] > 0.5, 34, strength[first:last])
