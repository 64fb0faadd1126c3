"""An insulator painted on its own, then turned into its place."""

import math

import cv2
import numpy as np

from annotator.raster.box import Box
from annotator.scenes.insulators import Look
from annotator.scenes.pixels import SUBPIXEL, fixed
from annotator.scenes.view import View


def sprite(
    look: Look, length: float, breadth: float, units: int, toward: float, view: View, depth: float
) -> tuple[np.ndarray, np.ndarray]:
    """An insulator lying along x, drawn twice as large as it will be seen.

    It is a body of revolution: round slices from the far end to the near one, each an ellipse as wide as its outline,
    then shaded across as round things are.

    returns: (float32 h×w×3 colours, premultiplied by cover; float32 h×w cover 0..1)
    """
    scale = 2
    radius = max(3.0, breadth * scale / 2)
    long = max(8, round(length * scale))
    depth_of_slice = radius * min(0.9, abs(toward))  # how round the slices look
    margin = math.ceil(depth_of_slice) + 4
    high = math.ceil(radius) * 2 + 5
    middle = high / 2

    units = max(2, min(units, long // 9))  # sheds closer together than that would only be noise
    places = np.arange(long)
    phase = places / long * units % 1.0
    outline = np.array(look.outline)
    radii = np.interp(phase, outline[:, 0], outline[:, 1])
    slopes = np.gradient(radii)
    is_metal = radii < look.metal_below
    # Tops are lit, undersides are in their own shade.
    lit = np.clip(0.92 + 5.0 * slopes * radius / scale / 8, 0.55, 1.12)
    tone = np.where(is_metal[:, None], np.array([120, 120, 122]), np.array(look.colour)) * lit[:, None]

    colours = np.zeros((high, long + 2 * margin, 3), np.float32)
    cover = np.zeros(colours.shape[:2], np.uint8)
    order = places if toward >= 0 else places[::-1]
    step = 2 if depth_of_slice < 0.2 * radius else max(2, round(radius / 24))
    for place in order[::step].tolist():
        axes = fixed((max(1.2, depth_of_slice * radii[place]), radius * radii[place]))
        at = fixed((place + margin, middle))
        paint = tone[place].tolist()
        cv2.ellipse(colours, at, axes, 0, 0, 360, paint, -1, cv2.LINE_8, SUBPIXEL)
        cv2.ellipse(cover, at, axes, 0, 0, 360, 1, -1, cv2.LINE_8, SUBPIXEL)
        if depth_of_slice * radii[place] < 2 * step:
            # Seen from the side a slice is a line, and must be as wide as the step.
            top, bottom = round(middle - radius * radii[place]), round(middle + radius * radii[place])
            beside = slice(place + margin - step // 2, place + margin + step // 2 + 1)
            colours[top:bottom, beside], cover[top:bottom, beside] = paint, 1

    # Across: round bodies are darker toward their edges and shine where they face the sun.
    reach = np.maximum(1, cover.sum(axis=0) / 2)[None, :]
    across = ((np.arange(high)[:, None] + 0.5 - middle) / reach).astype(np.float32)
    side = across - 0.35 * view.light
    shade = 0.42 + 0.6 * np.sqrt(np.clip(1 - 0.8 * side**2, 0, 1))
    shine = look.gloss * 62 * np.exp(-(((across - 0.38 * math.copysign(1, view.light)) / 0.09) ** 2))
    dim = 0.62 if view.is_backlit else 1.0
    colours = (colours * shade[..., None] + shine[..., None]) * np.float32(dim)
    haze = np.array(view.fade((0, 0, 0), depth), np.float32)
    clear = np.float32(math.exp(-depth / view.haze_m))
    colours = np.clip(colours * clear + haze, 0, 255) * cover[..., None]
    return colours, cover.astype(np.float32)


def lay(
    colours: np.ndarray, cover: np.ndarray, ends: np.ndarray, box: Box, length: float
) -> tuple[np.ndarray, np.ndarray]:
    """Turn a sprite so that it runs from end to end, into the pixels of a box."""
    long = max(8, round(length * 2))
    margin = (colours.shape[1] - long) / 2
    way = (ends[1] - ends[0]) / long
    normal = np.array([-way[1], way[0]])
    # A photo pixel's middle is at +0.5, cv2's at 0.
    start = ends[0] - np.array([box.left, box.top]) - 0.5 - way * margin - normal * (colours.shape[0] / 2 - 0.5)
    matrix = np.column_stack([way, normal, start])
    size = box.size
    return (
        cv2.warpAffine(colours, matrix, size, flags=cv2.INTER_LINEAR),
        cv2.warpAffine(cover, matrix, size, flags=cv2.INTER_LINEAR),
    )
