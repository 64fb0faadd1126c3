"""Small drawn sources and short ways to write queries."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from annotator.raster.box import Box
from annotator.raster.plane import SparsePlane
from training.dtl.graph import Graph, check
from training.dtl.meta import ClassMeta, ProjectMeta
from training.dtl.sample import Sample, Source

ISOLATOR, NEUTRAL = 1, 2
CLASSES = (ClassMeta("Isolator", "#F5A623", key="1"), ClassMeta("neutral", "#9B9B9B", key="n", pattern="hatch"))


def project(name: str = "powerlines", datasets: Iterable[str] = ("ds",), classes=CLASSES, **more) -> ProjectMeta:
    return ProjectMeta(name, tuple(classes), tuple(datasets), **more)


def source(
    name: str = "a.jpg",
    size: tuple[int, int] = (40, 30),
    boxes: Iterable[tuple[int, Box]] = (),
    *,
    project: str = "powerlines",
    dataset: str = "ds",
    objects: np.ndarray | None = None,
    classes: np.ndarray | None = None,
    opened: Callable[[str], None] = lambda name: None,
    **more: Any,
) -> Source:
    """A photo in which every pixel has its own colour, with rectangles of classes. `opened` hears of each decoding."""
    width, height = size
    if classes is None:
        classes = np.zeros((height, width), np.uint8)
        for index, box in boxes:
            classes[box.slices] = index
    planes = SparsePlane.from_array(classes), None if objects is None else SparsePlane.from_array(objects)

    def load_pixels() -> np.ndarray:
        opened(name)
        return colours(width, height)

    return Source(
        project,
        dataset,
        name,
        width,
        height,
        class_names={ISOLATOR: "Isolator", NEUTRAL: "neutral"},
        load_planes=lambda: planes,
        load_pixels=load_pixels,
        **more,
    )


def colours(width: int, height: int) -> np.ndarray:
    """H×W×3 uint8: column, row, and something of both."""
    rows, columns = np.mgrid[:height, :width]
    return np.dstack([columns % 256, rows % 256, (columns // 256 * 16 + rows // 256) % 256]).astype(np.uint8)


def data(dst: str = "$in", src: str | list[str] = "powerlines/*", mapping: Any = "default") -> dict:
    return layer("data", src, dst, classes_mapping=mapping)


def save(src: str | list[str], dst: str = "result") -> dict:
    return layer("supervisely", src, dst)


def layer(action: str, src: str | list[str], dst: str | list[str], /, **settings: Any) -> dict:
    """tag's own "action" is given as `do`."""
    if "do" in settings:
        settings["action"] = settings.pop("do")
    return {"action": action, "src": [src] if isinstance(src, str) else src, "dst": dst, "settings": settings}


def random_part(low: float = 10, high: float = 20, **more: Any) -> dict:
    part = {"min_percent": low, "max_percent": high}
    return {"width": part, "height": part, **more}


def graph_of(*layers: dict, projects: Iterable[ProjectMeta] = (project(),)) -> Graph:
    checked = check(list(layers), {one.name: one for one in projects})
    assert checked.graph is not None, [str(one) for one in checked.complaints]
    return checked.graph


def complaints_of(*layers: Any, projects: Iterable[ProjectMeta] = (project(),), level: str = "error") -> list[str]:
    checked = check(list(layers), {one.name: one for one in projects})
    return [str(one) for one in checked.complaints if one.level == level]


def run(sources: list[Source], *layers: dict, seed: int = 0, **more: Any) -> list[Sample]:
    return list(graph_of(*layers, **more).run(sources, seed=seed))


def through(one: Source, *layers: dict, seed: int = 0) -> list[Sample]:
    """What a source becomes between a data and a save layer. The first layer reads $in, the last writes $out."""
    return run([one], data(), *layers, save("$out"), seed=seed)
