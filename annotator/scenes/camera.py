"""From metres to pixels: lengths are metres, x runs across the line, y along it, z up."""

import math

import numpy as np


def point(x: float, y: float, z: float) -> np.ndarray:
    return np.array([x, y, z], np.float64)


class Camera:
    """Looks from `eye` to `target`; one metre at a distance of one metre is `focal` pixels."""

    def __init__(self, eye: np.ndarray, target: np.ndarray, focal: float, size: tuple[int, int]):
        self.eye, self.focal, self.size = eye, focal, size
        self.forward = unit(target - eye)
        self.right = unit(np.cross(self.forward, point(0, 0, 1)))
        self.up = np.cross(self.right, self.forward)
        self.centre = size[0] / 2, size[1] / 2

    def see(self, points: np.ndarray) -> np.ndarray:
        """n×3 metres -> n×3: x and y in pixels, distance along the view."""
        away = np.atleast_2d(points) - self.eye
        depth = away @ self.forward
        safe = np.maximum(depth, 0.5)
        x = self.centre[0] + self.focal * (away @ self.right) / safe
        y = self.centre[1] - self.focal * (away @ self.up) / safe
        return np.stack([x, y, depth], axis=1)

    def horizon(self) -> float:
        """The row where endless flat ground meets the sky; far outside the photo when looking steeply."""
        flat = math.hypot(self.forward[0], self.forward[1])
        return self.centre[1] + self.focal * self.forward[2] / max(flat, 1e-3)

    def ground_to_pixels(self, level: float) -> np.ndarray:
        """3×3 homography from (x, y, 1) on the plane z = level to homogeneous pixels."""
        rows = np.stack([self.right, -self.up, self.forward])
        plane = np.column_stack([rows[:, 0], rows[:, 1], rows @ (point(0, 0, level) - self.eye)])
        lens = np.array([[self.focal, 0, self.centre[0]], [0, self.focal, self.centre[1]], [0, 0, 1]])
        return lens @ plane


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
