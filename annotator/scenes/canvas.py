"""Where things are drawn, the far ones first: near things cover far ones, in the photo and in the masks."""

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np

from annotator.formats.records import NEUTRAL, ObjectRecord, tight
from annotator.raster.box import Box
from annotator.scenes.camera import unit
from annotator.scenes.colours import Colour
from annotator.scenes.insulators import ISOLATOR, String
from annotator.scenes.pixels import SUBPIXEL, around_points, clip, fill, fixed
from annotator.scenes.sprites import lay, sprite
from annotator.scenes.view import View, is_doubtful


class Canvas:
    """The photo, and the masks of the insulators drawn so far: whatever is drawn later takes pixels from both."""

    def __init__(self, photo: np.ndarray):
        self.photo = photo
        self.height, self.width = photo.shape[:2]
        self.drawn: list[tuple[String, Box, np.ndarray, int]] = []  # mask uint8 of the box, and its pixels when drawn

    def bar(self, a: np.ndarray, b: np.ndarray, thick: float, colour: Colour, light: float) -> None:
        self.beam(a, b, thick, tuple(0.72 * c for c in colour))
        if thick > 3:
            normal = np.array([-(b - a)[1], (b - a)[0]]) / max(1e-6, np.linalg.norm(b - a))
            # The face turned to the light: up, and to the side where the sun is.
            toward = normal if normal @ np.array([light, -1.0]) > 0 else -normal
            shift = toward * thick * 0.17
            self.beam(a + shift, b + shift, thick * 0.56, colour)
            if thick > 9:
                edge = toward * thick * 0.38
                self.beam(a + edge, b + edge, thick * 0.12, tuple(min(255, 1.22 * c) for c in colour))

    def beam(self, a: np.ndarray, b: np.ndarray, thick: float, colour: Colour) -> None:
        """Like a line, but with square ends, so that pieces join without a seam."""
        clipped = clip(a, b, self.width, self.height, thick + 4)
        if thick < 6 or clipped is None:
            self.line(a, b, thick, colour)
            return
        a, b = clipped
        way = (b - a) / max(1e-6, np.linalg.norm(b - a))
        across = np.array([-way[1], way[0]]) * thick / 2
        corners = np.array([a + across, b + across, b - across, a - across])
        fill(self.photo, corners, colour, cv2.LINE_AA)
        around = around_points(corners)
        for _, box, mask, _ in self.drawn:
            if not (box & around).is_empty:
                fill(mask, corners - [box.left, box.top], 0, cv2.LINE_8)

    def rope(self, at: np.ndarray, thick: np.ndarray, colour: Colour) -> None:
        """at: n×2 pixels. thick: n pixels."""
        bright = tuple(min(255, 1.7 * c + 12) for c in colour)
        for lift, share, tone in ((0, 1, colour), (-0.2, 0.3, bright)):
            for (a, one), (b, other) in pairwise(zip(at, thick, strict=True)):
                wide = (one + other) / 2
                if share == 1 or wide > 5:
                    up = np.array([0, lift * wide])
                    self.line(a + up, b + up, wide * share, tone)

    def line(self, a: np.ndarray, b: np.ndarray, thick: float, colour: Colour) -> None:
        clipped = clip(a, b, self.width, self.height, thick + 4)
        if clipped is None:
            return
        a, b = clipped
        width = max(1, round(thick))
        if thick < 0.75:  # thinner than a pixel: lighter instead
            at = np.clip(((a + b) / 2).astype(int), 0, [self.width - 1, self.height - 1])
            under = self.photo[at[1], at[0]]
            share = max(0.25, thick)
            colour = tuple(share * c + (1 - share) * float(u) for c, u in zip(colour, under, strict=True))
        cv2.line(self.photo, fixed(a), fixed(b), colour, width, cv2.LINE_AA, SUBPIXEL)
        around = around_points(np.array([a, b]), width)
        for _, box, mask, _ in self.drawn:
            if not (box & around).is_empty:
                corner = np.array([box.left, box.top])
                cv2.line(mask, fixed(a - corner), fixed(b - corner), 0, width, cv2.LINE_8, SUBPIXEL)

    def ball(self, at: np.ndarray, radius: float, colour: Colour, flat: float, light: float) -> None:
        margin = radius + 2
        if not (-margin < at[0] < self.width + margin and -margin < at[1] < self.height + margin):
            return
        # Three discs into one another, the lightest toward the sun.
        for share, tone in ((1, 0.6), (0.78, 0.85), (0.4, 1.15)):
            middle = at + np.array([light * 0.3, -0.35]) * radius * (1 - share)
            axes = fixed((radius * share, radius * share * flat))
            shaded = tuple(min(255, tone * c) for c in colour)
            cv2.ellipse(self.photo, fixed(middle), axes, 0, 0, 360, shaded, -1, cv2.LINE_AA, SUBPIXEL)
        for _, box, mask, _ in self.drawn:
            middle = at - np.array([box.left, box.top])
            cv2.ellipse(mask, fixed(middle), fixed((radius, radius * flat)), 0, 0, 360, 0, -1, cv2.LINE_8, SUBPIXEL)

    def string(self, string: String, view: View) -> None:
        """Paint an insulator and remember which pixels are its own."""
        ends = view.camera.see(np.stack([string.start, string.end]))
        depth = ends[:, 2].mean()
        axis = unit(string.end - string.start)
        toward = axis @ unit(view.camera.eye - string.middle)  # > 0: its end is nearer than its start
        breadth = string.diameter * view.camera.focal / depth
        length = float(np.linalg.norm(ends[1, :2] - ends[0, :2]))
        box = self.around(ends, breadth * 0.75 + 3 * string.blur_px + 2)
        if box.is_empty or breadth < 1.5 or length < 1.5:
            return
        units = max(2, round(float(np.linalg.norm(string.end - string.start)) / (string.diameter * string.look.pitch)))
        colours, cover = sprite(string.look, length, breadth, units, float(toward), view, depth)
        colours, cover = lay(colours, cover, ends[:, :2], box, length)
        mask = (cover > 0.5).astype(np.uint8)
        self.cover(box, mask)
        if string.blur_px > 0.4:
            colours = cv2.GaussianBlur(colours, (0, 0), string.blur_px)
            cover = cv2.GaussianBlur(cover, (0, 0), string.blur_px)
        patch = self.photo[box.slices]
        share = (cover * string.look.opacity)[..., None]
        patch[:] = np.clip(patch * (1 - share) + colours * string.look.opacity, 0, 255).astype(np.uint8)
        self.drawn.append((string, box, mask, int(mask.sum())))

    def cover(self, box: Box, mask: np.ndarray) -> None:
        """Take a mask's pixels from the insulators behind it."""
        for _, other, theirs, _ in self.drawn:
            shared = box & other
            if not shared.is_empty:
                ours = mask[shared.shifted(-box.left, -box.top).slices]
                theirs[shared.shifted(-other.left, -other.top).slices][ours > 0] = 0

    def around(self, ends: np.ndarray, margin: float) -> Box:
        low = np.floor(ends[:, :2].min(axis=0) - margin).astype(int).tolist()
        high = np.ceil(ends[:, :2].max(axis=0) + margin).astype(int).tolist()
        return Box(*low, *high).clipped(self.width, self.height)

    def objects(self, view: View) -> Iterator[ObjectRecord]:
        for string, box, mask, whole in self.drawn:
            seen = int(mask.sum())
            # A sliver tells nobody anything; what is hardly seen is nobody's to judge.
            if seen < max(6, 0.04 * whole):
                continue
            is_sure = not is_doubtful(string, view) and seen > 0.45 * whole
            record = tight(ObjectRecord(ISOLATOR if is_sure else NEUTRAL, (box.left, box.top), mask.astype(bool)))
            if record is not None:
                yield record
