"""Predicting a 25-megapixel photo: our strips against pure forwards, and against the 2018 plugin's way.

.venv/bin/python bench/inference.py [--json]

All three run the same narrow UNetV2 in turn, on one thread, on the tutorial's 169 windows; the best of three counts.
"""

import argparse
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from inference.segmenter import Segmenter
from inference.tiling.compose import Canvas
from inference.tiling.infer import ClassRows, HeatRows, infer, stretched
from inference.tiling.settings import Overlap, SlidingWindow, Window
from inference.tiling.strips import ArrayRows
from inference.tiling.windows import windows
from training.unet.net import build, normalise

SIZE, INPUT, CLASSES, BATCH, REPEATS = (5000, 5000), (256, 256), 2, 4, 3
MODE = SlidingWindow(window=Window(width=512, height=512), min_overlap=Overlap(x=128, y=128))
WIDTH = 0.05  # of UNetV2's channels: 0.3 GFLOP a window, so that what is not network shows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)

    card = {"classes": [{}] * CLASSES, "input_size": {"width": INPUT[0], "height": INPUT[1]}}
    network = Segmenter(build("unet_v2", CLASSES, width=WIDTH), card, torch.device("cpu"))
    photo = np.random.default_rng(0).integers(0, 256, (SIZE[1] // 8, SIZE[0] // 8, 3), np.uint8)
    photo = cv2.resize(photo, SIZE, interpolation=cv2.INTER_CUBIC)

    seconds = best_of(
        {
            "forward": lambda tensors=ready(photo): forward(network, tensors),
            "ours": lambda: ours(network, photo),
            "plugin": lambda: plugin(network, photo),
        }
    )
    half = photo[: SIZE[1] // 2]
    result = {
        "windows": len(windows(SIZE, MODE)),
        "forward_s": seconds["forward"],
        "vs_forward": seconds["ours"] / seconds["forward"],
        "plugin_vs_forward": seconds["plugin"] / seconds["forward"],
        "bytes_per_px": peak(lambda: ours(network, photo)) / photo[..., 0].size,
        "bytes_per_px_half_as_high": peak(lambda: ours(network, half)) / half[..., 0].size,
        "plugin_bytes_per_px": peak(lambda: plugin(network, half)) / half[..., 0].size,
    }
    show(result)
    if arguments.json:
        print(json.dumps(result))


def ready(photo: np.ndarray) -> list[torch.Tensor]:
    """All windows as the network wants them, in batches."""
    boxes = windows(SIZE, MODE)
    seen = np.stack([stretched(photo[box.top : box.bottom, box.left : box.right], INPUT) for box in boxes])
    return [
        normalise(part).contiguous(memory_format=torch.channels_last) for part in torch.from_numpy(seen).split(BATCH)
    ]


@torch.inference_mode()
def forward(network: Segmenter, tensors: list[torch.Tensor]) -> None:
    for tensor in tensors:
        network._net(tensor)


def ours(network: Segmenter, photo: np.ndarray) -> None:
    """Strips: the class of every pixel and the heat, both 8 bits, as a prediction keeps them."""
    canvas = Canvas(photo.shape[1], {1: 1})
    for event in infer(ArrayRows(photo), MODE, network, input_size=INPUT, classes=CLASSES, batch=BATCH):
        match event:
            case ClassRows():
                canvas.add(event.top, event.classes)
            case HeatRows():
                pass


def plugin(network: Segmenter, photo: np.ndarray) -> np.ndarray:
    """As the plugin of 2018 does: one window at a time, full-size maps in a list, float64 sums, then argmax."""
    height, width, _ = photo.shape
    found = []
    for box in windows((width, height), MODE):
        seen = cv2.resize(photo[box.top : box.bottom, box.left : box.right], INPUT)
        probabilities = network(seen[None])[0].transpose(1, 2, 0)
        found.append((box, cv2.resize(probabilities, (box.width, box.height))))
    total, count = np.zeros((height, width, CLASSES)), np.zeros((height, width, 1), np.int32)
    for box, probabilities in found:
        total[box.top : box.bottom, box.left : box.right] += probabilities
        count[box.top : box.bottom, box.left : box.right] += 1
    return np.argmax(total / np.repeat(count, CLASSES, axis=2), axis=2)


def best_of(ways: dict[str, Callable]) -> dict[str, float]:
    """CPU seconds of each way, alternating: what else runs on the machine hardly counts."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPEATS):
        for name, way in ways.items():
            began = time.process_time()
            way()
            seconds[name].append(time.process_time() - began)
    return {name: min(took) for name, took in seconds.items()}


def peak(way: Callable) -> int:
    """Bytes of arrays at the worst moment, the photo apart; what the network itself takes is not counted."""
    tracemalloc.start()
    way()
    _, worst = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return worst


def show(result: dict) -> None:
    print(f"{SIZE[0]}x{SIZE[1]} photo, {result['windows']} windows of 512 sharing 128, input 256, one thread,")
    print(f"UNetV2 at {WIDTH:.0%} of its width: {result['forward_s']:.2f} s of pure forwards, batches of {BATCH}.\n")
    print(f"{'':24}{'vs forward':>12}{'bytes/px':>12}")
    print(f"{'strips (ours)':24}{result['vs_forward']:>12.2f}{result['bytes_per_px']:>12.1f}")
    print(f"{'  half as high':24}{'':>12}{result['bytes_per_px_half_as_high']:>12.1f}")
    print(f"{'2018 plugin':24}{result['plugin_vs_forward']:>12.2f}{result['plugin_bytes_per_px']:>12.1f}")


if __name__ == "__main__":
    main()
