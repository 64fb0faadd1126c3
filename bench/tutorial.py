"""The tutorial from end to end on photographs: counts, seconds, curves, and IoU against label maps nobody trained on.

    .venv/bin/python bench/tutorial.py PHOTOS [--network unet_v2_quarter] [--start-from random] [--data FOLDER] [--json]

PHOTOS holds powerlines_annotated, powerlines_test (Supervisely folders) and powerlines_test_truth (8-bit label maps:
0 background, 1 isolator, 255 neutral). Everything runs through the commands people use. With --data, steps that are
in that data folder already are not done again.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ROOT / "tests" / "documents"
MODEL = "UNetV2 isolator 10ep 1e-4"
RESULT = "inf_powerlines_test_01"
NEUTRAL = 255


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--network", default="unet_v2_quarter")
    parser.add_argument("--start-from", default="random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--config", type=Path, default=DOCUMENTS / "train.json")
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        found = run(options, Path(options.data or temporary))
    show(found)
    if options.json:
        print(json.dumps(found))


def run(options: argparse.Namespace, data: Path) -> dict:
    studio = Commands(data)
    studio.manage("migrate", "-v0")
    for name in ("powerlines_annotated", "powerlines_test"):
        studio.once(f"import {name}", "import_project", options.photos / name, "--project", name)
    studio.once("build", "run_dtl", DOCUMENTS / "dtl.json", "--seed", options.seed)
    training = ["--project", "isolator_train", "--config", options.config, "--title", MODEL]
    training += ["--start-from", options.start_from, "--network", options.network, "--seed", options.seed]
    studio.once("train", "train", *training)
    predicting = ["--project", "powerlines_test", "--model", MODEL, "--config", DOCUMENTS / "inference.json"]
    studio.once("predict", "predict", *predicting, "--result", RESULT)
    with tempfile.TemporaryDirectory() as folder:
        studio.manage("export_project", RESULT, Path(folder) / "out", "--format", "png")
        photos = scores(Path(folder) / "out", options.photos / "powerlines_test_truth")
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "network": options.network,
        "start_from": options.start_from,
        "steps": studio.steps,
        "photos": photos,
        "iou": overall(photos),
    }


class Commands:
    """manage.py on one data folder; answers and seconds are remembered beside it."""

    def __init__(self, data: Path):
        data.mkdir(parents=True, exist_ok=True)
        self._env = os.environ | {"CATENARY_DATA": str(data)}
        self._memory = data / "bench-tutorial.json"
        self.steps: dict[str, dict] = json.loads(self._memory.read_text()) if self._memory.exists() else {}

    def manage(self, *words: object) -> str:
        command = [sys.executable, "manage.py", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=self._env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def once(self, step: str, *words: object) -> None:
        if step in self.steps:
            return
        began = time.monotonic()
        answer = json.loads(self.manage(*words, "--json").splitlines()[-1])
        self.steps[step] = {"seconds": round(time.monotonic() - began, 1)} | answer
        self._memory.write_text(json.dumps(self.steps))


def scores(predicted: Path, truth: Path) -> dict[str, dict]:
    """Pixels that agree and disagree, photo by photo; neutral ones are left out."""
    found = {}
    for path in sorted(truth.glob("*.png")):
        wanted = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        map_path = next(p for p in predicted.rglob(f"{path.stem}*.png") if "mask" in str(p.parent).lower())
        given = cv2.imread(str(map_path), cv2.IMREAD_UNCHANGED)
        assert given.shape == wanted.shape, f"{map_path} is {given.shape}, {path} is {wanted.shape}"
        counts = wanted != NEUTRAL
        is_there, is_said = (wanted == 1) & counts, (given > 0) & (given != NEUTRAL) & counts
        tp, fp, fn = (int(np.count_nonzero(m)) for m in (is_said & is_there, is_said & ~is_there, ~is_said & is_there))
        found[path.stem] = {"tp": tp, "fp": fp, "fn": fn, "iou": round(tp / max(1, tp + fp + fn), 4)}
    return found


def overall(photos: dict[str, dict]) -> float:
    """IoU of all pixels together, not the mean of the photos."""
    tp, fp, fn = (sum(one[name] for one in photos.values()) for name in ("tp", "fp", "fn"))
    return round(tp / max(1, tp + fp + fn), 4)


def show(found: dict) -> None:
    print(f"The tutorial with {found['network']} from {found['start_from']} weights; {found['machine']}\n")
    for step, answer in found["steps"].items():
        print(f"  {step:<28} {answer['seconds']:>8} s")
    print()
    for name, one in found["photos"].items():
        print(f"  IoU of {name:<21} {one['iou']:>8.3f}")
    print(f"  {'IoU of all pixels':<28} {found['iou']:>8.3f}")


if __name__ == "__main__":
    main()
