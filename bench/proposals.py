"""Boxes around annotated objects, turned into masks: against the bare box, and against plain GrabCut.

.venv/bin/python bench/proposals.py FOLDER [--class Isolator] [--json]

FOLDER is a Supervisely project with one object per thing. Each object's tight box is shaken by up to two pixels on each
side, the same in every run; last it is drawn a few percent too large. Plain GrabCut has five rounds on the same crop,
at the size ours looks at and at twice that.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from annotator.formats import supervisely
from annotator.formats.records import tight
from annotator.raster import photo
from annotator.raster.box import Box
from annotator.raster.propose import COARSE_PX, FINE_PX, Question, Scribble, propose, region

SHAKEN_PX = 2
LOOSE = 0.06  # of the longer side, added on every side
STROKES = 3  # corrections a person makes after the first answer


@dataclass(frozen=True)
class Case:
    """A photo, the true pixels of one thing in it as a mask of the photo's size, and a box around it."""

    name: str
    pixels: np.ndarray
    truth: np.ndarray
    box: Box


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--class", dest="class_name", default="Isolator")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)

    ways: dict[str, Callable[[Case], np.ndarray]] = {
        "box": bare_box,
        "grabcut": lambda case: plain_grabcut(case, COARSE_PX),
        "grabcut_larger": lambda case: plain_grabcut(case, 2 * COARSE_PX),
        "proposal": proposed,
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    corrected: list[float] = []
    loosely: list[float] = []
    for case in cases(arguments.folder, arguments.class_name):
        for name, way in ways.items():
            began = time.process_time()
            answer = way(case)
            seconds[name].append(time.process_time() - began)
            found[name].append(iou(answer, case.truth))
        corrected.append(iou(with_strokes(case), case.truth))
        loosely.append(iou(proposed(loosened(case)), case.truth))
    show(found, seconds, corrected, loosely)
    if arguments.json:
        print(json.dumps(summary(found, seconds, corrected, loosely)))


def cases(folder: Path, class_name: str) -> Iterator[Case]:
    project, _ = supervisely.read(folder)
    rng = np.random.default_rng(0)
    for image in project.images:
        pixels = photo.read(image.path)
        for record in image.objects():
            record = tight(record) if record.class_name == class_name else None
            if record is None:
                continue
            truth = np.zeros((image.height, image.width), bool)
            truth[record.box.slices] = record.mask
            edges = np.array(record.box.as_list()) + rng.integers(-SHAKEN_PX, SHAKEN_PX + 1, 4)
            yield Case(image.name, pixels, truth, Box(*map(int, edges)).clipped(image.width, image.height))


def loosened(case: Case) -> Case:
    more = round(LOOSE * max(case.box.size)) + SHAKEN_PX
    box = Box(case.box.left - more, case.box.top - more, case.box.right + more, case.box.bottom + more)
    return replace(case, box=box.clipped(case.truth.shape[1], case.truth.shape[0]))


def bare_box(case: Case) -> np.ndarray:
    answer = np.zeros_like(case.truth)
    answer[case.box.slices] = True
    return answer


def proposed(case: Case, plus: tuple[Scribble, ...] = (), minus: tuple[Scribble, ...] = ()) -> np.ndarray:
    """As the server does it, reading tiles apart."""
    question = Question(case.box, plus, minus)
    part, crop, step = crop_of(case, FINE_PX)
    return whole(case, part, propose(crop, question.reduced((part.left, part.top), step)))


def plain_grabcut(case: Case, at_most_px: int) -> np.ndarray:
    part, crop, step = crop_of(case, at_most_px)
    box = Question(case.box).reduced((part.left, part.top), step).box.clipped(crop.shape[1], crop.shape[0])
    labels = np.full(crop.shape[:2], cv2.GC_BGD, np.uint8)
    labels[box.slices] = cv2.GC_PR_FGD
    if (labels == cv2.GC_BGD).any():
        cv2.setRNGSeed(1)
        cv2.grabCut(crop, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_MASK)
    return whole(case, part, (labels & 1) > 0)


def with_strokes(case: Case) -> np.ndarray:
    """After some strokes, each a dot in the middle of the largest thing that is still wrong."""
    plus: tuple[Scribble, ...] = ()
    minus: tuple[Scribble, ...] = ()
    answer = proposed(case)
    width = max(4.0, max(case.box.size) / 50)
    for _ in range(STROKES):
        wrong = (answer != case.truth).astype(np.uint8)
        away = cv2.distanceTransform(np.pad(wrong, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
        y, x = np.unravel_index(away.argmax(), away.shape)
        if away[y, x] < width / 4:
            break
        dot = Scribble(((x + 0.5, y + 0.5),), min(width, 2 * float(away[y, x])))
        plus, minus = ((*plus, dot), minus) if case.truth[y, x] else (plus, (*minus, dot))
        answer = proposed(case, plus, minus)
    return answer


def crop_of(case: Case, at_most_px: int) -> tuple[Box, np.ndarray, int]:
    """(the part of the photo, its pixels reduced, photo pixels per pixel), by powers of two as a pyramid has them."""
    part = region(Question(case.box), (case.truth.shape[1], case.truth.shape[0]))
    step = 1
    while max(part.size) / step > at_most_px:
        step *= 2
    crop = case.pixels[part.slices]
    size = -(-part.width // step), -(-part.height // step)
    return part, crop if step == 1 else cv2.resize(crop, size, interpolation=cv2.INTER_AREA), step


def whole(case: Case, part: Box, found: np.ndarray) -> np.ndarray:
    answer = np.zeros_like(case.truth)
    answer[part.slices] = cv2.resize(found.astype(np.float32), part.size, interpolation=cv2.INTER_LINEAR) > 0.5
    return answer


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))


def summary(
    found: dict[str, list[float]], seconds: dict[str, list[float]], corrected: list[float], loosely: list[float]
) -> dict:
    mean = {name: float(np.mean(values)) for name, values in found.items()}
    return {
        "objects": len(corrected),
        **{f"iou_{name}": value for name, value in mean.items()},
        "iou_after_strokes": float(np.mean(corrected)),
        "iou_loose": float(np.mean(loosely)),
        "vs_box": mean["proposal"] / mean["box"],
        "vs_grabcut": mean["proposal"] / mean["grabcut"],
        "vs_grabcut_larger": mean["proposal"] / mean["grabcut_larger"],
        "better_than_box": float(np.mean(np.array(found["proposal"]) > np.array(found["box"]))),
        "seconds_mean": float(np.mean(seconds["proposal"])),
        "seconds_max": float(np.max(seconds["proposal"])),
    }


def show(
    found: dict[str, list[float]], seconds: dict[str, list[float]], corrected: list[float], loosely: list[float]
) -> None:
    said = summary(found, seconds, corrected, loosely)
    print(f"{said['objects']} objects, boxes shaken by up to {SHAKEN_PX} px, one thread, CPU seconds.\n")
    print(f"{'':24}{'mean IoU':>10}{'median':>10}{'worst 10 %':>12}{'s mean':>9}{'s max':>9}")
    names = {
        "box": "the bare box",
        "grabcut": f"GrabCut, {COARSE_PX} px",
        "grabcut_larger": f"GrabCut, {2 * COARSE_PX} px",
        "proposal": "proposal (ours)",
    }
    for name, title in names.items():
        row(title, found[name], seconds[name])
    row(f"  after {STROKES} dots", corrected)
    row(f"  box {LOOSE:.0%} too large", loosely)
    ratios = f"{said['vs_box']:.2f}, over GrabCut {said['vs_grabcut']:.2f} and {said['vs_grabcut_larger']:.2f}"
    print(f"\nours over the box {ratios}; better than the box for {said['better_than_box']:.0%}.")


def row(title: str, found: list[float], seconds: list[float] | None = None) -> None:
    took = f"{np.mean(seconds):>9.2f}{np.max(seconds):>9.2f}" if seconds else ""
    print(f"{title:24}{np.mean(found):>10.3f}{np.median(found):>10.3f}{np.quantile(found, 0.1):>12.3f}{took}")


if __name__ == "__main__":
    main()
