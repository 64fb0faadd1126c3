"""The training loop: against the same step on one tensor that never changes, and against a DataLoader loop.

.venv/bin/python bench/training.py [--json]

All three train the same narrow UNetV2 in the same precision, on one thread, in turn; medians of the rounds count. The
DataLoader loop is the usual one: worker processes read and stretch PNG files in every epoch, figures are read from the
device after every step. What our loop spends on preparing samples is counted in full, on one epoch.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from training.unet.cache import Cache, Source, stretch
from training.unet.fit import Trained, fit
from training.unet.losses import Known, loss_sums, mean_loss
from training.unet.net import UNetV2, build, memory_format, normalise
from training.unet.probe import Choice, choose, train_on
from training.unet.settings import TrainSettings

WIDTH = 1 / 8  # of UNetV2's channels
CROP, SAMPLES, STEPS, BATCH, ROUNDS, WORKERS = 750, 120, 20, 6, 3, 3
SETTINGS = TrainSettings.model_validate(
    {
        "lr": 0.0001,
        "epochs": STEPS * BATCH // SAMPLES,
        "val_every": 1000,
        "batch_size": {"train": BATCH, "val": 1},
        "input_size": {"width": 128, "height": 128},
    }
)
SIZE = (SETTINGS.input_size.width, SETTINGS.input_size.height)
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Cost:
    """Seconds per step: on the clock, and of all processors together."""

    wall: float
    cpu: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    warnings.filterwarnings("ignore", "This DataLoader will create")  # the tutorial asks for three, whatever there is
    load = os.getloadavg()[0]

    with tempfile.TemporaryDirectory() as folder:
        paths = draw(Path(folder))
        choice = choose(net(), SETTINGS, CPU).choice
        prepared, cache = prepare(paths)
        val = Cache(1, SIZE, memory_bytes=1 << 30)
        works = {
            "fixed step": lambda: fixed_step(cache, choice),
            "our loop": lambda: our_loop(cache, val, choice, Path(folder) / "checkpoints"),
            "DataLoader loop": lambda: dataloader_loop(paths, choice),
        }
        costs = in_turn(works)

    fixed, ours, theirs = costs.values()
    result = {
        "loop_vs_fixed_step": ours.cpu / fixed.cpu,
        "loop_vs_fixed_step_wall": ours.wall / fixed.wall,
        "vs_dataloader_loop": theirs.wall / ours.wall,
        "vs_dataloader_loop_cpu": theirs.cpu / ours.cpu,
        "ms_per_step": {name: 1000 * cost.wall for name, cost in costs.items()},
        "cpu_ms_per_step": {name: 1000 * cost.cpu for name, cost in costs.items()},
        "prepare_ms_per_sample": 1000 * prepared.cpu * STEPS / SAMPLES,
        "conditions": {
            "torch": torch.__version__,
            "threads": 1,
            "cores": os.cpu_count(),
            "load_before": load,
            "precision": choice.precision,
            "layout": choice.layout,
            "input": SIZE,
            "batch": BATCH,
            "steps": STEPS,
            "rounds": ROUNDS,
            "crops": f"{SAMPLES} PNG of {CROP}x{CROP}",
            "workers": WORKERS,
        },
    }
    show(result)
    if arguments.json:
        print(json.dumps(result))


def net() -> UNetV2:
    return build("unet_v2", 2, width=WIDTH)


def draw(folder: Path) -> list[tuple[Path, Path]]:
    """Crops as a query writes them, and their masks, as PNG files."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(SAMPLES):
        small = rng.integers(0, 256, (CROP // 6, CROP // 6, 3), np.uint8)
        photo = cv2.resize(small, (CROP, CROP), interpolation=cv2.INTER_CUBIC)
        mask = np.zeros((CROP, CROP), np.uint8)
        cv2.circle(mask, tuple(rng.integers(100, CROP - 100, 2).tolist()), 60, 1, -1)
        pair = folder / f"{number}.png", folder / f"{number}_mask.png"
        cv2.imwrite(str(pair[0]), photo)
        cv2.imwrite(str(pair[1]), mask)
        paths.append(pair)
    return paths


def read(pair: tuple[Path, Path]) -> tuple[np.ndarray, np.ndarray]:
    photo = cv2.cvtColor(cv2.imread(str(pair[0])), cv2.COLOR_BGR2RGB)
    return photo, cv2.imread(str(pair[1]), cv2.IMREAD_GRAYSCALE)


def prepare(paths: list[tuple[Path, Path]]) -> tuple[Cost, Cache]:
    """All samples into memory, once."""
    cache = Cache(SAMPLES, SIZE, memory_bytes=1 << 30)

    def sources():
        for pair in paths:
            mask = cv2.resize(read(pair)[1], SIZE, interpolation=cv2.INTER_NEAREST_EXACT)
            yield Source(pair[0].name, lambda pair=pair: read(pair)[0], mask)

    def fill() -> None:
        for _ in cache.fill(sources(), threads=1):
            pass

    return cost_of(fill), cache


def fixed_step(cache: Cache, choice: Choice) -> None:
    """Forward, backward and Adam on the same batch over and over: the floor."""
    network = net().to(memory_format=memory_format(choice.layout)).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=SETTINGS.lr)
    images, masks = cache.batch(torch.arange(BATCH), CPU)
    for _ in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        train_on(network, images, masks, SETTINGS.loss_weights, choice)
        optimizer.step()


def our_loop(cache: Cache, val: Cache, choice: Choice, folder: Path) -> None:
    """`fit` until its last step was told: shuffling, figures and events included."""
    told = {"folder": folder, "card": {}, "foreground": ["disc"], "device": CPU, "choice": choice}
    for event in fit(net(), cache, val, SETTINGS, **told):
        if isinstance(event, Trained) and event.steps[-1]["step"] == STEPS:
            break


class Files(Dataset):
    """As most training programs read their data."""

    def __init__(self, paths: list[tuple[Path, Path]]):
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        photo, mask = read(self.paths[number])
        mask = cv2.resize(mask, SIZE, interpolation=cv2.INTER_NEAREST_EXACT)
        return torch.from_numpy(stretch(photo, SIZE)), torch.from_numpy(mask)


def dataloader_loop(paths: list[tuple[Path, Path]], choice: Choice) -> None:
    network = net().to(memory_format=memory_format(choice.layout)).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=SETTINGS.lr)
    loader = DataLoader(Files(paths), BATCH, shuffle=True, num_workers=WORKERS)
    told = []
    for _ in range(SETTINGS.epochs):
        for images, masks in loader:
            optimizer.zero_grad(set_to_none=True)
            with choice.autocast(CPU):
                logits = network(normalise(images).contiguous(memory_format=memory_format(choice.layout)))
            loss = mean_loss(loss_sums(logits, masks), Known.of(masks), 2, SETTINGS.loss_weights)
            loss.backward()
            optimizer.step()
            answer = logits.detach().argmax(1).numpy()
            told.append((loss.item(), (answer == masks.numpy()).mean()))


