"""A mask for a box or for scribbles, found by colour, texture and edges alone: no trained model.

GrabCut (Rother, Kolmogorov, Blake 2004) begins with "everything in the box is the object" and often ends with nothing:
a string of insulators fills a fifth of its box. Here several shapes that just fit the box are tried, upright and along
both diagonals; the one whose colours and textures differ most from the rest begins. GrabCut's graph cut comes last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

from annotator.raster.box import Box

# Pixels on the longer side: where the object is looked for, and where its edge is refined.
COARSE_PX, FINE_PX = 256, 768
# What is seen around a box, as a share of its longer and its shorter side.
MARGIN_OF_LONGER, MARGIN_OF_SHORTER, LEAST_MARGIN_PX = 0.10, 0.25, 4

LOOKS = 48  # colours and textures that are told apart
TRIED = 3  # starting shapes that are followed to their end
ROUNDS = 4
FILLED = 0.75  # of the box, by the object's own box: from here on it counts as tight, for nobody draws to the pixel
BAND_WIDTHS = (0.08, 0.14, 0.22, 0.32, 0.45)  # of the box's longer side
CHANGE_KEPT = 0.6  # IoU with what it was given, below which the graph cut is not believed
SPECK = 0.12  # of the largest piece: smaller pieces are not part of the object
STRUCK = 0.1  # of where the object may be: so far around a stroke its neighbourhood is meant too
HOLE = 0.01  # of the object: smaller holes are closed


@dataclass(frozen=True)
class Scribble:
    """A stroke of the pen: (x, y) places in pixels, and its width."""

    points: tuple[tuple[float, float], ...]
    width: float


@dataclass(frozen=True)
class Question:
    """What is wanted: the object that just fits the box, with all of `plus` and nothing of `minus`.

    Without a box, what hangs together with `plus` and looks like it.
    """

    box: Box | None = None
    plus: tuple[Scribble, ...] = ()
    minus: tuple[Scribble, ...] = ()

    def reduced(self, origin: tuple[int, int], step: float) -> "Question":
        """The same in the pixels of a crop that begins at `origin` and shows one of `step` pixels."""
        left, top = origin

        def moved(scribble: Scribble) -> Scribble:
            points = tuple(((x - left) / step, (y - top) / step) for x, y in scribble.points)
            return Scribble(points, scribble.width / step)

        box = self.box
        if box is not None:
            near = [round((a - b) / step) for a, b in zip(box.as_list()[:2], origin, strict=True)]
            far = [round((a - b) / step) for a, b in zip(box.as_list()[2:], origin, strict=True)]
            box = Box(near[0], near[1], max(far[0], near[0] + 1), max(far[1], near[1] + 1))
        return replace(self, box=box, plus=tuple(map(moved, self.plus)), minus=tuple(map(moved, self.minus)))


def region(question: Question, size: tuple[int, int]) -> Box:
    """What of a photo of this size has to be looked at. Empty when the question lies beside the photo."""
    ground = ground_of(question)
    longer, shorter = max(ground.size), min(ground.size)
    margin = round(MARGIN_OF_LONGER * longer + MARGIN_OF_SHORTER * shorter) + LEAST_MARGIN_PX
    around = Box(ground.left - margin, ground.top - margin, ground.right + margin, ground.bottom + margin)
    return around.clipped(*size)


def ground_of(question: Question) -> Box:
    """Where the object may be: the box, and the surroundings of what was marked as part of it."""
    ground = question.box or Box(0, 0, 0, 0)
    # A scribble runs along the middle of a thing; what it belongs to is wider than it.
    grown = 0.0 if question.box else 0.75
    for scribble in question.plus:
        xs, ys = zip(*scribble.points, strict=True)
        extent = max(max(xs) - min(xs), max(ys) - min(ys), scribble.width)
        reach = scribble.width / 2 + extent * grown
        ground |= Box(
            int(np.floor(min(xs) - reach)),
            int(np.floor(min(ys) - reach)),
            int(np.ceil(max(xs) + reach)),
            int(np.ceil(max(ys) + reach)),
        )
    return ground


def propose(pixels: np.ndarray, question: Question) -> np.ndarray:
    """The object's pixels, bool H×W. The same question gets the same answer.

    pixels:   H×W×3 uint8 RGB, a crop around the question with some margin; at best about FINE_PX on its longer side.
    question: in the crop's pixels.

    All of `plus` is in the answer, nothing of `minus` is, and nothing outside of the box but what `plus` reaches.
    """
    height, width = pixels.shape[:2]
    step = max(1.0, max(height, width) / COARSE_PX)
    size = max(1, round(width / step)), max(1, round(height / step))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    marks = marks_of(question.reduced((0, 0), step), small.shape[:2])
    found = cut(small, search(small, marks), marks)
    if step > 1:
        marks = marks_of(question, (height, width))
        found = refined(pixels, found, marks)
    return tidy(found, marks)


def sharpened(pixels: np.ndarray, found: np.ndarray, question: Question) -> np.ndarray:
    """An answer for the same part of the photo in more pixels: with the edge that can be seen there.

    pixels: H×W×3 uint8 RGB. found: bool h×w, smaller. question: in the pixels of `pixels`.
    """
    return refined(pixels, found, marks_of(question, pixels.shape[:2]))


class Marks(NamedTuple):
    """ground: where the object may be. fitted: the box it should fill, if there is one. All arrays are bool H×W."""

    ground: np.ndarray
    fitted: Box | None
    plus: np.ndarray
    minus: np.ndarray

    def kept(self, found: np.ndarray) -> np.ndarray:
        """`found` with what was marked put right."""
        return ((found & self.ground) | self.plus) & ~self.minus


def marks_of(question: Question, shape: tuple[int, int]) -> Marks:
    ground = np.zeros(shape, bool)
    allowed = ground_of(question).clipped(shape[1], shape[0])
    if not allowed.is_empty:
        ground[allowed.slices] = True
    plus, minus = drawn(question.plus, shape), drawn(question.minus, shape)
    fitted = None if question.box is None else question.box.clipped(shape[1], shape[0])
    # Where both were drawn, the later thought counts: what is struck out was marked before.
    return Marks(ground, fitted, plus & ~minus, minus)


def drawn(scribbles: tuple[Scribble, ...], shape: tuple[int, int]) -> np.ndarray:
    canvas = np.zeros(shape, np.uint8)
    for scribble in scribbles:
        # Sixteenths of a pixel, whose centres are half a pixel from their corners.
        places = np.clip(np.array(scribble.points), -1e6, 1e6)
        fixed = np.round((places - 0.5) * 16).astype(np.int32)
        fixed = fixed if len(fixed) > 1 else np.repeat(fixed, 2, axis=0)  # of one place nothing would be drawn
        thickness = max(1, min(255, round(scribble.width)))
        cv2.polylines(canvas, [fixed.reshape(-1, 1, 2)], False, 1, thickness, cv2.LINE_8, shift=4)
    return canvas > 0


# ---------------------------------------------------------------- the search


def search(pixels: np.ndarray, marks: Marks) -> np.ndarray:
    """Where the object is, by what its pixels look like and where it should lie."""
    looks = looks_of(pixels)
    total = counted(looks, np.ones(looks.shape))
    struck = struck_out(marks)
    shapes = [shape & marks.ground & ~struck | marks.plus for shape in shapes_of(marks)]

    def worth(shape: np.ndarray) -> float:
        # A small part of the object differs from the rest as much as all of it: more is better.
        return contrast(counted(looks, shape), total) * shape.mean() ** 0.2

    best, answer = -1.0, shapes[0]
    for shape in sorted((shape for shape in shapes if shape.sum() > 8), key=worth, reverse=True)[:TRIED]:
        found = followed(pixels, looks, total, shape, marks)
        score = worth(found) * min(1.0, fill(found, marks) / FILLED) ** 3
        if score > best:
            best, answer = score, found
    return answer


def struck_out(marks: Marks) -> np.ndarray:
    """What is struck out and its surroundings, unless nearer to what was marked as part of it."""
    if not marks.minus.any():
        return marks.minus
    away = cv2.distanceTransform((~marks.minus).astype(np.uint8), cv2.DIST_L2, 3)
    is_near = away < STRUCK * reach_of(marks)
    if marks.plus.any():
        is_near &= away < cv2.distanceTransform((~marks.plus).astype(np.uint8), cv2.DIST_L2, 3)
    return is_near | marks.minus


def reach_of(marks: Marks) -> int:
    """The longer side of where the object may be."""
    columns, rows = np.flatnonzero(marks.ground.any(axis=0)), np.flatnonzero(marks.ground.any(axis=1))
    return int(max(np.ptp(columns), np.ptp(rows))) + 1 if len(rows) else 1


def looks_of(pixels: np.ndarray) -> np.ndarray:
    """Which of LOOKS colours and textures each pixel has, H×W."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    grey = lab[..., 0]
    mean = cv2.GaussianBlur(grey, (0, 0), 2.5)
    roughness = np.sqrt(np.maximum(cv2.GaussianBlur(grey * grey, (0, 0), 2.5) - mean * mean, 0))
    features = np.dstack([grey, lab[..., 1] * 2, lab[..., 2] * 2, roughness]).reshape(-1, 4)
    sample = features[:: max(1, len(features) // 5000)].copy()
    if len(sample) < 2 * LOOKS:
        return np.arange(len(features)).reshape(pixels.shape[:2]) % LOOKS
    cv2.setRNGSeed(1)
    _, _, centres = cv2.kmeans(sample, LOOKS, None, (3, 8, 1.0), 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    # The nearest centre; the square of the pixel itself is the same for all of them.
    distances = (centres * centres).sum(1) - 2 * features @ centres.T
    return distances.argmin(1).reshape(pixels.shape[:2])


def counted(looks: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How often each look occurs."""
    return np.bincount(looks.ravel(), weights.ravel().astype(np.float64), LOOKS)


def contrast(inside: np.ndarray, total: np.ndarray) -> float:
    """How much of "in or out?" a pixel's look answers: 0 nothing, 1 all of it (Theil's uncertainty coefficient)."""
    share = inside.sum() / total.sum()
    if not 0 < share < 1:
        return 0.0
    asked = entropy(share)
    left = (total * entropy(inside / np.maximum(total, 1e-9))).sum() / total.sum()
    return float((asked - left) / asked)


def entropy(share):
    share = np.clip(share, 1e-9, 1 - 1e-9)
    return -(share * np.log(share) + (1 - share) * np.log(1 - share))


def fill(found: np.ndarray, marks: Marks) -> float:
    """How much of the box the object's own box covers: whoever draws a box draws it nearly tight."""
    if marks.fitted is None or marks.fitted.is_empty:
        return 1.0
    part = found[marks.fitted.slices]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(rows):
        return 0.0
    return (rows[-1] + 1 - rows[0]) * (columns[-1] + 1 - columns[0]) / part.size


def shapes_of(marks: Marks) -> Iterator[np.ndarray]:
    """Where the object may begin: an ellipse in its box, the box, bands that just fit it; or what is marked."""
    if marks.fitted is None or marks.fitted.is_empty:
        spread = marks.plus.sum() ** 0.5 / 4
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * int(spread) + 1,) * 2)
        yield cv2.dilate(marks.plus.astype(np.uint8), kernel) > 0
        return
    box = marks.fitted
    rows, columns = np.ogrid[0 : marks.ground.shape[0], 0 : marks.ground.shape[1]]
    x, y = columns + 0.5 - (box.left + box.right) / 2, rows + 0.5 - (box.top + box.bottom) / 2
    yield (x / (box.width / 2)) ** 2 + (y / (box.height / 2)) ** 2 <= 1
    yield (abs(x) < box.width / 2) & (abs(y) < box.height / 2)
    for share in BAND_WIDTHS:
        across = share * max(box.size)
        for length, angle in bands(box.width, box.height, across):
            for turned in (angle, -angle):
                along, aside = x * np.cos(turned) + y * np.sin(turned), y * np.cos(turned) - x * np.sin(turned)
                yield (abs(along) < length / 2) & (abs(aside) < across / 2)


def bands(width: int, height: int, across: float) -> list[tuple[float, float]]:
    """(length, angle) of rectangles of this width that touch all four sides of a box; at most two."""
    if across > 0.95 * min(width, height):
        return []
    angles = np.linspace(0, np.pi / 2 - 1e-3, 2000)
    lengths = (width - across * np.sin(angles)) / np.cos(angles)
    too_high = lengths * np.sin(angles) + across * np.cos(angles) - height
    is_fit = (too_high[:-1] * too_high[1:] <= 0) & (lengths[:-1] >= across)
    return [(float(lengths[i]), float(angles[i])) for i in np.flatnonzero(is_fit)[:2]]


def followed(pixels: np.ndarray, looks: np.ndarray, total: np.ndarray, shape: np.ndarray, marks: Marks) -> np.ndarray:
    """A starting shape after some rounds of "what does it look like?" and "what else looks so, and near it?"."""
    reach = reach_of(marks)
    place = told_by(marks, reach)
    if marks.fitted is not None:
        soft = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), max(1.0, 0.04 * reach))
        place += 1.5 * logit(np.clip(soft, 0.08, 0.92))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    sure_in, sure_out = counted(looks, marks.plus), counted(looks, marks.minus)
    belief: np.ndarray = shape.astype(np.float32)
    # Around a box lies what the object is not. Around a scribble lies the rest of the object.
    doubt = marks.ground & ~shape if marks.fitted is None else np.zeros_like(shape)
    for number in range(ROUNDS):
        inside = counted(looks, belief)
        outside = np.maximum(total - inside - (counted(looks, doubt) if number == 0 else 0), 0)
        # What a person marked says more about the object than what we guess.
        inside, outside = inside + 4 * sure_in + 0.3, outside + 4 * sure_out + 0.3
        likeness = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
        odds = np.clip(likeness, -3, 3).astype(np.float32)[looks] + place
        odds = guided(grey, odds, max(1, round(0.02 * reach)), 1e-3)
        belief = 1 / (1 + np.exp(-np.clip(1.5 * odds, -20, 20)))
        belief[~marks.ground | marks.minus] = 0
        belief[marks.plus] = 1
    return belief > 0.5


