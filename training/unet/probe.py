"""What a step costs here, and in which precision and memory layout it costs least."""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from studio.sayings import Saying
from training.unet.losses import Known, loss_sums, mean_loss
from training.unet.net import memory_format, normalise
from training.unet.settings import LossWeights, TrainSettings

SAMPLES = 2  # of a probe's batch: enough to compare, over in seconds
LONG_S = 2.0  # a step that takes longer is not timed twice
CLEAR = 1.5  # so many times slower, and a closer look is not worth its time


@dataclass(frozen=True)
class Choice:
    """precision: fp32 or bf16 (autocast, weights stay float32). layout: channels_last or contiguous."""

    precision: str = "fp32"
    layout: str = "channels_last"

    def autocast(self, device: torch.device) -> AbstractContextManager:
        return torch.autocast(device.type, torch.bfloat16, enabled=self.precision == "bf16")


@dataclass(frozen=True)
class Probed:
    """The choice, and seconds per sample of every candidate that was tried."""

    choice: Choice
    seconds: dict[str, float]

    def __str__(self) -> str:
        """The sentence about it for the log."""
        best = f"{self.choice.precision} {self.choice.layout}".capitalize()
        tried = ", ".join(f"{name} {1000 * seconds:.0f} ms" for name, seconds in self.seconds.items())
        return Saying("{best} is the fastest here (per sample: {tried}).", best=best, tried=tried)


def choose(net: nn.Module, settings: TrainSettings, device: torch.device, clock=time.perf_counter) -> Probed:
    """Time one training step each way on a copy of the network, which itself is left as it was.

    bf16 is several times faster where the hardware knows it and several times slower where it does not, so only
    trying tells.
    """
    samples = min(SAMPLES, settings.batch_size.train)
    candidates = [Choice("fp32"), Choice("bf16"), Choice("fp32", "contiguous")]
    seconds: dict[Choice, float] = {}
    for choice in candidates:
        best = min(seconds.values(), default=float("inf"))
        if choice.layout == "contiguous" and seconds[Choice("fp32")] > CLEAR * best:
            continue  # the layout alone does not make up for that
        step = step_of(net, settings, device, choice, samples)
        try:
            first = timed(step, device, clock)
            again = first > LONG_S or first > 2 * CLEAR * best
            seconds[choice] = (first if again else min(timed(step, device, clock) for _ in range(2))) / samples
        except (RuntimeError, torch.OutOfMemoryError):
            continue  # not everywhere can everything run; what can is enough
    if not seconds:
        return Probed(Choice("fp32", "contiguous"), {})
    fastest = min(seconds, key=seconds.__getitem__)
    return Probed(fastest, {f"{choice.precision} {choice.layout}": took for choice, took in seconds.items()})


def step_of(
    net: nn.Module, settings: TrainSettings, device: torch.device, choice: Choice, samples: int
) -> Callable[[], None]:
    """A training step on drawn noise and a copy of the network."""
    net = copy.deepcopy(net).to(device).train()
    net.to(memory_format=memory_format(choice.layout))  # type: ignore[call-overload]
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-9)
    images, target = noise(samples, settings, device)

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        train_on(net, images, target, settings.loss_weights, choice)
        optimizer.step()

    return step


def train_on(net: nn.Module, images: Tensor, target: Tensor, weights: LossWeights, choice: Choice) -> Tensor:
    """Forward, loss and backward of one batch: gradients are added, the loss comes back on the device."""
    with choice.autocast(images.device):
        logits = net(normalise(images).contiguous(memory_format=memory_format(choice.layout)))
    loss = mean_loss(loss_sums(logits, target), Known.of(target), logits.shape[1], weights)
    loss.backward()
    return loss.detach()


def noise(samples: int, settings: TrainSettings, device: torch.device) -> tuple[Tensor, Tensor]:
    """Images and targets of the configured size, the same every time."""
    generator = torch.Generator().manual_seed(0)
    shape = (samples, settings.input_size.height, settings.input_size.width)
    images = torch.randint(0, 256, (*shape, 3), dtype=torch.uint8, generator=generator)
    target = torch.randint(0, 2, shape, dtype=torch.uint8, generator=generator)
    return images.to(device), target.to(device)


def timed(work: Callable[[], object], device: torch.device, clock=time.perf_counter) -> float:
    """Seconds until the device is done with it."""
    began = clock()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return clock() - began


def pick_device(gpu_devices: list[int]) -> tuple[torch.device, Saying]:
    """The device of a run, and the sentence about it for the log."""
    wanted = ", ".join(map(str, gpu_devices))
    if not torch.cuda.is_available():
        return torch.device("cpu"), Saying("There is no GPU {wanted} here, so the CPU trains.", wanted=wanted)
    present = [number for number in gpu_devices if number < torch.cuda.device_count()]
    if not present:
        count = torch.cuda.device_count()
        sentence = Saying("There is no GPU {wanted}, only {count}, so the CPU trains.", wanted=wanted, count=count)
        return torch.device("cpu"), sentence
    number, name = present[0], torch.cuda.get_device_name(present[0])
    sentence = Saying("GPU {number} ({name}) trains.", number=number, name=name)
    if len(gpu_devices) > 1:
        sentence = Saying(
            "GPU {number} ({name}) trains. The others of the list are left free for further runs.",
            number=number,
            name=name,
        )
    return torch.device("cuda", number), sentence


def pick_threads() -> int:
    """As many threads as there are cores, one less where something else runs.

    Two threads beside one busy process were eight times slower than one: they wait for each other at every layer.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    is_busy = os.getloadavg()[0] > 0.5
    return max(1, cores - 1) if is_busy else cores
