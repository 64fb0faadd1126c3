"""Objects are the same ones in the browser and here.

`tests/golden/objects.json` holds small scenes and the objects the server finds in them. The browser's labelling
(frontend/src/annotator/painting/objects.test.ts) must find the same. After a change of the rule, write the file anew:
`python -m tests.annotator.raster.test_golden_objects`.

A scene is painted in steps. `box` sets class and id of a rectangle. `noise` sets those of the square cells of a
rectangle by Park and Miller's generator: of each two numbers in a row the first chooses a class of 0..classes, the
second an id of 0..ids, row by row.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from annotator.raster import regions
from annotator.raster.plane import SparsePlane

FILE = Path(__file__).parents[2] / "golden" / "objects.json"
MOST_LISTED = 100
SCENES = json.loads(FILE.read_text())["scenes"] if FILE.exists() else []


def painted(scene: dict) -> tuple[np.ndarray, np.ndarray | None]:
    """Classes and ids, H×W; no ids where no step gives any."""
    size = scene["height"], scene["width"]
    classes, ids = np.zeros(size, np.uint8), np.zeros(size, np.uint16)
    for step in scene["steps"]:
        left, top, right, bottom = step.get("box") or step["noise"]
        if "box" in step:
            classes[top:bottom, left:right] = step["value"]
            ids[top:bottom, left:right] = step.get("id", 0)
            continue
        cell, state = step["cell"], step["seed"]
        for y in range(top, bottom, cell):
            for x in range(left, right, cell):
                state = state * 16807 % 2147483647
                value = state % (step["classes"] + 1)
                state = state * 16807 % 2147483647
                here = np.s_[y : min(y + cell, bottom), x : min(x + cell, right)]
                classes[here], ids[here] = value, state % (step["ids"] + 1)
    return classes, ids if ids.any() else None


def found(scene: dict) -> list[list[int]]:
    """[id or 0 for a loose one, class, left, top, right, bottom, area] of each object, sorted."""
    classes, ids = painted(scene)
    planes = SparsePlane.from_array(classes), None if ids is None else SparsePlane.from_array(ids)
    _, objects = regions.label_planes(*planes)
    given = set() if ids is None else set(np.unique(ids).tolist())
    highest = max(regions.object_classes(*planes), default=0) if ids is not None else 0
    assert all(one.id in given for one in objects if one.id <= highest)
    return sorted(
        [one.id if one.id <= highest else 0, one.class_index, *one.box.as_list(), one.area] for one in objects
    )


def golden(scene: dict) -> dict:
    """The objects as the file has them: where they are many, their count and the SHA-256 of their lines."""
    rows = found(scene)
    if len(rows) <= MOST_LISTED:
        return {"objects": rows}
    lines = "".join(",".join(map(str, row)) + "\n" for row in rows)
    return {"count": len(rows), "sha256": hashlib.sha256(lines.encode()).hexdigest()}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene["name"])
def test_the_objects_of_a_scene_are_the_golden_ones(scene):
    assert scene.items() >= golden(scene).items()


def noise(seed: int, cell: int, classes: int, ids: int, area=(0, 0, 700, 530)) -> dict:
    return {"noise": list(area), "seed": seed, "cell": cell, "classes": classes, "ids": ids}


def scenes() -> list[dict]:
    def box(left, top, right, bottom, value, id=0):
        return {"box": [left, top, right, bottom], "value": value} | ({"id": id} if id else {})

    drawn = {
        "nothing": [],
        "two loose ones of different classes touch": [box(10, 10, 30, 30, 1), box(30, 10, 50, 30, 2)],
        "corners touch, also across four tiles": [
            box(255, 255, 256, 256, 1),
            box(256, 256, 257, 257, 1),
            box(300, 255, 301, 256, 1),
            box(299, 256, 300, 257, 1),
            box(511, 256, 512, 257, 2),
            box(512, 255, 513, 256, 2),
            box(256, 255, 257, 256, 3),
        ],
        "one stretches over many tiles": [box(5, 200, 690, 203, 1), box(400, 5, 403, 520, 1), box(0, 0, 2, 530, 2)],
        "two with ids touch, one is in two pieces": [
            box(250, 10, 262, 40, 1, 7),
            box(262, 10, 290, 40, 1, 9),
            box(600, 500, 610, 510, 1, 7),
            box(240, 30, 250, 60, 1),
        ],
        "an id lies over two classes": [
            box(100, 100, 300, 110, 1, 5),
            box(150, 100, 180, 110, 2, 5),
            box(170, 110, 175, 300, 2),
        ],
        "an id lies over two classes equally": [box(0, 0, 10, 10, 3, 5), box(300, 300, 310, 310, 2, 5)],
        "an id lies over background": [box(0, 0, 10, 10, 0, 5), box(20, 0, 30, 10, 1, 6)],
        "ids and loose pixels in a row": [box(x, 40, x + 3, 41, 1, x % 4) for x in range(0, 60, 3)],
        "coarse noise": [noise(1, 23, 2, 0)],
        "fine noise without ids": [noise(2, 1, 3, 0)],
        "noise with ids": [noise(3, 9, 2, 6)],
        "fine noise with ids": [noise(4, 2, 2, 3, (200, 200, 560, 400))],
        "sparse noise": [noise(5, 4, 1, 0), noise(6, 4, 1, 0, (0, 0, 700, 400)), box(100, 100, 500, 400, 0)],
    }
    return [{"name": name, "width": 700, "height": 530, "steps": steps} for name, steps in drawn.items()]


if __name__ == "__main__":
    rows = [json.dumps(scene | golden(scene)) for scene in scenes()]
    FILE.write_text('{"scenes": [\n' + ",\n".join(rows) + "\n]}\n")
