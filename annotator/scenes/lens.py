"""What happens to the light inside the camera."""

import cv2
import numpy as np

from annotator.scenes.view import View


def develop(rng: np.random.Generator, photo: np.ndarray, view: View) -> None:
    """What lens and sensor add: softness, vignetting, exposure and noise. In place."""
    height, width = photo.shape[:2]
    cv2.GaussianBlur(photo, (0, 0), float(rng.uniform(0.4, 1.2)) * max(0.6, min(1.0, view.px * 1.6)), dst=photo)
    exposure, cast = rng.uniform(0.9, 1.08), rng.uniform(0.98, 1.02, 3)
    contrast = rng.uniform(0.9, 1.1)
    steps = np.arange(256)[:, None]
    curve = np.clip(((steps - 128) * contrast + 128) * exposure * cast, 0, 255).astype(np.uint8)
    depth = rng.uniform(0.05, 0.3)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] ** 2
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] ** 2
    side = 512
    spread = rng.uniform(1.5, 5.0)
    noise = np.clip(128 + rng.normal(0, spread, (side, side + 97, 3)), 0, 255).astype(np.uint8)
    for top in range(0, height, side):
        strip = photo[top : top + side]
        cv2.LUT(strip, curve[None], dst=strip)
        fall = (255 * (1 - depth * (across + down[top : top + side]) / 2)).astype(np.uint8)
        cv2.multiply(strip, cv2.merge([fall] * 3), dst=strip, scale=1 / 255)
        grain = np.tile(noise, (1, width // noise.shape[1] + 1, 1))[: len(strip), :width]
        cv2.addWeighted(strip, 1, np.roll(grain, top // 7, axis=1), 1, -128, dst=strip)