def told_by(marks: Marks, reach: int) -> np.ndarray:
    """Log odds that scribbles add to their surroundings."""
    told = np.zeros(marks.ground.shape, np.float32)
    for marked, sign in ((marks.plus, 3.0), (marks.minus, -3.0)):
        if marked.any():
            away = cv2.distanceTransform((~marked).astype(np.uint8), cv2.DIST_L2, 3)
            told += sign * np.exp(-away / max(2.0, 0.05 * reach))
    return told


def logit(share: np.ndarray) -> np.ndarray:
    return np.log(share / (1 - share))


def guided(guide: np.ndarray, values: np.ndarray, radius: int, least_variance: float) -> np.ndarray:
    """The guided filter (He, Sun, Tang 2010): smooth, but not across edges of the guide. All H×W float32."""

    def mean(array: np.ndarray) -> np.ndarray:
        return cv2.blur(array, (2 * radius + 1,) * 2, borderType=cv2.BORDER_REFLECT)

    guide_mean, values_mean = mean(guide), mean(values)
    slope = (mean(guide * values) - guide_mean * values_mean) / (mean(guide * guide) - guide_mean**2 + least_variance)
    return mean(slope) * guide + mean(values_mean - slope * guide_mean)


# ---------------------------------------------------------------- the edge