def in_turn(works: dict[str, Callable[[], None]]) -> dict[str, Cost]:
    """The median round of each, after one that warms up."""
    rounds = [{name: cost_of(work) for name, work in works.items()} for _ in range(ROUNDS + 1)][1:]
    return {
        name: Cost(
            statistics.median(one[name].wall for one in rounds), statistics.median(one[name].cpu for one in rounds)
        )
        for name in works
    }


def cost_of(work: Callable[[], None]) -> Cost:
    wall, cpu = time.perf_counter(), cpu_seconds()
    work()
    return Cost((time.perf_counter() - wall) / STEPS, (cpu_seconds() - cpu) / STEPS)


def cpu_seconds() -> float:
    """Of this process and of the workers it has waited for."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def show(result: dict) -> None:
    told = ", ".join(f"{name} {value}" for name, value in result["conditions"].items())
    print(f"Training loop, UNetV2 at {WIDTH:g} of its width ({told})\n")
    print(f"{'':18}{'ms/step':>10}{'CPU ms/step':>14}")
    for name, wall in result["ms_per_step"].items():
        print(f"{name:18}{wall:10.1f}{result['cpu_ms_per_step'][name]:14.1f}")
    print(f"\nour loop / fixed step       {result['loop_vs_fixed_step']:.3f} CPU")
    print(f"                            {result['loop_vs_fixed_step_wall']:.3f} wall")
    print(f"DataLoader loop / our loop  {result['vs_dataloader_loop']:.2f} wall")
    print(f"                            {result['vs_dataloader_loop_cpu']:.2f} CPU")
    print(f"preparing a sample          {result['prepare_ms_per_sample']:.1f} CPU ms, once")


if __name__ == "__main__":
    main()
