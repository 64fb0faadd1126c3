"""A handful of the images a query would make, in a moment: real ones, the same a run with this seed gives."""

import base64
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil

import cv2
import numpy as np

from annotator.models import Image
from annotator.raster import patterns
from annotator.raster import photo as raster_photo
from annotator.services import photos
from studio.texts import say
from training.dtl.layers.layer import rng_for
from training.dtl.meta import ClassMeta
from training.dtl.sample import Sample, Source
from training.services import dtl

BUDGET_S = 2.0  # for looking; pictures come on top
MOST = 12
OPENED = 4  # photos that are decoded for a preview
PLANNED = 100  # photos a split by source is planned over: more would take too long to look at
LONGEST_PX = 480  # of a picture
OPACITY = 120  # of the mask, of 255
PERIOD_PX = 8  # of a pattern


class Enough(Exception):
    """The time for looking is over."""


def preview(text: str, user, *, seed: int = 0, count: int = MOST) -> dict:
    """{samples, seen, kept, photos[, problem]}: at most `count` results, from few photos.

    seen: photos looked at.   kept: images these gave.   photos: all there are.
    Raises Refused for a query with faults.
    """
    count = min(max(count, 1), MOST)
    seen = dtl.fit_to_run(text, user, needs="viewer")
    sources = dtl.sources_of(seen)
    found = look(seen, sources, seed, count)
    numbers = {one.name: number for number, one in enumerate(seen.checked.classes, 1)}
    rows = Image.objects.select_related("photo").in_bulk([s.source.about["image"] for s in found.samples])
    pictures = Pictures(seen.checked.classes, numbers, rows)
    with ThreadPoolExecutor(2) as pool:
        drawn = list(pool.map(pictures.draw, found.samples))
    answer = {"samples": drawn, "seen": found.seen, "kept": found.kept, "photos": len(sources)}
    return {**answer, "problem": found.problem} if found.problem else answer


@dataclass
class Found:
    samples: list[Sample]
    seen: int = 0
    kept: int = 0
    problem: str = ""


def look(seen: dtl.Look, sources: list[Source], seed: int, count: int) -> Found:
    """Samples from photos in the order of a draw, until there are enough or the time is over."""
    graph = seen.graph
    end = time.monotonic() + BUDGET_S

    def watch() -> None:
        if time.monotonic() > end:
            raise Enough

    found = Found([])
    per_source: list[list[Sample]] = []
    order = rng_for(seed, "preview").permutation(len(sources))
    drawn = [sources[i] for i in order]
    story = None
    try:
        story = graph.begin(drawn[:PLANNED], seed=seed, watch=watch)
        for _, samples in graph.walk(drawn, seed=seed, story=story, watch=watch):
            found.seen += 1
            kept: list[Sample] = []
            per_source.append(kept)
            for sample in samples:
                kept.append(sample)
                found.kept += 1
            if sum(map(bool, per_source)) >= OPENED or sum(map(len, per_source)) >= 10 * count:
                break
    except Enough:
        pass
    giving = [kept for kept in per_source if kept]
    for kept in giving:
        _ = kept[0].source.regions  # read the mask here: threads have no business with the database
    share = ceil(count / len(giving)) if giving else 0
    chosen = [varied(kept, share) for kept in giving]
    found.samples = [sample for kept in chosen for sample in kept][:count]
    if not found.samples and story is not None:
        found.problem = dtl.nothing_left(story, seen, found.seen).problem
    elif not found.samples:
        found.problem = say("Looking for examples took too long; run the query to see its result.")
    return found


def varied(samples: list[Sample], count: int) -> list[Sample]:
    """Some samples with as many different tags and flips as there are, spread over all of them."""
    kinds: defaultdict[tuple, list[Sample]] = defaultdict(list)
    for sample in samples:
        kinds[tuple(sample.tag_names()), tuple(sample.flips)].append(sample)
    spread = [[kind[i * len(kind) // count] for i in range(min(count, len(kind)))] for kind in kinds.values()]
    chosen = [sample for round in zip_longest(*spread) for sample in round if sample is not None]
    return sorted(chosen[:count], key=lambda sample: sample.path)


class Pictures:
    """Samples as JSON with small pictures in it."""

    def __init__(self, classes: tuple[ClassMeta, ...], numbers: dict[str, int], rows: dict[int, Image]):
        self._numbers, self._rows = numbers, rows
        self._colours = np.zeros((256, 4), np.uint8)
        for one in classes:
            self._colours[numbers[one.name]] = *bytes.fromhex(one.colour.removeprefix("#")), OPACITY
        self._patterns = {numbers[one.name]: one.pattern for one in classes if one.pattern}

    def draw(self, sample: Sample) -> dict:
        size = raster_photo.reduced_size(sample.width, sample.height, LONGEST_PX)
        classes, _ = sample.masks(self._numbers)
        overlay = self._overlay(cv2.resize(classes, size, interpolation=cv2.INTER_NEAREST))
        source = sample.source
        return {
            "name": sample.name,
            "dataset": sample.dataset,
            "tags": sample.tag_names(),
            "width": sample.width,
            "height": sample.height,
            "photo": data_url(".jpg", cv2.cvtColor(self._pixels(sample, size), cv2.COLOR_RGB2BGR)),
            "overlay": data_url(".png", cv2.cvtColor(overlay, cv2.COLOR_RGBA2BGRA)),
            "source": {**sample.lineage(), "width": source.width, "height": source.height},
            "objects": len(sample.objects()),
        }

    def _overlay(self, classes: np.ndarray) -> np.ndarray:
        """H×W×4 RGBA of class numbers, each in its colour and its pattern."""
        overlay = self._colours[classes]
        height, width = classes.shape
        for number, pattern in self._patterns.items():
            is_gap = ~patterns.is_strong(pattern, height, width, PERIOD_PX)
            overlay[(classes == number) & is_gap, 3] //= 3
        return overlay

    def _pixels(self, sample: Sample, size: tuple[int, int]) -> np.ndarray:
        """H×W×3 RGB of the given (width, height). A whole photo is read small instead of being decoded in full."""
        if isinstance(sample.view.ground, Source) and sample.width == sample.source.width:
            photo = self._rows[sample.source.about["image"]].photo
            if sample.height == sample.source.height and max(size) < max(sample.width, sample.height):
                small = raster_photo.read_reduced(photos.path_of(photo), max(size))
                x, y = sample.view.mirrors()
                small = np.ascontiguousarray(small[:: -1 if y else 1, :: -1 if x else 1])
                return cv2.resize(small, size, interpolation=cv2.INTER_AREA)
        return cv2.resize(sample.pixels(), size, interpolation=cv2.INTER_AREA)


def data_url(extension: str, picture: np.ndarray) -> str:
    """picture: H×W×3 BGR or H×W×4 BGRA."""
    written, data = cv2.imencode(extension, picture)
    assert written, f"OpenCV did not write a {extension}"
    kind = {".jpg": "image/jpeg", ".png": "image/png"}[extension]
    return f"data:{kind};base64,{base64.b64encode(data.tobytes()).decode()}"