def cut(pixels: np.ndarray, found: np.ndarray, marks: Marks) -> np.ndarray:
    """GrabCut from what was found; what was found itself where the cut loses it."""
    found = marks.kept(found)
    if min(found.sum(), (~found).sum()) < 9:
        return found
    labels = np.where(marks.ground, np.where(found, cv2.GC_PR_FGD, cv2.GC_PR_BGD), cv2.GC_BGD).astype(np.uint8)
    labels[marks.plus], labels[marks.minus] = cv2.GC_FGD, cv2.GC_BGD
    cv2.setRNGSeed(1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(pixels, labels, None, *models, 1, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    after = (labels & 1) > 0
    return after if (after & found).sum() >= CHANGE_KEPT * (after | found).sum() else found


def refined(pixels: np.ndarray, coarse: np.ndarray, marks: Marks) -> np.ndarray:
    """A coarse answer with the edge that the photo has at its own size."""
    height, width = pixels.shape[:2]
    soft = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    radius = max(1, round(1.5 * max(height / coarse.shape[0], width / coarse.shape[1])))
    return marks.kept(guided(grey, soft, radius, 1e-3) > 0.5)


def tidy(found: np.ndarray, marks: Marks) -> np.ndarray:
    """Without specks that nobody marked and pinholes that nobody struck out."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found.astype(np.uint8))
    if count > 2:
        areas = stats[1:, cv2.CC_STAT_AREA]
        is_kept = np.zeros(count, bool)
        is_kept[1:] = areas >= SPECK * areas.max() if marks.fitted is not None else False
        is_kept[np.unique(labels[marks.plus])] = True
        is_kept[0] = False
        found = is_kept[labels]
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~found).astype(np.uint8), connectivity=4)
    is_pinhole = stats[:, cv2.CC_STAT_AREA] < HOLE * found.sum()
    is_pinhole[0] = False
    return marks.kept(found | is_pinhole[labels]) if is_pinhole.any() else found
